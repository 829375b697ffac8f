import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canonicalQuantity,
  formatBytes,
  formatCpu,
  parseBytes,
  parseCpuMilli,
  parseQuantity,
  parseWhole,
} from './quantity.ts';

const SUFFIXES: ReadonlyMap<string, [number, number]> = new Map([
  ['n', [10, -9]],
  ['u', [10, -6]],
  ['m', [10, -3]],
  ['', [10, 0]],
  ['k', [10, 3]],
  ['M', [10, 6]],
  ['G', [10, 9]],
  ['Ki', [1024, 1]],
  ['Mi', [1024, 2]],
  ['Gi', [1024, 3]],
  ['e3', [10, 3]],
  ['E+2', [10, 2]],
  ['e-4', [10, -4]],
]);

describe('quantities', () => {
  it.each([
    ['250m', 0.25],
    ['1.5Gi', 1610612736],
    ['1e9', 1e9],
    ['1E', 1e18],
    ['1E3', 1000],
    ['250u', 0.00025],
    ['1n', 1e-9],
    ['+1', 1],
    ['-2Ki', -2048],
    ['.5', 0.5],
    ['5.', 5],
    [0.1, 0.1],
    [2, 2],
    [1e21, 2 ** 63],
    ['9007199254740991', 9007199254740991],
  ])('reads %j as %d', (text, value) => {
    expect(parseQuantity(text)).toBe(value);
  });

  it.each([
    '',
    '.',
    'm',
    '1.5e3Gi',
    '1K',
    '1ki',
    '1e',
    '1e+',
    '1 Gi',
    ' 1',
    '1,5',
    '0x10',
    '1.2.3',
    '--1',
    '1mi',
    'NaN',
  ])('refuses %j', (text) => {
    expect(() => parseQuantity(text)).toThrow(RangeError);
  });

  it('refuses numbers that are none and says what it wanted', () => {
    expect(() => parseQuantity(Number.NaN)).toThrow('"NaN" is not a quantity such as "250m"');
    expect(() => parseBytes('64mb')).toThrow('(did you mean "64Mi"?)');
    expect(() => parseBytes('9'.repeat(1000))).toThrow(RangeError);
  });

  it('rounds away from zero to the unit that is asked for', () => {
    expect(parseCpuMilli('1.0001')).toBe(1001);
    expect(parseCpuMilli('1n')).toBe(1);
    expect(parseCpuMilli('-1n')).toBe(-1);
    expect(parseWhole('100m')).toBe(1);
    expect(parseBytes('1.5')).toBe(2);
    expect(parseWhole('1e-1000000')).toBe(1);
    expect(parseCpuMilli(0.1)).toBe(100);
  });

  it('caps at 2^63-1 as upstream does', () => {
    expect(parseWhole('1e1000000')).toBe(Number(2n ** 63n - 1n));
    expect(parseWhole('100E')).toBe(Number(2n ** 63n - 1n));
  });

  it('accepts exactly what the grammar makes, with its value', () => {
    const digits = fc.integer({ min: 0, max: 99999 }).map(String);
    const sign = fc.constantFrom('', '+', '-');
    const suffix = fc.constantFrom(...SUFFIXES.keys());
    fc.assert(
      fc.property(sign, digits, fc.option(digits), suffix, (plus, whole, fraction, unit) => {
        const text = `${plus}${whole}${fraction === null ? '' : `.${fraction}`}${unit}`;
        const [base, exponent] = SUFFIXES.get(unit)!;
        const expected = Number(`${plus}${whole}.${fraction ?? 0}`) * base ** exponent;
        expect(Math.abs(parseQuantity(text) - expected)).toBeLessThanOrEqual(1e-9 + Math.abs(expected) * 1e-12);
      }),
    );
  });

  it('either reads a text or throws a RangeError', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0123456789.+-eEmkMGi') }), (text) => {
        try {
          expect(Number.isFinite(parseQuantity(text))).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
    );
  });

  it('gives equal values one text, and that text the same value', () => {
    expect(canonicalQuantity('1000m')).toBe(canonicalQuantity(1));
    expect(canonicalQuantity('0.1')).toBe(canonicalQuantity('100m'));
    expect(canonicalQuantity('1Gi')).toBe(canonicalQuantity('1048576Ki'));
    expect(canonicalQuantity('-0')).toBe('0');
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom(...SUFFIXES.keys()), (number, unit) => {
        const canonical = canonicalQuantity(`${number}${unit}`);
        expect(canonicalQuantity(canonical)).toBe(canonical);
        expect(parseQuantity(canonical)).toBe(parseQuantity(`${number}${unit}`));
      }),
    );
  });

  it('prints cpu and bytes so that they read back', () => {
    expect(formatCpu(250)).toBe('250m');
    expect(formatCpu(2000)).toBe('2');
    expect(formatBytes(67108864)).toBe('64Mi');
    expect(formatBytes(1500)).toBe('1500');
    expect(formatBytes(0)).toBe('0');
    fc.assert(
      fc.property(fc.nat(), (amount) => {
        expect(parseCpuMilli(formatCpu(amount))).toBe(amount);
        expect(parseBytes(formatBytes(amount))).toBe(amount);
      }),
    );
  });
});
