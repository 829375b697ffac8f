import { ROLLOUT_FIELDS, type RolloutField } from '../../runner/rolloutFields.ts';
import type { SweepResult, SweepRow } from '../../runner/sweepResult.ts';
import { axisNames } from '../axisNames.ts';
import { namedLines, outcomeText, type SweepLine } from '../sweepLines.ts';

/** A variant of a sweep as charts show it, for one workload. */
export interface VariantView {
  /** Its number in the result, from 0. */
  readonly index: number;
  /** `maxSurge=25% maxUnavailable=0` */
  readonly label: string;
  /** Without the names of the axes: `25%/0`. */
  readonly short: string;
  /** The value of each axis. */
  readonly texts: readonly string[];
  readonly row: SweepRow | undefined;
  /** `complete`, or why there are no figures to go by. */
  readonly outcome: string;
  readonly isComplete: boolean;
}

/** One workload in all variants; of those that the axes name, where they do. */
export interface WorkloadView {
  readonly workload: string;
  readonly variants: readonly VariantView[];
}

/** More workloads would be a page of charts that look alike. */
const MOST_WORKLOADS = 3;

export function sweepViews(result: SweepResult): WorkloadView[] {
  const lines = namedLines(result);
  const workloads = [...new Set(lines.flatMap(({ row }) => (row === undefined ? [] : [row.workload])))];
  return workloads.slice(0, MOST_WORKLOADS).map((workload) => ({ workload, variants: variantViews(result, workload) }));
}

function variantViews({ axes, variants }: SweepResult, workload: string): VariantView[] {
  const paths = axes.map(({ path }) => path);
  const names = axisNames(paths);
  return variants.map((variant, index) => {
    const row = variant.rows.find((one) => one.workload === workload);
    const texts = paths.map((path) => variant.settings[path] ?? '');
    const line: SweepLine = { variant, row };
    return {
      index,
      label: texts.map((text, axis) => `${names[axis]}=${text}`).join(' ') || 'as it is',
      short: texts.join('/') || 'as it is',
      texts,
      row,
      outcome: outcomeText(line),
      isComplete: row !== undefined && row.outcomes.complete === row.rollouts,
    };
  });
}

/** What the narrow table shows of a figure: its worst, or its median. */
export function shownValue({ row }: VariantView, metric: string): number | null {
  return row?.metrics[metric]?.[fieldOf(metric).shown] ?? null;
}

export function fieldOf(metric: string): RolloutField {
  return ROLLOUT_FIELDS.find(({ name }) => name === metric)!;
}

/** What the parts of a short name are: `maxSurge/maxUnavailable`. */
export function shortNames({ axes }: Pick<SweepResult, 'axes'>): string {
  return axisNames(axes.map(({ path }) => path)).join('/');
}

const TITLES: Readonly<Record<string, string>> = {
  durationSeconds: 'duration',
  availableMin: 'fewest available pods',
  availableMean: 'available pods on average',
  podsMax: 'most pods without terminating ones',
  podsMaxWithTerminating: 'most pods, terminating ones included',
  requestedCpuMax: 'most CPU requested',
  requestedMemoryMax: 'most memory requested',
  unavailablePodSeconds: 'unavailable pods times seconds',
};

const UNITS: Readonly<Partial<Record<RolloutField['unit'], string>>> = {
  seconds: 'seconds',
  podSeconds: 'pod seconds',
  cores: 'cores',
  bytes: 'bytes',
};

/** `duration (seconds, median)` */
export function metricTitle(metric: string): string {
  const { unit, shown } = fieldOf(metric);
  const statistic = { median: 'median', min: 'least of all seeds', max: 'most of all seeds' }[shown];
  const parts = UNITS[unit] === undefined ? [statistic] : [UNITS[unit], statistic];
  return `${TITLES[metric] ?? metric} (${parts.join(', ')})`;
}
