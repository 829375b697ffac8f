import { test as propertyTest } from '@fast-check/vitest';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TokenBucket } from './tokenBucket.ts';

/** `rate.Limiter` of golang.org/x/time/rate, step by step: `advance`, take a token, `durationFromTokens`. */
class GoLimiter {
  private tokens: number;
  private lastMicros = 0;
  private readonly rate: number;
  private readonly burst: number;

  constructor(rate: number, burst: number) {
    this.rate = rate;
    this.burst = burst;
    this.tokens = burst;
  }

  reserve(nowMicros: number): number {
    const refill = ((nowMicros - this.lastMicros) / 1e6) * this.rate;
    this.tokens = Math.min(this.burst, this.tokens + refill) - 1;
    this.lastMicros = nowMicros;
    return this.tokens < 0 ? nowMicros + (-this.tokens / this.rate) * 1e6 : nowMicros;
  }
}

describe('TokenBucket', () => {
  test('gives a token at once or not at all to those who cannot wait', () => {
    const bucket = new TokenBucket(5, 2);
    expect([0, 0, 0, 199_999, 200_000, 200_000].map((now) => bucket.tryTake(now))).toEqual([
      true,
      true,
      false,
      false,
      true,
      false,
    ]);
    expect(new TokenBucket(Number.POSITIVE_INFINITY, 1).tryTake(0)).toBe(true);
  });

  test('grants the burst at once, then one token per interval', () => {
    const bucket = new TokenBucket(10, 3);
    const granted = [0, 0, 0, 0, 0].map((now) => bucket.reserve(now));
    expect(granted).toEqual([0, 0, 0, 100_000, 200_000]);
  });

  test('fills while idle, up to the burst and no further', () => {
    const bucket = new TokenBucket(10, 2);
    bucket.reserve(0);
    bucket.reserve(0);
    expect(bucket.reserve(50_000)).toBe(100_000);
    const later = 60_000_000;
    expect([0, 1, 2].map(() => bucket.reserve(later))).toEqual([later, later, later + 100_000]);
  });

  test('is exact after a million tokens', () => {
    const bucket = new TokenBucket(20, 1);
    let granted = 0;
    for (let token = 0; token < 1_000_000; token++) granted = bucket.reserve(0);
    expect(granted).toBe(999_999 * 50_000);
  });

  test('grants whole microseconds at odd rates', () => {
    const bucket = new TokenBucket(3, 1);
    expect([0, 0, 0, 0].map((now) => bucket.reserve(now))).toEqual([0, 333_333, 666_667, 1_000_000]);
  });

  test('no limit', () => {
    const bucket = new TokenBucket(Number.POSITIVE_INFINITY, 0);
    expect([5, 5, 9].map((now) => bucket.reserve(now))).toEqual([5, 5, 9]);
  });

  test.each([
    [0, 1],
    [-1, 1],
    [Number.NaN, 1],
    [1, 0],
    [1, 1.5],
    [1, Number.POSITIVE_INFINITY],
  ])('refuses rate %d with burst %d', (rate, burst) => {
    expect(() => new TokenBucket(rate, burst)).toThrow(RangeError);
  });

  propertyTest.prop(
    [
      fc.double({ min: 0.1, max: 1000, noNaN: true }),
      fc.integer({ min: 1, max: 50 }),
      fc.array(fc.oneof(fc.constant(0), fc.nat(1_000_000)), { maxLength: 200 }),
    ],
    { seed: 20_240_601 },
  )('grants when rate.Limiter does', (rate, burst, gaps) => {
    const bucket = new TokenBucket(rate, burst);
    const oracle = new GoLimiter(rate, burst);
    let now = 0;
    for (const gap of gaps) {
      now += gap;
      const granted = bucket.reserve(now);
      expect(Number.isInteger(granted)).toBe(true);
      // Half a microsecond of rounding, and what the oracle's own count of tokens gathers.
      expect(Math.abs(granted - oracle.reserve(now))).toBeLessThan(0.51);
    }
  });
});
