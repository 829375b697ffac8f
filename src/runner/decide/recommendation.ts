/** Which setting of a sweep to choose, what it beats, and what holds it up. */
import type { CriticalPathPhase } from '../../metrics/result.ts';
import { round } from '../rounding.ts';
import type { SweepResult, SweepRow, SweepVariant } from '../sweepResult.ts';
import { compareSpeed, type SpeedComparison } from './speed.ts';

/** What a setting has to keep, in every seed. */
export interface Requirements {
  /** Least share of the desired pods that is available at any moment of the rollout, 0 to 1. */
  readonly availability: number;
  /** Share of the cluster's allocatable cpu and memory that is not requested even at its peak, 0 to 1. */
  readonly headroom: number;
}

/** One setting, and what it comes to. */
export interface Candidate {
  /** Number of the variant in the sweep, from 0. */
  readonly variant: number;
  readonly settings: Readonly<Record<string, string>>;
  /** Median over the seeds. */
  readonly durationSeconds: number;
  /** Worst seed. */
  readonly availableShareMin: number;
  readonly headroomMin: number;
  readonly podsMaxWithTerminating: number;
}

/** Why a setting is out. */
export interface Rejection {
  readonly variant: number;
  readonly settings: Readonly<Record<string, string>>;
  readonly reason: 'refused' | 'incomplete' | 'availability' | 'headroom' | 'thresholds' | 'notRun';
  /** What it has of the required, where it has less: 0.75 of 0.95; null for other reasons. */
  readonly has: number | null;
}

export interface Recommendation {
  readonly workload: string;
  readonly requirements: Requirements;
  readonly seeds: number;
  /** Null where no setting keeps the requirements. */
  readonly best: Candidate | null;
  readonly runnerUp: Candidate | null;
  /** How the best compares with the runner-up, seed by seed; null without one. */
  readonly margin: SpeedComparison | null;
  /** Seconds by phase that the best one waited for, medians over the seeds, longest first. */
  readonly limits: readonly { readonly phase: CriticalPathPhase; readonly seconds: number }[];
  /** All that keep the requirements, fastest first. */
  readonly candidates: readonly Candidate[];
  readonly rejections: readonly Rejection[];
}

/**
 * The fastest setting, by the median over the seeds, that keeps all requirements and thresholds in every seed; of equally
 * fast ones (to the microsecond) the one with the fewest pods at its peak, and then the first.
 */
export function recommend(result: SweepResult, workload: string, requirements: Requirements): Recommendation {
  const judged = result.variants.map((variant, index) => judge(variant, index, workload, requirements));
  const candidates = judged.filter((one): one is Candidate => !('reason' in one)).sort(byDuration);
  const [best = null, runnerUp = null] = candidates;
  return {
    workload,
    requirements,
    seeds: result.seeds.length,
    best,
    runnerUp,
    margin: best && runnerUp && marginOf(result, workload, best, runnerUp),
    limits: best === null ? [] : limitsOf(rowOf(result.variants[best.variant]!, workload)!),
    candidates,
    rejections: judged.filter((one): one is Rejection => 'reason' in one),
  };
}

function judge(
  variant: SweepVariant,
  index: number,
  workload: string,
  { availability, headroom }: Requirements,
): Candidate | Rejection {
  const { settings } = variant;
  const out = (reason: Rejection['reason'], has: number | null = null): Rejection => ({
    variant: index,
    settings,
    reason,
    has,
  });
  if (variant.refused !== undefined) return out('refused');
  const row = rowOf(variant, workload);
  if (row === undefined) return out('notRun');
  if (row.outcomes.complete !== row.rollouts) return out('incomplete');
  const availableShareMin = availableShareOf(variant, workload);
  if (availableShareMin < availability) return out('availability', availableShareMin);
  const headroomMin = headroomOf(variant);
  if (headroomMin < headroom) return out('headroom', headroomMin);
  if (variant.thresholds.some(({ ok }) => !ok)) return out('thresholds');
  return {
    variant: index,
    settings,
    durationSeconds: row.metrics.durationSeconds!.median,
    availableShareMin,
    headroomMin,
    podsMaxWithTerminating: row.metrics.podsMaxWithTerminating!.max,
  };
}

function rowOf({ rows }: SweepVariant, workload: string): SweepRow | undefined {
  return rows.find((row) => row.workload === workload);
}

/** Fewest available of desired pods, in the worst of its rollouts. */
function availableShareOf({ runs }: SweepVariant, workload: string): number {
  const shares = runs.flatMap(({ rollouts }) =>
    rollouts
      .filter((rollout) => rollout.workload === workload && rollout.cause === 'update' && rollout.desiredReplicas > 0)
      .map(({ availableMin, desiredReplicas }) => availableMin / desiredReplicas),
  );
  return round(Math.min(1, ...shares));
}

/** What is free of the scarcer resource at its peak. */
function headroomOf({ runs }: SweepVariant): number {
  const used = runs.map(({ cluster }) => Math.max(cluster.cpuMaxShare, cluster.memoryMaxShare));
  return round(1 - Math.max(0, ...used));
}

function byDuration(a: Candidate, b: Candidate): number {
  return (
    a.durationSeconds - b.durationSeconds ||
    a.podsMaxWithTerminating - b.podsMaxWithTerminating ||
    a.variant - b.variant
  );
}

function marginOf(
  { variants }: SweepResult,
  workload: string,
  best: Candidate,
  other: Candidate,
): SpeedComparison | null {
  return compareSpeed(variants[best.variant]!.runs, variants[other.variant]!.runs, [workload]) ?? null;
}

function limitsOf({ metrics }: SweepRow): Recommendation['limits'] {
  const prefix = 'criticalPathSeconds.';
  return Object.entries(metrics)
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, summary]) => ({
      phase: name.slice(prefix.length) as CriticalPathPhase,
      seconds: summary?.median ?? 0,
    }))
    .filter(({ seconds }) => seconds > 0)
    .sort((a, b) => b.seconds - a.seconds);
}
