import { InputError } from '../../api/errors.ts';
import { didYouMean } from '../../api/nearest.ts';
import { ROLLOUT_FIELDS } from '../rolloutFields.ts';
import type { SweepRow, SweepVariant } from '../sweepResult.ts';

/** A figure of a rollout and which way is better. */
export interface Objective {
  /** As in ROLLOUT_FIELDS: `durationSeconds`. */
  readonly metric: string;
  readonly better: 'min' | 'max';
}

/** How long, how many pods stay, how much room it takes at most. */
export const DEFAULT_OBJECTIVES: readonly Objective[] = [
  { metric: 'durationSeconds', better: 'min' },
  { metric: 'availableMin', better: 'max' },
  { metric: 'requestedCpuMax', better: 'min' },
];

/**
 * `min:durationSeconds`, `max:availableMin`; of a figure that is better one way, its name will do.
 *
 * @throws InputError for another word, a figure that does not exist, or one that is neither good nor bad by itself.
 */
export function parseObjective(text: string): Objective {
  const [, way, metric = ''] = /^(?:(min|max):)?(.+)$/.exec(text) ?? [];
  const field = ROLLOUT_FIELDS.find(({ name }) => name === metric);
  const where = { file: `--objective ${text}` };
  if (field === undefined) {
    const names = ROLLOUT_FIELDS.map(({ name }) => name);
    const hint =
      didYouMean(metric.replace(/^rollout\./, ''), names) ?? 'docs/metrics.md names the figures of a rollout';
    throw new InputError(`expected min: or max: and a figure of a rollout`, where, hint);
  }
  if (way !== undefined) return { metric, better: way as Objective['better'] };
  if (field.better === 'neither') throw new InputError(`say min:${metric} or max:${metric}`, where);
  return { metric, better: field.better === 'lower' ? 'min' : 'max' };
}

/**
 * Which points no other one beats: no other is at least as good in everything and better in something. Equal points stay
 * together.
 *
 * @param points numbers of which less is better, as many in each; those with a NaN are never among them
 */
export function paretoFront(points: readonly (readonly number[])[]): boolean[] {
  const isKnown = points.map((point) => !point.some(Number.isNaN));
  return points.map(
    (point, index) => isKnown[index]! && !points.some((other, i) => isKnown[i]! && beats(other, point)),
  );
}

function beats(one: readonly number[], other: readonly number[]): boolean {
  return one.every((value, axis) => value <= other[axis]!) && one.some((value, axis) => value < other[axis]!);
}

/**
 * The rows that no other variant beats, workload by workload. Only variants that completed in every run take part: how long
 * the others take is not known.
 */
export function frontRows(variants: readonly SweepVariant[], objectives: readonly Objective[]): Set<SweepRow> {
  const front = new Set<SweepRow>();
  const rows = variants.flatMap((variant) => variant.rows);
  for (const workload of new Set(rows.map((row) => row.workload))) {
    const own = rows.filter((row) => row.workload === workload && row.outcomes.complete === row.rollouts);
    const isFront = paretoFront(own.map((row) => objectives.map((objective) => objectiveValue(row, objective))));
    own.forEach((row, index) => {
      if (isFront[index]!) front.add(row);
    });
  }
  return front;
}

/** What the narrow table shows of a figure, turned so that less is better. */
function objectiveValue(row: SweepRow, { metric, better }: Objective): number {
  const { shown } = ROLLOUT_FIELDS.find(({ name }) => name === metric)!;
  const value = row.metrics[metric]?.[shown] ?? Number.NaN;
  return better === 'min' ? value : -value;
}
