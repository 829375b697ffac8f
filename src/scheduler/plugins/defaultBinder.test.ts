import { expect, test } from 'vitest';
import { TestCluster } from '../testing.ts';
import { DefaultBinder } from './defaultBinder.ts';

test('binds a pod once', () => {
  const cluster = new TestCluster();
  const binder = new DefaultBinder(cluster.handle());
  const node = cluster.cacheNode('n');
  const pod = cluster.createPod('p');
  expect(binder.bind(pod, node)).toBe(true);
  expect(cluster.nodeOf(pod)).toBe('n');
  expect(binder.bind(pod, node)).toBe(false);
});
