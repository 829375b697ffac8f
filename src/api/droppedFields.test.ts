import { describe, expect, it } from 'vitest';
import { decodeObject } from './decode/decode.ts';
import { admittedManifest, admittedPodSpec, fieldsWithGates } from './droppedFields.ts';
import { FEATURE_GATES, type FeatureGateName, type FeatureGates } from './featureGates.ts';
import { strategicMergePatch } from './patch.ts';
import { deployment } from './testing/documents.ts';
import { job } from './testing/jobs.ts';
import { statefulSet } from './testing/workloads.ts';
import type { JsonObject, Manifest, PodManifest } from './types.ts';

const ALL_ON = Object.fromEntries(FEATURE_GATES.map((name) => [name, true])) as FeatureGates;

const budget: JsonObject = {
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: 'web' },
  spec: { maxUnavailable: 1, selector: { matchLabels: { app: 'web' } } },
};

const pod: JsonObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', labels: { app: 'web' } },
  spec: { containers: [{ name: 'app', image: 'web:v1' }] },
};

const indexed = { completionMode: 'Indexed', completions: 2 };
const rule = { action: 'FailJob', onExitCodes: { operator: 'In', values: [3] } };

/** Gate, object without the field, and what the spec has with it. */
const OF_OBJECTS: readonly (readonly [FeatureGateName, JsonObject, JsonObject, JsonObject])[] = [
  ['DeploymentPodReplacementPolicy', deployment, { podReplacementPolicy: 'TerminationComplete' }, {}],
  [
    'MaxUnavailableStatefulSet',
    statefulSet,
    { updateStrategy: { rollingUpdate: { maxUnavailable: 2 } } },
    { updateStrategy: { rollingUpdate: { partition: 0 } } },
  ],
  ['StatefulSetStartOrdinal', statefulSet, { ordinals: { start: 3 } }, {}],
  ['StatefulSetAutoDeletePVC', statefulSet, { persistentVolumeClaimRetentionPolicy: { whenScaled: 'Delete' } }, {}],
  ['JobPodReplacementPolicy', job, { podReplacementPolicy: 'Failed' }, {}],
  [
    'JobBackoffLimitPerIndex',
    job,
    { ...indexed, backoffLimitPerIndex: 1, maxFailedIndexes: 1, backoffLimit: 6 },
    { ...indexed, backoffLimit: 6 },
  ],
  ['JobSuccessPolicy', job, { ...indexed, successPolicy: { rules: [{ succeededCount: 1 }] } }, indexed],
  ['JobManagedBy', job, { managedBy: 'example.com/queue' }, {}],
  [
    'JobPodFailurePolicy',
    job,
    { podFailurePolicy: { rules: [rule] }, podReplacementPolicy: 'Failed' },
    { podReplacementPolicy: 'Failed' },
  ],
  ['PDBUnhealthyPodEvictionPolicy', budget, { unhealthyPodEvictionPolicy: 'AlwaysAllow' }, {}],
];

const zone = 'topology.kubernetes.io/zone';
const selector = { labelSelector: { matchLabels: { app: 'web' } } };
const spread = { maxSkew: 1, topologyKey: zone, whenUnsatisfiable: 'DoNotSchedule', ...selector };
const term = { topologyKey: zone, ...selector };
const keys = { matchLabelKeys: ['revision'], mismatchLabelKeys: ['tenant'] };
const affinity = (more: JsonObject): JsonObject => ({
  affinity: {
    podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ ...term, ...more }] },
    podAntiAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: { ...term, ...more } }],
    },
  },
});
const app = (more: JsonObject): JsonObject => ({ containers: [{ name: 'app', image: 'web:v1', ...more }] });

/** The same of pods. */
const OF_PODS: readonly (readonly [FeatureGateName, JsonObject, JsonObject])[] = [
  ['PodLevelResources', { resources: { requests: { cpu: '1' } } }, {}],
  [
    'SidecarContainers',
    { initContainers: [{ name: 'side', image: 'side:v1', restartPolicy: 'Always' }] },
    { initContainers: [{ name: 'side', image: 'side:v1' }] },
  ],
  ['PodLifecycleSleepAction', app({ lifecycle: { preStop: { sleep: { seconds: 5 } } } }), app({})],
  [
    'MatchLabelKeysInPodTopologySpread',
    { topologySpreadConstraints: [{ ...spread, matchLabelKeys: ['revision'] }] },
    { topologySpreadConstraints: [spread] },
  ],
  [
    'NodeInclusionPolicyInPodTopologySpread',
    { topologySpreadConstraints: [{ ...spread, nodeAffinityPolicy: 'Ignore', nodeTaintsPolicy: 'Honor' }] },
    { topologySpreadConstraints: [spread] },
  ],
  ['MatchLabelKeysInPodAffinity', affinity(keys), affinity({})],
];

const withSpec = (document: JsonObject, spec: JsonObject): Manifest =>
  decodeObject(strategicMergePatch(document, { spec }));

const specOf = (manifest: Manifest): unknown => (manifest as { readonly spec: unknown }).spec;

const podSpecWith = (spec: JsonObject) => (withSpec(pod, spec) as PodManifest).template.spec;

describe('fields whose gate is off', () => {
  it.each(OF_OBJECTS)('%s', (gate, document, spec, rest) => {
    const manifest = withSpec(document, spec);
    expect(specOf(admittedManifest(manifest, { ...ALL_ON, [gate]: false }))).toEqual(specOf(withSpec(document, rest)));
    expect(admittedManifest(manifest, ALL_ON)).toEqual(manifest);
    expect(fieldsWithGates(manifest).map((one) => one.gate)).toContain(gate);
    expect(fieldsWithGates(withSpec(document, rest)).map((one) => one.gate)).not.toContain(gate);
  });

  it.each(OF_PODS)('%s, of pods', (gate, spec, rest) => {
    const given = podSpecWith(spec);
    expect(admittedPodSpec(given, { ...ALL_ON, [gate]: false })).toEqual(podSpecWith(rest));
    expect(admittedPodSpec(given, ALL_ON)).toBe(given);
    const path = /^spec\.template\.spec\./;
    const ofTemplate = fieldsWithGates(withSpec(deployment, { template: { spec } }));
    expect(ofTemplate).toEqual([{ gate, field: expect.stringMatching(path) }]);
  });
});
