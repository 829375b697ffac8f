import { sweep } from '../src/runner/sweep.ts';
import type { Bench, Suite } from './bench.ts';
import { hashOf } from './hashOf.ts';
import { rolloutInput } from './rollout.ts';

const RUNS = 1_000;
const MINUTE_MILLIS = 60_000;

/**
 * What a user waits for: threads that start, build the scenario, and play it with one seed after the other. Measured
 * once and cold, as users start it: a second sweep would find this thread warm, but never the threads that it starts.
 */
export const sweepSuite: Suite = {
  name: 'sweep',
  benches: [sweepBench(1), sweepBench(2)],
  comparisons: [{ fast: benchName(2), slow: benchName(1), timesAtLeast: 1.9 }],
};

function benchName(jobs: number): string {
  return `sweep/1000x100/jobs-${jobs}`;
}

function sweepBench(jobs: number): Bench {
  return {
    name: benchName(jobs),
    unit: 'runs',
    warmups: 0,
    iterations: 1,
    ...(jobs === 2 ? { budget: { medianMillisAtMost: MINUTE_MILLIS } } : {}),
    prepare: (size) => {
      const isLarge = size === 'large';
      const input = rolloutInput({ replicas: isLarge ? 1_000 : 4, nodes: isLarge ? 100 : 2, limits: 'default' });
      const seeds = Array.from({ length: isLarge ? RUNS : 3 }, (_, index) => index + 1);
      return async () => {
        const { variants } = await sweep({ ...input, axes: [], seeds, jobs });
        return { hash: hashOf(variants), amount: seeds.length };
      };
    },
  };
}
