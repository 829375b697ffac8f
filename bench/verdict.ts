import type { Budget, Comparison } from './bench.ts';
import type { Measurement } from './measure.ts';

/** A budget, and whether it was kept. */
export interface Verdict {
  /** `>= 8.00 M/s` */
  readonly budget: string;
  readonly isMet: boolean;
}

export interface ComparisonVerdict extends Verdict {
  readonly fast: string;
  readonly slow: string;
  readonly times: number;
}

/** Undefined for a bench that has no budget, and for one whose peak of memory nobody knows. */
export function judge(budget: Budget | undefined, measurement: Measurement): Verdict | undefined {
  if (budget === undefined) return undefined;
  const { medianMillisAtMost, perSecondAtLeast, peakMebibytesAtMost } = budget;
  const parts: Verdict[] = [];
  if (perSecondAtLeast !== undefined) {
    parts.push({ budget: `>= ${formatRate(perSecondAtLeast)}`, isMet: measurement.perSecond >= perSecondAtLeast });
  }
  if (medianMillisAtMost !== undefined) {
    const isMet = measurement.medianMillis <= medianMillisAtMost;
    parts.push({ budget: `<= ${formatMillis(medianMillisAtMost)}`, isMet });
  }
  if (peakMebibytesAtMost !== undefined && measurement.peakMebibytes !== null) {
    const isMet = measurement.peakMebibytes <= peakMebibytesAtMost;
    parts.push({ budget: `<= ${peakMebibytesAtMost} MiB`, isMet });
  }
  return { budget: parts.map(({ budget: text }) => text).join(', '), isMet: parts.every(({ isMet }) => isMet) };
}

/** Undefined when one of the two did not run. */
export function compare(comparison: Comparison, measurements: readonly Measurement[]): ComparisonVerdict | undefined {
  const find = (name: string): Measurement | undefined => measurements.find(({ bench }) => bench === name);
  const fast = find(comparison.fast);
  const slow = find(comparison.slow);
  if (fast === undefined || slow === undefined) return undefined;
  const times = fast.perSecond / slow.perSecond;
  const { timesAtLeast } = comparison;
  return {
    fast: fast.bench,
    slow: slow.bench,
    times,
    budget: `>= ${timesAtLeast} x`,
    isMet: times >= timesAtLeast,
  };
}

/** `8.31 M/s`, `94.2 k/s`, `17.0 /s` */
export function formatRate(perSecond: number): string {
  if (perSecond >= 1e6) return `${significant(perSecond / 1e6)} M/s`;
  if (perSecond >= 1e3) return `${significant(perSecond / 1e3)} k/s`;
  return `${significant(perSecond)} /s`;
}

/** `19.8 ms`, `11.9 s` */
export function formatMillis(millis: number): string {
  return millis >= 1000 ? `${significant(millis / 1000)} s` : `${significant(millis)} ms`;
}

/** Three digits, as many as such a measurement is worth. */
function significant(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
