import { expect, test } from 'vitest';
import { formatQuantity, notationOf, type QuantityNotation } from './quantityNotation.ts';

test.each<[string | number, QuantityNotation]>([
  ['64Mi', 'BinarySI'],
  ['64M', 'DecimalSI'],
  ['100m', 'DecimalSI'],
  [2, 'DecimalSI'],
  ['1e3', 'DecimalExponent'],
  ['1E', 'DecimalSI'],
])('%s is in %s', (quantity, notation) => {
  expect(notationOf(quantity)).toBe(notation);
});

test.each<[number, -3 | 0, QuantityNotation, string]>([
  [0, 0, 'BinarySI', '0'],
  [100, -3, 'DecimalSI', '100m'],
  [2000, -3, 'DecimalSI', '2'],
  [1500, -3, 'DecimalSI', '1500m'],
  [10, 0, 'DecimalSI', '10'],
  [1000, 0, 'DecimalSI', '1k'],
  [64 * 1024 * 1024, 0, 'BinarySI', '64Mi'],
  [64 * 1024 * 1024, 0, 'DecimalSI', '67108864'],
  [1536 * 1024, 0, 'BinarySI', '1536Ki'],
  [1000, 0, 'BinarySI', '1k'],
  [1025, 0, 'BinarySI', '1025'],
  [2_000_000, 0, 'DecimalExponent', '2e6'],
  [20, 0, 'DecimalExponent', '20'],
])('%d of 10^%d in %s is %s', (value, exponent, notation, text) => {
  expect(formatQuantity(value, exponent, notation)).toBe(text);
});
