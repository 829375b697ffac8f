import { Bench as Tinybench } from 'tinybench';
import { median, percentile } from '../src/runner/statistics.ts';
import type { Bench, Outcome, Size } from './bench.ts';

/** What was measured of one bench: a row of the results. */
export interface Measurement {
  readonly bench: string;
  readonly unit: string;
  readonly amount: number;
  readonly iterations: number;
  readonly medianMillis: number;
  readonly p95Millis: number;
  readonly minMillis: number;
  /** Amount by median. */
  readonly perSecond: number;
  /** Of the process that ran this bench and nothing else. Null where another program ran. */
  readonly peakMebibytes: number | null;
  /** Null where there is nothing to compare it with. */
  readonly hash: string | null;
}

/** With which a bench is tried out rather than measured. */
const QUICK_ITERATIONS = 3;

/**
 * Runs a bench a fixed number of times, so that two versions of the program do the same, warm-up included.
 *
 * @throws Error when two runs differ: then they are not runs of the same thing
 */
export async function measure(bench: Bench, size: Size, quick: boolean): Promise<Measurement> {
  const run = bench.prepare(size);
  let outcome: Outcome | undefined;
  const ownMillis: number[] = [];
  const check = (next: Outcome): void => {
    outcome ??= next;
    if (next.millis !== undefined) ownMillis.push(next.millis);
    if (next.hash === outcome.hash && next.amount === outcome.amount) return;
    throw new Error(`Two runs of ${bench.name} differ: ${JSON.stringify([outcome, next])}`);
  };
  const tinybench = new Tinybench({
    iterations: quick ? Math.min(QUICK_ITERATIONS, bench.iterations) : bench.iterations,
    warmup: bench.warmups > 0,
    warmupIterations: quick ? 1 : bench.warmups,
    // Without budgets of time, the numbers of iterations count alone.
    time: 0,
    warmupTime: 0,
    retainSamples: true,
    throws: true,
  });
  // Awaiting what is no promise takes microseconds, where the shortest bench takes milliseconds.
  tinybench.add(bench.name, async () => check(await run()));
  const [task] = await tinybench.run();
  if (task?.result.state !== 'completed' || outcome === undefined) throw new Error(`${bench.name} did not complete`);
  const samples = task.result.latency.samples ?? [];
  const peakMebibytes = process.resourceUsage().maxRSS / 1024;
  return {
    // Those of the warm-up come first.
    ...row(bench.name, bench.unit, outcome.amount, ownMillis.length > 0 ? ownMillis.slice(-samples.length) : samples),
    peakMebibytes,
    hash: outcome.hash,
  };
}

/** A row from the milliseconds of each iteration. */
export function row(bench: string, unit: string, amount: number, samples: readonly number[]): Measurement {
  const medianMillis = median(samples);
  return {
    bench,
    unit,
    amount,
    iterations: samples.length,
    medianMillis,
    p95Millis: percentile(samples, 95),
    minMillis: percentile(samples, 0),
    perSecond: (amount * 1000) / medianMillis,
    peakMebibytes: null,
    hash: null,
  };
}
