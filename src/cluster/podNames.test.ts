import { describe, expect, test } from 'vitest';
import { generatedSuffix, mix32, safeEncode } from './podNames.ts';

describe('generated pod names', () => {
  test('are five letters without vowels and look-alikes', () => {
    for (let ordinal = 0; ordinal < 100; ordinal++) {
      expect(generatedSuffix(1, 7, ordinal)).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    }
  });

  /** There are 27^5 = 3^15 suffixes, one step apart: the walk is shorter than that only if a third of it is a round. */
  test('are different for every pod of an owner, until all are used up', () => {
    const all = 27 ** 5;
    expect(generatedSuffix(3, 11, all)).toBe(generatedSuffix(3, 11, 0));
    expect(generatedSuffix(3, 11, all / 3)).not.toBe(generatedSuffix(3, 11, 0));
    const names = new Set(Array.from({ length: 20_000 }, (_, ordinal) => generatedSuffix(3, 11, ordinal)));
    expect(names.size).toBe(20_000);
  });

  test('depend on the seed and the owner', () => {
    expect(generatedSuffix(1, 7, 0)).not.toBe(generatedSuffix(2, 7, 0));
    expect(generatedSuffix(1, 7, 0)).not.toBe(generatedSuffix(1, 8, 0));
    expect(generatedSuffix(1, 7, 0)).toBe(generatedSuffix(1, 7, 0));
  });
});

test("safeEncode maps as upstream's SafeEncodeString does", () => {
  // Code 48 of "0" modulo 27 letters is 21: "4".
  expect(safeEncode('0')).toBe('4');
  expect(safeEncode('0123456789')).toBe('456789bcdf');
});

test('mix32 gives every number another one', () => {
  const mixed = new Set(Array.from({ length: 100_000 }, (_, value) => mix32(value)));
  expect(mixed.size).toBe(100_000);
});
