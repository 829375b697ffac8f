import { expect, test } from 'vitest';
import { FailedPodsBackoff } from './failedPodsBackoff.ts';

const SECOND = 1_000_000;
const MINUTE = 60 * SECOND;

test('starts with a second, doubles, and stops at a quarter of an hour', () => {
  const backoff = new FailedPodsBackoff();
  expect(backoff.isInBackOff('a', 0)).toBe(false);
  const delays: number[] = [];
  let now = 0;
  for (let failure = 0; failure < 12; failure++) {
    backoff.next('a', now);
    delays.push(backoff.get('a') / SECOND);
    expect(backoff.isInBackOff('a', now + backoff.get('a') - 1)).toBe(true);
    now += backoff.get('a');
    expect(backoff.isInBackOff('a', now)).toBe(false);
  }
  expect(delays).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
});

test('starts anew after half an hour without use, and for another id', () => {
  const backoff = new FailedPodsBackoff();
  backoff.next('a', 0);
  backoff.next('a', 30 * MINUTE);
  expect(backoff.get('a')).toBe(2 * SECOND);
  backoff.next('a', 60 * MINUTE + 1);
  expect(backoff.get('a')).toBe(1 * SECOND);
  expect(backoff.isInBackOff('b', 0)).toBe(false);
});
