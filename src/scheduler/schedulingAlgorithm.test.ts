import { expect, test } from 'vitest';
import { Cache } from './cache.ts';
import type { AnyPlugin, CycleState } from './framework.ts';
import { NodeOrder } from './nodeOrder.ts';
import { Nominator } from './nominator.ts';
import { Profile } from './profile.ts';
import { DEFAULT_PLUGINS, type PluginRegistration } from './registry.ts';
import { numFeasibleNodesToFind, SchedulingAlgorithm } from './schedulingAlgorithm.ts';
import { TestCluster } from './testing.ts';

function setUp(nodeCount: number, registry: readonly PluginRegistration[] = DEFAULT_PLUGINS) {
  const cluster = new TestCluster();
  const { nodes, streams } = cluster.cluster;
  const order = new NodeOrder(nodes);
  const profile = new Profile(registry, cluster.handle());
  for (let i = 0; i < nodeCount; i++) {
    const row = cluster.cacheNode(`n${i}`);
    order.update(row);
    profile.nodeChanged(row);
  }
  const algorithm = new SchedulingAlgorithm({
    profile,
    nodes,
    order,
    cache: new Cache({ cluster: cluster.cluster, onChange: (row) => order.touch(row) }),
    nominator: new Nominator({ priorityOf: () => 0, onChange: (row) => order.touch(row) }),
    percentageOfNodesToScore: 0,
    tieBreaks: streams.stream('test'),
    isDirect: false,
  });
  return { cluster, algorithm, nodes };
}

test.each([
  [0, 0],
  [1, 1],
  [99, 99],
  [100, 100],
  [150, 100],
  [250, 120],
  [1000, 420],
  [5000, 500],
  [5625, 281],
  [10000, 500],
])('of %i nodes, %i feasible ones are enough', (nodeCount, expected) => {
  expect(numFeasibleNodesToFind(nodeCount)).toBe(expected);
});

test('the search goes on where the last one ended', () => {
  const scored: number[] = [];
  const spy: AnyPlugin = {
    name: 'Spy',
    filter: () => 0,
    reasonsOf: () => [],
    isUnresolvable: () => false,
    score: (_state: CycleState, node: number) => {
      scored.push(node);
      return 0;
    },
  };
  const { algorithm, cluster } = setUp(150, [{ name: 'Spy', create: () => spy, weight: 1 }, ...DEFAULT_PLUGINS]);
  algorithm.schedule(cluster.cycle());
  expect(scored).toEqual(Array.from({ length: 100 }, (_, i) => i));
  scored.length = 0;
  algorithm.schedule(cluster.cycle());
  expect(scored).toEqual(Array.from({ length: 100 }, (_, i) => (100 + i) % 150));
  expect([algorithm.startedAt, algorithm.visitedCount, algorithm.feasibleCount]).toEqual([100, 100, 100]);
});

test('of equal nodes each is chosen about as often', () => {
  const { algorithm, cluster } = setUp(4);
  const chosen = [0, 0, 0, 0];
  for (let i = 0; i < 4000; i++) chosen[algorithm.schedule(cluster.cycle())]!++;
  for (const count of chosen) expect(count).toBeGreaterThan(900);
});

test('weights decide between plugins that disagree', () => {
  const preferring = (node: number): AnyPlugin => ({
    name: `Prefers${node}`,
    score: (_state: CycleState, candidate: number) => (candidate === node ? 100 : 0),
  });
  const { algorithm, cluster } = setUp(3, [
    ...DEFAULT_PLUGINS,
    { name: 'Prefers1', create: () => preferring(1), weight: 2 },
    { name: 'Prefers2', create: () => preferring(2), weight: 3 },
  ]);
  expect(algorithm.schedule(cluster.cycle())).toBe(2);
});

test('a single feasible node is not scored', () => {
  const broken: AnyPlugin = {
    name: 'Broken',
    score: () => {
      throw new Error('scored');
    },
  };
  const { algorithm, cluster } = setUp(1, [...DEFAULT_PLUGINS, { name: 'Broken', create: () => broken, weight: 1 }]);
  expect(algorithm.schedule(cluster.cycle())).toBe(0);
});

test('a pod that may only run on named nodes is told of the others', () => {
  const { algorithm, cluster, nodes } = setUp(3);
  nodes.addPod(0, cluster.template({ requests: { cpu: '4' } }));
  const nodeSelectorTerms = ['n0', 'elsewhere'].map((name) => ({
    matchFields: [{ key: 'metadata.name', operator: 'In', values: [name] }],
  }));
  const affinity = { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } };
  expect(algorithm.schedule(cluster.cycle({ requests: { cpu: '1' }, spec: { affinity } }))).toBe(-1);
  expect(algorithm.diagnosis.message([])).toBe(
    "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't satisfy plugin(s) [NodeAffinity].",
  );
});

test('reasons of a pod that no node can ever satisfy', () => {
  const { algorithm, cluster } = setUp(2);
  const name = (value: string) => ({ key: 'metadata.name', operator: 'In', values: [value] });
  const nodeSelectorTerms = [{ matchFields: [name('n0'), name('n1')] }];
  const affinity = { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } };
  expect(algorithm.schedule(cluster.cycle({ spec: { affinity } }))).toBe(-1);
  expect(algorithm.diagnosis.message(['preemption: no.'])).toBe(
    '0/2 nodes are available: pod affinity terms conflict. preemption: no.',
  );
  expect(algorithm.diagnosis.resolvableNodes()).toHaveLength(0);
});
