import { expect, test } from 'vitest';
import { filterOne } from '../testing.ts';
import { NOT_HELPFUL, VolumeCluster, ZONE } from './testing/volumeCluster.ts';
import { VolumeZone } from './volumeZone.ts';

const REGION = 'topology.kubernetes.io/region';
const OLD_ZONE = 'failure-domain.beta.kubernetes.io/zone';

/** Reasons by node for a pod whose volume has these labels. */
function judge(volumeLabels: Record<string, string>, ...nodes: Record<string, string>[]) {
  const cluster = new VolumeCluster();
  const plugin = new VolumeZone(cluster.handle());
  cluster.volume('v', undefined, {}, 1, volumeLabels);
  cluster.boundClaim('c', 'v');
  const pod = cluster.podWith('p', ['c'], { schedulerName: 'nobody' });
  cluster.run(1);
  const state = { ...cluster.cycle(), pod, template: cluster.cluster.templateOf(pod) };
  return nodes.map((labels, i) => filterOne(plugin, state, cluster.cacheNode(`x${i}`, { labels })) === undefined);
}

test.each([
  { volume: { [ZONE]: 'a' }, nodes: [{ [ZONE]: 'a' }, { [ZONE]: 'b' }], fits: [true, false] },
  { volume: { [ZONE]: 'a__b' }, nodes: [{ [ZONE]: 'a' }, { [ZONE]: 'b' }, { [ZONE]: 'c' }], fits: [true, true, false] },
  // A node that says nothing of where it is has every volume; one that names its region has to name its zone too.
  { volume: { [ZONE]: 'a' }, nodes: [{}, { [REGION]: 'r' }], fits: [true, false] },
  { volume: { [ZONE]: 'a', [REGION]: 'r' }, nodes: [{ [ZONE]: 'a', [REGION]: 'q' }], fits: [false] },
  // Old names: the node's own if it has it, else the new one.
  { volume: { [OLD_ZONE]: 'a' }, nodes: [{ [ZONE]: 'a' }, { [OLD_ZONE]: 'b', [ZONE]: 'a' }], fits: [true, false] },
  { volume: { [ZONE]: 'a' }, nodes: [{ [OLD_ZONE]: 'a' }], fits: [false] },
  // A zone without a name: the label does not count.
  { volume: { [ZONE]: 'a____c' }, nodes: [{ [ZONE]: 'b' }], fits: [true] },
])('a volume with $volume on $nodes: $fits', ({ volume, nodes, fits }) => {
  expect(judge(volume, ...(nodes as Record<string, string>[]))).toEqual(fits);
});

test('says so, and is woken by a node in the zone', () => {
  const cluster = new VolumeCluster();
  cluster.volume('v', undefined, {}, 1, { [ZONE]: 'c' });
  cluster.boundClaim('c', 'v');
  const pod = cluster.podWith('p', ['c']);
  cluster.run(1);
  expect(cluster.failures()).toEqual([
    `0/2 nodes are available: 2 node(s) had no available volume zone.${NOT_HELPFUL(2)}`,
  ]);
  cluster.createNode('n-c', { labels: { [ZONE]: 'c' } });
  cluster.run(5);
  expect(cluster.nodeOf(pod)).toBe('n-c');
});

test('volumes without such labels, and pods without volumes, are let pass at once', () => {
  const cluster = new VolumeCluster();
  const plugin = new VolumeZone(cluster.handle());
  cluster.volume('v', 'a');
  cluster.boundClaim('c', 'v');
  const pod = cluster.podWith('p', ['c'], { schedulerName: 'nobody' });
  cluster.run(1);
  expect(plugin.preFilter({ ...cluster.cycle(), pod, template: cluster.cluster.templateOf(pod) }).code).toBe('Skip');
  expect(plugin.preFilter(cluster.cycle()).code).toBe('Skip');
});
