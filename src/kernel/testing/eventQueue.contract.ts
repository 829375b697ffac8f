import { test as propertyTest } from '@fast-check/vitest';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EventHandle, EventQueue } from '../eventQueue.ts';
import type { Micros } from '../time.ts';

interface OracleEvent {
  timeMicros: Micros;
  sequence: number;
  handle: EventHandle;
}

/** What a queue must do, in the plainest code: a list that is sorted on every pop. */
class Oracle {
  pending: OracleEvent[] = [];

  pop(): OracleEvent | undefined {
    this.pending.sort((left, right) => left.timeMicros - right.timeMicros || left.sequence - right.sequence);
    return this.pending.shift();
  }
}

type Step =
  | { kind: 'push'; timeMicros: Micros }
  | { kind: 'pushAfterLast'; delayMicros: Micros }
  | { kind: 'burst'; delayMicros: Micros; spreadMicros: Micros; count: number }
  | { kind: 'cancel'; pick: number }
  | { kind: 'pop' }
  | { kind: 'popMany'; count: number }
  | { kind: 'peek' };

const delays = fc.oneof(
  fc.constantFrom(0, 1, 1000, 1_000_000),
  fc.nat(20),
  fc.nat(10_000_000),
  fc.maxSafeNat().map((value) => Math.floor(value / 1000)),
);

const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('push' as const), timeMicros: delays }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('pushAfterLast' as const), delayMicros: delays }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('burst' as const),
      delayMicros: delays,
      spreadMicros: fc.constantFrom(0, 1, 10, 1_000_000),
      count: fc.integer({ min: 1, max: 150 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('cancel' as const), pick: fc.nat() }) },
  { weight: 6, arbitrary: fc.constant({ kind: 'pop' as const }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('popMany' as const), count: fc.nat(200) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'peek' as const }) },
);

/** Takes a queue and the oracle through the same steps and compares all that can be seen. */
class Comparison {
  private readonly oracle = new Oracle();
  private readonly handles: EventHandle[] = [];
  private readonly queue: EventQueue;
  private sequence = 0;
  private lastMicros = 0;

  constructor(queue: EventQueue) {
    this.queue = queue;
  }

  take(step: Step): void {
    switch (step.kind) {
      case 'push':
        this.push(step.timeMicros);
        break;
      case 'pushAfterLast':
        this.push(this.lastMicros + step.delayMicros);
        break;
      case 'burst':
        for (let index = 0; index < step.count; index++) {
          const offset = step.spreadMicros === 0 ? 0 : (index * 7919) % step.spreadMicros;
          this.push(this.lastMicros + step.delayMicros + offset);
        }
        break;
      case 'cancel':
        this.cancel(step.pick);
        break;
      case 'pop':
        this.pop();
        break;
      case 'popMany':
        for (let index = 0; index < step.count; index++) this.pop();
        break;
      case 'peek':
        this.peek();
        break;
    }
  }

  drain(): void {
    while (this.oracle.pending.length > 0) this.pop();
    this.pop();
  }

  private push(timeMicros: Micros): void {
    if (timeMicros > Number.MAX_SAFE_INTEGER) return;
    const sequence = this.sequence++;
    const handle = this.queue.push(timeMicros, sequence % 7, sequence, ~sequence, sequence - 1);
    this.handles.push(handle);
    this.oracle.pending.push({ timeMicros, sequence, handle });
    expect(this.queue.size).toBe(this.oracle.pending.length);
  }

  private cancel(pick: number): void {
    if (this.handles.length === 0) return;
    const handle = this.handles[pick % this.handles.length]!;
    const place = this.oracle.pending.findIndex((event) => event.handle === handle);
    expect(this.queue.cancel(handle)).toBe(place >= 0);
    if (place >= 0) this.oracle.pending.splice(place, 1);
    expect(this.queue.size).toBe(this.oracle.pending.length);
  }

  private pop(): void {
    const expected = this.oracle.pop();
    expect(this.queue.pop()).toBe(expected !== undefined);
    if (expected === undefined) return;
    const { timeMicros, sequence, handler, a, b, cause } = this.queue;
    expect([timeMicros, sequence, handler, a, b, cause]).toEqual([
      expected.timeMicros,
      expected.sequence,
      expected.sequence % 7,
      expected.sequence,
      ~expected.sequence,
      expected.sequence - 1,
    ]);
    this.lastMicros = timeMicros;
  }

  private peek(): void {
    const earliest = Math.min(...this.oracle.pending.map((event) => event.timeMicros));
    expect(this.queue.peekTimeMicros()).toBe(earliest);
  }
}

