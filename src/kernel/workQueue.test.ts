import { describe, expect, test } from 'vitest';
import { Kernel } from './kernel.ts';
import { WorkQueue, type WorkQueueOptions } from './workQueue.ts';

function setUp(options: Partial<WorkQueueOptions> = {}) {
  const kernel = new Kernel();
  const readyAt: number[] = [];
  const queue = new WorkQueue(kernel, { name: 'test', onReady: () => readyAt.push(kernel.nowMicros), ...options });
  const getAll = () => {
    const keys: number[] = [];
    for (let key = queue.get(); key !== -1; key = queue.get()) keys.push(key);
    return keys;
  };
  return { kernel, queue, readyAt, getAll };
}

describe('add, get, done', () => {
  test('first in, first out', () => {
    const { queue, getAll } = setUp();
    for (const key of [5, 0, 3]) queue.add(key);
    expect(queue.length).toBe(3);
    expect(getAll()).toEqual([5, 0, 3]);
    expect(queue.length).toBe(0);
    expect(queue.get()).toBe(-1);
  });

  test('a queued key is not queued twice', () => {
    const { queue, readyAt, getAll } = setUp();
    for (const key of [1, 2, 1, 1]) queue.add(key);
    expect(readyAt.length).toBe(2);
    expect(getAll()).toEqual([1, 2]);
  });

  test('a key being processed is not handed out again before done', () => {
    const { queue, readyAt } = setUp();
    queue.add(1);
    expect(queue.get()).toBe(1);
    queue.add(1);
    queue.add(1);
    expect(queue.length).toBe(0);
    expect(queue.get()).toBe(-1);
    expect(readyAt.length).toBe(1);
    queue.done(1);
    expect(readyAt.length).toBe(2);
    expect(queue.get()).toBe(1);
    queue.done(1);
    expect(queue.get()).toBe(-1);
  });

  test('adds during processing go behind keys queued before done', () => {
    const { queue, getAll } = setUp();
    queue.add(1);
    queue.get();
    queue.add(1);
    queue.add(2);
    queue.done(1);
    expect(getAll()).toEqual([2, 1]);
  });

  test('a key that is done without an add does not come back', () => {
    const { queue } = setUp();
    queue.add(1);
    queue.get();
    queue.done(1);
    expect(queue.length).toBe(0);
    queue.add(1);
    expect(queue.get()).toBe(1);
  });

  test('onReady may take the key at once', () => {
    const kernel = new Kernel();
    const taken: number[] = [];
    const queue: WorkQueue = new WorkQueue(kernel, {
      name: 'eager',
      onReady: () => {
        const key = queue.get();
        taken.push(key);
        queue.done(key);
      },
    });
    for (const key of [1, 2, 1]) queue.add(key);
    expect(taken).toEqual([1, 2, 1]);
  });

  test('grows with its keys and keeps their order', () => {
    const { queue, getAll } = setUp();
    for (let key = 0; key < 40; key++) queue.add(key);
    for (let key = 0; key < 30; key++) queue.done(queue.get());
    const keys = Array.from({ length: 500 }, (_, index) => 1000 - index);
    for (const key of keys) queue.add(key);
    expect(getAll()).toEqual([30, 31, 32, 33, 34, 35, 36, 37, 38, 39, ...keys]);
  });

  test('programmer errors throw', () => {
    const { queue } = setUp();
    for (const key of [-1, 0.5, Number.NaN, 2 ** 24]) expect(() => queue.add(key)).toThrow(`Unexpected key: ${key}`);
    expect(() => queue.done(3)).toThrow('Key 3 is done but was not being processed');
    expect(() => queue.done(3000)).toThrow('Key 3000');
  });
});

