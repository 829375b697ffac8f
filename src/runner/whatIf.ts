/** `--without`: how rollouts come out when one of the things that bound them is not there. */
import type { CriticalPathPhase, RolloutResult, RunResult } from '../metrics/result.ts';
import type { Bound } from '../scenario/without.ts';
import { round } from './rounding.ts';
import { relevantRollouts } from './selection.ts';
import { mean } from './statistics.ts';

/** Under which phase of the critical path the time of a bound stands. */
const PHASES: Readonly<Record<Bound, CriticalPathPhase>> = {
  'api-limits': 'apiLimit',
  latency: 'controller',
  scheduling: 'scheduling',
  capacity: 'capacityWait',
  quota: 'quotaBackOff',
  'disruption-budgets': 'disruptionBudget',
  'image-pull': 'imagePull',
  start: 'start',
  readiness: 'readiness',
  'min-ready': 'minReady',
  termination: 'termination',
};

/** The same rollout of several seeds. */
export interface WhatIfFigures {
  /** In how many of the runs it was completed. */
  readonly complete: number;
  /** Mean over the runs that completed it; null for none. */
  readonly durationSeconds: number | null;
  /** Mean over all runs that had it; null for none. */
  readonly availableMin: number | null;
}

/** What became of a rollout without one bound. */
export interface WhatIfRow extends WhatIfFigures {
  readonly without: Bound;
  /** Mean over the seeds that completed it both with and without; negative: it took longer. Null for no such seed. */
  readonly savedSeconds: number | null;
  /** The same as a share of the duration with the bound. */
  readonly savedShare: number | null;
  /** Mean over the seeds; null where the rollout did not take place. */
  readonly availableMinChange: number | null;
  /** The phase of the critical path that tells of this bound. */
  readonly phase: CriticalPathPhase;
  /** Mean seconds of that phase with the bound; null where no run completed the rollout. */
  readonly criticalPathSeconds: number | null;
}

/** One rollout of the scenario, and what would become of it; what saves most comes first. */
export interface WhatIfRollout extends WhatIfFigures {
  readonly workload: string;
  /** Which of the workload's rollouts, from 1. */
  readonly ordinal: number;
  readonly runs: number;
  readonly bounds: readonly WhatIfRow[];
}

/** Runs of the same seeds, in that order. */
export interface LiftedRuns {
  readonly bound: Bound;
  readonly runs: readonly RunResult[];
}

/**
 * Compares each rollout that the runs are about with the same one of the runs without a bound.
 *
 * @param runs with everything that bounds them, one a seed
 */
export function compareLifted(runs: readonly RunResult[], lifted: readonly LiftedRuns[]): WhatIfRollout[] {
  return rolloutKeys(runs).map(({ workload, ordinal }) => {
    const withBound = runs.map((run) => rolloutOf(run, workload, ordinal));
    const rows = lifted.map((one) => rowOf(one, withBound, workload, ordinal));
    return {
      workload,
      ordinal,
      runs: runs.length,
      ...figuresOf(withBound),
      bounds: rows.sort((a, b) => gainOf(b) - gainOf(a)),
    };
  });
}

export interface RolloutKey {
  readonly workload: string;
  readonly ordinal: number;
}

/** The rollouts that the runs are about, each once: a workload, and which of its rollouts. */
export function rolloutKeys(runs: readonly RunResult[]): RolloutKey[] {
  const relevant = new Set(relevantRollouts(runs));
  const keys = new Map<string, RolloutKey>();
  for (const { rollouts } of runs) {
    for (const rollout of rollouts) {
      if (!relevant.has(rollout)) continue;
      const { workload } = rollout;
      const ordinal = ofWorkload(rollouts, workload).indexOf(rollout) + 1;
      keys.set(`${ordinal} ${workload}`, { workload, ordinal });
    }
  }
  return [...keys.values()];
}

/** Undefined where the run had no such rollout. */
export function rolloutOf(run: RunResult, workload: string, ordinal: number): RolloutResult | undefined {
  return ofWorkload(run.rollouts, workload)[ordinal - 1];
}

function ofWorkload(rollouts: readonly RolloutResult[], workload: string): RolloutResult[] {
  return rollouts.filter((rollout) => rollout.workload === workload);
}

type Found = RolloutResult | undefined;

function rowOf({ bound, runs }: LiftedRuns, withBound: readonly Found[], workload: string, ordinal: number): WhatIfRow {
  const lifted = runs.map((run) => rolloutOf(run, workload, ordinal));
  const pairs = withBound.flatMap((before, seed) => {
    const after = lifted[seed];
    return before === undefined || after === undefined ? [] : [{ before, after }];
  });
  const completed = pairs.filter(
    ({ before, after }) => before.durationSeconds !== null && after.durationSeconds !== null,
  );
  const savedSeconds = meanOf(completed, ({ before, after }) => before.durationSeconds! - after.durationSeconds!);
  const duration = meanOf(completed, ({ before }) => before.durationSeconds!);
  const phase = PHASES[bound];
  const paths = withBound.flatMap((rollout) => rollout?.criticalPathSeconds ?? []);
  return {
    without: bound,
    ...figuresOf(lifted),
    savedSeconds,
    savedShare: savedSeconds === null || duration === null || duration === 0 ? null : round(savedSeconds / duration),
    availableMinChange: meanOf(pairs, ({ before, after }) => after.availableMin - before.availableMin),
    phase,
    criticalPathSeconds: meanOf(paths, (path) => path[phase]),
  };
}

function figuresOf(rollouts: readonly Found[]): WhatIfFigures {
  const there = rollouts.filter((rollout) => rollout !== undefined);
  const durations = there.flatMap(({ durationSeconds }) => durationSeconds ?? []);
  return {
    complete: durations.length,
    durationSeconds: meanOf(durations, (seconds) => seconds),
    availableMin: meanOf(there, ({ availableMin }) => availableMin),
  };
}

function meanOf<T>(items: readonly T[], read: (item: T) => number): number | null {
  return items.length === 0 ? null : round(mean(items.map(read)));
}

/** What brings more runs to an end comes before all that saves time. */
function gainOf({ complete, savedSeconds }: WhatIfRow): number {
  return complete * 1e9 + (savedSeconds ?? 0);
}
