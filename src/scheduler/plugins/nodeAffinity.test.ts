import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../api/types.ts';
import { ClusterEventKind } from '../clusterEvent.ts';
import { filterOne, scoreAll, TestCluster, wakes } from '../testing.ts';
import { NodeAffinity } from './nodeAffinity.ts';

const REASON = ["node(s) didn't match Pod's node affinity/selector"];

function setUp() {
  const cluster = new TestCluster();
  return { cluster, plugin: new NodeAffinity(cluster.handle()) };
}

function required(...nodeSelectorTerms: JsonObject[]): { spec: JsonObject } {
  return {
    spec: { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } } },
  };
}

function byName(...values: string[]): JsonObject {
  return { key: 'metadata.name', operator: 'In', values };
}

test('skips pods without requirement', () => {
  const { cluster, plugin } = setUp();
  expect(plugin.preFilter(cluster.cycle()).code).toBe('Skip');
});

test('nodeSelector asks for all its pairs', () => {
  const { cluster, plugin } = setUp();
  const plain = cluster.cacheNode('plain');
  const ssd = cluster.cacheNode('ssd', { labels: { disk: 'ssd' } });
  const both = cluster.cacheNode('both', { labels: { disk: 'ssd', arch: 'arm64' } });
  const state = cluster.cycle({ spec: { nodeSelector: { disk: 'ssd', arch: 'arm64' } } });
  expect([plain, ssd, both].map((node) => filterOne(plugin, state, node))).toEqual([REASON, REASON, undefined]);
  // Again, from what is remembered of the label sets.
  expect([plain, ssd, both].map((node) => filterOne(plugin, state, node))).toEqual([REASON, REASON, undefined]);
});

test.each([
  { expression: { key: 'cores', operator: 'Exists' }, expected: [true, true, false] },
  { expression: { key: 'cores', operator: 'DoesNotExist' }, expected: [false, false, true] },
  { expression: { key: 'cores', operator: 'In', values: ['8', '9'] }, expected: [true, false, false] },
  { expression: { key: 'cores', operator: 'NotIn', values: ['8'] }, expected: [false, true, true] },
  { expression: { key: 'cores', operator: 'Gt', values: ['8'] }, expected: [false, true, false] },
  { expression: { key: 'cores', operator: 'Lt', values: ['10'] }, expected: [true, false, false] },
])('$expression', ({ expression, expected }) => {
  const { cluster, plugin } = setUp();
  const nodes = [{ cores: '8' }, { cores: '16' }, {}].map((labels, i) => cluster.cacheNode(`n${i}`, { labels }));
  const state = cluster.cycle(required({ matchExpressions: [expression] }));
  expect(nodes.map((node) => filterOne(plugin, state, node) === undefined)).toEqual(expected);
});

test('one term is enough', () => {
  const { cluster, plugin } = setUp();
  const a = cluster.cacheNode('a', { labels: { x: '1' } });
  const b = cluster.cacheNode('b', { labels: { y: '1' } });
  const c = cluster.cacheNode('c');
  const exists = (key: string) => ({ matchExpressions: [{ key, operator: 'Exists' }] });
  const state = cluster.cycle(required(exists('x'), exists('y')));
  expect([a, b, c].map((node) => filterOne(plugin, state, node) === undefined)).toEqual([true, true, false]);
});

test('terms that all name nodes leave only those nodes', () => {
  const { cluster, plugin } = setUp();
  const status = plugin.preFilter(
    cluster.cycle(required({ matchFields: [byName('a')] }, { matchFields: [byName('b')] })),
  );
  expect(status.code).toBe('Success');
  expect([...status.nodeNames!]).toEqual(['a', 'b']);
});

test('a term without a name leaves all nodes in question', () => {
  const { cluster, plugin } = setUp();
  const a = cluster.cacheNode('a');
  const b = cluster.cacheNode('b');
  const exists = { matchExpressions: [{ key: 'x', operator: 'Exists' }] };
  const state = cluster.cycle(required({ matchFields: [byName('a')] }, exists));
  expect(plugin.preFilter(state).nodeNames).toBeUndefined();
  expect([a, b].map((node) => filterOne(plugin, state, node) === undefined)).toEqual([true, false]);
});

