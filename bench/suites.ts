import type { Bench, Suite } from './bench.ts';
import { cliSuite } from './cliSuite.ts';
import { holdSuite } from './holdSuite.ts';
import { rolloutSuite } from './rolloutSuite.ts';
import { schedulingSuite } from './schedulingSuite.ts';
import { sweepSuite } from './sweepSuite.ts';

/** In the order in which they run. A new suite is one file and one line here. */
export const suites: readonly Suite[] = [holdSuite, rolloutSuite, schedulingSuite, sweepSuite, cliSuite];

/** @throws Error when there is no such bench. */
export function findBench(name: string): Bench {
  const bench = suites.flatMap(({ benches }) => benches).find((candidate) => candidate.name === name);
  if (bench === undefined) throw new Error(`No bench is named ${name}`);
  return bench;
}
