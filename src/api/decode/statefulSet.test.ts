import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../canonical.ts';
import { failure } from '../testing/documents.ts';
import { decodedAs, statefulSet, withSpec } from '../testing/workloads.ts';
import type { JsonObject, StatefulSetManifest } from '../types.ts';
import { decodeObject } from './decode.ts';

const claim: JsonObject = {
  metadata: { name: 'data', labels: { tier: 'db' } },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '10Gi' } }, storageClassName: 'fast' },
};

function decoded(spec: JsonObject = {}): StatefulSetManifest {
  return decodedAs('StatefulSet', withSpec(statefulSet, spec));
}

describe('a StatefulSet', () => {
  it('gets the defaults of the API server', () => {
    const { spec, manifest } = decoded();
    expect(spec).toMatchObject({
      replicas: 1,
      serviceName: 'db',
      podManagementPolicy: 'OrderedReady',
      updateStrategyType: 'RollingUpdate',
      rollingUpdate: { partition: 0, maxUnavailable: undefined },
      minReadySeconds: 0,
      revisionHistoryLimit: 10,
      ordinalsStart: 0,
      volumeClaimTemplates: [],
      whenDeleted: 'Retain',
      whenScaled: 'Retain',
    });
    expect(manifest.spec).toMatchObject({
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
      template: { spec: { restartPolicy: 'Always' } },
    });
  });

  it.each<[JsonObject, StatefulSetManifest['spec']['rollingUpdate']]>([
    [{}, { partition: 0, maxUnavailable: undefined }],
    [{ type: 'RollingUpdate' }, undefined],
    [
      { type: 'RollingUpdate', rollingUpdate: {} },
      { partition: 0, maxUnavailable: undefined },
    ],
    [{ rollingUpdate: { partition: 3 } }, { partition: 3, maxUnavailable: undefined }],
    [{ rollingUpdate: { maxUnavailable: '30%' } }, { partition: 0, maxUnavailable: { value: 30, isPercent: true } }],
    [{ type: 'OnDelete' }, undefined],
  ])('reads the update strategy %j', (updateStrategy, rollingUpdate) => {
    const { spec, manifest } = decoded({ updateStrategy });
    expect(spec.rollingUpdate).toEqual(rollingUpdate);
    expect(canonicalJson(decodeObject(manifest).manifest)).toBe(canonicalJson(manifest));
  });

  it('makes claims, which its containers can mount', () => {
    const { spec, manifest } = decoded({
      volumeClaimTemplates: [claim],
      template: { spec: { containers: [{ name: 'app', volumeMounts: [{ name: 'data', mountPath: '/data' }] }] } },
    });
    expect(spec.template.spec.containers[0]!.volumeMounts).toEqual(['data']);
    expect(spec.volumeClaimTemplates).toEqual([
      {
        name: 'data',
        labels: { tier: 'db' },
        annotations: {},
        spec: {
          storageClassName: 'fast',
          accessModes: ['ReadWriteOnce'],
          requestBytes: 10 * 2 ** 30,
          volumeName: '',
        },
        manifest: { ...(claim.spec as JsonObject), volumeMode: 'Filesystem' },
      },
    ]);
    expect(canonicalJson(decodeObject(manifest).manifest)).toBe(canonicalJson(manifest));
  });

  it('reads what sets it apart', () => {
    const { spec } = decoded({
      podManagementPolicy: 'Parallel',
      ordinals: { start: 5 },
      persistentVolumeClaimRetentionPolicy: { whenScaled: 'Delete' },
      serviceName: null,
    });
    expect(spec).toMatchObject({
      podManagementPolicy: 'Parallel',
      ordinalsStart: 5,
      whenDeleted: 'Retain',
      whenScaled: 'Delete',
      serviceName: '',
    });
  });

  const rolling = (rollingUpdate: JsonObject): JsonObject => ({ updateStrategy: { rollingUpdate } });
  const claimed = (...claims: JsonObject[]): JsonObject => ({ volumeClaimTemplates: claims });

  it.each<[string, JsonObject, string]>([
    ['negative replicas', { replicas: -1 }, 'replicas: must be greater than or equal to 0'],
    ['more places than can be kept', { replicas: 1_000_001 }, 'replicas: more than 1000000 replicas of a StatefulSet'],
    ['a negative start', { ordinals: { start: -1 } }, 'ordinals.start: must be greater than or equal to 0'],
    [
      'a negative partition',
      rolling({ partition: -1 }),
      'updateStrategy.rollingUpdate.partition: must be greater than or equal to 0',
    ],
    [
      'no unavailability at all',
      rolling({ maxUnavailable: '0%' }),
      'updateStrategy.rollingUpdate.maxUnavailable: Invalid value: "0%": cannot be 0',
    ],
    [
      'more than all',
      rolling({ maxUnavailable: '101%' }),
      'updateStrategy.rollingUpdate.maxUnavailable: must not be greater than 100%',
    ],
    [
      'a rollingUpdate under OnDelete',
      { updateStrategy: { type: 'OnDelete', rollingUpdate: { partition: 1 } } },
      `updateStrategy.rollingUpdate: Invalid value: {"partition":1}: only allowed for updateStrategy 'RollingUpdate'`,
    ],
    [
      'an unknown strategy',
      { updateStrategy: { type: 'Recreate' } },
      `updateStrategy.type: Invalid value: "Recreate": must be 'RollingUpdate' or 'OnDelete'`,
    ],
    [
      'an unknown pod management',
      { podManagementPolicy: 'Ordered' },
      `podManagementPolicy: Invalid value: "Ordered": must be 'OrderedReady' or 'Parallel'`,
    ],
    [
      'an unknown retention',
      { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Keep' } },
      'persistentVolumeClaimRetentionPolicy.whenDeleted: Unsupported value: "Keep": supported values: "Retain", "Delete"',
    ],
    ['a bad service name', { serviceName: 'db.shop' }, 'serviceName: Invalid value: "db.shop": a lowercase RFC 1123'],
    ['no selector', { selector: null }, 'selector: Required value'],
    [
      'an empty selector',
      { selector: { matchLabels: null } },
      'selector: Invalid value: {}: empty selector is invalid for statefulset',
    ],
    [
      'a deadline of its pods',
      { template: { spec: { activeDeadlineSeconds: 5 } } },
      'template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in StatefulSet is not Supported',
    ],
    ['a nameless claim', claimed({ spec: claim.spec! }), 'volumeClaimTemplates[0].metadata.name: Required value'],
    ['a repeated claim', claimed(claim, claim), 'volumeClaimTemplates[1].metadata.name: Duplicate value: "data"'],
    [
      'a claim without access mode',
      claimed({ ...claim, spec: { resources: { requests: { storage: '1Gi' } } } }),
      'volumeClaimTemplates[0].spec.accessModes: Required value: at least 1 access mode is required',
    ],
    [
      'an unknown access mode',
      claimed({ ...claim, spec: { accessModes: ['ReadWrite'] } }),
      'volumeClaimTemplates[0].spec.accessModes[0]: Unsupported value: "ReadWrite": supported values:',
    ],
    [
      'a claim without size',
      claimed({ ...claim, spec: { accessModes: ['ReadWriteOnce'] } }),
      'volumeClaimTemplates[0].spec.resources.requests.storage: Required value',
    ],
    [
      'a mount of nothing',
      { template: { spec: { containers: [{ name: 'app', volumeMounts: [{ name: 'data', mountPath: '/x' }] }] } } },
      'template.spec.containers[0].volumeMounts[0].name: Not found: "data"',
    ],
    ['a misspelt field', { replica: 3 }, 'replica: unknown field (did you mean "replicas"?)'],
  ])('refuses %s', (_, spec, message) => {
    expect(failure(() => decoded(spec))).toContain(`statefulset/db: spec.${message}`);
  });

  it('refuses a name that no host can have', () => {
    const document = { ...statefulSet, metadata: { name: 'db.v2' } };
    expect(failure(() => decodeObject(document))).toContain(
      'metadata.name: Invalid value: "db.v2": a lowercase RFC 1123',
    );
  });
});
