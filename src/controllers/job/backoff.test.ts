import { describe, expect, test } from 'vitest';
import { MICROS_PER_SECOND } from '../../kernel/time.ts';
import { BackoffStore, remainingBackoffMicros } from './backoff.ts';

const JOB = 7;

function seconds(...list: number[]): number[] {
  return list.map((value) => value * MICROS_PER_SECOND);
}

function record(failures: number, lastSecond?: number) {
  return {
    failuresAfterLastSuccess: failures,
    lastFailureMicros: lastSecond === undefined ? undefined : lastSecond * MICROS_PER_SECOND,
  };
}

describe('failures since the last success', () => {
  test('add up over syncs, once they are counted', () => {
    const store = new BackoffStore();
    const first = store.newRecord(JOB, [], seconds(3, 1));
    expect(first).toEqual(record(2, 3));
    expect(store.newRecord(JOB, [], [])).toEqual(record(0));
    store.update(JOB, first);
    expect(store.newRecord(JOB, [], seconds(9))).toEqual(record(3, 9));
    expect(store.newRecord(JOB, [], [])).toEqual(record(2, 3));
  });

  test('start anew with a success: only failures after it count', () => {
    const store = new BackoffStore();
    store.update(JOB, record(4, 3));
    expect(store.newRecord(JOB, seconds(5), [])).toEqual(record(0));
    expect(store.newRecord(JOB, seconds(5, 2), seconds(4, 5, 6, 8))).toEqual(record(2, 8));
    expect(store.newRecord(JOB, seconds(5), seconds(5))).toEqual(record(0));
  });

  test('are forgotten with the Job', () => {
    const store = new BackoffStore();
    store.update(JOB, record(4, 3));
    store.remove(JOB);
    expect(store.newRecord(JOB, [], [])).toEqual(record(0));
  });
});

test.each([
  [0, 0],
  [1, 10],
  [2, 20],
  [3, 40],
  [6, 320],
  [7, 600],
  [100, 600],
])('%i failures: %i s', (failures, backoff) => {
  const last = 50 * MICROS_PER_SECOND;
  expect(remainingBackoffMicros(last, failures, last)).toBe(backoff * MICROS_PER_SECOND);
  expect(remainingBackoffMicros(last + 4 * MICROS_PER_SECOND, failures, last)).toBe(
    Math.max(0, backoff - 4) * MICROS_PER_SECOND,
  );
  expect(remainingBackoffMicros(last + 700 * MICROS_PER_SECOND, failures, last)).toBe(0);
});
