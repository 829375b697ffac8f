import { readFileSync } from 'node:fs';
import type { RunResult } from '../metrics/result.ts';
import { type DecisionOptions, ExplainError, readPlacements } from '../runner/decisions/index.ts';
import type { SimulationOptions } from '../runner/simulation.ts';
import { reasonOf } from './exportFile.ts';
import { UsageError } from './failure.ts';
import type { OutputFlags } from './outputOptions.ts';

/** Flags about single decisions of the scheduler. */
export interface DecisionFlags {
  readonly follow?: string;
  readonly explain?: string[];
}

/** @throws UsageError for what makes no sense together, or names nothing that can be explained */
export function refuseDecisionFlags(
  flags: DecisionFlags & Partial<OutputFlags> & { readonly seeds?: number; readonly events?: string },
): void {
  if (flags.follow !== undefined && (flags.seeds ?? 1) > 1) throw new UsageError('--follow: needs a single seed');
  const flag = flags.follow === undefined ? '--explain' : '--follow';
  if ((flags.follow ?? flags.explain) !== undefined) {
    if (flags.output === 'csv' && !isOfRolloutsAlone(flags))
      throw new UsageError(`${flag}: CSV has rollouts only; -o json has it`);
    if (flags.events === '-')
      throw new UsageError(`--events -: stdout cannot take both the events and what ${flag} tells`);
  }
  for (const text of flags.explain ?? []) subjectOf(text);
}

/** Single decisions, and chains of rollouts. */
export type ExplainOptions = DecisionOptions & Pick<SimulationOptions, 'explainRollouts'>;

/** What the flags ask of the run; reads the recording. */
export function decisionOptionsOf({ follow, explain = [] }: DecisionFlags): ExplainOptions {
  const subjects = explain.map(subjectOf);
  const [pods, rollouts] = [namesOf(subjects, 'pod'), namesOf(subjects, 'rollout')];
  return {
    ...(follow !== undefined && { follow: readPlacements(follow, textOf(follow)) }),
    ...(pods.length > 0 && { explain: pods }),
    ...(rollouts.length > 0 && { explainRollouts: rollouts }),
  };
}

/** Calls `play`; a pod that cannot be explained is a mistake on the command line. */
export function explaining<T>(play: () => T): T {
  try {
    return play();
  } catch (error) {
    if (error instanceof ExplainError) throw new UsageError(`--explain ${error.message}`);
    throw error;
  }
}

/** Whether every followed choice was among the best; true where none was followed. */
export function areAllBest(runs: readonly Pick<RunResult, 'follow'>[]): boolean {
  return runs.every(({ follow }) => follow === undefined || follow.amongBest === follow.choices.length);
}

interface Subject {
  readonly kind: 'pod' | 'rollout';
  /** With `NAMESPACE/` in front where one was given. */
  readonly name: string;
}

/** `pod/web-0` → `web-0`; `shop/pod/web-0` → `shop/web-0`; `rollout/web` and `rollout/deployment/web` alike. */
function subjectOf(text: string): Subject {
  const [, namespace, kind, name] = SUBJECT.exec(text) ?? [];
  if (name === undefined) throw new UsageError(`--explain ${text}: expected pod/NAME or rollout/NAME`);
  return {
    kind: kind!.startsWith('rollout') ? 'rollout' : 'pod',
    name: namespace === undefined ? name : `${namespace}/${name}`,
  };
}

const SUBJECT = /^(?:([^/]+)\/)?(pods?|po|rollout(?:\/(?:deployment|statefulset|daemonset))?)\/(.+)$/;

function namesOf(subjects: readonly Subject[], wanted: Subject['kind']): string[] {
  return subjects.filter(({ kind }) => kind === wanted).map(({ name }) => name);
}

function isOfRolloutsAlone({ follow, explain = [] }: DecisionFlags): boolean {
  return follow === undefined && explain.every((text) => subjectOf(text).kind === 'rollout');
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`--follow ${file}: ${reasonOf(error)}`);
  }
}
