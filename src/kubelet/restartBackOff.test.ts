import { expect, test } from 'vitest';
import { crashLoopBackOff, RestartBackOff } from './restartBackOff.ts';

const seconds = (count: number) => count * 1_000_000;

/** Waits of a container that ends `ranFor` seconds after each start. */
function waits(ranFor: number, ends: number, backOff = new RestartBackOff()): number[] {
  let now = 0;
  return Array.from({ length: ends }, () => {
    const finished = now + seconds(ranFor);
    const end = backOff.endMicros(finished);
    now = end;
    backOff.next(finished, now);
    return (end - finished) / 1_000_000;
  });
}

test('the first restart is at once, the next ones wait twice as long each, up to five minutes', () => {
  expect(waits(1, 9)).toEqual([0, 10, 20, 40, 80, 160, 300, 300, 300]);
});

test('reduced, the waits begin at a second and end at a minute, and two minutes are enough to begin anew', () => {
  expect(waits(1, 9, new RestartBackOff(crashLoopBackOff(true)))).toEqual([0, 1, 2, 4, 8, 16, 32, 60, 60]);
  expect(waits(120, 3, new RestartBackOff(crashLoopBackOff(true)))).toEqual([0, 1, 2]);
  expect(waits(121, 3, new RestartBackOff(crashLoopBackOff(true)))).toEqual([0, 0, 0]);
});

test('an end more than ten minutes after the last restart begins anew', () => {
  expect(waits(600, 3)).toEqual([0, 10, 20]);
  expect(waits(601, 3)).toEqual([0, 0, 0]);
});
