import { Piscina } from 'piscina';
import type { Chunk, RunOutcome, SweepPlan, ThreadData } from './sweepPlan.ts';

export interface PoolOptions {
  readonly plan: SweepPlan;
  readonly chunks: readonly Chunk[];
  readonly jobs: number;
  readonly onChunk: (chunk: Chunk, outcomes: readonly RunOutcome[]) => void;
  readonly signal: AbortSignal | undefined;
}

/** How long a run may take to end by itself after a signal. */
const GRACE_MILLIS = 1_000;

/**
 * Does the chunks on worker threads, in whatever order they finish. At a signal each thread ends with its current run;
 * one that takes too long for that is stopped, and its chunk is lost.
 */
export async function runOnThreads({ plan, chunks, jobs, onChunk, signal }: PoolOptions): Promise<void> {
  const isSource = import.meta.url.endsWith('.ts');
  const threads = Math.min(jobs, chunks.length);
  const data: ThreadData = { plan, stopFlag: new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)) };
  const pool = new Piscina<Chunk, RunOutcome[]>({
    filename: new URL(isSource ? './worker.ts' : './worker.js', import.meta.url).href,
    execArgv: isSource ? ['--import', 'tsx'] : [],
    workerData: data,
    minThreads: threads,
    maxThreads: threads,
    idleTimeout: Number.POSITIVE_INFINITY,
    recordTiming: false,
  });
  let grace: NodeJS.Timeout | undefined;
  const stop = (): void => {
    Atomics.store(data.stopFlag, 0, 1);
    grace = setTimeout(() => void pool.destroy(), GRACE_MILLIS);
  };
  signal?.addEventListener('abort', stop, { once: true });
  try {
    await Promise.all(chunks.map(async (chunk) => onChunk(chunk, await pool.run(chunk))));
  } catch (error) {
    // Destroying the pool makes the chunks that are not done reject.
    if (!signal?.aborted) throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    clearTimeout(grace);
    await pool.destroy();
  }
}
