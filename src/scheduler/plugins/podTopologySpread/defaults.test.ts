import { describe, expect, it } from 'vitest';
import { makeSelector } from '../../../api/labelSelector.ts';
import type { StringMap, TopologySpreadConstraint } from '../../../api/types.ts';
import { storedReplicaSet } from '../../../testing/objects.ts';
import { SpreadBed, soft, web, ZONE } from './testing.ts';

const LIST: readonly TopologySpreadConstraint[] = [
  {
    maxSkew: 1,
    topologyKey: ZONE,
    whenUnsatisfiable: 'DoNotSchedule',
    labelSelector: undefined,
    minDomains: undefined,
    nodeAffinityPolicy: 'Honor',
    nodeTaintsPolicy: 'Ignore',
    matchLabelKeys: [],
  },
];

/** Two nodes in zone a, one in b, one in none. */
function addNodes(bed: SpreadBed): void {
  bed.node('n0', 'a');
  bed.node('n1', 'a');
  bed.node('n2', 'b');
  bed.node('n3');
}

/** A ReplicaSet with this selector, and a pod of it with these labels; the pod's row. */
function ownedPod(bed: SpreadBed, uid: number, selector: StringMap, labels: StringMap): number {
  const { cluster, kernel } = bed.test;
  const replicaSet = storedReplicaSet({ uid });
  const spec = { ...replicaSet.spec, selector: makeSelector(selector) };
  cluster.replicaSets.create({ ...replicaSet, spec });
  const { template } = bed.cycle({ labels: { ...labels } });
  const pod = cluster.createOwnedPod(cluster.owners.get(uid)!, template);
  kernel.run();
  return pod;
}

describe("the system's defaults", () => {
  it('are hostname with maxSkew 3 and zone with 5; nodes without a zone are scored by host', () => {
    const bed = new SpreadBed();
    addNodes(bed);
    bed.service('web', { app: 'web' });
    bed.put('n0', 2);
    bed.put('n1', 1);
    bed.put('n3', 1);
    // Hosts: ln 6 = 1.792 a pod, + 2. Zones a, b and the lack of one: ln 5 = 1.609 a pod, + 4.
    // n0: 5.58 + 8.83; n1: 3.79 + 8.83; n2: 2 + 4; n3: 3.79.
    expect(bed.scores({})).toEqual({
      raw: { n0: 14, n1: 13, n2: 6, n3: 4 },
      // 100 * (14 + 4 - score) / 14
      normalized: { n0: 28, n1: 35, n2: 85, n3: 100 },
    });
    expect(bed.filter({})).toBe('skip');
  });

  it('hold for no pod with constraints of its own', () => {
    const bed = new SpreadBed();
    addNodes(bed);
    bed.service('web', { app: 'web' });
    bed.put('n0', 2);
    expect(bed.scores(web(soft(ZONE)))).toMatchObject({ raw: { n0: 3, n1: 3, n2: 0, n3: 0 } });
  });
});

describe('the pods that are spread together', () => {
  const isSpread = (bed: SpreadBed, labels: StringMap, pod?: number, namespace = 'default') =>
    !bed.plugin.isScoreIdle(bed.cycle({ labels: { ...labels }, namespace, ...(pod === undefined ? {} : { pod }) }));

  it('are those that the Services of the pod select, as long as there are any', () => {
    const bed = new SpreadBed();
    addNodes(bed);
    expect(isSpread(bed, { app: 'web' })).toBe(false);
    const uid = bed.service('web', { app: 'web' });
    expect(isSpread(bed, { app: 'web' })).toBe(true);
    expect(isSpread(bed, { app: 'db' })).toBe(false);
    expect(isSpread(bed, { app: 'web' }, undefined, 'other')).toBe(false);
    bed.test.cluster.tables.Service.delete(uid);
    bed.test.kernel.run();
    expect(isSpread(bed, { app: 'web' })).toBe(false);
  });

  it('are selected by all Services together', () => {
    const bed = new SpreadBed();
    addNodes(bed);
    bed.service('web', { app: 'web' });
    bed.service('fine', { tier: 'x' });
    bed.put('n0', 4, { labels: { app: 'web', tier: 'y' } });
    bed.put('n2', 4, { labels: { app: 'web', tier: 'x' } });
    const { raw } = bed.scores({ labels: { app: 'web', tier: 'x' } }) as { raw: Record<string, number> };
    expect(raw.n0).toBe(6);
    expect(raw.n2).toBeGreaterThan(6);
  });

  it("are those of the pod's ReplicaSet, so that two revisions of a Deployment are counted apart", () => {
    const bed = new SpreadBed();
    addNodes(bed);
    const [old, fresh] = [
      { app: 'web', hash: 'old' },
      { app: 'web', hash: 'new' },
    ];
    const pod = ownedPod(bed, 7, fresh, fresh);
    bed.put('n0', 4, { labels: { ...old } });
    expect(bed.scores({ labels: { ...fresh }, pod })).toMatchObject({ raw: { n0: 6, n2: 6, n3: 2 } });
    bed.put('n2', 4, { labels: { ...fresh } });
    // 4 * 1.792 + 2 + 4 * 1.609 + 4 = 19.6
    expect(bed.scores({ labels: { ...fresh }, pod })).toMatchObject({ raw: { n0: 6, n2: 20, n3: 2 } });
  });

  it('are selected by the Service alone once the ReplicaSet is gone', () => {
    const bed = new SpreadBed();
    addNodes(bed);
    const labels = { app: 'web', hash: 'new' };
    const pod = ownedPod(bed, 7, labels, labels);
    expect(isSpread(bed, labels, pod)).toBe(true);
    bed.test.cluster.replicaSets.delete(7);
    bed.test.kernel.run();
    expect(isSpread(bed, labels, pod)).toBe(false);
    bed.service('web', { app: 'web' });
    expect(isSpread(bed, labels, pod)).toBe(true);
  });
});

describe('a list of defaults', () => {
  it('filters as its constraints say, and takes no node without the label', () => {
    const bed = new SpreadBed({ defaultingType: 'List', defaultConstraints: LIST });
    addNodes(bed);
    bed.service('web', { app: 'web' });
    bed.put('n0', 1);
    const skewed = "node(s) didn't match pod topology spread constraints";
    expect(bed.filter({})).toEqual({ n0: skewed, n1: skewed, n3: `${skewed} (missing required label)!` });
    expect(bed.scores({})).toBe('skip');
  });

  it('may be empty: then nothing is spread', () => {
    const bed = new SpreadBed({ defaultingType: 'List', defaultConstraints: [] });
    addNodes(bed);
    bed.service('web', { app: 'web' });
    expect(bed.filter({})).toBe('skip');
    expect(bed.scores({})).toBe('skip');
  });

  it('gives nodes without the label no score', () => {
    const defaultConstraints = [{ ...LIST[0]!, whenUnsatisfiable: 'ScheduleAnyway' as const }];
    const bed = new SpreadBed({ defaultingType: 'List', defaultConstraints });
    addNodes(bed);
    bed.service('web', { app: 'web' });
    bed.put('n0', 2);
    // ln 4 = 1.386
    expect(bed.scores({})).toEqual({
      raw: { n0: 3, n1: 3, n2: 0, n3: 0 },
      normalized: { n0: 0, n1: 0, n2: 100, n3: 0 },
    });
  });
});
