import { readFileSync } from 'node:fs';
import type { RunResult } from '../metrics/result.ts';
import { type DecisionOptions, ExplainError, readPlacements } from '../runner/decisions/index.ts';
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
    if (flags.output === 'csv') throw new UsageError(`${flag}: CSV has rollouts only; -o json has it`);
    if (flags.events === '-')
      throw new UsageError(`--events -: stdout cannot take both the events and what ${flag} tells`);
  }
  for (const text of flags.explain ?? []) podNameOf(text);
}

/** What the flags ask of the run; reads the recording. */
export function decisionOptionsOf({ follow, explain }: DecisionFlags): DecisionOptions {
  return {
    ...(follow !== undefined && { follow: readPlacements(follow, textOf(follow)) }),
    ...(explain !== undefined && { explain: explain.map(podNameOf) }),
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

/** `pod/web-0` → `web-0`; `shop/pod/web-0` → `shop/web-0`. */
function podNameOf(text: string): string {
  const [, namespace, kind, name] = /^(?:([^/]+)\/)?(pods?|po|rollout)\/(.+)$/.exec(text) ?? [];
  if (name === undefined) throw new UsageError(`--explain ${text}: expected pod/NAME`);
  if (kind === 'rollout') throw new UsageError(`--explain ${text}: rollouts are not supported yet, only pod/NAME`);
  return namespace === undefined ? name : `${namespace}/${name}`;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`--follow ${file}: ${reasonOf(error)}`);
  }
}
