import { expect, test } from 'vitest';
import type { Node } from '../../cluster/objects.ts';
import { ClusterEventKind } from '../clusterEvent.ts';
import { filterOne, scoreAll, TestCluster, wakes } from '../testing.ts';
import { TaintToleration } from './taintToleration.ts';

const HARD = { key: 'team', value: 'a', effect: 'NoSchedule' };
const SOFT = { key: 'old', value: '1', effect: 'PreferNoSchedule' };

function setUp(minorVersion = 37) {
  const cluster = new TestCluster();
  const plugin = new TaintToleration(cluster.handle(minorVersion));
  return { cluster, plugin };
}

test.each([
  { minor: 37, reason: 'node(s) had untolerated taint(s)' },
  { minor: 34, reason: 'node(s) had untolerated taint(s)' },
  { minor: 33, reason: 'node(s) had untolerated taint {team: a}' },
])('1.$minor says "$reason"', ({ minor, reason }) => {
  const { cluster, plugin } = setUp(minor);
  const tainted = cluster.cacheNode('tainted', { taints: [SOFT, HARD] }, plugin);
  expect(filterOne(plugin, cluster.cycle(), tainted)).toEqual([reason]);
  expect(plugin.isUnresolvable()).toBe(true);
});

test.each([
  { toleration: { key: 'team', operator: 'Equal', value: 'a', effect: 'NoSchedule' }, passes: true },
  { toleration: { key: 'team', operator: 'Equal', value: 'b', effect: 'NoSchedule' }, passes: false },
  { toleration: { key: 'team', operator: 'Exists' }, passes: true },
  { toleration: { operator: 'Exists' }, passes: true },
  { toleration: { key: 'team', operator: 'Exists', effect: 'NoExecute' }, passes: false },
])('toleration $toleration passes: $passes', ({ toleration, passes }) => {
  const { cluster, plugin } = setUp();
  const tainted = cluster.cacheNode('tainted', { taints: [HARD] }, plugin);
  const reasons = filterOne(plugin, cluster.cycle({ spec: { tolerations: [toleration] } }), tainted);
  expect(reasons === undefined).toBe(passes);
});

test('taints are looked at anew when the node changes', () => {
  const { cluster, plugin } = setUp();
  const state = cluster.cycle();
  const row = cluster.cacheNode('n', { taints: [HARD] }, plugin);
  expect(filterOne(plugin, state, row)).toBeDefined();
  cluster.cluster.nodes.upsert({ ...cluster.cluster.nodes.objects[row]!, taints: [] });
  plugin.nodeChanged(row);
  expect(filterOne(plugin, state, row)).toBeUndefined();
});

test('prefers nodes with fewer untolerated PreferNoSchedule taints', () => {
  const { cluster, plugin } = setUp();
  const clean = cluster.cacheNode('clean', {}, plugin);
  expect(scoreAll(plugin, cluster.cycle(), [clean])).toBeUndefined();
  const one = cluster.cacheNode('one', { taints: [SOFT] }, plugin);
  const two = cluster.cacheNode('two', { taints: [SOFT, { ...SOFT, key: 'slow' }] }, plugin);
  expect(scoreAll(plugin, cluster.cycle(), [clean, one, two])).toEqual([100, 50, 0]);
  const tolerant = cluster.cycle({ spec: { tolerations: [{ operator: 'Exists' }] } });
  expect(scoreAll(plugin, tolerant, [clean, one, two])).toEqual([100, 100, 100]);
});

test('is woken by a taint that goes, not by one that stays', () => {
  const { cluster, plugin } = setUp();
  const row = cluster.cacheNode('n', { taints: [HARD] }, plugin);
  const tainted = cluster.cluster.nodes.objects[row]!;
  const clean = { ...tainted, taints: [] };
  const isWoken = (nodeBefore: Node | undefined, nodeAfter: Node) =>
    wakes(plugin, cluster.template(), { kinds: ClusterEventKind.NodeUpdateTaint, nodeBefore, nodeAfter });
  expect(isWoken(tainted, clean)).toBe(true);
  expect(isWoken(tainted, tainted)).toBe(false);
  expect(isWoken(clean, clean)).toBe(false);
  expect(isWoken(undefined, clean)).toBe(true);
  expect(isWoken(undefined, tainted)).toBe(false);
});
