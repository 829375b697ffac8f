/**
 * A thread of a sweep. The plan, with the texts of all files, comes once, when the thread starts; after that a chunk of
 * runs is two numbers.
 */
import { workerData } from 'piscina';
import { type Chunk, type RunOutcome, SweepRunner, type ThreadData } from './sweepPlan.ts';

const { plan, stopFlag } = workerData as ThreadData;
const runner = new SweepRunner(plan);

/** The outcomes of a chunk; fewer when it was told to stop. */
export default function runChunk(chunk: Chunk): RunOutcome[] {
  return runner.runChunk(chunk, () => Atomics.load(stopFlag, 0) !== 0);
}