describe('addAfter', () => {
  test('queues after the delay', () => {
    const { kernel, queue, readyAt } = setUp();
    queue.addAfter(1, 50);
    expect(queue.length).toBe(0);
    kernel.run();
    expect(readyAt).toEqual([50]);
    expect(queue.get()).toBe(1);
  });

  test.each([0, -5])('queues at once with delay %d', (delayMicros) => {
    const { kernel, queue } = setUp();
    queue.addAfter(1, delayMicros);
    expect(queue.length).toBe(1);
    expect(kernel.pendingEvents).toBe(0);
  });

  test('an earlier time moves a waiting key, a later one does not', () => {
    const { kernel, queue, readyAt } = setUp();
    queue.addAfter(1, 50);
    queue.addAfter(1, 80);
    queue.addAfter(1, 20);
    queue.addAfter(1, 30);
    kernel.run();
    expect(readyAt).toEqual([20]);
    expect(kernel.eventsDispatched).toBe(1);
  });

  test('waits anew after it became ready', () => {
    const { kernel, queue, readyAt } = setUp();
    queue.addAfter(100, 10);
    kernel.run();
    queue.done(queue.get());
    queue.addAfter(100, 10);
    kernel.run();
    expect(readyAt).toEqual([10, 20]);
  });

  test('an add meanwhile leaves the delayed one in place', () => {
    const { kernel, queue, readyAt } = setUp();
    queue.addAfter(1, 50);
    queue.add(1);
    queue.done(queue.get());
    kernel.run();
    expect(readyAt).toEqual([0, 50]);
  });

  test('becoming ready while being processed waits for done', () => {
    const { kernel, queue, readyAt } = setUp();
    queue.add(1);
    queue.get();
    queue.addAfter(1, 50);
    kernel.run();
    expect(queue.length).toBe(0);
    queue.done(1);
    expect(readyAt).toEqual([0, 50]);
    expect(queue.get()).toBe(1);
  });

  test('keys due at one time become ready in the order they were added', () => {
    const { kernel, queue, getAll } = setUp();
    for (const key of [9, 4, 7]) queue.addAfter(key, 50);
    kernel.run();
    expect(getAll()).toEqual([9, 4, 7]);
  });
});

describe('addRateLimited', () => {
  /** Fails a key again and again, each time when the last delay is over, and returns the delays. */
  function failures(count: number, options: Partial<WorkQueueOptions>): number[] {
    const { kernel, queue } = setUp(options);
    return Array.from({ length: count }, () => {
      const before = kernel.nowMicros;
      queue.addRateLimited(1);
      kernel.run();
      queue.done(queue.get());
      return kernel.nowMicros - before;
    });
  }

  test('the delay doubles from 5 ms with each failure, up to 1000 s', () => {
    const delays = failures(20, {});
    expect(delays.slice(0, 4)).toEqual([5_000, 10_000, 20_000, 40_000]);
    expect(delays[17]).toBe(5_000 * 2 ** 17);
    expect(delays.slice(18)).toEqual([1_000_000_000, 1_000_000_000]);
  });

  test('base and limit can be set', () => {
    expect(failures(4, { baseDelayMicros: 1_000, maxDelayMicros: 3_000 })).toEqual([1_000, 2_000, 3_000, 3_000]);
  });

  test('the delay stays at its limit after any number of failures', () => {
    const { queue, kernel } = setUp({ qps: Number.POSITIVE_INFINITY });
    for (let failure = 0; failure < 2000; failure++) queue.addRateLimited(1);
    kernel.run();
    queue.addRateLimited(1);
    const before = kernel.nowMicros;
    kernel.run();
    expect(kernel.nowMicros - before).toBe(1_000_000_000);
  });

  test('forget starts over, for that key alone', () => {
    const { queue } = setUp();
    for (const key of [1, 1, 2]) queue.addRateLimited(key);
    expect([queue.numRequeues(1), queue.numRequeues(2), queue.numRequeues(99_999)]).toEqual([2, 1, 0]);
    queue.forget(1);
    queue.forget(99_999);
    expect([queue.numRequeues(1), queue.numRequeues(2)]).toEqual([0, 1]);
  });

  test('the shared bucket delays when many keys fail at once', () => {
    const { kernel, queue, readyAt } = setUp({ qps: 10, burst: 3 });
    for (let key = 0; key < 6; key++) queue.addRateLimited(key);
    kernel.run();
    expect(readyAt).toEqual([5_000, 5_000, 5_000, 100_000, 200_000, 300_000]);
  });

  test('by default the bucket holds 100 and fills at 10 a second', () => {
    const { kernel, queue, readyAt } = setUp();
    for (let key = 0; key < 102; key++) queue.addRateLimited(key);
    kernel.run();
    expect(readyAt.slice(98)).toEqual([5_000, 5_000, 100_000, 200_000]);
  });
});
