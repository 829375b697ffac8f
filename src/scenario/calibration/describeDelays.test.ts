import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fitLogNormal, sampleMicros } from '../../kernel/distribution.ts';
import { RandomStreams } from '../../kernel/randomStreams.ts';
import { describeDelay, summaryOf } from './describeDelays.ts';
import '../../testing/fastCheck.ts';

const SECOND = 1_000_000;

it('writes equal samples as a duration, others as themselves', () => {
  expect(describeDelay([SECOND, SECOND], false)).toBe('1s');
  expect(describeDelay([90_400_000, 1_499, 0], false)).toEqual({ empirical: ['0s', '1ms', '1m30.4s'] });
});

it('writes at most 200 values, which lie as the samples do', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 201, maxLength: 900 }), (seconds) => {
      const described = describeDelay(
        seconds.map((value) => value * SECOND),
        false,
      );
      if (typeof described === 'string') return;
      const { empirical } = described as { empirical: string[] };
      expect(empirical).toHaveLength(200);
      const sorted = seconds.map((value) => value * SECOND).sort((a, b) => a - b);
      // The 100th of 200 is in the middle: no further than half a share from the median.
      const share = seconds.length / 200;
      const middle = sorted
        .slice(Math.floor(99 * share), Math.ceil(101 * share))
        .map((value) => describeDelay([value], false));
      expect(middle).toContain(empirical[99]);
    }),
  );
});

it('fits a log-normal distribution where there is one', () => {
  const stream = new RandomStreams(1).stream('fit');
  const truth = { kind: 'logNormal', medianMicros: 8 * SECOND, p99Micros: 30 * SECOND } as const;
  const samples = Array.from({ length: 4000 }, (_, index) => sampleMicros(truth, () => stream, index));
  const { medianMicros, p99Micros } = fitLogNormal(samples);
  // Standard errors: sigma / sqrt(n) of the logarithm, 0.9 % here, and about twice that of the percentile.
  expect(medianMicros / truth.medianMicros).toBeCloseTo(1, 1);
  expect(p99Micros / truth.p99Micros).toBeCloseTo(1, 1);
});

it('takes zero seconds for half a second, and fits nothing to a median of zero', () => {
  const fit = describeDelay(
    [0, 2, 2, 3].map((value) => value * SECOND),
    true,
  ) as { logNormal: { median: string } };
  expect(fit.logNormal.median).toBe(describeDelay([Math.sqrt(Math.sqrt(0.5 * 2 * 2 * 3)) * SECOND], false));
  expect(describeDelay([0, 0, SECOND], true)).toEqual({ empirical: ['0s', '0s', '1s'] });
});

it('sums samples up', () => {
  expect(summaryOf([1, 2, 3, 4].map((value) => value * SECOND))).toEqual({
    least: '1s',
    median: '2s',
    p95: '4s',
    most: '4s',
  });
});