/** A linear congruential sequence: enough to scatter times in a test that must stay the same. */
function scatter(count: number, limit: number): number[] {
  let state = 12345;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state % limit;
  });
}

function popAll(queue: EventQueue): [Micros, number][] {
  const popped: [Micros, number][] = [];
  while (queue.pop()) popped.push([queue.timeMicros, queue.sequence]);
  return popped;
}

function pushTimes(queue: EventQueue, times: readonly Micros[]): EventHandle[] {
  return times.map((timeMicros) => queue.push(timeMicros, 0, 0, 0, -1));
}

function sorted(times: readonly Micros[]): [Micros, number][] {
  return times
    .map((timeMicros, sequence): [Micros, number] => [timeMicros, sequence])
    .sort((left, right) => left[0] - right[0] || left[1] - right[1]);
}

/** What every event queue must do. Each implementation runs it. */
export function testEventQueue(name: string, newQueue: () => EventQueue): void {
  describe(name, () => {
    testOrder(newQueue);
    testCancel(newQueue);
    testLimits(newQueue);

    // Fast-check's seed is fixed so that a run of the suite depends on the code alone.
    propertyTest.prop([fc.array(steps, { maxLength: 120, size: 'max' })], { seed: 20_240_601, numRuns: 300 })(
      'does what a sorted array does',
      (script) => {
        const comparison = new Comparison(newQueue());
        for (const step of script) comparison.take(step);
        comparison.drain();
      },
    );
  });
}

function testOrder(newQueue: () => EventQueue): void {
  test('an empty queue pops nothing', () => {
    const queue = newQueue();
    expect(queue.pop()).toBe(false);
    expect(queue.peekTimeMicros()).toBe(Number.POSITIVE_INFINITY);
    expect(queue.size).toBe(0);
  });

  test('hands out what was pushed', () => {
    const queue = newQueue();
    queue.push(5, 3, -7, 2 ** 31 - 1, 0);
    expect(queue.pop()).toBe(true);
    expect(queue).toMatchObject({ timeMicros: 5, sequence: 0, handler: 3, a: -7, b: 2 ** 31 - 1, cause: 0 });
  });

  test('equal times come out in the order pushed', () => {
    const queue = newQueue();
    const times = scatter(5000, 3);
    pushTimes(queue, times);
    expect(popAll(queue)).toEqual(sorted(times));
  });

  test.each([
    ['dense', 5000, 100],
    ['sparse', 5000, 2 ** 32],
    ['few', 20, 1000],
    ['many', 50_000, 10_000_000],
  ])('sorts %s times', (_, count, limit) => {
    const queue = newQueue();
    const times = scatter(count, limit);
    pushTimes(queue, times);
    expect(popAll(queue)).toEqual(sorted(times));
  });

  test('sorts clusters that lie far apart', () => {
    const queue = newQueue();
    const offsets = scatter(6000, 500);
    const times = offsets.map((offset, index) => (index % 6) ** 8 * 1_000_000_000 + offset);
    pushTimes(queue, times);
    expect(popAll(queue)).toEqual(sorted(times));
  });

  test('the far future waits its turn', () => {
    const queue = newQueue();
    pushTimes(queue, [Number.MAX_SAFE_INTEGER, 0, Number.MAX_SAFE_INTEGER - 1, ...scatter(200, 50)]);
    const times = popAll(queue).map(([timeMicros]) => timeMicros);
    expect(times.slice(-2)).toEqual([Number.MAX_SAFE_INTEGER - 1, Number.MAX_SAFE_INTEGER]);
  });

  test('takes an event earlier than one it has peeked at', () => {
    const queue = newQueue();
    pushTimes(
      queue,
      scatter(1000, 1000).map((offset) => 1_000_000_000_000_000 + offset),
    );
    queue.peekTimeMicros();
    const early = scatter(500, 100_000);
    pushTimes(queue, early);
    expect(queue.peekTimeMicros()).toBe(Math.min(...early));
    expect(
      popAll(queue)
        .slice(0, 500)
        .map(([timeMicros]) => timeMicros),
    ).toEqual([...early].sort((left, right) => left - right));
  });

  test('takes ever earlier events after a peek into the far future', () => {
    const queue = newQueue();
    const descending = Array.from({ length: 20_000 }, (_, index) => 1_000_000 - index * 3);
    queue.push(2 ** 50, 0, 0, 0, -1);
    queue.peekTimeMicros();
    pushTimes(queue, descending);
    const ascending = [...descending].reverse();
    expect(popAll(queue).map(([timeMicros]) => timeMicros)).toEqual([...ascending, 2 ** 50]);
  });

  test('a chain at one instant goes round without growing', () => {
    const queue = newQueue();
    pushTimes(queue, [7, 7, 7]);
    for (let round = 3; round < 10_000; round++) {
      queue.pop();
      expect(queue.sequence).toBe(round - 3);
      queue.push(7, 0, 0, 0, queue.sequence);
    }
    expect(queue.size).toBe(3);
  });
}

