/**
 * A thread of a sweep. The plan, with the texts of all files, comes once, when the thread starts; after that a chunk of
 * runs is two numbers.
 */
import { workerData } from 'piscina';
import { type Chunk, type RunOutcome, type SweepPlan, SweepRunner } from './sweepPlan.ts';

let runner: SweepRunner | undefined;

export default function runChunk(chunk: Chunk): RunOutcome[] {
  runner ??= new SweepRunner(workerData as SweepPlan);
  return runner.runChunk(chunk);
}
