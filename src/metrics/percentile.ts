import { MICROS_PER_SECOND, type Micros } from '../kernel/time.ts';
import type { Percentiles } from './result.ts';

/**
 * Nearest-rank percentile: the smallest value that at least `percent` % of the values do not exceed. Always one of the
 * values, never an interpolation.
 *
 * @param sorted ascending, not empty
 * @param percent whole, 1 to 100
 */
export function nearestRank(sorted: ArrayLike<number>, percent: number): number {
  // The product is exact; a fraction such as 0.07 times the length would not be, and would skip a rank.
  const rank = Math.ceil((percent * sorted.length) / 100);
  return sorted[rank - 1]!;
}

/** Percentiles of durations, in seconds; null without any. */
export function percentilesOfMicros(durations: readonly Micros[]): Percentiles | null {
  if (durations.length === 0) return null;
  const sorted = Float64Array.from(durations).sort();
  return {
    p50: nearestRank(sorted, 50) / MICROS_PER_SECOND,
    p95: nearestRank(sorted, 95) / MICROS_PER_SECOND,
    p99: nearestRank(sorted, 99) / MICROS_PER_SECOND,
  };
}
