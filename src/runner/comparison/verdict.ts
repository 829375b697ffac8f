import { type Interval, medianInterval } from '../medianInterval.ts';
import { round } from '../rounding.ts';
import { median } from '../statistics.ts';
import type { Figure } from './figures.ts';

/** `unclear`: it differs, but so few seeds tell nothing. */
export type Verdict = 'improved' | 'regressed' | 'unchanged' | 'unclear';

/**
 * What a verdict rests on. `paired`: the same seeds, each against itself; `unpaired`: no seed in common; `deterministic`:
 * all seeds of each side give the same figures, so that chance has no part.
 */
export type Basis = 'paired' | 'unpaired' | 'deterministic';

/** One figure, before and after. */
export interface Change {
  /** Medians over the seeds that are compared. */
  readonly before: number;
  readonly after: number;
  /** Median of the differences of pairs, or difference of the medians. */
  readonly change: number;
  /** The same as a share of what was before; null where that is 0. */
  readonly changeShare: number | null;
  /** Holds the median change in 95 of 100 experiments; null for fewer than five seeds. */
  readonly interval: Interval | null;
  readonly basis: Basis;
  /** Seeds, or pairs of them. */
  readonly seeds: number;
  readonly verdict: Verdict;
}

/** How often chance may pass for a change: what five seeds that all say the same come to. */
const CHANCE = 0.0625;

type BySeed = ReadonlyMap<number, number>;

/**
 * Compares one figure.
 *
 * @param noise changes of at most this share of what was before are none
 * @param isDeterministic whether all seeds of each side give the same figures
 * @returns undefined where there is nothing to compare
 */
export function judgeChange(
  figure: Figure,
  before: BySeed,
  after: BySeed,
  noise: number,
  isDeterministic: boolean,
): Change | undefined {
  if (before.size === 0 || after.size === 0) return undefined;
  const common = [...before.keys()].filter((seed) => after.has(seed));
  const isPaired = common.length > 0;
  const earlier = isPaired ? common.map((seed) => before.get(seed)!) : [...before.values()];
  const later = isPaired ? common.map((seed) => after.get(seed)!) : [...after.values()];
  const differences = common.map((seed) => round(after.get(seed)! - before.get(seed)!));
  const [was, is] = [median(earlier), median(later)];
  const change = round(isPaired ? median(differences) : is - was);
  const interval = isPaired ? medianInterval(sorted(differences)) : intervalBetween(earlier, later);
  const limit = noise * Math.abs(was);
  const way = isDeterministic
    ? beyond({ low: change, high: change }, limit)
    : isPaired && figure.name.endsWith('.complete')
      ? signTest(differences)
      : ((interval === null ? undefined : beyond(interval, limit)) ?? (isSame(differences, isPaired) ? 0 : undefined));
  return {
    before: round(was),
    after: round(is),
    change,
    changeShare: was === 0 ? (change === 0 ? 0 : null) : round(change / Math.abs(was)),
    interval: interval === null ? null : { low: round(interval.low), high: round(interval.high) },
    basis: isDeterministic ? 'deterministic' : isPaired ? 'paired' : 'unpaired',
    seeds: isPaired ? common.length : Math.min(before.size, after.size),
    verdict: way === undefined ? 'unclear' : verdictOf(way, figure),
  };
}

/** -1, 0, 1: all of the interval is below, part of it within, or all of it above what counts as noise. */
function beyond({ low, high }: Interval, limit: number): number {
  if (low > limit) return 1;
  return high < -limit ? -1 : 0;
}

/** The widest range that the difference of two medians has, each within its interval. */
function intervalBetween(earlier: readonly number[], later: readonly number[]): Interval | null {
  const [was, is] = [medianInterval(sorted(earlier)), medianInterval(sorted(later))];
  return was === null || is === null ? null : { low: is.low - was.high, high: is.high - was.low };
}

/** Of numbers that are 0 or 1 the median says little: counts the seeds that changed, one way and the other. */
function signTest(differences: readonly number[]): number | undefined {
  const up = differences.filter((difference) => difference > 0).length;
  const down = differences.filter((difference) => difference < 0).length;
  if (up + down === 0) return 0;
  const isChance = 2 * binomialUpTo(Math.min(up, down), up + down) > CHANCE;
  return isChance ? undefined : Math.sign(up - down);
}

/** Probability of at most `most` heads in `count` throws of a fair coin. */
function binomialUpTo(most: number, count: number): number {
  let term = 1 / 2 ** count;
  let sum = 0;
  for (let heads = 0; heads <= most; heads++) {
    sum += term;
    term *= (count - heads) / (heads + 1);
  }
  return sum;
}

function isSame(differences: readonly number[], isPaired: boolean): boolean {
  return isPaired && differences.every((difference) => difference === 0);
}

function verdictOf(way: number, { better }: Figure): Verdict {
  if (way === 0) return 'unchanged';
  return way > 0 === (better === 'higher') ? 'improved' : 'regressed';
}

function sorted(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b);
}
