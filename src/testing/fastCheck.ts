import fc from 'fast-check';

/**
 * Property tests draw the same cases every time, so that a change is what makes a test fail. Others are tried with
 * `FAST_CHECK_SEED=2 npx vitest run`.
 */
fc.configureGlobal({ seed: Number(process.env.FAST_CHECK_SEED ?? 1) });
