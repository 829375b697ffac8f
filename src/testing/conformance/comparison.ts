import type { LogLine } from '../../metrics/log/logLine.ts';

/** A line about an object, its fields by name: recordings also tell of kinds that are not simulated. */
export interface Entry {
  readonly t: number;
  readonly kind: string;
  readonly name: string;
  readonly [field: string]: unknown;
}

/** Two logs of one scenario, and how strictly to hold the second against the first. */
export interface Comparison {
  readonly recorded: readonly Entry[];
  readonly simulated: readonly Entry[];
  /** False: pods of a wave became ready at the same moment, so that the order of single steps was chance. */
  readonly isExact: boolean;
  /** Second in which the recording's first step after the start began; 0 without one. */
  readonly firstStepSeconds: number;
}

/** Finds differences of one sort, each told in one line. */
export type Rule = (comparison: Comparison) => string[];

/** All lines but the header. */
export function entriesOf(lines: readonly LogLine[]): Entry[] {
  return lines.filter((line) => 'kind' in line) as readonly unknown[] as Entry[];
}

export function firstStepSeconds(recorded: readonly Entry[]): number {
  const steps = recorded.filter((entry) => entry.kind === 'Step' && entry.t > 1);
  return steps.length === 0 ? 0 : Math.min(...steps.map((entry) => (entry.began as number | undefined) ?? entry.t));
}

/**
 * Whether two times lie further apart than the recording's own latency explains: half a second and 8 % of the time
 * since the first step, since a real control plane adds some 50 ms to every link of a chain; 1 s and 5 % for waves.
 */
export function isFar(comparison: Comparison, recordedSeconds: number, simulatedSeconds: number): boolean {
  const [fixed, share] = comparison.isExact ? [0.5, 0.08] : [1, 0.05];
  const since = Math.max(0, recordedSeconds - comparison.firstStepSeconds);
  return Math.abs(recordedSeconds - simulatedSeconds) > fixed + share * since;
}

/** Whether two counts differ by more than chance explains: not at all, or, for waves, by 2 or 3 %. */
export function isOtherCount(comparison: Comparison, recorded: number, simulated: number): boolean {
  return Math.abs(recorded - simulated) > (comparison.isExact ? 0 : Math.max(2, 0.03 * recorded));
}

export function ofKind(entries: readonly Entry[], kind: string): Entry[] {
  return entries.filter((entry) => entry.kind === kind);
}

/** Keys of both maps, sorted. */
export function keysOfBoth<V>(a: ReadonlyMap<string, V>, b: ReadonlyMap<string, V>): string[] {
  return [...new Set([...a.keys(), ...b.keys()])].sort();
}

export function show(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}

export function showTime(seconds: number): string {
  return `${seconds.toFixed(2)} s`;
}

/** Index of the first place in which two lists differ; -1 when they are equal. */
export function firstDifference<T>(a: readonly T[], b: readonly T[]): number {
  const length = Math.max(a.length, b.length);
  for (let i = 0; i < length; i++) {
    if (i >= a.length || i >= b.length || show(a[i]) !== show(b[i])) return i;
  }
  return -1;
}
