import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, parseDurationMicros } from './duration.ts';

describe('durations', () => {
  it.each([
    ['1.5s', 1_500_000],
    ['10m', 600_000_000],
    ['1h2m3s', 3_723_000_000],
    ['250ms', 250_000],
    ['10us', 10],
    ['10µs', 10],
    ['10μs', 10],
    ['1500ns', 2],
    ['400ns', 0],
    ['.5s', 500_000],
    ['1.s', 1_000_000],
    ['+1s', 1_000_000],
    ['0', 0],
    [0, 0],
    ['0s', 0],
    ['1m1m', 120_000_000],
  ])('reads %j as %d microseconds', (text, micros) => {
    expect(parseDurationMicros(text)).toBe(micros);
  });

  it.each([
    [30, 'missing unit in duration "30" (did you mean 30s?)'],
    ['30', 'missing unit in duration "30" (did you mean 30s?)'],
    ['1.5', 'missing unit in duration "1.5" (did you mean 1.5s?)'],
    ['-1s', 'duration "-1s" must not be negative'],
    ['', '"" is not a duration'],
    ['s', '"s" is not a duration'],
    ['.s', '".s" is not a duration'],
    ['1s2', '"1s2" is not a duration'],
    ['1 s', '"1 s" is not a duration'],
    ['1d', '"1d" is not a duration'],
    ['forever', '"forever" is not a duration'],
    ['9999999999h', 'is too long'],
    [Number.NaN, 'is not a duration'],
  ])('refuses %j', (text, message) => {
    expect(() => parseDurationMicros(text)).toThrow(message);
  });

  it.each([
    [0, '0s'],
    [10, '10µs'],
    [250_000, '250ms'],
    [1_500, '1.5ms'],
    [1_500_000, '1.5s'],
    [90_000_000, '1m30s'],
    [3_600_000_000, '1h0m0s'],
    [-5_000_000, '-5s'],
  ])('prints %d as %j', (micros, text) => {
    expect(formatDuration(micros)).toBe(text);
  });

  it('reads back what it prints', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 45 }), (micros) => {
        expect(parseDurationMicros(formatDuration(micros))).toBe(micros);
      }),
    );
  });
});
