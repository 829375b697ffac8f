import { expect, test } from 'vitest';
import { TestCluster } from '../testing.ts';
import { SchedulingGates } from './schedulingGates.ts';

test('a pod with gates may not enter activeQ', () => {
  const cluster = new TestCluster();
  const plugin = new SchedulingGates();
  expect(plugin.preEnqueue(0, cluster.template())).toBe(true);
  expect(plugin.preEnqueue(0, cluster.template({ spec: { schedulingGates: [{ name: 'wait' }] } }))).toBe(false);
});
