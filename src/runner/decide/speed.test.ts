import { describe, expect, it } from 'vitest';
import { makeRollout, makeRun } from '../testing/results.ts';
import { compareSpeed } from './speed.ts';

const WEB = ['deployment/web'];

/** A run for each duration, with seeds from 1 on; null: it stalled. */
function runs(...durations: (number | null)[]) {
  return durations.map((durationSeconds, index) => {
    const outcome = durationSeconds === null ? 'stalled' : 'complete';
    return makeRun([makeRollout({ durationSeconds, outcome })], index + 1);
  });
}

describe('how fast one variant is beside another', () => {
  it('goes seed by seed, so that what differs between seeds hides nothing', () => {
    const speed = compareSpeed(runs(5, 10, 15, 20, 25), runs(10, 20, 30, 40, 50), WEB);
    expect(speed).toEqual({
      pairs: 5,
      timesFaster: 2,
      interval: { low: 2, high: 2 },
      savedSeconds: 15,
      savedInterval: { low: 5, high: 25 },
      verdict: 'faster',
    });
  });

  it('is unclear where the interval has both in it, and where seeds are too few for one', () => {
    expect(compareSpeed(runs(10, 20, 30, 40, 50), runs(11, 19, 31, 39, 50), WEB)!.verdict).toBe('unclear');
    expect(compareSpeed(runs(10, 20, 30, 40), runs(20, 30, 40, 50), WEB)).toMatchObject({
      interval: null,
      verdict: 'unclear',
    });
  });

  it('has no verdict from one seed, and one from two that are alike', () => {
    expect(compareSpeed(runs(10), runs(20), WEB)!.verdict).toBe('oneSeed');
    expect(compareSpeed(runs(20, 20), runs(10, 10), WEB)).toMatchObject({ timesFaster: 0.5, verdict: 'slower' });
    expect(compareSpeed(runs(10, 20), runs(10, 20), WEB)!.verdict).toBe('alike');
  });

  it('leaves out seeds with which one of them did not complete', () => {
    expect(compareSpeed(runs(10, null, 30), runs(null, 20, 60), WEB)).toMatchObject({ pairs: 1, timesFaster: 2 });
    expect(compareSpeed(runs(null), runs(20), WEB)).toBeUndefined();
  });
});
