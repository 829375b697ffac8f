import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { nearestRank, percentilesOfMicros } from './percentile.ts';

describe('nearestRank', () => {
  test('is one of the values', () => {
    expect(nearestRank([15, 20, 35, 40, 50], 30)).toBe(20);
    expect(nearestRank([15, 20, 35, 40, 50], 40)).toBe(20);
    expect(nearestRank([15, 20, 35, 40, 50], 50)).toBe(35);
    expect(nearestRank([15, 20, 35, 40, 50], 100)).toBe(50);
    expect(nearestRank([7], 1)).toBe(7);
  });

  test.prop([fc.array(fc.nat(), { minLength: 1 }), fc.integer({ min: 1, max: 100 })])(
    'is the smallest value that at least so many do not exceed',
    (values, percent) => {
      const sorted = values.sort((a, b) => a - b);
      const reaches = (value: number) =>
        sorted.filter((other) => other <= value).length * 100 >= percent * sorted.length;
      expect(nearestRank(sorted, percent)).toBe(sorted.find(reaches));
    },
  );
});

describe('percentilesOfMicros', () => {
  test('sorts by size and gives seconds', () => {
    expect(percentilesOfMicros([10_000_000, 9_000_000, 100_000])).toEqual({ p50: 9, p95: 10, p99: 10 });
  });

  test('has nothing to say about no durations', () => {
    expect(percentilesOfMicros([])).toBeNull();
  });
});
