/** Samples of a delay as a Scenario writes them. */
import { formatDuration } from '../../api/duration.ts';
import type { JsonValue } from '../../api/types.ts';
import { fitLogNormal, NEVER } from '../../kernel/distribution.ts';
import { MICROS_PER_MILLI, MICROS_PER_SECOND, type Micros } from '../../kernel/time.ts';

/** So many tell the 99th percentile; more make a file that nobody reads. */
const MOST_VALUES = 200;

/** What a cut time may stand for when it is zero: half of its resolution. */
const HALF_SECOND = MICROS_PER_SECOND / 2;

/**
 * A duration where all samples are equal, else the samples themselves in whole milliseconds, in order; of more than 200, 200
 * quantiles of them.
 *
 * @param isFitted a log-normal distribution in their place, where one can be fitted.
 */
export function describeDelay(samples: readonly Micros[], isFitted: boolean): JsonValue {
  const sorted = samples.map(toMillis).sort((a, b) => a - b);
  if (sorted[0] === sorted.at(-1)) return durationOf(sorted[0]!);
  const fit = isFitted ? logNormalOf(sorted) : undefined;
  return fit ?? { empirical: quantiles(sorted).map(durationOf) };
}

/** How samples lie, as durations. */
export interface DelaySummary {
  readonly least: string;
  readonly median: string;
  readonly p95: string;
  readonly most: string;
}

/** @param sorted ascending, at least one */
export function summaryOf(sorted: readonly Micros[]): DelaySummary {
  const text = (micros: Micros) => durationOf(toMillis(micros));
  return {
    least: text(sorted[0]!),
    median: text(percentileOf(sorted, 50)),
    p95: text(percentileOf(sorted, 95)),
    most: text(sorted.at(-1)!),
  };
}

/** The smallest sample that at least so many percent of the samples do not exceed. */
function percentileOf(sorted: readonly Micros[], percent: number): Micros {
  return sorted[Math.ceil((percent * sorted.length) / 100) - 1]!;
}

/** Without a median above zero there is none. */
function logNormalOf(sorted: readonly Micros[]): JsonValue | undefined {
  if (percentileOf(sorted, 50) === 0 || sorted.includes(NEVER)) return undefined;
  const { medianMicros, p99Micros } = fitLogNormal(sorted.map((micros) => (micros === 0 ? HALF_SECOND : micros)));
  const median = Math.max(MICROS_PER_MILLI, toMillis(medianMicros));
  return { logNormal: { median: durationOf(median), p99: durationOf(Math.max(median, toMillis(p99Micros))) } };
}

/** The middle of each of 200 equal shares. */
function quantiles(sorted: readonly Micros[]): readonly Micros[] {
  if (sorted.length <= MOST_VALUES) return sorted;
  return Array.from({ length: MOST_VALUES }, (_, index) => {
    return sorted[Math.floor(((index + 0.5) * sorted.length) / MOST_VALUES)]!;
  });
}

function durationOf(micros: Micros): string {
  return micros === NEVER ? 'never' : formatDuration(micros);
}

function toMillis(micros: Micros): Micros {
  return micros === NEVER ? NEVER : Math.round(micros / MICROS_PER_MILLI) * MICROS_PER_MILLI;
}
