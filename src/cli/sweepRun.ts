import { type Precision, sweepPrecisely } from '../runner/precision.ts';
import { type SweepOptions, sweep } from '../runner/sweep.ts';
import type { SweepResult } from '../runner/sweepResult.ts';
import type { Interrupt } from './interrupt.ts';
import { createProgress } from './progress.ts';

/** Plays a sweep with a progress bar, until it is done, or as precise as asked for, or interrupted. */
export async function sweepWithProgress(
  plan: Omit<SweepOptions, 'jobs' | 'signal' | 'onProgress'>,
  flags: { readonly jobs: number; readonly quiet?: boolean },
  interrupt: Interrupt,
  precision?: Precision,
): Promise<SweepResult> {
  const progress = createProgress({ quiet: flags.quiet === true });
  try {
    const options: SweepOptions = {
      ...plan,
      jobs: flags.jobs,
      signal: interrupt.signal,
      onProgress: (done, total) => progress.update(done, total),
    };
    return await (precision === undefined ? sweep(options) : sweepPrecisely(options, precision));
  } finally {
    progress.clear();
  }
}