test('names that exclude each other reject the pod', () => {
  const { cluster, plugin } = setUp();
  const status = plugin.preFilter(cluster.cycle(required({ matchFields: [byName('a'), byName('b')] })));
  expect(status).toMatchObject({ code: 'UnschedulableAndUnresolvable', reasons: ['pod affinity terms conflict'] });
});

test('sums the weights of matching preferred terms', () => {
  const { cluster, plugin } = setUp();
  const a = cluster.cacheNode('a', { labels: { x: '1', y: '1' } });
  const b = cluster.cacheNode('b', { labels: { x: '1' } });
  const c = cluster.cacheNode('c');
  const term = (key: string, weight: number) => ({
    weight,
    preference: { matchExpressions: [{ key, operator: 'Exists' }] },
  });
  const nodeAffinity = { preferredDuringSchedulingIgnoredDuringExecution: [term('x', 10), term('y', 20)] };
  const state = cluster.cycle({ spec: { affinity: { nodeAffinity } } });
  expect(scoreAll(plugin, state, [a, b, c])).toEqual([100, 33, 0]);
  expect(scoreAll(plugin, state, [b, c])).toEqual([100, 0]);
  expect(scoreAll(plugin, cluster.cycle(), [a, b])).toBeUndefined();
});

test('label sets that appear later are matched too', () => {
  const { cluster, plugin } = setUp();
  const state = cluster.cycle({ spec: { nodeSelector: { disk: 'ssd' } } });
  for (let i = 0; i < 50; i++) {
    const node = cluster.cacheNode(`n${i}`, { labels: i % 2 === 0 ? { disk: 'ssd' } : {} });
    expect(filterOne(plugin, state, node) === undefined).toBe(i % 2 === 0);
  }
});

test('is woken by a node that begins to match', () => {
  const { cluster, plugin } = setUp();
  const { objects } = cluster.cluster.nodes;
  const plain = objects[cluster.cacheNode('plain')]!;
  const ssd = objects[cluster.cacheNode('ssd', { labels: { disk: 'ssd' } })]!;
  const template = cluster.template({ spec: { nodeSelector: { disk: 'ssd' } } });
  const kinds = ClusterEventKind.NodeUpdateLabel;
  expect(wakes(plugin, template, { kinds, nodeBefore: plain, nodeAfter: ssd })).toBe(true);
  expect(wakes(plugin, template, { kinds, nodeBefore: ssd, nodeAfter: ssd })).toBe(false);
  expect(wakes(plugin, template, { kinds, nodeBefore: ssd, nodeAfter: plain })).toBe(false);
});

test('a pinned pod gets its node, and only hears of that one', () => {
  const { cluster, plugin } = setUp();
  for (const name of ['a', 'b']) cluster.createNode(name, { labels: name === 'b' ? { disk: 'ssd' } : {} });
  const pod = cluster.createPod('p');
  cluster.kernel.run();
  const b = cluster.cluster.nodes.rowOf('b');
  cluster.cluster.pods.pinnedNode[pod] = b;
  const plain = { ...cluster.cycle(), pod };
  expect(plugin.preFilter(plain).nodeNames).toEqual(new Set(['b']));
  expect(plugin.filter(plain, b)).toBe(0);
  const selecting = { ...plain, template: cluster.template({ spec: { nodeSelector: { disk: 'hdd' } } }) };
  expect(plugin.preFilter(selecting).nodeNames).toEqual(new Set(['b']));
  expect(plugin.filter(selecting, b)).not.toBe(0);
  const hint = plugin.eventsToRegister()[0]!.hint!;
  const joined = (name: string) => {
    const nodeAfter = cluster.cluster.nodeObjects.find('', name)!;
    return hint(plain.template, { kinds: ClusterEventKind.NodeAdd, nodeAfter }, pod);
  };
  expect([joined('a'), joined('b')]).toEqual([false, true]);
});

