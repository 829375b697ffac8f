import { expect, test } from 'vitest';
import type { ScoringStrategy, UtilizationShapePoint } from '../pluginArgs.ts';
import { scoreAll, TestCluster } from '../testing.ts';
import { NodeResourcesFit } from './nodeResourcesFit.ts';
import { brokenLinearTable } from './scoringStrategies.ts';

const GPU = 'example.com/gpu';
const NODE = { cpu: '10', memory: '1000Mi', allocatable: { [GPU]: '4', 'ephemeral-storage': '10Gi' } };
const PLACED = { cpu: '5', memory: '100Mi', [GPU]: '1', 'ephemeral-storage': '1Gi' };
/** With it 60 % of cpu and 50 % of memory are used, 50 % of the GPUs and 20 % of the storage. */
const POD = { cpu: '1', memory: '400Mi', [GPU]: '1', 'ephemeral-storage': '1Gi' };
const WITHOUT_GPU = { cpu: '1', memory: '400Mi' };

const RISING: UtilizationShapePoint[] = [
  { utilization: 0, score: 0 },
  { utilization: 100, score: 10 },
];
const FALLING: UtilizationShapePoint[] = [
  { utilization: 0, score: 10 },
  { utilization: 100, score: 0 },
];
const LATE: UtilizationShapePoint[] = [
  { utilization: 50, score: 0 },
  { utilization: 100, score: 10 },
];

function weights(resources: Record<string, number>) {
  return Object.entries(resources).map(([name, weight]) => ({ name, weight }));
}

function scoreWith(strategy: ScoringStrategy, requests: Record<string, string>, node = NODE): number {
  const cluster = new TestCluster();
  const args = { ignoredResources: [], ignoredResourceGroups: [], scoringStrategy: strategy };
  const plugin = new NodeResourcesFit(cluster.handle(), args);
  const row = cluster.cacheNode('n', node);
  cluster.cluster.nodes.addPod(row, cluster.template({ requests: PLACED }));
  return scoreAll(plugin, cluster.cycle({ requests }), [row])![0]!;
}

test.each([
  // (40 + 50) / 2
  { type: 'LeastAllocated', resources: { cpu: 1, memory: 1 }, requests: POD, score: 45 },
  { type: 'LeastAllocated', resources: { memory: 7, cpu: 7 }, requests: POD, score: 45 },
  // (3 * 40 + 50) / 4 = 42.5
  { type: 'LeastAllocated', resources: { cpu: 3, memory: 1 }, requests: POD, score: 42 },
  // (40 + 80) / 2
  { type: 'LeastAllocated', resources: { cpu: 1, 'ephemeral-storage': 1 }, requests: POD, score: 60 },
  // (60 + 50) / 2
  { type: 'MostAllocated', resources: { cpu: 1, memory: 1 }, requests: POD, score: 55 },
  // (60 + 50 + 5 * 50) / 7 = 51.4
  { type: 'MostAllocated', resources: { cpu: 1, memory: 1, [GPU]: 5 }, requests: POD, score: 51 },
  // Who asks for no GPU is not ranked by them.
  { type: 'MostAllocated', resources: { cpu: 1, memory: 1, [GPU]: 5 }, requests: WITHOUT_GPU, score: 55 },
  { type: 'MostAllocated', resources: { [GPU]: 1 }, requests: WITHOUT_GPU, score: 0 },
  // What nodes do not have does not count.
  { type: 'MostAllocated', resources: { cpu: 1, 'hugepages-2Mi': 9 }, requests: POD, score: 60 },
  { type: 'MostAllocated', resources: { cpu: 1, pods: 9 }, requests: POD, score: 60 },
  // More than there is counts as all.
  { type: 'MostAllocated', resources: { cpu: 1 }, requests: { cpu: '20' }, score: 100 },
] as const)('$type over $resources: $score', ({ type, resources, requests, score }) => {
  expect(scoreWith({ type, resources: weights(resources) }, requests)).toBe(score);
});

test.each([
  { shape: RISING, resources: { cpu: 1, memory: 1 }, score: 55 },
  // (3 * 60 + 50) / 4 = 57.5 is rounded
  { shape: RISING, resources: { cpu: 3, memory: 1 }, score: 58 },
  { shape: FALLING, resources: { cpu: 1, memory: 1 }, score: 45 },
  // Memory scores 0 and is left out of the mean; cpu is a fifth of the way from 50 to 100.
  { shape: LATE, resources: { cpu: 1, memory: 1 }, score: 20 },
  { shape: LATE, resources: { memory: 1 }, score: 0 },
  { shape: RISING, resources: { [GPU]: 2, cpu: 1 }, score: 53 },
])('RequestedToCapacityRatio $shape over $resources: $score', ({ shape, resources, score }) => {
  expect(scoreWith({ type: 'RequestedToCapacityRatio', resources: weights(resources), shape }, POD)).toBe(score);
});

test('a shape is linear between its points and flat beyond, cut to whole numbers', () => {
  const table = brokenLinearTable([
    { utilization: 10, score: 10 },
    { utilization: 40, score: 0 },
    { utilization: 70, score: 5 },
  ]);
  // At 20: 100 - 33.3; at 50: 16.7
  expect([0, 10, 20, 40, 50, 70, 71, 100].map((utilization) => table[utilization])).toEqual([
    100, 100, 67, 0, 16, 50, 50, 50,
  ]);
});

test('columns that grow are looked up again', () => {
  const cluster = new TestCluster();
  const args = {
    ignoredResources: [],
    ignoredResourceGroups: [],
    scoringStrategy: { type: 'MostAllocated', resources: weights({ [GPU]: 1 }) } as const,
  };
  const plugin = new NodeResourcesFit(cluster.handle(), args);
  const state = cluster.cycle({ requests: { [GPU]: '1' } });
  const first = cluster.cacheNode('first', NODE);
  expect(scoreAll(plugin, state, [first])).toEqual([25]);
  const rows = Array.from({ length: 100 }, (_, i) => cluster.cacheNode(`n${i}`, NODE));
  cluster.cluster.nodes.addPod(rows[99]!, cluster.template({ requests: PLACED }));
  cluster.cluster.nodes.addPod(first, cluster.template({ requests: PLACED }));
  expect(scoreAll(plugin, state, [first, rows[98]!, rows[99]!])).toEqual([50, 25, 50]);
});
