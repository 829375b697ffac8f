import { expect, test } from 'vitest';
import { ClusterEventKind } from '../clusterEvent.ts';
import { filterOne, scoreAll, TestCluster, wakes } from '../testing.ts';
import { NodeResourcesFit } from './nodeResourcesFit.ts';

function setUp(minorVersion = 37) {
  const cluster = new TestCluster();
  return { cluster, plugin: new NodeResourcesFit(cluster.handle(minorVersion)), nodes: cluster.cluster.nodes };
}

test('names every resource that is short', () => {
  const { cluster, plugin, nodes } = setUp();
  const node = cluster.cacheNode('n', {
    cpu: '2',
    memory: '1Gi',
    pods: '1',
    allocatable: { 'ephemeral-storage': '1Gi', 'nvidia.com/gpu': '1' },
  });
  const requests = { cpu: '1', memory: '600Mi', 'ephemeral-storage': '600Mi', 'nvidia.com/gpu': '1' };
  const state = cluster.cycle({ requests });
  expect(filterOne(plugin, state, node)).toBeUndefined();
  nodes.addPod(node, state.template);
  expect(filterOne(plugin, state, node)).toEqual([
    'Too many pods',
    'Insufficient memory',
    'Insufficient ephemeral-storage',
    'Insufficient nvidia.com/gpu',
  ]);
  nodes.removePod(node, state.template);
  expect(filterOne(plugin, state, node)).toBeUndefined();
});

test('takes exactly what is left', () => {
  const { cluster, plugin, nodes } = setUp();
  const node = cluster.cacheNode('n', { cpu: '1' });
  nodes.addPod(node, cluster.template({ requests: { cpu: '600m' } }));
  expect(filterOne(plugin, cluster.cycle({ requests: { cpu: '400m' } }), node)).toBeUndefined();
  expect(filterOne(plugin, cluster.cycle({ requests: { cpu: '401m' } }), node)).toEqual(['Insufficient cpu']);
});

test('a pod that requests nothing counts only as a pod', () => {
  const { cluster, plugin, nodes } = setUp();
  const node = cluster.cacheNode('n', { cpu: '1', pods: '2' });
  nodes.addPod(node, cluster.template({ requests: { cpu: '1' } }));
  expect(filterOne(plugin, cluster.cycle(), node)).toBeUndefined();
  nodes.addPod(node, cluster.template());
  expect(filterOne(plugin, cluster.cycle(), node)).toEqual(['Too many pods']);
});

test('a resource that the node has never heard of is short', () => {
  const { cluster, plugin } = setUp();
  const node = cluster.cacheNode('n');
  const state = cluster.cycle({ requests: { 'example.com/fpga': '1' } });
  expect(filterOne(plugin, state, node)).toEqual(['Insufficient example.com/fpga']);
});

test.each([
  { minor: 37, cpu: '2', unresolvable: true },
  { minor: 37, cpu: '600m', unresolvable: false },
  { minor: 33, cpu: '2', unresolvable: false },
])('1.$minor: a request of $cpu on a node of 1 is unresolvable: $unresolvable', ({ minor, cpu, unresolvable }) => {
  const { cluster, plugin, nodes } = setUp(minor);
  const node = cluster.cacheNode('n', { cpu: '1' });
  nodes.addPod(node, cluster.template({ requests: { cpu: '600m' } }));
  const state = cluster.cycle({ requests: { cpu } });
  plugin.preFilter(state);
  const code = plugin.filter(state, node);
  expect(plugin.reasonsOf(code)).toEqual(['Insufficient cpu']);
  expect(plugin.isUnresolvable(code)).toBe(unresolvable);
});

test('LeastAllocated: mean of the free percents, rounded down', () => {
  const { cluster, plugin, nodes } = setUp();
  const node = cluster.cacheNode('n', { cpu: '3', memory: '8Gi' });
  // cpu (3000 - 1000) / 3000 = 66.7 %, memory (8 - 3) / 8 = 62.5 %
  const state = cluster.cycle({ requests: { cpu: '1', memory: '3Gi' } });
  expect(scoreAll(plugin, state, [node])).toEqual([64]);
  nodes.addPod(node, state.template);
  // 33.3 % and 25 %
  expect(scoreAll(plugin, state, [node])).toEqual([29]);
});

test('pods without requests are scored as 100m and 200Mi', () => {
  const { cluster, plugin } = setUp();
  const node = cluster.cacheNode('n', { cpu: '1', memory: '1000Mi' });
  expect(scoreAll(plugin, cluster.cycle(), [node])).toEqual([85]);
});

test('a node without cpu is scored by memory alone', () => {
  const { cluster, plugin } = setUp();
  const node = cluster.cacheNode('n', { cpu: '0', memory: '1000Mi' });
  expect(scoreAll(plugin, cluster.cycle(), [node])).toEqual([80]);
});

test('is woken by room that may be enough', () => {
  const { cluster, plugin, nodes } = setUp();
  const small = nodes.objects[cluster.cacheNode('small', { cpu: '1' })]!;
  const large = nodes.objects[cluster.cacheNode('large', { cpu: '2' })]!;
  const { NodeAdd, NodeUpdateAllocatable, NodeUpdateLabel, AssignedPodDelete } = ClusterEventKind;
  const template = cluster.template({ requests: { cpu: '1500m' } });
  expect(wakes(plugin, template, { kinds: AssignedPodDelete })).toBe(true);
  expect(wakes(plugin, template, { kinds: NodeAdd, nodeAfter: large })).toBe(true);
  expect(wakes(plugin, template, { kinds: NodeAdd, nodeAfter: small })).toBe(false);
  expect(wakes(plugin, template, { kinds: NodeUpdateAllocatable, nodeBefore: small, nodeAfter: large })).toBe(true);
  expect(wakes(plugin, template, { kinds: NodeUpdateAllocatable, nodeBefore: large, nodeAfter: large })).toBe(false);
  expect(wakes(plugin, template, { kinds: NodeUpdateLabel, nodeBefore: small, nodeAfter: large })).toBe(false);
});

test('extended resources can be ignored by name and by group, huge pages cannot', () => {
  const cluster = new TestCluster();
  const plugin = new NodeResourcesFit(cluster.handle(), {
    ignoredResources: ['example.com/fpga', 'hugepages-2Mi'],
    ignoredResourceGroups: ['other.io'],
    scoringStrategy: { type: 'LeastAllocated', resources: [] },
  });
  const node = cluster.cacheNode('n');
  const requests = { 'example.com/fpga': '1', 'example.com/gpu': '1', 'other.io/a': '1', 'hugepages-2Mi': '2Mi' };
  expect(filterOne(plugin, cluster.cycle({ requests: { ...requests, cpu: '1', memory: '1Gi' } }), node)).toEqual([
    'Insufficient example.com/gpu',
    'Insufficient hugepages-2Mi',
  ]);
});
