import { describe, expect, it } from 'vitest';
import type { JsonObject, NodeSelectorTerm } from '../types.ts';
import { decodeObject } from './decode.ts';

const ZONE = 'topology.kubernetes.io/zone';
const REGION = 'topology.kubernetes.io/region';
const nowhere = [ZONE, REGION].map((key) => ({ key, operator: 'DoesNotExist', values: [] }));

function affinityOf(labels: JsonObject, terms?: JsonObject[]): readonly NodeSelectorTerm[] | undefined {
  const nodeAffinity = terms === undefined ? {} : { nodeAffinity: { required: { nodeSelectorTerms: terms } } };
  const volume = decodeObject({
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: 'v', labels },
    spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/v' }, ...nodeAffinity },
  });
  return volume.kind === 'PersistentVolume' ? volume.spec.nodeAffinity : [];
}

describe('zones of a volume in its labels', () => {
  it('are none without the label', () => {
    expect(affinityOf({ zone: 'a' })).toBeUndefined();
  });

  it('bind it to nodes in one of them, and to nodes that are in none', () => {
    const inZone = { matchExpressions: [{ key: ZONE, operator: 'In', values: ['a', 'b'] }], matchFields: [] };
    const expected = [inZone, { matchExpressions: nowhere, matchFields: [] }];
    expect(affinityOf({ [ZONE]: 'a__b' })).toEqual(expected);
    expect(affinityOf({ 'failure-domain.beta.kubernetes.io/zone': 'a__b' })).toEqual(expected);
  });

  it('must hold for the region too', () => {
    expect(affinityOf({ [ZONE]: 'a', [REGION]: 'r' })?.[0]?.matchExpressions).toEqual([
      { key: ZONE, operator: 'In', values: ['a'] },
      { key: REGION, operator: 'In', values: ['r'] },
    ]);
  });

  it('come on top of its node affinity', () => {
    const disk = { key: 'disk', operator: 'In', values: ['ssd'] };
    expect(affinityOf({ [ZONE]: 'a' }, [{ matchExpressions: [disk] }, {}])).toEqual([
      { matchExpressions: [disk, { key: ZONE, operator: 'In', values: ['a'] }], matchFields: [] },
      { matchExpressions: [disk, ...nowhere], matchFields: [] },
    ]);
  });
});
