/** Steps whose answers are not what the scenario expects. */
import { isKubectlStep, type KubectlResult, type RunResult } from '../metrics/result.ts';
import { formatSeconds } from '../report/units.ts';
import { writeNote } from './streams.ts';

/** What a step answered, short enough for a line. */
const MOST_CHARACTERS = 300;

/** The steps of a run that did not answer as the scenario expects. */
export function brokenExpectations({ steps }: Pick<RunResult, 'steps'>): KubectlResult[] {
  return steps.filter(isKubectlStep).filter(({ held }) => held === false);
}

/**
 * A line for each broken expectation, also with `-q`, since they explain the exit code.
 *
 * @returns whether there was one
 */
export function printBrokenExpectations(runs: readonly Pick<RunResult, 'seed' | 'steps'>[]): boolean {
  const lines = runs.flatMap((run) => {
    const which = runs.length > 1 ? `seed ${run.seed}, ` : '';
    return brokenExpectations(run).map((step) => `error: ${which}${describeBroken(step)}`);
  });
  for (const line of lines) writeNote(line);
  return lines.length > 0;
}

/** What was asked, when, and what the answer was instead of the expected one. */
export function describeBroken({ kubectl, endedSeconds, out, error }: KubectlResult): string {
  const answer = error === '' ? quoted(out) : `the error ${quoted(error)}`;
  return `kubectl ${kubectl} at ${formatSeconds(endedSeconds)}: not as expected: ${answer}`;
}

function quoted(text: string): string {
  const short = text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
  return JSON.stringify(short);
}
