import { describe, expect, test } from 'vitest';
import { generatedSuffix, mix32, safeEncode } from './podNames.ts';

describe('generated pod names', () => {
  test('are five letters without vowels and look-alikes', () => {
    for (let ordinal = 0; ordinal < 100; ordinal++) {
      expect(generatedSuffix(1, 7, ordinal)).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    }
  });

  test('are different for every pod of an owner, 200,000 of them', () => {
    const names = new Set<string>();
    for (let ordinal = 0; ordinal < 200_000; ordinal++) names.add(generatedSuffix(3, 11, ordinal));
    expect(names.size).toBe(200_000);
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
