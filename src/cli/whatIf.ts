/** `--without` of `rollsim run`. */
import { didYouMean } from '../api/nearest.ts';
import { roundAll } from '../runner/rounding.ts';
import type { RunReport } from '../runner/runReport.ts';
import { runScenario, type SimulationOptions } from '../runner/simulation.ts';
import { compareLifted, type WhatIfRollout } from '../runner/whatIf.ts';
import type { Scenario } from '../scenario/types.ts';
import { BOUND_NAMES, type Bound, boundText, isBound, without } from '../scenario/without.ts';
import { UsageError } from './failure.ts';

const ALL = 'all';

/**
 * The bounds that the flags name, in the order in which they stand there; `all` is each of them.
 *
 * @throws UsageError for another word.
 */
export function boundsOf(flags: readonly string[]): Bound[] {
  const words = flags.flatMap((flag) => flag.split(',').map((word) => word.trim()));
  const bounds = words.flatMap((word) => {
    if (word === ALL) return BOUND_NAMES;
    if (isBound(word)) return [word];
    const hint = didYouMean(kebab(word), [...BOUND_NAMES, ALL]) ?? `one of ${[...BOUND_NAMES, ALL].join(', ')}`;
    throw new UsageError(`--without ${word}: nothing of that name bounds a rollout (${hint})`);
  });
  return [...new Set(bounds)];
}

/** What `--without` takes, a line each. */
export function boundsHelp(): string {
  const widest = Math.max(...BOUND_NAMES.map(({ length }) => length));
  const lines = BOUND_NAMES.map((bound) => `  ${bound.padEnd(widest)}  ${boundText(bound)}`);
  return ['', 'What --without takes, and what is done about it:', ...lines, ''].join('\n');
}

/** As `apiLimit` of the critical path: a phase's name is near enough to that of its bound. */
function kebab(word: string): string {
  return word.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Plays the seeds of the report again without each of the bounds. */
export function playWithout(
  { runs, seeds }: Pick<RunReport, 'runs' | 'seeds'>,
  scenario: Scenario,
  bounds: readonly Bound[],
  options: Pick<SimulationOptions, 'maxEvents'>,
): WhatIfRollout[] {
  const lifted = bounds.map((bound) => {
    const changed = without(scenario, [bound]);
    return { bound, runs: seeds.map((seed) => roundAll(runScenario({ scenario: changed, seed, ...options }))) };
  });
  return compareLifted(runs, lifted);
}
