import { expect, test } from 'vitest';
import { QueuedPods } from '../queuedPods.ts';
import { PrioritySort } from './prioritySort.ts';

test('orders by priority, then by time, then by entry', () => {
  const queued = new QueuedPods();
  queued.reset(0, 0, 5, 0);
  queued.reset(1, 10, 9, 1);
  queued.reset(2, 0, 4, 2);
  queued.reset(3, 0, 4, 3);
  queued.reset(4, -1, 1, 4);
  const plugin = new PrioritySort();
  const order = [4, 3, 2, 1, 0].sort((a, b) => (plugin.less(queued, a, b) ? -1 : 1));
  expect(order).toEqual([1, 2, 3, 0, 4]);
});
