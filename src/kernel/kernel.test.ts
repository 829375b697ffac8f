import { describe, expect, test } from 'vitest';
import { HeapQueue } from './heapQueue.ts';
import { Kernel } from './kernel.ts';

/** A kernel with one handler that notes when it was called with what. */
function recorder(options?: ConstructorParameters<typeof Kernel>[0]) {
  const kernel = new Kernel(options);
  const calls: [number, number, number][] = [];
  const note = kernel.register('note', (a, b) => calls.push([kernel.nowMicros, a, b]));
  return { kernel, calls, note };
}

describe('order', () => {
  test('earliest first, equal times as scheduled', () => {
    const { kernel, calls, note } = recorder();
    kernel.schedule(20, note, 1);
    kernel.schedule(10, note, 2, -3);
    kernel.scheduleAt(20, note, 3);
    expect(kernel.run()).toBe('empty');
    expect(calls).toEqual([
      [10, 2, -3],
      [20, 1, 0],
      [20, 3, 0],
    ]);
    expect(kernel.nowMicros).toBe(20);
    expect(kernel.eventsDispatched).toBe(3);
  });

  test('what an event schedules for now fires after what was scheduled before', () => {
    const { kernel, calls, note } = recorder();
    const now = kernel.register('now', () => kernel.schedule(0, note, 2));
    kernel.schedule(5, now);
    kernel.schedule(5, note, 1);
    kernel.run();
    expect(calls.map(([, a]) => a)).toEqual([1, 2]);
  });

  test('a cancelled event does not fire', () => {
    const { kernel, calls, note } = recorder();
    const handle = kernel.schedule(5, note);
    expect(kernel.pendingEvents).toBe(1);
    expect(kernel.cancel(handle)).toBe(true);
    expect(kernel.cancel(handle)).toBe(false);
    expect(kernel.pendingEvents).toBe(0);
    expect(kernel.run()).toBe('empty');
    expect(calls).toEqual([]);
    expect(kernel.nowMicros).toBe(0);
  });
});

describe('limits', () => {
  test('until: events at exactly that time still fire, and the clock is left there', () => {
    const { kernel, calls, note } = recorder();
    for (const delay of [10, 20, 21]) kernel.schedule(delay, note, delay);
    expect(kernel.run({ untilMicros: 20 })).toBe('until');
    expect(calls.map(([, a]) => a)).toEqual([10, 20]);
    expect(kernel.run({ untilMicros: 20 })).toBe('until');
    expect(kernel.nowMicros).toBe(20);
    kernel.schedule(0, note, 20);
    expect(kernel.run({ untilMicros: 100 })).toBe('empty');
    expect(calls.map(([, a]) => a)).toEqual([10, 20, 20, 21]);
    expect(kernel.nowMicros).toBe(21);
  });

  test('maxEvents counts the events of one call', () => {
    const { kernel, calls, note } = recorder();
    for (let event = 0; event < 5; event++) kernel.schedule(event, note);
    expect(kernel.run({ maxEvents: 2 })).toBe('eventLimit');
    expect(kernel.run({ maxEvents: 2 })).toBe('eventLimit');
    expect(kernel.run({ maxEvents: 1 })).toBe('empty');
    expect(calls.length).toBe(5);
    expect(kernel.run({ maxEvents: 0 })).toBe('empty');
  });

  test('stop ends the run after the current event', () => {
    const { kernel, calls, note } = recorder();
    const stop = kernel.register('stop', () => {
      kernel.stop();
      kernel.schedule(0, note, 1);
    });
    kernel.schedule(5, stop);
    kernel.schedule(6, note, 2);
    expect(kernel.run()).toBe('stopped');
    expect(calls).toEqual([]);
    expect(kernel.run()).toBe('empty');
    expect(calls.map(([, a]) => a)).toEqual([1, 2]);
  });

  test('stop outside of a run has no effect', () => {
    const { kernel, calls, note } = recorder();
    kernel.stop();
    kernel.schedule(1, note);
    expect(kernel.run()).toBe('empty');
    expect(calls.length).toBe(1);
  });
});

