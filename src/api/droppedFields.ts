/** Fields that the API server drops from what it stores while their feature gates are off. */
import type { FeatureGateName, FeatureGates } from './featureGates.ts';
import type { JobSpec, Manifest, PodSpec, PodTemplateSpec } from './types.ts';

/** A field of `T` that counts only with a gate. */
interface GatedField<T> {
  /** Where it stands, from the spec on. */
  readonly field: string;
  readonly gate: FeatureGateName;
  isUsed(spec: T): boolean;
  drop(spec: T): T;
}

type SpecOf<K extends Manifest['kind']> = Extract<Manifest, { readonly kind: K; readonly spec: unknown }>['spec'];

const IN_POD: readonly GatedField<PodSpec>[] = [
  {
    field: 'resources',
    gate: 'PodLevelResources',
    isUsed: ({ podRequests }) => podRequests !== undefined,
    drop: (spec) => ({ ...spec, podRequests: undefined }),
  },
  {
    field: 'initContainers.restartPolicy',
    gate: 'SidecarContainers',
    isUsed: ({ initContainers }) => initContainers.some(({ isSidecar }) => isSidecar),
    drop: (spec) => ({
      ...spec,
      initContainers: spec.initContainers.map((container) => ({ ...container, isSidecar: false })),
    }),
  },
  {
    field: 'containers.lifecycle.preStop.sleep',
    gate: 'PodLifecycleSleepAction',
    isUsed: ({ containers, initContainers }) =>
      [...containers, ...initContainers].some(({ preStopSleepSeconds }) => preStopSleepSeconds > 0),
    drop: (spec) => ({
      ...spec,
      containers: spec.containers.map((container) => ({ ...container, preStopSleepSeconds: 0 })),
      initContainers: spec.initContainers.map((container) => ({ ...container, preStopSleepSeconds: 0 })),
    }),
  },
  {
    field: 'topologySpreadConstraints.matchLabelKeys',
    gate: 'MatchLabelKeysInPodTopologySpread',
    isUsed: ({ topologySpreadConstraints }) =>
      topologySpreadConstraints.some(({ matchLabelKeys }) => matchLabelKeys.length > 0),
    drop: (spec) => ({
      ...spec,
      topologySpreadConstraints: spec.topologySpreadConstraints.map((one) => ({ ...one, matchLabelKeys: [] })),
    }),
  },
  {
    field: 'topologySpreadConstraints.nodeAffinityPolicy and nodeTaintsPolicy',
    gate: 'NodeInclusionPolicyInPodTopologySpread',
    isUsed: ({ topologySpreadConstraints }) =>
      topologySpreadConstraints.some(
        ({ nodeAffinityPolicy, nodeTaintsPolicy }) => nodeAffinityPolicy !== 'Honor' || nodeTaintsPolicy !== 'Ignore',
      ),
    drop: (spec) => ({
      ...spec,
      topologySpreadConstraints: spec.topologySpreadConstraints.map((one) => ({
        ...one,
        nodeAffinityPolicy: 'Honor',
        nodeTaintsPolicy: 'Ignore',
      })),
    }),
  },
  {
    field: 'affinity matchLabelKeys and mismatchLabelKeys',
    gate: 'MatchLabelKeysInPodAffinity',
    isUsed: (spec) =>
      affinityTerms(spec).some((term) => term.matchLabelKeys.length > 0 || term.mismatchLabelKeys.length > 0),
    drop: (spec) => ({
      ...spec,
      podAffinity: withoutLabelKeys(spec.podAffinity),
      podAntiAffinity: withoutLabelKeys(spec.podAntiAffinity),
    }),
  },
];

function affinityTerms({ podAffinity, podAntiAffinity }: PodSpec) {
  return [podAffinity, podAntiAffinity].flatMap(({ required, preferred }) => [
    ...required,
    ...preferred.map(({ term }) => term),
  ]);
}

function withoutLabelKeys({ required, preferred }: PodSpec['podAffinity']): PodSpec['podAffinity'] {
  const stripped = { matchLabelKeys: [], mismatchLabelKeys: [] };
  return {
    required: required.map((term) => ({ ...term, ...stripped })),
    preferred: preferred.map(({ weight, term }) => ({ weight, term: { ...term, ...stripped } })),
  };
}

const IN_DEPLOYMENT: readonly GatedField<SpecOf<'Deployment'>>[] = [
  {
    field: 'podReplacementPolicy',
    gate: 'DeploymentPodReplacementPolicy',
    isUsed: ({ podReplacementPolicy }) => podReplacementPolicy !== undefined,
    drop: (spec) => ({ ...spec, podReplacementPolicy: undefined }),
  },
];

const IN_STATEFUL_SET: readonly GatedField<SpecOf<'StatefulSet'>>[] = [
  {
    field: 'updateStrategy.rollingUpdate.maxUnavailable',
    gate: 'MaxUnavailableStatefulSet',
    isUsed: ({ rollingUpdate }) => rollingUpdate?.maxUnavailable !== undefined,
    drop: (spec) => ({
      ...spec,
      rollingUpdate: spec.rollingUpdate && { ...spec.rollingUpdate, maxUnavailable: undefined },
    }),
  },
  {
    field: 'ordinals',
    gate: 'StatefulSetStartOrdinal',
    isUsed: ({ ordinalsStart }) => ordinalsStart !== 0,
    drop: (spec) => ({ ...spec, ordinalsStart: 0 }),
  },
  {
    field: 'persistentVolumeClaimRetentionPolicy',
    gate: 'StatefulSetAutoDeletePVC',
    isUsed: ({ whenDeleted, whenScaled }) => whenDeleted === 'Delete' || whenScaled === 'Delete',
    drop: (spec) => ({ ...spec, whenDeleted: 'Retain', whenScaled: 'Retain' }),
  },
];

