import { expect, test } from 'vitest';
import { RestartBackOff } from './restartBackOff.ts';

const seconds = (count: number) => count * 1_000_000;

/** Waits of a container that ends `ranFor` seconds after each start. */
function waits(ranFor: number, ends: number): number[] {
  const backOff = new RestartBackOff();
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

test('an end more than ten minutes after the last restart begins anew', () => {
  expect(waits(600, 3)).toEqual([0, 10, 20]);
  expect(waits(601, 3)).toEqual([0, 0, 0]);
});
