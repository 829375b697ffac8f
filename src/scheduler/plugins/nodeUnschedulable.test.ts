import { expect, test } from 'vitest';
import { ClusterEventKind } from '../clusterEvent.ts';
import { filterOne, TestCluster, wakes } from '../testing.ts';
import { NodeUnschedulable } from './nodeUnschedulable.ts';

const REASON = ['node(s) were unschedulable'];

test('rejects cordoned nodes, unresolvably', () => {
  const cluster = new TestCluster();
  const plugin = new NodeUnschedulable(cluster.handle());
  const open = cluster.cacheNode('open');
  const cordoned = cluster.cacheNode('cordoned', { unschedulable: true });
  expect(filterOne(plugin, cluster.cycle(), open)).toBeUndefined();
  expect(filterOne(plugin, cluster.cycle(), cordoned)).toEqual(REASON);
  expect(plugin.isUnresolvable()).toBe(true);
});

test('a toleration of the unschedulable taint lets the pod in', () => {
  const cluster = new TestCluster();
  const plugin = new NodeUnschedulable(cluster.handle());
  const cordoned = cluster.cacheNode('cordoned', { unschedulable: true });
  const tolerations = [{ key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' }];
  expect(filterOne(plugin, cluster.cycle({ spec: { tolerations } }), cordoned)).toBeUndefined();
});

test('is woken by an uncordon', () => {
  const cluster = new TestCluster();
  const plugin = new NodeUnschedulable(cluster.handle());
  const { objects } = cluster.cluster.nodes;
  const open = objects[cluster.cacheNode('open')]!;
  const cordoned = objects[cluster.cacheNode('cordoned', { unschedulable: true })]!;
  const kinds = ClusterEventKind.NodeUpdateTaint;
  expect(wakes(plugin, cluster.template(), { kinds, nodeBefore: cordoned, nodeAfter: open })).toBe(true);
  expect(wakes(plugin, cluster.template(), { kinds, nodeBefore: open, nodeAfter: open })).toBe(false);
  expect(wakes(plugin, cluster.template(), { kinds, nodeBefore: open, nodeAfter: cordoned })).toBe(false);
});
