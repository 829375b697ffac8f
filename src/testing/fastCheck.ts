import fc from 'fast-check';

/**
 * Property tests draw the same cases every time, so that a change is what makes a test fail. Others are tried with
 * `FAST_CHECK_SEED=2 npx vitest run`; where a test says how many it draws, twenty times as many with `FAST_CHECK_FACTOR=20`
 * and `--testTimeout 0`.
 */
fc.configureGlobal({ seed: Number(process.env.FAST_CHECK_SEED ?? 1) });

/** How many cases a test draws: so many, or as many times that as the environment asks for. */
export function numRuns(usual: number): number {
  return usual * Number(process.env.FAST_CHECK_FACTOR ?? 1);
}
