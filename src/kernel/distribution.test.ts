import { describe, expect, test } from 'vitest';
import { type Distribution, isRandom, NEVER, sampleMicros } from './distribution.ts';
import { RandomStreams } from './randomStreams.ts';

const DRAWS = 20_000;

function noStream(): never {
  throw new Error('A stream was asked for');
}

/** Many draws of one stream, sorted. */
function sample(distribution: Distribution): number[] {
  const stream = new RandomStreams(11).stream(distribution.kind);
  const values = Array.from({ length: DRAWS }, (_, index) => sampleMicros(distribution, () => stream, index));
  return values.sort((left, right) => left - right);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function quantile(values: readonly number[], fraction: number): number {
  return values[Math.floor(fraction * values.length)]!;
}

/** Relative difference; 20,000 draws are good for 1 to 3 %. */
function off(actual: number, expected: number): number {
  return Math.abs(actual / expected - 1);
}

describe('without a stream', () => {
  test('constant', () => {
    expect(sampleMicros({ kind: 'constant', micros: 5 }, noStream, 3)).toBe(5);
    expect(sampleMicros({ kind: 'constant', micros: 5.4 }, noStream, 3)).toBe(5);
  });

  test('never', () => {
    expect(sampleMicros({ kind: 'never' }, noStream, 0)).toBe(NEVER);
  });

  test('sequence is dealt out in order, over and over', () => {
    const distribution: Distribution = { kind: 'sequence', micros: [3, NEVER, 0] };
    const dealt = [0, 1, 2, 3, 4, 5].map((index) => sampleMicros(distribution, noStream, index));
    expect(dealt).toEqual([3, NEVER, 0, 3, NEVER, 0]);
  });
});

describe('with a stream', () => {
  const random: Distribution[] = [
    { kind: 'uniform', minMicros: 10, maxMicros: 12 },
    { kind: 'normal', meanMicros: 1_000_000, standardDeviationMicros: 100_000 },
    { kind: 'logNormal', medianMicros: 2_000_000, p99Micros: 9_000_000 },
    { kind: 'exponential', meanMicros: 700_000 },
    { kind: 'weibull', shape: 1.5, scaleMicros: 800_000 },
    { kind: 'empirical', micros: [5, 7, 7, 1000] },
  ];

  test.each(random)('$kind gives whole numbers from 0, the same for the same seed', (distribution) => {
    expect(isRandom(distribution)).toBe(true);
    const values = sample(distribution);
    expect(values.every((value) => Number.isSafeInteger(value) && value >= 0)).toBe(true);
    expect(sample(distribution)).toEqual(values);
  });

  test('uniform includes both ends', () => {
    const values = sample({ kind: 'uniform', minMicros: 10, maxMicros: 12 });
    expect(new Set(values)).toEqual(new Set([10, 11, 12]));
    expect(off(mean(values), 11)).toBeLessThan(0.01);
    expect(sample({ kind: 'uniform', minMicros: 4, maxMicros: 4 })[0]).toBe(4);
  });

  test('normal', () => {
    const values = sample({ kind: 'normal', meanMicros: 1_000_000, standardDeviationMicros: 100_000 });
    expect(off(mean(values), 1_000_000)).toBeLessThan(0.01);
    expect(off(quantile(values, 0.99), 1_232_635)).toBeLessThan(0.01);
  });

  test('normal is truncated, not clipped', () => {
    const values = sample({ kind: 'normal', meanMicros: 0, standardDeviationMicros: 1_000_000 });
    expect(values.filter((value) => value === 0).length).toBeLessThan(5);
    // The half-normal distribution's mean is sqrt(2 / pi).
    expect(off(mean(values), 797_885)).toBeLessThan(0.02);
  });

  test('logNormal', () => {
    const values = sample({ kind: 'logNormal', medianMicros: 2_000_000, p99Micros: 9_000_000 });
    expect(off(quantile(values, 0.5), 2_000_000)).toBeLessThan(0.02);
    expect(off(quantile(values, 0.99), 9_000_000)).toBeLessThan(0.05);
  });

  test('logNormal without spread is its median', () => {
    const values = sample({ kind: 'logNormal', medianMicros: 2_000_000, p99Micros: 2_000_000 });
    expect([values[0], values.at(-1)]).toEqual([2_000_000, 2_000_000]);
  });

  test('exponential', () => {
    const values = sample({ kind: 'exponential', meanMicros: 700_000 });
    expect(off(mean(values), 700_000)).toBeLessThan(0.02);
    expect(off(quantile(values, 0.5), 700_000 * Math.LN2)).toBeLessThan(0.03);
  });

  test('weibull', () => {
    const values = sample({ kind: 'weibull', shape: 1.5, scaleMicros: 800_000 });
    expect(off(quantile(values, 0.5), 800_000 * Math.LN2 ** (1 / 1.5))).toBeLessThan(0.03);
    expect(off(quantile(values, 0.99), 800_000 * Math.log(100) ** (1 / 1.5))).toBeLessThan(0.03);
  });

  test('empirical draws each value as often as it was seen', () => {
    const values = sample({ kind: 'empirical', micros: [5, 7, 7, NEVER] });
    expect(off(values.filter((value) => value === 7).length, DRAWS / 2)).toBeLessThan(0.03);
    expect(off(values.filter((value) => value === NEVER).length, DRAWS / 4)).toBeLessThan(0.03);
  });
});

const nonsense: Distribution[] = [
  { kind: 'constant', micros: -1 },
  { kind: 'constant', micros: Number.NaN },
  { kind: 'sequence', micros: [] },
  { kind: 'uniform', minMicros: 2, maxMicros: 1 },
  { kind: 'uniform', minMicros: -2, maxMicros: -2 },
  { kind: 'normal', meanMicros: -1, standardDeviationMicros: 1 },
  { kind: 'normal', meanMicros: 1, standardDeviationMicros: -1 },
  { kind: 'logNormal', medianMicros: 0, p99Micros: 1 },
  { kind: 'logNormal', medianMicros: 2, p99Micros: 1 },
  { kind: 'exponential', meanMicros: -1 },
  { kind: 'weibull', shape: 0, scaleMicros: 1 },
  { kind: 'empirical', micros: [] },
];

test.each(nonsense)('refuses %o', (distribution) => {
  const stream = new RandomStreams(1).stream('nonsense');
  expect(() => sampleMicros(distribution, () => stream, 0)).toThrow(`Unexpected distribution: {"kind":`);
});