function testCancel(newQueue: () => EventQueue): void {
  test('a cancelled event never comes out', () => {
    const queue = newQueue();
    const handles = pushTimes(queue, [1, 2, 3]);
    expect(queue.cancel(handles[0]!)).toBe(true);
    expect(queue.size).toBe(2);
    expect(queue.peekTimeMicros()).toBe(2);
    expect(popAll(queue)).toEqual([
      [2, 1],
      [3, 2],
    ]);
  });

  test('cancels once, and not what has fired', () => {
    const queue = newQueue();
    const handles = pushTimes(queue, [1, 2]);
    expect(queue.cancel(handles[1]!)).toBe(true);
    expect(queue.cancel(handles[1]!)).toBe(false);
    queue.pop();
    expect(queue.cancel(handles[0]!)).toBe(false);
    expect(queue.size).toBe(0);
  });

  test('an old handle does not cancel the event that took its slot', () => {
    const queue = newQueue();
    const fired = queue.push(1, 0, 0, 0, -1);
    queue.pop();
    const cancelled = queue.push(2, 0, 0, 0, -1);
    queue.cancel(cancelled);
    queue.pop();
    const current = queue.push(3, 0, 0, 0, -1);
    expect(new Set([fired, cancelled, current]).size).toBe(3);
    expect(queue.cancel(fired)).toBe(false);
    expect(queue.cancel(cancelled)).toBe(false);
    expect(queue.cancel(current)).toBe(true);
  });

  test('handles it never gave out cancel nothing', () => {
    const queue = newQueue();
    pushTimes(queue, [1]);
    for (const handle of [-1, 1, 0.5, 2 ** 40, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(queue.cancel(handle)).toBe(false);
    }
    expect(queue.size).toBe(1);
  });

  test('keeps its order when most events are cancelled', () => {
    const queue = newQueue();
    const times = scatter(20_000, 5000);
    const handles = pushTimes(queue, times);
    for (let index = 0; index < 500; index++) queue.pop();
    const popped = new Set(
      sorted(times)
        .slice(0, 500)
        .map(([, sequence]) => sequence),
    );
    const isKept = (sequence: number) => sequence % 9 === 0 && !popped.has(sequence);
    handles.forEach((handle, sequence) => {
      if (sequence % 9 !== 0) expect(queue.cancel(handle)).toBe(!popped.has(sequence));
    });
    const kept = sorted(times).filter(([, sequence]) => isKept(sequence));
    expect(queue.size).toBe(kept.length);
    expect(popAll(queue)).toEqual(kept);
  });

  test('a timer moved again and again does not use up the slots', () => {
    const queue = newQueue();
    let timer = queue.push(1_000_000, 0, 0, 0, -1);
    // One more than there are slots: without the slots of the cancelled this would throw.
    for (let move = 0; move <= 2 ** 22; move++) {
      queue.cancel(timer);
      timer = queue.push(1_000_000 + move, 0, 0, 0, -1);
    }
    expect(popAll(queue)).toEqual([[1_000_000 + 2 ** 22, 2 ** 22 + 1]]);
  });
}

function testLimits(newQueue: () => EventQueue): void {
  test.each([Number.POSITIVE_INFINITY, Number.NaN, 2 ** 53])('refuses time %d', (timeMicros) => {
    const queue = newQueue();
    expect(() => queue.push(timeMicros, 0, 0, 0, -1)).toThrow(RangeError);
    expect(queue.size).toBe(0);
    expect(queue.push(1, 0, 0, 0, -1)).toBe(newQueue().push(1, 0, 0, 0, -1));
  });

  test('clear empties it and starts sequences over, whatever was going on', () => {
    const queue = newQueue();
    const times = scatter(3000, 100_000);
    for (let round = 0; round < 3; round++) {
      const handles = pushTimes(queue, times);
      for (let index = 0; index < 1000; index++) queue.pop();
      for (const handle of handles.slice(0, 700)) queue.cancel(handle);
      queue.clear();
      expect(queue.size).toBe(0);
      expect(queue.pop()).toBe(false);
    }
    pushTimes(queue, times);
    expect(popAll(queue)).toEqual(sorted(times));
  });
}
