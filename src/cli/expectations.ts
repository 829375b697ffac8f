/** Steps whose answers are not what the scenario expects. */
import { InputError } from '../api/errors.ts';
import { isKubectlStep, type KubectlResult, type RunResult } from '../metrics/result.ts';
import type { Check, CheckSuite } from '../report/checks.ts';
import { counted, formatSeconds } from '../report/units.ts';
import type { KubectlStep, Scenario } from '../scenario/types.ts';
import { writeNote } from './streams.ts';

/** What a step answered, short enough for a line. */
const MOST_CHARACTERS = 300;

/** The steps of a scenario that expect something. */
export function expectingSteps({ steps }: Pick<Scenario, 'steps'>): KubectlStep[] {
  return steps
    .filter((step) => step.kind === 'kubectl')
    .filter((step) => (step.expect ?? step.expectError) !== undefined);
}

/** A sentence for each expectation that a run broke, and for those that it did not come to. */
export function brokenExpectations(scenario: Pick<Scenario, 'steps'>, { steps }: Pick<RunResult, 'steps'>): string[] {
  const expected = expectingSteps(scenario);
  // Steps are taken in order, so that the answers are those of the first so many expectations.
  const answers = steps.filter(isKubectlStep).filter(({ held }) => held !== undefined);
  const broken = answers.flatMap((answer, index) => (answer.held ? [] : [describeBroken(expected[index]!, answer)]));
  const missed = expected.length - answers.length;
  return missed === 0 ? broken : [...broken, `${counted(missed, 'step')} with expectations not taken before the end`];
}

/** A check for each step that expects something: whether all runs took it, and it answered so. */
export function expectationSuite(
  scenario: Pick<Scenario, 'steps'>,
  runs: readonly Pick<RunResult, 'seed' | 'steps'>[],
): CheckSuite {
  const checks = expectingSteps(scenario).map((step, index): Check => {
    const details = runs.flatMap(({ seed, steps }) => {
      const answer = steps.filter(isKubectlStep).filter(({ held }) => held !== undefined)[index];
      if (answer?.held) return [];
      const which = runs.length > 1 ? `seed ${seed}, ` : '';
      return [which + (answer === undefined ? 'not taken before the end' : describeBroken(step, answer))];
    });
    return {
      name: `${index + 1}: kubectl ${step.commandLine}`,
      state: details.length === 0 ? 'passed' : 'failed',
      details,
    };
  });
  return { name: 'expectations', checks };
}

/**
 * A line for each broken expectation, also with `-q`, since they explain the exit code.
 *
 * @returns whether there was one
 */
export function printBrokenExpectations(
  scenario: Pick<Scenario, 'steps'>,
  runs: readonly Pick<RunResult, 'seed' | 'steps'>[],
): boolean {
  const lines = runs.flatMap((run) => {
    const which = runs.length > 1 ? `seed ${run.seed}, ` : '';
    return brokenExpectations(scenario, run).map((sentence) => `error: ${which}${sentence}`);
  });
  for (const line of lines) writeNote(line);
  return lines.length > 0;
}

/** Where it stands, what was asked, when, what was expected, and what the answer was. */
function describeBroken({ expect, expectError, place }: KubectlStep, answer: KubectlResult): string {
  const { kubectl, endedSeconds, out, error } = answer;
  const parts = [
    ...(expect === undefined ? [] : [`output that matches /${expect.source}/`]),
    ...(expectError === undefined ? [] : [`an error that matches /${expectError.source}/`]),
  ];
  const got = error === '' ? quoted(out) : `the error ${quoted(error)}`;
  const sentence = `kubectl ${kubectl} at ${formatSeconds(endedSeconds)}: expected ${parts.join(' and ')}, got ${got}`;
  return new InputError(sentence, place).format();
}

function quoted(text: string): string {
  const short = text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
  return JSON.stringify(short);
}
