import { expect, it } from 'vitest';
import { round, roundAll } from './rounding.ts';

it('rounds to a millionth, and leaves whole numbers alone', () => {
  expect(round(6.493421639699187)).toBe(6.493422);
  expect(round(0.1 + 0.2)).toBe(0.3);
  expect(round(2 ** 52 + 1)).toBe(2 ** 52 + 1);
  expect(round(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
});

it('rounds whatever numbers plain data holds', () => {
  const data = { mean: 1.23456789, list: [{ share: 1 / 3 }], text: '1.23456789', none: null };
  expect(roundAll(data)).toEqual({ mean: 1.234568, list: [{ share: 0.333333 }], text: '1.23456789', none: null });
});
