import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { parseVary } from '../scenario/index.ts';
import { variantsOf } from './variants.ts';

function textsOf(varies: readonly string[], count: number, seed = 1): string[] {
  const variants = variantsOf({ axes: varies.map(parseVary), seeds: [1], sample: { count, seed } });
  return variants.map((settings) => settings.map(({ text }) => text).join());
}

describe('a sample of a grid', () => {
  test.prop([
    fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 }),
    fc.integer({ min: 1, max: 40 }),
    fc.nat(99),
  ])('has so many variants of it, each once, in the order of the grid', (sizes, count, seed) => {
    const varies = sizes.map((size, axis) => `a${axis}=1..${size}`);
    const all = textsOf(varies, Number.MAX_SAFE_INTEGER);
    const some = textsOf(varies, count, seed);
    expect(some).toHaveLength(Math.min(count, all.length));
    expect(all.filter((text) => some.includes(text))).toEqual(some);
    expect(textsOf(varies, count, seed)).toEqual(some);
  });

  it('has each value of an axis, and each pair of values, about equally often', () => {
    for (const seed of [1, 2, 3]) {
      const some = textsOf(['a=1..4', 'b=1..4', 'c=1..50'], 160, seed).map((text) => text.split(','));
      const pairs = new Map<string, number>();
      for (const [a, b] of some) pairs.set(`${a},${b}`, (pairs.get(`${a},${b}`) ?? 0) + 1);
      // Ten each; of 160 that are drawn at random, the fewest would be about 5 and the most 16.
      expect(pairs.size).toBe(16);
      expect(Math.min(...pairs.values())).toBeGreaterThanOrEqual(7);
      expect(Math.max(...pairs.values())).toBeLessThanOrEqual(13);
    }
  });

  it('has the reference', () => {
    const axes = ['a=1..50', 'b=1..50'].map(parseVary);
    const settings = variantsOf({ axes, seeds: [1], sample: { count: 3, seed: 1, including: { a: '17', b: '41' } } });
    expect(settings.map((one) => one.map(({ text }) => text).join())).toContain('17,41');
    expect(settings).toHaveLength(3);
  });

  it('may be of a grid that could never be played', () => {
    const varies = ['a=1..1000', 'b=1..1000', 'c=1..1000'];
    expect(textsOf(varies, 5)).toHaveLength(5);
    expect(() => variantsOf({ axes: varies.map(parseVary), seeds: [1] })).toThrow('are more than');
    expect(textsOf(varies, 5, 2)).not.toEqual(textsOf(varies, 5));
  });
});
