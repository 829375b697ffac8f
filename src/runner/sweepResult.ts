import {
  isKubectlStep,
  type KubectlResult,
  type RolloutOutcome,
  type RolloutResult,
  type RunResult,
} from '../metrics/result.ts';
import type { Objective } from './decide/pareto.ts';
import type { SpeedComparison } from './decide/speed.ts';
import type { Provenance } from './provenance.ts';
import { ROLLOUT_FIELDS } from './rolloutFields.ts';
import { roundAll } from './rounding.ts';
import { relevantRollouts } from './selection.ts';
import { type Summary, summarize } from './statistics.ts';
import type { ThresholdVerdict } from './thresholds.ts';

/** One run of a variant, without what is the same for all of them, and without what went well in the steps. */
export interface RunSummary extends Omit<RunResult, 'scenario' | 'kubernetes' | 'steps'> {
  /** Steps that kubectl ended with an error. */
  readonly failedSteps: readonly KubectlResult[];
}

/** One workload of one variant, over all seeds. */
export interface SweepRow {
  readonly workload: string;
  readonly cause: RolloutResult['cause'];
  /** Rollouts that the numbers are taken over. */
  readonly rollouts: number;
  /** How often each outcome was met; only those that were. */
  readonly outcomes: Readonly<Partial<Record<RolloutOutcome, number>>>;
  /** By field of RolloutResult (`durationSeconds`, `pendingSeconds.p95`); null when no rollout had a value. */
  readonly metrics: Readonly<Record<string, Summary | null>>;
  /** Of several variants: whether no other is as good in all objectives and better in one. */
  readonly onFront?: boolean;
  /** How fast it is beside the reference, seed by seed; not of the reference itself, and not where no seed completed both. */
  readonly versusReference?: SpeedComparison;
}

/** One combination of settings. */
export interface SweepVariant {
  /** What the axes were set to, as the user wrote it. */
  readonly settings: Readonly<Record<string, string>>;
  /** Why Kubernetes would not take this combination. */
  readonly refused?: string;
  /** In the order of the seeds. */
  readonly runs: readonly RunSummary[];
  readonly rows: readonly SweepRow[];
  /** The scenario's thresholds, held against this variant's runs. */
  readonly thresholds: readonly ThresholdVerdict[];
}

/** Everything that a sweep yields. Holds no wall-clock time: the same sweep gives the same bytes everywhere. */
export interface SweepResult extends Provenance {
  readonly kind: 'sweep';
  readonly seeds: readonly number[];
  readonly axes: readonly { readonly path: string; readonly texts: readonly string[] }[];
  /** Of a sample: how many variants the whole grid has. */
  readonly sampledFrom?: number;
  /** The settings that variants are held against: the scenario's own where the grid has them, else the first. */
  readonly reference: Readonly<Record<string, string>>;
  /** What `onFront` of the rows is about. */
  readonly objectives: readonly Objective[];
  /** In the order of the grid: the last axis changes fastest. */
  readonly variants: readonly SweepVariant[];
  /** Whether the sweep was stopped before all runs were done. */
  readonly partial: boolean;
}

const OUTCOMES: readonly RolloutOutcome[] = ['complete', 'stalled', 'superseded', 'unfinished'];

/** Drops what every run of a sweep shares, or what only a single run is asked for, and rounds. */
export function summarizeRun(run: RunResult): RunSummary {
  const { scenario: _scenario, kubernetes: _kubernetes, steps, ...summary } = run;
  return roundAll({ ...summary, failedSteps: steps.filter(isKubectlStep).filter(({ error }) => error !== '') });
}

/** One row per workload, in the order in which their rollouts began. */
export function sweepRows(runs: readonly Pick<RunResult, 'rollouts'>[]): SweepRow[] {
  const byWorkload = new Map<string, RolloutResult[]>();
  for (const rollout of relevantRollouts(runs)) {
    const sameWorkload = byWorkload.get(rollout.workload);
    if (sameWorkload === undefined) byWorkload.set(rollout.workload, [rollout]);
    else sameWorkload.push(rollout);
  }
  return [...byWorkload].map(([workload, rollouts]) => ({
    workload,
    cause: rollouts[0]!.cause,
    rollouts: rollouts.length,
    outcomes: countOutcomes(rollouts),
    metrics: summarizeFields(rollouts),
  }));
}

function countOutcomes(rollouts: readonly RolloutResult[]): SweepRow['outcomes'] {
  const counts: Partial<Record<RolloutOutcome, number>> = {};
  for (const outcome of OUTCOMES) {
    const count = rollouts.filter((rollout) => rollout.outcome === outcome).length;
    if (count > 0) counts[outcome] = count;
  }
  return counts;
}

function summarizeFields(rollouts: readonly RolloutResult[]): SweepRow['metrics'] {
  const metrics: Record<string, Summary | null> = {};
  for (const field of ROLLOUT_FIELDS) {
    const values = rollouts.map((rollout) => field.read(rollout)).filter((value) => value !== null);
    metrics[field.name] = summarize(values);
  }
  return metrics;
}