const IN_JOB: readonly GatedField<JobSpec>[] = [
  {
    field: 'podReplacementPolicy',
    gate: 'JobPodReplacementPolicy',
    // With a failure policy it is what happens without the gate, too.
    isUsed: ({ podReplacementPolicy, podFailurePolicy }) =>
      podReplacementPolicy === 'Failed' && podFailurePolicy === undefined,
    drop: (spec) => ({ ...spec, podReplacementPolicy: 'TerminatingOrFailed' }),
  },
  {
    field: 'backoffLimitPerIndex',
    gate: 'JobBackoffLimitPerIndex',
    isUsed: ({ backoffLimitPerIndex }) => backoffLimitPerIndex !== undefined,
    drop: (spec) => ({ ...spec, backoffLimitPerIndex: undefined, maxFailedIndexes: undefined }),
  },
  {
    field: 'successPolicy',
    gate: 'JobSuccessPolicy',
    isUsed: ({ successPolicy }) => successPolicy !== undefined,
    drop: (spec) => ({ ...spec, successPolicy: undefined }),
  },
  {
    field: 'managedBy',
    gate: 'JobManagedBy',
    isUsed: ({ managedBy }) => managedBy !== undefined,
    drop: (spec) => ({ ...spec, managedBy: undefined }),
  },
  {
    field: 'podFailurePolicy',
    gate: 'JobPodFailurePolicy',
    isUsed: ({ podFailurePolicy }) => podFailurePolicy !== undefined,
    drop: (spec) => ({ ...spec, podFailurePolicy: undefined }),
  },
];

const IN_BUDGET: readonly GatedField<SpecOf<'PodDisruptionBudget'>>[] = [
  {
    field: 'unhealthyPodEvictionPolicy',
    gate: 'PDBUnhealthyPodEvictionPolicy',
    isUsed: ({ unhealthyPodEvictionPolicy }) => unhealthyPodEvictionPolicy === 'AlwaysAllow',
    drop: (spec) => ({ ...spec, unhealthyPodEvictionPolicy: 'IfHealthyBudget' }),
  },
];

/** What else is made of everything that is written: a run that asks "what if" has it without one of its bounds. */
export interface ObjectChanges {
  manifest?(manifest: Manifest): Manifest;
  podSpec?(spec: PodSpec): PodSpec;
}

/** What becomes of a pod's spec when it is stored. */
export function admittedPodSpec(spec: PodSpec, gates: FeatureGates): PodSpec {
  return withoutDropped(IN_POD, spec, gates);
}

/** What becomes of an object when it is stored; the templates of its pods stay, and their pods lose what is to go. */
export function admittedManifest<M extends Manifest>(manifest: M, gates: FeatureGates): M {
  return admitted(manifest, gates) as M;
}

function admitted(manifest: Manifest, gates: FeatureGates): Manifest {
  switch (manifest.kind) {
    case 'Deployment':
      return { ...manifest, spec: withoutDropped(IN_DEPLOYMENT, manifest.spec, gates) };
    case 'StatefulSet':
      return { ...manifest, spec: withoutDropped(IN_STATEFUL_SET, manifest.spec, gates) };
    case 'Job':
      return { ...manifest, spec: withoutDropped(IN_JOB, manifest.spec, gates) };
    case 'PodDisruptionBudget':
      return { ...manifest, spec: withoutDropped(IN_BUDGET, manifest.spec, gates) };
    default:
      return manifest;
  }
}

function withoutDropped<T>(fields: readonly GatedField<T>[], spec: T, gates: FeatureGates): T {
  return fields.reduce((rest, { gate, isUsed, drop }) => (gates[gate] || !isUsed(rest) ? rest : drop(rest)), spec);
}

/** A field that counts only with a gate, as a manifest has it: `spec.template.spec.resources`. */
export interface FieldOfGate {
  readonly field: string;
  readonly gate: FeatureGateName;
}

/** The fields with a gate that the object has, whatever the gates are. */
export function fieldsWithGates(object: Manifest): FieldOfGate[] {
  const own = ((): FieldOfGate[] => {
    switch (object.kind) {
      case 'Deployment':
        return used(IN_DEPLOYMENT, object.spec, 'spec');
      case 'StatefulSet':
        return used(IN_STATEFUL_SET, object.spec, 'spec');
      case 'Job':
        return used(IN_JOB, object.spec, 'spec');
      case 'CronJob':
        return used(IN_JOB, object.spec.jobTemplate.spec, 'spec.jobTemplate.spec');
      case 'PodDisruptionBudget':
        return used(IN_BUDGET, object.spec, 'spec');
      default:
        return [];
    }
  })();
  const template = templateOf(object);
  return template === undefined ? own : [...own, ...used(IN_POD, template.spec.spec, template.path)];
}

function used<T>(fields: readonly GatedField<T>[], spec: T, path: string): FieldOfGate[] {
  return fields.filter((one) => one.isUsed(spec)).map(({ field, gate }) => ({ field: `${path}.${field}`, gate }));
}

/** The pods that an object makes, or that it is, and where their spec stands. */
function templateOf(object: Manifest): { readonly spec: PodTemplateSpec; readonly path: string } | undefined {
  if (object.kind === 'Pod') return { spec: object.template, path: 'spec' };
  if (object.kind === 'CronJob') {
    return { spec: object.spec.jobTemplate.spec.template, path: 'spec.jobTemplate.spec.template.spec' };
  }
  if (!('spec' in object && 'template' in object.spec)) return undefined;
  return { spec: object.spec.template, path: 'spec.template.spec' };
}
