import { expect, it } from 'vitest';
import { AffinityBed, type AffinityPodSketch, affinity, antiAffinity, HOSTNAME, on, ZONE } from './testing.ts';

const WEB = { app: 'web' };

/** Nodes of which two share a zone, in as many racks as asked. */
function bedOf(racks: number): AffinityBed {
  const bed = new AffinityBed();
  for (let i = 0; i <= racks; i++) bed.node(`n${i}`, { [ZONE]: i < 2 ? 'a' : 'b', rack: `r${Math.max(1, i)}` });
  return bed;
}

function epoch(bed: AffinityBed, sketch: AffinityPodSketch): number {
  bed.filter(sketch);
  return bed.plugin.rowEpoch(bed.cycle(sketch));
}

it('of hosts is always the same, since their pods change their rows', () => {
  const bed = bedOf(3);
  const pod = { spec: antiAffinity(on(HOSTNAME, WEB)) };
  const before = epoch(bed, pod);
  bed.pod('n0', { labels: WEB });
  expect(epoch(bed, pod)).toBe(before);
});

it('of domains that nodes share is another when one gets its first pod, or loses its last', () => {
  const bed = bedOf(3);
  const pod = { spec: antiAffinity(on(ZONE, WEB)) };
  const epochs = [epoch(bed, pod)];
  const removals = ['n0', 'n1'].map((node) => {
    const remove = bed.pod(node, { labels: WEB });
    epochs.push(epoch(bed, pod));
    return remove;
  });
  for (const remove of removals) {
    remove();
    epochs.push(epoch(bed, pod));
  }
  const [empty, first, second, stillOne, emptyAgain] = epochs;
  expect([second, stillOne]).toEqual([first, first]);
  expect(new Set([empty, first, emptyAgain]).size).toBe(3);
});

it('is another when the pod is no longer the first of its group', () => {
  const bed = bedOf(3);
  const pod = { labels: WEB, spec: affinity(on(HOSTNAME, WEB)) };
  const before = epoch(bed, pod);
  bed.pod('n0', pod);
  expect(epoch(bed, pod)).not.toBe(before);
});

it('is another when pods come with a term that no pod had', () => {
  const bed = bedOf(3);
  const pod = { labels: WEB, spec: antiAffinity(on(HOSTNAME, { app: 'db' })) };
  const before = epoch(bed, pod);
  bed.pod('n2', { spec: antiAffinity(on(ZONE, WEB)) });
  expect(epoch(bed, pod)).not.toBe(before);
});

it.each([
  [31, true],
  [32, false],
])('cannot be told of too many domains that nodes share: %d', (racks, isTold) => {
  expect(epoch(bedOf(racks), { spec: antiAffinity(on('rack', WEB)) }) !== -1).toBe(isTold);
});

it('is told of one kind of pod only, where pods of a template differ in what counts', () => {
  const bed = bedOf(3);
  const spec = antiAffinity(on(HOSTNAME, WEB));
  expect(epoch(bed, { namespace: 'shop', spec })).not.toBe(-1);
  expect(epoch(bed, { namespace: 'blog', spec })).toBe(-1);
});

it('is the same for pods of a StatefulSet, whose labels differ', () => {
  const bed = bedOf(3);
  const state = bed.cycle({ labels: WEB, spec: antiAffinity(on(HOSTNAME, WEB)) });
  const epochs = ['db-0', 'db-1', 'db-0'].map((name) => {
    const labelSet = bed.test.cluster.labels.intern({ ...WEB, 'statefulset.kubernetes.io/pod-name': name });
    const pod = { ...state, labelSet };
    bed.plugin.preFilter(pod);
    return bed.plugin.rowEpoch(pod);
  });
  expect(epochs[0]).not.toBe(-1);
  expect(epochs).toEqual([epochs[0], epochs[0], epochs[0]]);
});
