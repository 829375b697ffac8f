import { describe, expect, test } from 'vitest';
import { Kernel } from '../kernel/index.ts';
import { ApiClient } from './apiClient.ts';
import type { ApiError } from './apiError.ts';
import { ApiServer } from './apiServer.ts';
import { batch, call, type Process, ProcessRunner, read } from './process.ts';

const LATENCY = 10;
const REFUSED: ApiError = { reason: 'Forbidden', message: 'no' };

/** Runs processes that write down what they do and when. */
class Rig {
  readonly kernel = new Kernel();
  readonly notes: string[] = [];
  private readonly runner: ProcessRunner<string>;

  constructor() {
    const { kernel } = this;
    const server = new ApiServer(kernel, { latencyMicros: LATENCY, serviceMicros: 0 });
    const client = new ApiClient(kernel, server, { name: 'test', qps: Number.POSITIVE_INFINITY, burst: 1 });
    this.runner = new ProcessRunner(kernel, client, 'test');
  }

  note(text: string): void {
    this.notes.push(`${this.kernel.nowMicros} ${text}`);
  }

  start(process: Process<string>): number {
    return this.runner.start(process, (result) => this.note(`end ${result}`));
  }

  wakeAt(micros: number, slot: number): void {
    const handler = this.kernel.register('wake', () => this.runner.wake(slot));
    this.kernel.scheduleAt(micros, handler);
  }
}

function run(make: (rig: Rig) => Process<string>): string[] {
  const rig = new Rig();
  rig.start(make(rig));
  rig.kernel.run();
  return rig.notes;
}

/** So many requests, one after the other. */
function* requests(name: string, count: number): Process<string> {
  for (let i = 0; i < count; i++) yield call(() => undefined);
  return name;
}

describe('a process', () => {
  test('runs at once up to its first wait, and may have none', () => {
    const rig = new Rig();
    const slot = rig.start(requests('done', 0));
    expect(slot).toBe(-1);
    expect(rig.notes).toEqual(['0 end done']);
  });

  test('reads what is there when its request arrives', () => {
    let present = 'before';
    const notes = run(function* (rig) {
      rig.kernel.scheduleAt(
        LATENCY,
        rig.kernel.register('write', () => {
          present = 'after';
        }),
      );
      return yield* read(() => present);
    });
    expect(notes).toEqual([`${LATENCY} end after`]);
  });

  test('is resumed when its request is committed, with the error if there is one', () => {
    const notes = run(function* (rig) {
      const first = yield call(() => {
        rig.note('commit');
        return undefined;
      });
      const second = yield call(() => REFUSED);
      return `${first.error?.reason} ${second.error?.reason}`;
    });
    expect(notes).toEqual(['10 commit', '20 end undefined Forbidden']);
  });

  test('is resumed by a batch when all of it is there; the first error counts, the others are counted', () => {
    const errors = [undefined, REFUSED, { ...REFUSED, message: 'second' }, undefined];
    const notes = run(function* (rig) {
      const reply = yield batch(4, (index) => {
        rig.note(`commit ${index}`);
        return errors[index];
      });
      return `${reply.error?.message} ${reply.failed}`;
    });
    expect(notes).toEqual(['10 commit 0', '10 commit 1', '10 commit 2', '10 commit 3', '10 end no 2']);
  });

  test('sleeps', () => {
    const notes = run(function* (rig) {
      yield { kind: 'sleep', micros: 5 };
      rig.note('awake');
      yield { kind: 'sleep', micros: 7 };
      return 'done';
    });
    expect(notes).toEqual(['5 awake', '12 end done']);
  });

  function* waitTwice(rig: Rig, timeoutMicros: number): Process<string> {
    for (let i = 0; i < 2; i++) {
      const { timedOut } = yield { kind: 'wait', timeoutMicros };
      rig.note(timedOut ? 'timed out' : 'woken');
    }
    return 'done';
  }

  test('waits until it is woken or its time is over, whichever comes first', () => {
    const rig = new Rig();
    rig.wakeAt(3, rig.start(waitTwice(rig, 20)));
    rig.kernel.run();
    expect(rig.notes).toEqual(['3 woken', '23 timed out', '23 end done']);
  });

  test('that waits without end keeps no run going', () => {
    const rig = new Rig();
    rig.wakeAt(3, rig.start(waitTwice(rig, Number.POSITIVE_INFINITY)));
    expect(rig.kernel.run()).toBe('empty');
    expect(rig.notes).toEqual(['3 woken']);
  });

  test('is not woken out of a request or a sleep that is no wait', () => {
    const rig = new Rig();
    const slot = rig.start(
      (function* (): Process<string> {
        yield call(() => undefined);
        rig.note('answered');
        return 'done';
      })(),
    );
    rig.wakeAt(3, slot);
    rig.kernel.run();
    expect(rig.notes).toEqual(['10 answered', '10 end done']);
  });

  test('refuses a batch of nothing', () => {
    expect(() =>
      run(function* () {
        yield batch(0, () => undefined);
        return '';
      }),
    ).toThrow('at least one request');
  });
});

test('many processes run side by side, and slots are used again', () => {
  const rig = new Rig();
  expect([rig.start(requests('a', 1)), rig.start(requests('b', 3)), rig.start(requests('c', 2))]).toEqual([0, 1, 2]);
  rig.kernel.run({ untilMicros: 15 });
  expect(rig.start(requests('d', 1))).toBe(0);
  rig.kernel.run();
  expect(rig.notes).toEqual(['10 end a', '20 end c', '25 end d', '30 end b']);
});
