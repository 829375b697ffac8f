import { type SweepOptions, sweep } from '../runner/sweep.ts';
import type { SweepResult } from '../runner/sweepResult.ts';
import type { Interrupt } from './interrupt.ts';
import { createProgress } from './progress.ts';

/** Plays a sweep with a progress bar, until it is done or interrupted. */
export async function sweepWithProgress(
  plan: Omit<SweepOptions, 'jobs' | 'signal' | 'onProgress'>,
  flags: { readonly jobs: number; readonly quiet?: boolean },
  interrupt: Interrupt,
): Promise<SweepResult> {
  const progress = createProgress({ quiet: flags.quiet === true });
  try {
    return await sweep({
      ...plan,
      jobs: flags.jobs,
      signal: interrupt.signal,
      onProgress: (done, total) => progress.update(done, total),
    });
  } finally {
    progress.clear();
  }
}
