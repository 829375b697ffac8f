import { describe, expect, test } from 'vitest';
import { scoreAll, TestCluster } from '../testing.ts';
import { NodeResourcesBalancedAllocation } from './nodeResourcesBalancedAllocation.ts';

function setUp(minorVersion: number) {
  const cluster = new TestCluster();
  const node = cluster.cacheNode('n', { cpu: '10', memory: '1000Mi' });
  return { cluster, node, plugin: new NodeResourcesBalancedAllocation(cluster.handle(minorVersion)) };
}

// cpu 50 %, memory 10 %: 1 - 0.4 / 2 = 80
const LOPSIDED = { cpu: '5', memory: '100Mi' };
// together with it 50 % and 50 %
const EVENING = { memory: '400Mi' };

test.each([
  { minor: 35, placed: {}, requests: LOPSIDED, score: 80 },
  { minor: 35, placed: LOPSIDED, requests: EVENING, score: 100 },
  // 50 + (50 + 80 - 100) / 2
  { minor: 36, placed: {}, requests: LOPSIDED, score: 65 },
  // 50 + (50 + 100 - 80) / 2
  { minor: 37, placed: LOPSIDED, requests: EVENING, score: 85 },
  { minor: 37, placed: {}, requests: { cpu: '1', memory: '100Mi' }, score: 75 },
  // cpu 150 % counts as 100 %
  { minor: 35, placed: { cpu: '10' }, requests: { cpu: '5' }, score: 50 },
])('1.$minor, $requests beside $placed: $score', ({ minor, placed, requests, score }) => {
  const { cluster, node, plugin } = setUp(minor);
  cluster.cluster.nodes.addPod(node, cluster.template({ requests: placed }));
  expect(scoreAll(plugin, cluster.cycle({ requests }), [node])).toEqual([score]);
});

test('pods without requests are skipped since 1.33', () => {
  for (const { minor, scores } of [
    { minor: 33, scores: undefined },
    { minor: 32, scores: [100] },
  ]) {
    const { cluster, node, plugin } = setUp(minor);
    expect(scoreAll(plugin, cluster.cycle(), [node])).toEqual(scores);
  }
});

describe('with a third resource', () => {
  const THREE = {
    resources: [
      { name: 'cpu', weight: 1 },
      { name: 'memory', weight: 1 },
      { name: 'example.com/gpu', weight: 1 },
    ],
  };

  // Shares of 0.6, 0.3 and 0.3: their mean is 0.4, the deviation sqrt(0.06 / 3) = 0.1414, so that 85.86 is left.
  // Since 1.36: 50 + (50 + 85 - 100) / 2 = 67.5
  test.each([
    { minor: 35, gpu: '3', score: 85 },
    { minor: 37, gpu: '3', score: 67 },
    // Shares of 0.6 and 0.3: 1 - 0.3 / 2
    { minor: 35, gpu: undefined, score: 85 },
    // Shares of 0.6, 0.3 and 0.9: their mean is 0.6, the deviation sqrt(0.18 / 3) = 0.2449
    { minor: 35, gpu: '9', score: 75 },
  ])('1.$minor, $gpu of it: $score', ({ minor, gpu, score }) => {
    const cluster = new TestCluster();
    const plugin = new NodeResourcesBalancedAllocation(cluster.handle(minor), THREE);
    const node = cluster.cacheNode('n', { cpu: '10', memory: '1000Mi', allocatable: { 'example.com/gpu': '10' } });
    const requests = { cpu: '6', memory: '300Mi', ...(gpu === undefined ? {} : { 'example.com/gpu': gpu }) };
    expect(scoreAll(plugin, cluster.cycle({ requests }), [node])).toEqual([score]);
  });

  test('a pod that asks for it alone is scored, one that asks for nothing is not', () => {
    const cluster = new TestCluster();
    const plugin = new NodeResourcesBalancedAllocation(cluster.handle(), THREE);
    const gpuOnly = cluster.cycle({ requests: { 'example.com/gpu': '1' } });
    expect(plugin.isScoreIdle(gpuOnly)).toBe(false);
    expect(plugin.isScoreIdle(cluster.cycle())).toBe(true);
    // A node without it has two shares left, both of 0; with it there are three.
    const without = cluster.cacheNode('a', { cpu: '10', memory: '1000Mi' });
    const having = cluster.cacheNode('b', { cpu: '10', memory: '1000Mi', allocatable: { 'example.com/gpu': '2' } });
    // 0, 0, 0.5: the deviation is 0.2357, and 50 + (50 + 76 - 100) / 2 = 63
    expect(scoreAll(plugin, gpuOnly, [without, having])).toEqual([75, 63]);
  });
});
