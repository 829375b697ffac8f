import { FEWEST_FOR_INTERVAL } from './medianInterval.ts';
import { MemoryStore } from './runStore.ts';
import { type SweepOptions, sweep } from './sweep.ts';
import type { SweepResult, SweepRow } from './sweepResult.ts';

/** How well a figure is to be known. */
export interface Precision {
  /** Name of a figure of a rollout: `durationSeconds`. */
  readonly metric: string;
  /** Both ends of the interval are to be this close to the median, as a share of it: 0.02. */
  readonly share: number;
  /** No more seeds than these, whatever the intervals are then. */
  readonly mostSeeds: number;
}

/**
 * Plays a sweep with as many seeds as it takes until the interval of each variant is tight. All variants get the same
 * seeds, so that pairs stay pairs; each round has half as many again. What the next round is depends on results alone, so
 * the number of threads makes no difference.
 */
export async function sweepPrecisely(options: SweepOptions, precision: Precision): Promise<SweepResult> {
  const store = new MemoryStore(options.store);
  const first = options.seeds[0]!;
  let count = Math.min(Math.max(options.seeds.length, FEWEST_FOR_INTERVAL), precision.mostSeeds);
  for (;;) {
    const seeds = Array.from({ length: count }, (_, index) => first + index);
    const result = await sweep({ ...options, seeds, store });
    if (result.partial || count >= precision.mostSeeds || looseRows(result, precision).length === 0) return result;
    count = Math.min(count + Math.ceil(count / 2), precision.mostSeeds);
  }
}

/** Rows whose interval is wider than asked for; what never had a value has none, and no seed would help. */
export function looseRows({ variants }: Pick<SweepResult, 'variants'>, { metric, share }: Precision): SweepRow[] {
  return variants
    .flatMap(({ rows }) => rows)
    .filter(({ metrics }) => {
      const summary = metrics[metric];
      if (summary == null) return false;
      if (summary.interval === null) return true;
      const { median, interval } = summary;
      return Math.max(median - interval.low, interval.high - median) > share * Math.abs(median);
    });
}
