import { type Interval, medianInterval } from './medianInterval.ts';
import { round } from './rounding.ts';

/** What several runs of one variant say about a number. */
export interface Summary {
  readonly median: number;
  readonly p95: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Of the median, 95 % by bootstrap; null for fewer than five values. */
  readonly interval: Interval | null;
}

/** One number of a summary. */
export type Statistic = Exclude<keyof Summary, 'interval'>;

/**
 * The middle value; of an even count, the mean of the two in the middle.
 *
 * @throws RangeError when there are no values.
 */
export function median(values: readonly number[]): number {
  const sorted = sortedCopy(values);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : midpoint(sorted[middle - 1]!, sorted[middle]!);
}

/**
 * The nearest-rank percentile: the smallest value that at least `percent` % of the values do not exceed. Always one of
 * the values, so it never shows something that no run did.
 *
 * @param percent from 0 (the minimum) to 100 (the maximum)
 * @throws RangeError when there are no values.
 */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = sortedCopy(values);
  const rank = Math.ceil((percent * sorted.length) / 100);
  return sorted[Math.min(Math.max(rank, 1), sorted.length) - 1]!;
}

/**
 * The arithmetic mean.
 *
 * @throws RangeError when there are no values.
 */
export function mean(values: readonly number[]): number {
  refuseEmpty(values);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The numbers of a report, rounded to 10^-6; null when there are no values. */
export function summarize(values: readonly number[]): Summary | null {
  if (values.length === 0) return null;
  const sorted = sortedCopy(values);
  const interval = medianInterval(sorted);
  return {
    median: round(median(sorted)),
    p95: round(percentile(sorted, 95)),
    min: round(sorted[0]!),
    max: round(sorted.at(-1)!),
    mean: round(mean(sorted)),
    interval: interval === null ? null : { low: round(interval.low), high: round(interval.high) },
  };
}

/** Infinity is a value here, "never", and stays one between two of it. */
function midpoint(low: number, high: number): number {
  return low === high ? low : low + (high - low) / 2;
}

function sortedCopy(values: readonly number[]): number[] {
  refuseEmpty(values);
  return [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

function refuseEmpty(values: readonly number[]): void {
  if (values.length === 0) throw new RangeError('statistics need at least one value');
}