describe('programmer errors', () => {
  test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('refuses delay %d', (delay) => {
    const { kernel, note } = recorder();
    expect(() => kernel.schedule(delay, note)).toThrow(`time ${delay} at 0, handler 0 (note)`);
    expect(kernel.pendingEvents).toBe(0);
  });

  test('refuses the past', () => {
    const { kernel, note } = recorder();
    kernel.schedule(10, note);
    kernel.run();
    expect(() => kernel.scheduleAt(9, note)).toThrow('time 9 at 10');
  });

  test.each([
    [1, 0, 0],
    [-1, 0, 0],
    [0, 2 ** 31, 0],
    [0, 0, 0.5],
  ])('refuses handler %d with %d, %d', (handler, a, b) => {
    const { kernel } = recorder();
    expect(() => kernel.schedule(0, handler, a, b)).toThrow(RangeError);
  });

  test.each([{ untilMicros: 4 }, { untilMicros: 5.5 }, { untilMicros: Number.NaN }, { maxEvents: -1 }])(
    'refuses to run with %o',
    (limits) => {
      const { kernel, note } = recorder();
      kernel.schedule(5, note);
      kernel.run();
      expect(() => kernel.run(limits)).toThrow(RangeError);
    },
  );

  test('a handler can neither run nor reset the kernel', () => {
    const { kernel } = recorder();
    for (const call of [() => kernel.run(), () => kernel.reset()]) {
      kernel.schedule(0, kernel.register('bad', call));
      expect(() => kernel.run()).toThrow('was called by the handler of event');
    }
  });

  test('what a handler throws passes through, and the run can go on', () => {
    const { kernel, calls, note } = recorder();
    const fail = kernel.register('fail', () => {
      throw new Error('no');
    });
    kernel.schedule(1, fail);
    kernel.schedule(2, note);
    expect(() => kernel.run()).toThrow('no');
    expect(kernel.currentSequence).toBe(-1);
    expect(kernel.run()).toBe('empty');
    expect(calls.length).toBe(1);
  });
});

