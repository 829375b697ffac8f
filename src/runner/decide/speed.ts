/**
 * From figures to a decision: how much faster a variant of a sweep is than another, which variants no other one beats, and
 * which of them to take. Knows results only; nothing here plays anything.
 */
import type { RunResult } from '../../metrics/result.ts';
import { type Interval, medianInterval } from '../medianInterval.ts';
import { round } from '../rounding.ts';
import { relevantRollouts } from '../selection.ts';
import { median } from '../statistics.ts';

/**
 * `unclear`: the interval has both faster and slower in it, or there are too few seeds for one; `oneSeed`: one run of each
 * says nothing about the next.
 */
export type SpeedVerdict = 'faster' | 'slower' | 'alike' | 'unclear' | 'oneSeed';

/** How fast the rollouts of one variant are beside another's, seed by seed. */
export interface SpeedComparison {
  /** Seeds with which both completed all of them. */
  readonly pairs: number;
  /** Median over the pairs of the other's duration by this one's: 2 is twice as fast. */
  readonly timesFaster: number;
  /** Of timesFaster, 95 % by bootstrap; null for fewer than five pairs. */
  readonly interval: Interval | null;
  /** Median over the pairs of the other's duration less this one's. */
  readonly savedSeconds: number;
  /** Of savedSeconds. */
  readonly savedInterval: Interval | null;
  readonly verdict: SpeedVerdict;
}

type Runs = readonly Pick<RunResult, 'seed' | 'rollouts'>[];

/**
 * Compares runs with the same seeds. Delays that are drawn are the same pod by pod as far as both make the same pods, so
 * that the pairs differ by less than two runs with different seeds would.
 *
 * @param workloads whose rollouts count; their durations are added up in each run
 * @returns undefined where no seed completed them both times
 */
export function compareSpeed(runs: Runs, others: Runs, workloads: readonly string[]): SpeedComparison | undefined {
  const [own, other] = [durationsBySeed(runs, workloads), durationsBySeed(others, workloads)];
  const seeds = [...own.keys()].filter((seed) => other.has(seed));
  if (seeds.length === 0) return undefined;
  const pairs = seeds.map((seed) => [own.get(seed)!, other.get(seed)!] as const);
  const ratios = pairs.map(([seconds, reference]) => (seconds === reference ? 1 : reference / seconds));
  const saved = pairs.map(([seconds, reference]) => reference - seconds);
  const interval = intervalOf(ratios);
  const isDeterministic = isOneValue(pairs.map(([seconds]) => seconds)) && isOneValue(pairs.map(([, ref]) => ref));
  return {
    pairs: pairs.length,
    timesFaster: round(median(ratios)),
    interval,
    savedSeconds: round(median(saved)),
    savedInterval: intervalOf(saved),
    verdict: pairs.length === 1 ? 'oneSeed' : verdictOf(isDeterministic ? bounds(ratios) : interval, ratios),
  };
}

/** Seconds of all rollouts of the workloads by seed, without seeds in which one did not complete, or took no time. */
function durationsBySeed(runs: Runs, workloads: readonly string[]): Map<number, number> {
  const durations = new Map<number, number>();
  for (const run of runs) {
    const rollouts = relevantRollouts([run]).filter(({ workload }) => workloads.includes(workload));
    if (rollouts.length === 0 || rollouts.some(({ outcome }) => outcome !== 'complete')) continue;
    const seconds = rollouts.reduce((sum, { durationSeconds }) => sum + (durationSeconds ?? 0), 0);
    if (seconds > 0) durations.set(run.seed, seconds);
  }
  return durations;
}

function verdictOf(interval: Interval | null, ratios: readonly number[]): SpeedVerdict {
  if (ratios.every((ratio) => ratio === 1)) return 'alike';
  if (interval === null) return 'unclear';
  if (interval.low > 1) return 'faster';
  return interval.high < 1 ? 'slower' : 'unclear';
}

function intervalOf(values: readonly number[]): Interval | null {
  const interval = medianInterval([...values].sort((a, b) => a - b));
  return interval === null ? null : { low: round(interval.low), high: round(interval.high) };
}

function bounds(values: readonly number[]): Interval {
  return { low: Math.min(...values), high: Math.max(...values) };
}

function isOneValue(values: readonly number[]): boolean {
  return new Set(values).size === 1;
}
