import { expect, test } from 'vitest';
import { type ApiError, call, type Process } from '../cluster/index.ts';
import { together } from './together.ts';

const REFUSED: ApiError = { reason: 'Conflict', message: 'no' };

/** Sends some requests one after the other, and stops at the one that is refused. */
function* sender(name: string, count: number, sent: string[], refusedAt = -1): Process<string> {
  for (let i = 0; i < count; i++) {
    const { error } = yield call(() => {
      sent.push(`${name}${i}`);
      return i === refusedAt ? REFUSED : undefined;
    });
    if (error !== undefined) return `${name}: ${error.message}`;
  }
  return name;
}

/** Answers what a process sends at once. */
function finish<R>(process: Process<R>): { result: R; batches: number[] } {
  const batches: number[] = [];
  let next = process.next({ error: undefined, failed: 0, timedOut: false });
  while (!next.done) {
    const wait = next.value;
    if (wait.kind !== 'batch') throw new Error(wait.kind);
    batches.push(wait.count);
    for (let i = 0; i < wait.count; i++) wait.commit(i);
    next = process.next({ error: undefined, failed: 0, timedOut: false });
  }
  return { result: next.value, batches };
}

test('requests of processes side by side go out together, and each is told of its own refusals', () => {
  const sent: string[] = [];
  const processes = [sender('a', 2, sent), sender('b', 3, sent, 1), sender('c', 0, sent)];
  expect(finish(together(processes))).toEqual({ result: ['a', 'b: no', 'c'], batches: [2, 2] });
  expect(sent).toEqual(['a0', 'b0', 'a1', 'b1']);
});

test('nothing to run sends nothing', () => {
  expect(finish(together([]))).toEqual({ result: [], batches: [] });
});

test('a process that waits for anything but a request cannot run beside others', () => {
  function* sleeper(): Process<void> {
    yield { kind: 'sleep', micros: 1 };
  }
  expect(() => finish(together([sleeper()]))).toThrow('single requests, not a sleep');
});