describe('causes', () => {
  test('each event remembers the one that scheduled it', () => {
    const kernel = new Kernel({ recordCauses: true });
    const sequences: number[] = [];
    const count = kernel.register('count', (left, b) => {
      sequences.push(kernel.currentSequence);
      if (left > 0) kernel.schedule(10, count, left - 1, b + 1);
    });
    const other = kernel.register('other', () => {});
    kernel.schedule(1, other);
    kernel.schedule(5, count, 2);
    kernel.run();
    expect(kernel.currentSequence).toBe(-1);
    const chain = kernel.causes!.walk(sequences.at(-1)!);
    expect(chain).toEqual([
      { id: 3, cause: 2, timeMicros: 25, handler: count, handlerName: 'count', a: 0, b: 2 },
      { id: 2, cause: 1, timeMicros: 15, handler: count, handlerName: 'count', a: 1, b: 1 },
      { id: 1, cause: -1, timeMicros: 5, handler: count, handlerName: 'count', a: 2, b: 0 },
    ]);
    expect(kernel.causes!.handlerName(other)).toBe('other');
  });

  test('are kept only when asked for', () => {
    expect(new Kernel().causes).toBeUndefined();
  });

  test('the log grows, and knows what is not in it', () => {
    const { kernel, note } = recorder({ recordCauses: true });
    for (let event = 0; event < 5000; event++) kernel.schedule(event, note, event);
    expect(kernel.causes!.length).toBe(5000);
    expect(kernel.causes!.entry(4999)).toMatchObject({ timeMicros: 4999, a: 4999, cause: -1 });
    expect(() => kernel.causes!.walk(5000)).toThrow('No cause has id 5000; there are 5000');
    expect(() => kernel.causes!.handlerName(9)).toThrow('No handler has id 9');
  });

  test('who is served late follows from its own wait, and not from what set the timer', () => {
    const kernel = new Kernel({ recordCauses: true });
    const asked: number[] = [];
    const served = kernel.link('served');
    const answer = kernel.register('answer', () => {});
    const ask = kernel.register('ask', () => asked.push(kernel.cause));
    const serve = kernel.register('serve', () => {
      for (const cause of asked) {
        const before = kernel.continueFrom(cause, served, cause);
        kernel.schedule(1, answer);
        kernel.resumeCause(before);
      }
      kernel.schedule(1, answer);
    });
    kernel.schedule(1, ask);
    kernel.schedule(2, ask);
    kernel.schedule(9, serve);
    kernel.run();
    const chainOf = (id: number) =>
      kernel.causes!.walk(id).map(({ handlerName, timeMicros }) => [handlerName, timeMicros]);
    expect(chainOf(4)).toEqual([
      ['answer', 10],
      ['served', 9],
      ['ask', 1],
    ]);
    expect(chainOf(6)).toEqual([
      ['answer', 10],
      ['served', 9],
      ['ask', 2],
    ]);
    expect(chainOf(7)).toEqual([
      ['answer', 10],
      ['serve', 9],
    ]);
    expect(kernel.link('served')).toBe(served);
    expect(() => kernel.schedule(0, served) && kernel.run()).toThrow(
      'served is a link in chains of causes and no event',
    );
  });

  test('what is past can be forgotten, and what is to come stays', () => {
    const kernel = new Kernel({ recordCauses: true });
    const arrives = kernel.link('arrives');
    const later = kernel.register('later', () => {});
    const first = kernel.register('first', () => {
      kernel.schedule(50, later);
      kernel.continueFrom(kernel.cause, arrives, 0, 0, 20);
      kernel.schedule(30, later);
    });
    kernel.schedule(5, first);
    kernel.run({ untilMicros: 10 });
    kernel.forgetCauses();
    expect(kernel.causes!.size).toBe(3);
    expect(kernel.causes!.has(0)).toBe(false);
    expect(kernel.causes!.walk(1).map(({ timeMicros }) => timeMicros)).toEqual([55]);
    expect(kernel.causes!.walk(3).map(({ timeMicros }) => timeMicros)).toEqual([35, 20]);
    expect(() => kernel.causes!.entry(0)).toThrow('No cause has id 0');
    const next = kernel.register('next', () => expect(kernel.cause).toBe(4));
    kernel.schedule(0, next);
    expect(kernel.run()).toBe('empty');
    expect(kernel.causes!.entry(4)).toMatchObject({ handlerName: 'next', cause: -1 });
  });

  test('tells when the log is crowded, and goes on in the same memory once it has forgotten', () => {
    const { kernel, note } = recorder({ recordCauses: true });
    let calls = 0;
    kernel.causes!.onCrowded = () => {
      calls++;
      kernel.forgetCauses();
    };
    const push = () => {
      for (let event = 0; event < 70_000; event++) kernel.cancel(kernel.schedule(1, note, event));
    };
    push();
    expect(calls).toBe(1);
    push();
    expect(calls).toBe(2);
    expect(kernel.causes!.length).toBe(140_000);
    expect(kernel.causes!.size).toBeLessThan(70_000);
    expect(kernel.causes!.entry(139_999)).toMatchObject({ a: 69_999 });
  });
});

describe('reuse', () => {
  test('reset forgets the run and keeps the handlers', () => {
    const { kernel, calls, note } = recorder({ recordCauses: true });
    kernel.schedule(5, note);
    kernel.schedule(9, note);
    kernel.run({ untilMicros: 7 });
    kernel.reset();
    expect(kernel).toMatchObject({ nowMicros: 0, eventsDispatched: 0, pendingEvents: 0 });
    expect(kernel.causes!.length).toBe(0);
    kernel.schedule(3, note, 1);
    expect(kernel.run()).toBe('empty');
    expect(calls).toEqual([
      [5, 0, 0],
      [3, 1, 0],
    ]);
  });

  test('a new kernel empties the queue it is given', () => {
    const queue = new HeapQueue();
    queue.push(1, 0, 0, 0, -1);
    expect(new Kernel({ queue }).pendingEvents).toBe(0);
  });
});
