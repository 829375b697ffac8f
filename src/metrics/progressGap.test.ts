import { expect, test } from 'vitest';
import { ProgressGap } from './progressGap.ts';

test('start and end bound gaps too', () => {
  const gap = new ProgressGap(100, false);
  gap.sign(103);
  gap.sign(105);
  expect(gap.longest(115)).toBe(10);
  expect(new ProgressGap(100, false).longest(107)).toBe(7);
});

test('time spent paused belongs to no gap', () => {
  const gap = new ProgressGap(0, false);
  gap.pause(10);
  gap.sign(500);
  gap.resume(1000);
  gap.sign(1004);
  expect(gap.longest(1005)).toBe(10);
});

test('a rollout that starts paused has no gap until it is resumed', () => {
  const gap = new ProgressGap(0, true);
  expect(gap.longest(1000)).toBe(0);
  gap.resume(2000);
  expect(gap.longest(2003)).toBe(3);
});
