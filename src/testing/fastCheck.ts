import fc from 'fast-check';

/**
 * Property tests draw the same cases every time, so that a change is what makes a test fail. Others are tried with
 * `FAST_CHECK_SEED=2 npx vitest run`, more with `FAST_CHECK_RUNS=10000` (for tests that say how many they draw).
 */
fc.configureGlobal({ seed: Number(process.env.FAST_CHECK_SEED ?? 1) });

/** How many cases a test draws: so many, or what the environment asks for. */
export function numRuns(usual: number): number {
  return Number(process.env.FAST_CHECK_RUNS ?? usual);
}
