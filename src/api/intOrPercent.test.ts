import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatIntOrPercent, parseIntOrPercent, resolveRoundDown, resolveRoundUp } from './intOrPercent.ts';

describe('int or percent', () => {
  it.each([
    [2, '2'],
    [0, '0'],
    ['25%', '25%'],
    ['150%', '150%'],
  ])('reads and prints %j', (value, text) => {
    expect(formatIntOrPercent(parseIntOrPercent(value))).toBe(text);
  });

  it.each([['25'], ['abc%'], ['%'], ['-5%'], ['2.5%'], ['']])('refuses %j', (value) => {
    expect(() => parseIntOrPercent(value)).toThrow(
      `Invalid value: ${JSON.stringify(value)}: a valid percent string must be a numeric string followed by an ending '%'`,
    );
  });

  it('refuses negative and broken numbers, and other types', () => {
    expect(() => parseIntOrPercent(-1)).toThrow('must be greater than or equal to 0');
    expect(() => parseIntOrPercent(1.5)).toThrow('expected integer or percentage, got 1.5');
    expect(() => parseIntOrPercent(2 ** 31)).toThrow('must be less than or equal to 2147483647');
    expect(() => parseIntOrPercent(true)).toThrow('expected integer or percentage, got true');
    expect(() => parseIntOrPercent(null)).toThrow('expected integer or percentage, got null');
  });

  it('rounds surge up and unavailability down', () => {
    const quarter = parseIntOrPercent('25%');
    expect([resolveRoundUp(quarter, 10), resolveRoundDown(quarter, 10)]).toEqual([3, 2]);
    expect([resolveRoundUp(quarter, 4), resolveRoundDown(quarter, 4)]).toEqual([1, 1]);
    expect([resolveRoundUp(parseIntOrPercent(7), 4), resolveRoundDown(parseIntOrPercent(7), 4)]).toEqual([7, 7]);
  });

  it('agrees with exact arithmetic', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max: 10_000_000 }), (percent, total) => {
        const product = BigInt(percent) * BigInt(total);
        const value = { value: percent, isPercent: true };
        expect(resolveRoundDown(value, total)).toBe(Number(product / 100n));
        expect(resolveRoundUp(value, total)).toBe(Number((product + 99n) / 100n));
      }),
    );
  });
});
