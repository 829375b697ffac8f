import { expect, test } from 'vitest';
import { filterOne, TestCluster } from '../testing.ts';
import { NodeName } from './nodeName.ts';

test('only the named node passes', () => {
  const cluster = new TestCluster();
  const plugin = new NodeName(cluster.handle());
  const a = cluster.cacheNode('a');
  const b = cluster.cacheNode('b');
  expect(filterOne(plugin, cluster.cycle(), a)).toBeUndefined();
  expect(filterOne(plugin, cluster.cycle({ spec: { nodeName: 'b' } }), b)).toBeUndefined();
  expect(filterOne(plugin, cluster.cycle({ spec: { nodeName: 'b' } }), a)).toEqual([
    "node(s) didn't match the requested node name",
  ]);
});
