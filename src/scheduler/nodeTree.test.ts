import { expect, test } from 'vitest';
import { ZONE_LABEL } from '../cluster/nodeTable.ts';
import { NodeTree } from './nodeTree.ts';
import { TestCluster } from './testing.ts';

function setUp(zones: readonly string[]) {
  const cluster = new TestCluster();
  const tree = new NodeTree(cluster.cluster.nodes);
  zones.forEach((zone, i) => {
    tree.update(cluster.cacheNode(`${zone}${i}`, { labels: zone === '' ? {} : { [ZONE_LABEL]: zone } }));
  });
  const names = () => [...tree.rows()].map((row) => cluster.cluster.nodes.names[row]);
  return { cluster, tree, names };
}

test('takes one node of each zone in turn', () => {
  const { names } = setUp(['a', 'a', 'a', 'b', 'b', 'c']);
  expect(names()).toEqual(['a0', 'b3', 'c5', 'a1', 'b4', 'a2']);
});

test('nodes without zone are a zone of their own', () => {
  const { names } = setUp(['', '', 'a']);
  expect(names()).toEqual(['0', 'a2', '1']);
});

test('nodes leave, and change their zone', () => {
  const { cluster, tree, names } = setUp(['a', 'a', 'b', 'b']);
  const { nodes } = cluster.cluster;
  const gone = nodes.objects[2]!;
  nodes.remove(gone.uid);
  tree.update(2);
  expect(names()).toEqual(['a0', 'b3', 'a1']);
  const moved = nodes.objects[0]!;
  nodes.upsert({ ...moved, meta: { ...moved.meta, labels: { [ZONE_LABEL]: 'b' } } });
  tree.update(0);
  expect(names()).toEqual(['a1', 'b3', 'a0']);
});
