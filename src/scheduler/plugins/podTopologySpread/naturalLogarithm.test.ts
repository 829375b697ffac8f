import { describe, expect, it } from 'vitest';
import { naturalLogarithm } from './naturalLogarithm.ts';

describe('the natural logarithm', () => {
  it.each([
    [1, 0],
    [4, 1.3862943611198906],
    [3, 1.0986122886681098],
    [5, 1.6094379124341003],
    [7, 1.9459101490553132],
    [5002, 8.517593111437565],
  ])('of %i is %f', (n, expected) => {
    expect(naturalLogarithm(n)).toBeCloseTo(expected, 14);
  });

  it('differs from that of the engine by two units in the last place at most', () => {
    let worst = 0;
    for (let n = 2; n <= 100_000; n++) {
      worst = Math.max(worst, Math.abs(naturalLogarithm(n) / Math.log(n) - 1) / Number.EPSILON);
    }
    expect(worst).toBeLessThanOrEqual(2);
  });
});
