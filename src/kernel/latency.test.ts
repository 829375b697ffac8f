import { expect, test } from 'vitest';
import type { Distribution } from './distribution.ts';
import { latencyOf, typicalMicros } from './latency.ts';
import { RandomStreams } from './randomStreams.ts';

const CASES: readonly Distribution[] = [
  { kind: 'constant', micros: 700 },
  { kind: 'uniform', minMicros: 100, maxMicros: 300 },
  { kind: 'normal', meanMicros: 500, standardDeviationMicros: 50 },
  { kind: 'logNormal', medianMicros: 400, p99Micros: 4_000 },
  { kind: 'sequence', micros: [1, 2, 3] },
  { kind: 'empirical', micros: [10, 20, 30] },
];

test.each(CASES.map((one) => [one.kind, one] as const))(
  'half of the draws of %s lie below what is typical',
  (_, one) => {
    const next = latencyOf(one, new RandomStreams(1).stream('test'));
    const draws = Array.from({ length: 4_001 }, next).sort((a, b) => a - b);
    expect(Math.abs(draws[2_000]! - typicalMicros(one)) / typicalMicros(one)).toBeLessThan(0.05);
  },
);

test('otherwise what is given is typical: the mean of an exponential distribution, the scale of a Weibull', () => {
  expect(typicalMicros({ kind: 'exponential', meanMicros: 80 })).toBe(80);
  expect(typicalMicros({ kind: 'weibull', shape: 2, scaleMicros: 90 })).toBe(90);
});

test('a sequence is dealt out in order', () => {
  const next = latencyOf({ kind: 'sequence', micros: [5, 9] }, new RandomStreams(1).stream('test'));
  expect([next(), next(), next()]).toEqual([5, 9, 5]);
});
