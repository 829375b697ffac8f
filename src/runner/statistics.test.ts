import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { mean, median, percentile, summarize } from './statistics.ts';

const values = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }), { minLength: 1 });

describe('median', () => {
  it('is the middle value', () => expect(median([3, 1, 2])).toBe(2));
  it('is the mean of the middle two of an even count', () => expect(median([4, 1, 2, 10])).toBe(3));
  it('sorts by number', () => expect(median([10, 9, 100])).toBe(10));
  it('leaves its argument alone', () => {
    const argument = [3, 1, 2];
    median(argument);
    expect(argument).toEqual([3, 1, 2]);
  });
  it('refuses nothing', () => expect(() => median([])).toThrow(RangeError));
  it('knows never', () => expect(median([1, Infinity, Infinity, Infinity])).toBe(Infinity));
  test.prop([values])('lies between minimum and maximum', (list) => {
    expect(median(list)).toBeGreaterThanOrEqual(Math.min(...list));
    expect(median(list)).toBeLessThanOrEqual(Math.max(...list));
  });
});

describe('percentile', () => {
  const twenty = Array.from({ length: 20 }, (_, index) => index + 1);
  it('is the nearest rank', () => {
    expect(percentile(twenty, 95)).toBe(19);
    expect(percentile(twenty, 96)).toBe(20);
    expect(percentile([15, 20, 35, 40, 50], 30)).toBe(20);
  });
  it('is the minimum at 0 and the maximum at 100', () => {
    expect(percentile(twenty, 0)).toBe(1);
    expect(percentile(twenty, 100)).toBe(20);
  });
  it('of few values is the largest at 95', () => expect(percentile([3, 1, 2], 95)).toBe(3));
  test.prop([values, fc.integer({ min: 0, max: 100 })])('covers at least that share', (list, percent) => {
    const found = percentile(list, percent);
    expect(list).toContain(found);
    expect(list.filter((value) => value <= found).length * 100).toBeGreaterThanOrEqual(percent * list.length);
  });
});

describe('summarize', () => {
  it('gives the numbers of a report', () => {
    expect(summarize([6, 1, 2])).toEqual({ median: 2, p95: 6, min: 1, max: 6, mean: 3, interval: null });
  });
  it('has an interval of five values on', () => {
    expect(summarize([5, 1, 4, 2, 3])?.interval).toEqual({ low: 1, high: 5 });
  });
  it('rounds noise away', () => expect(summarize([0.1 + 0.2])?.median).toBe(0.3));
  it('keeps large numbers', () => expect(summarize([2 ** 52 + 1])?.max).toBe(2 ** 52 + 1));
  it('of nothing is null', () => expect(summarize([])).toBeNull());
});

describe('mean', () => {
  it('is the arithmetic mean', () => expect(mean([1, 2, 6])).toBe(3));
});
