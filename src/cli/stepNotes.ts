/** What is said of the kubectl commands of a run: those that failed, that changed nothing, and what they printed. */
import { isKubectlStep, type KubectlResult, type RunResult, type StepResult } from '../metrics/result.ts';
import { formatSeconds } from '../report/units.ts';
import { verbName } from '../scenario/kubectl/index.ts';
import type { Scenario } from '../scenario/types.ts';
import { printLines, type Verbosity } from './notes.ts';
import { writeNote } from './streams.ts';

/** How messages name the steps that the command line adds, by their kubectl command line. */
export type GivenSteps = ReadonlyMap<string, string>;

/** What one run of several has to say of a step. */
type Failure = Pick<KubectlResult, 'kubectl' | 'error'>;

const QUESTIONS: readonly string[] = ['get', 'rollout history'];
const CHANGES_NOTHING: readonly string[] = [...QUESTIONS, 'rollout status'];

/** kubectl's own words; some commands have none for it and print nothing. */
const NOTHING_DONE =
  /^Warning: |^No resources found|\(no change\)$| not (?:labeled|found\.)$| unchanged$| skipped rollback /;

/** The steps of `--kubectl` and `--restart`: what a scenario's file says waits for a time. */
export function givenSteps({ steps }: Pick<Scenario, 'steps'>): GivenSteps {
  const given = new Map<string, string>();
  for (const step of steps) {
    if (step.kind !== 'kubectl' || step.at !== 'ready') continue;
    given.set(step.commandLine, step.place.file);
  }
  return given;
}

/** The steps that kubectl ended with an error, and those of the command line that the run's end came before. */
export function failuresOf({ steps, end, simulatedSeconds }: RunResult, given: GivenSteps): Failure[] {
  // A failure that was expected is none, and one that was not is told with the expectations.
  const failed = steps.filter(isKubectlStep).filter(({ error, held }) => error !== '' && held === undefined);
  if (end !== 'until') return failed;
  const done = new Set(steps.map(({ kubectl }) => kubectl));
  const missed = [...given.keys()].filter((kubectl) => !done.has(kubectl));
  const error = `not done when the run ended, at ${formatSeconds(simulatedSeconds)} (until)`;
  return [...failed, ...missed.map((kubectl) => ({ kubectl, error }))];
}

/**
 * Failed steps, each once, however many runs it failed in. What the command line gave and fails in every run is an error
 * of what the user typed, and told even with `-q`; a scenario's own steps may be meant to fail, and what fails in some
 * runs is a finding: warnings.
 *
 * @param runs what failed in each run.
 * @returns whether there was an error.
 */
export function printFailedSteps(runs: readonly (readonly Failure[])[], given: GivenSteps, flags: Verbosity): boolean {
  const failures = collectFailures(runs);
  const isError = ({ kubectl, count }: CollectedFailure): boolean => given.has(kubectl) && count === runs.length;
  const lineOf = ({ kubectl, error, count }: CollectedFailure): string => {
    const share = runs.length > 1 ? ` (${count} of ${runs.length} runs)` : '';
    return `${given.get(kubectl) ?? `kubectl ${kubectl}`}: ${error.trim().replaceAll('\n', '; ')}${share}`;
  };
  const errors = failures.filter(isError);
  for (const failure of errors) writeNote(`error: ${lineOf(failure)}`);
  const warnings = failures.filter((failure) => !isError(failure)).map((failure) => `warning: ${lineOf(failure)}`);
  printLines(warnings, '-v', flags);
  return errors.length > 0;
}

interface CollectedFailure extends Failure {
  /** Of runs. */
  readonly count: number;
}

/** By command; the error is the first run's. */
function collectFailures(runs: readonly (readonly Failure[])[]): CollectedFailure[] {
  const failures = new Map<string, CollectedFailure>();
  for (const steps of runs) {
    const ofRun = new Map(steps.map((failure) => [failure.kubectl, failure]));
    for (const { kubectl, error } of ofRun.values()) {
      const known = failures.get(kubectl) ?? { kubectl, error, count: 0 };
      failures.set(kubectl, { ...known, count: known.count + 1 });
    }
  }
  return [...failures.values()];
}

/** Steps that were meant to change something and did not: a rollout that the user waits for will not come. */
export function printIdleSteps(runs: readonly Pick<RunResult, 'steps'>[], flags: Verbosity): void {
  const idle = runs.flatMap(({ steps }) => steps.filter(isKubectlStep).filter(isIdle)).map(({ kubectl }) => kubectl);
  printLines(
    [...new Set(idle)].map((kubectl) => `note: kubectl ${kubectl} changed nothing`),
    '-v',
    flags,
  );
}

/** What `get` and `rollout history` of the command line printed, since the user asked; with `-v`, what every step did. */
export function printStepOutput(
  runs: readonly Pick<RunResult, 'seed' | 'steps'>[],
  given: GivenSteps,
  { quiet, verbose }: Verbosity,
): void {
  if (quiet) return;
  for (const { seed, steps } of runs) {
    for (const step of steps) {
      const isAsked = isKubectlStep(step) && given.has(step.kubectl) && QUESTIONS.includes(verbName(step.kubectl));
      if (!isAsked && !verbose) continue;
      const which = runs.length > 1 ? `seed ${seed}, ` : '';
      writeNote(`${which}${formatSeconds(step.beganSeconds)}: ${describe(step)}`);
      if (step.out !== '') writeNote(step.out);
    }
  }
}

function describe({ kubectl, addNodes, createPods, failNode, recoverNode }: StepResult): string {
  if (addNodes !== undefined) return `addNodes ${addNodes.name} (${addNodes.count})`;
  if (failNode !== undefined) return `failNode ${failNode.join(', ')}`;
  if (recoverNode !== undefined) return `recoverNode ${recoverNode.join(', ')}`;
  return createPods === undefined ? `kubectl ${kubectl}` : `createPods ${createPods.name} (${createPods.created})`;
}

function isIdle({ kubectl, out, error, held }: KubectlResult): boolean {
  if (error !== '' || held !== undefined || CHANGES_NOTHING.includes(verbName(kubectl))) return false;
  return out.split('\n').every((line) => line === '' || NOTHING_DONE.test(line));
}
