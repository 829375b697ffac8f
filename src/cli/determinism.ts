import { hashString } from '../kernel/index.ts';
import type { RunResult } from '../metrics/result.ts';
import { BrokenPromiseError } from './failure.ts';

/** What a run did, small enough to keep for comparing. */
export interface RunTrace {
  readonly result: RunResult;
  /** A hash per line of the event log. */
  readonly lineHashes: readonly number[];
}

/** Hash of one line of an event log. */
export function hashLine(line: object): number {
  return hashString(JSON.stringify(line));
}

/** @throws BrokenPromiseError naming the first difference between two runs of the same seed. */
export function refuseDifference(first: RunTrace, second: RunTrace): void {
  const seed = first.result.seed;
  const count = Math.max(first.lineHashes.length, second.lineHashes.length);
  for (let line = 0; line < count; line++) {
    if (first.lineHashes[line] !== second.lineHashes[line]) {
      throw new BrokenPromiseError(`seed ${seed}: two runs differ, first in line ${line + 1} of the event log`);
    }
  }
  if (JSON.stringify(first.result) !== JSON.stringify(second.result)) {
    throw new BrokenPromiseError(`seed ${seed}: two runs have the same event log, but different results`);
  }
}
