import { Piscina } from 'piscina';
import type { Chunk, RunOutcome, SweepPlan } from './sweepPlan.ts';

export interface PoolOptions {
  readonly plan: SweepPlan;
  readonly chunks: readonly Chunk[];
  readonly jobs: number;
  readonly onChunk: (chunk: Chunk, outcomes: readonly RunOutcome[]) => void;
  readonly signal: AbortSignal | undefined;
}

/** Does the chunks on worker threads, in whatever order they finish. At a signal, threads are stopped at once. */
export async function runOnThreads({ plan, chunks, jobs, onChunk, signal }: PoolOptions): Promise<void> {
  const isSource = import.meta.url.endsWith('.ts');
  const threads = Math.min(jobs, chunks.length);
  const pool = new Piscina<Chunk, RunOutcome[]>({
    filename: new URL(isSource ? './worker.ts' : './worker.js', import.meta.url).href,
    execArgv: isSource ? ['--import', 'tsx'] : [],
    workerData: plan,
    minThreads: threads,
    maxThreads: threads,
    idleTimeout: Number.POSITIVE_INFINITY,
    recordTiming: false,
  });
  // Destroying makes every chunk that is not done reject; after a signal those rejections are what was asked for.
  const stop = (): void => void pool.destroy();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    await Promise.all(chunks.map(async (chunk) => onChunk(chunk, await pool.run(chunk))));
  } catch (error) {
    if (!signal?.aborted) throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    await pool.destroy();
  }
}
