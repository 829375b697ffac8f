import { randomExponential, randomLogNormal, randomNormal } from 'd3-random';
import { describe, expect, it } from 'vitest';
import { RandomStreams } from '../kernel/index.ts';
import { medianInterval } from './medianInterval.ts';
import { median } from './statistics.ts';

const streams = new RandomStreams(1);

function sorted(count: number, draw: (index: number) => number): number[] {
  return Array.from({ length: count }, (_, index) => draw(index)).sort((a, b) => a - b);
}

const SHAPES = [
  { shape: 'normal', of: randomNormal, median: 0 },
  { shape: 'exponential', of: randomExponential, median: Math.LN2 },
  { shape: 'log-normal', of: randomLogNormal, median: 1 },
] as const;

describe('the interval of the median', () => {
  it.each(SHAPES)('covers the true one of $shape data in at least 93 % of experiments', (shape) => {
    for (const count of [5, 7, 10, 13, 30, 100]) {
      const stream = streams.stream(`${shape.shape}/${count}`);
      const draw = shape.of.source(() => stream.uniform())(shape.shape === 'exponential' ? 1 : 0);
      const experiments = 2000;
      const covered = Array.from({ length: experiments }, () => medianInterval(sorted(count, draw))!);
      const hits = covered.filter(({ low, high }) => low <= shape.median && shape.median <= high).length;
      expect(hits / experiments).toBeGreaterThanOrEqual(0.93);
    }
  });

  it('covers at least 93 % for every number of values, and does not exaggerate', () => {
    const shares = Array.from({ length: 400 }, (_, index) => shareCovered(index + 5));
    expect(Math.min(...shares)).toBeGreaterThan(0.93);
    expect(shareCovered(2001)).toBeLessThan(0.96);
    expect(shareCovered(100_000)).toBeCloseTo(0.95, 2);
  });

  it('is where resampling by chance has it', () => {
    const count = 25;
    const stream = streams.stream('resamples');
    const medians = sorted(20_000, () => median(sorted(count, () => stream.integer(count))));
    const { low, high } = medianInterval(sorted(count, (index) => index))!;
    // What lies outside are the tails of Hesterberg's correction, and at most one value more: there are only 25.
    const below = medians.filter((value) => value < low).length / medians.length;
    const upTo = medians.filter((value) => value <= low).length / medians.length;
    expect(below).toBeLessThan(0.0176);
    expect(upTo).toBeGreaterThan(0.0176);
    expect(high).toBe(count - 1 - low);
  });

  it('says nothing of fewer than five values', () => {
    expect(medianInterval([1, 2, 3, 4])).toBeNull();
    expect(medianInterval([1, 2, 3, 4, 9])).toEqual({ low: 1, high: 9 });
  });

  it('is a point when nothing varies', () => expect(medianInterval(Array(30).fill(7))).toEqual({ low: 7, high: 7 }));
});

/** How likely the median is between the two ranks, for any continuous distribution: each value is above it by a coin's toss. */
function shareCovered(count: number): number {
  const { low, high } = medianInterval(Array.from({ length: count }, (_, index) => index + 1))!;
  let logTerm = -count * Math.LN2;
  let share = 0;
  for (let below = 0; below < high; below++) {
    if (below >= low) share += Math.exp(logTerm);
    logTerm += Math.log((count - below) / (below + 1));
  }
  return share;
}