test('a pinned pod whose node is gone or full says so as upstream does', () => {
  const cluster = new TestCluster();
  cluster.scheduler();
  for (const name of ['a', 'b', 'c']) cluster.createNode(name, { pods: '1' });
  cluster.createPod('resident', { spec: { nodeName: 'a' } });
  cluster.kernel.run();
  const gone = cluster.cluster.nodes.rowOf('c');
  cluster.deleteNode('c');
  cluster.kernel.run();
  cluster.log.length = 0;
  for (const [name, row] of Object.entries({ full: 0, free: 1, gone })) {
    cluster.cluster.pods.pinnedNode[cluster.createPod(name)] = row;
  }
  cluster.kernel.run({ untilMicros: cluster.kernel.nowMicros + 50_000 });
  expect(cluster.log.map((line) => line.replace(/^\S+ /, '')).sort()).toEqual([
    "failed full: 0/2 nodes are available: 1 Too many pods, 1 node(s) didn't satisfy plugin(s) [NodeAffinity]. preemption: 0/2 nodes are available: 1 No preemption victims found for incoming pod, 1 Preemption is not helpful for scheduling.",
    "failed gone: 0/2 nodes are available: 2 node(s) didn't satisfy plugin(s) [NodeAffinity]. preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.",
    'scheduled free on b',
  ]);
});

describe('with an added affinity', () => {
  function setUpAdded() {
    const cluster = new TestCluster();
    const term = (key: string, ...values: string[]) => ({
      matchExpressions: [{ key, operator: 'In' as const, values }],
      matchFields: [],
    });
    const addedAffinity = {
      required: [term('tenant', 'blue')],
      preferred: [{ weight: 3, preference: term('disk', 'ssd') }],
    };
    const plugin = new NodeAffinity(cluster.handle(), { addedAffinity });
    const blue = cluster.cacheNode('blue', { labels: { tenant: 'blue' } });
    const blueSsd = cluster.cacheNode('blue-ssd', { labels: { tenant: 'blue', disk: 'ssd' } });
    const red = cluster.cacheNode('red', { labels: { tenant: 'red', disk: 'ssd' } });
    return { cluster, plugin, blue, blueSsd, red };
  }

  test('it holds for pods that ask for nothing, and besides what others ask for', () => {
    const { cluster, plugin, blue, blueSsd, red } = setUpAdded();
    const enforced = ["node(s) didn't match scheduler-enforced node affinity"];
    const plain = cluster.cycle();
    expect([blue, blueSsd, red].map((node) => filterOne(plugin, plain, node))).toEqual([
      undefined,
      undefined,
      enforced,
    ]);
    const choosy = cluster.cycle({ spec: { nodeSelector: { disk: 'ssd' } } });
    const own = ["node(s) didn't match Pod's node affinity/selector"];
    expect([blue, blueSsd, red].map((node) => filterOne(plugin, choosy, node))).toEqual([own, undefined, enforced]);
  });

  test('a node that comes to it is news only for pods that did not select it', () => {
    const { cluster, plugin, blueSsd, red } = setUpAdded();
    const { objects } = cluster.cluster.nodes;
    const becoming = {
      kinds: ClusterEventKind.NodeUpdateLabel,
      nodeBefore: objects[red]!,
      nodeAfter: objects[blueSsd]!,
    };
    const slow = cluster.template({ spec: { nodeSelector: { disk: 'hdd' } } });
    expect(wakes(plugin, cluster.template(), becoming)).toBe(false);
    expect(wakes(plugin, slow, becoming)).toBe(false);
    const { kinds, nodeAfter } = { kinds: ClusterEventKind.NodeAdd, nodeAfter: objects[blueSsd]! };
    expect(wakes(plugin, cluster.template(), { kinds, nodeAfter })).toBe(true);
    expect(wakes(plugin, cluster.template(), { kinds, nodeAfter: objects[red]! })).toBe(false);
    const before = cluster.cacheNode('before', { labels: { tenant: 'red', disk: 'hdd' } });
    const choosy = cluster.template({ spec: { nodeSelector: { disk: 'ssd' } } });
    expect(wakes(plugin, choosy, { ...becoming, nodeBefore: objects[before]! })).toBe(true);
  });

  test('its preferences add to those of the pod', () => {
    const { cluster, plugin, blue, blueSsd } = setUpAdded();
    expect(plugin.isScoreIdle(cluster.cycle())).toBe(false);
    expect(scoreAll(plugin, cluster.cycle(), [blue, blueSsd])).toEqual([0, 100]);
    const preference = { matchExpressions: [{ key: 'disk', operator: 'DoesNotExist' }] };
    const affinity = {
      nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 2, preference }] },
    };
    // 2 against 3, of at most 3
    expect(scoreAll(plugin, cluster.cycle({ spec: { affinity } }), [blue, blueSsd])).toEqual([66, 100]);
  });
});
