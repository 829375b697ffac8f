import { expect, test } from 'vitest';
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
