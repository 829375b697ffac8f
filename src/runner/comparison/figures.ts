import type { JobResult, RolloutResult, RunResult, ServiceResult } from '../../metrics/result.ts';
import { type Better, ROLLOUT_FIELDS, type Unit } from '../rolloutFields.ts';
import { relevantRollouts } from '../selection.ts';

/** What of a run can be compared. */
export type ComparableRun = Pick<RunResult, 'seed' | 'rollouts' | 'jobs' | 'services'>;

/** A number of which less or more is better. */
export interface Figure {
  /** As thresholds call it: `rollout.durationSeconds`, `service.lostRequestSeconds`; `rollout.complete` is 0 or 1. */
  readonly name: string;
  readonly unit: Unit;
  readonly better: Exclude<Better, 'neither'>;
}

/** A figure of one subject: `deployment/web`, `deployment/web (2)` for its second rollout, `job/batch`, `service/web`. */
export interface Measurement extends Figure {
  readonly subject: string;
  /** By seed; absent where the run has no such number, as the duration of what never ended. */
  readonly values: ReadonlyMap<number, number>;
}

interface FigureOf<Result> extends Figure {
  read(result: Result): number | null;
}

/** What a newer change replaced had no chance to complete. */
const ROLLOUT_FIGURES: readonly FigureOf<RolloutResult>[] = [
  {
    ...figure('rollout.complete', 'share', 'higher'),
    read: ({ outcome }) => (outcome === 'superseded' ? null : outcome === 'complete' ? 1 : 0),
  },
  ...ROLLOUT_FIELDS.flatMap(({ name, unit, better, read }) =>
    better === 'neither' ? [] : [{ ...figure(`rollout.${name}`, unit, better), read }],
  ),
];

const JOB_FIGURES: readonly FigureOf<JobResult>[] = [
  { ...figure('job.complete', 'share', 'higher'), read: ({ outcome }) => (outcome === 'complete' ? 1 : 0) },
  { ...figure('job.durationSeconds', 'seconds', 'lower'), read: (job) => job.durationSeconds },
  { ...figure('job.failed', 'pods', 'lower'), read: (job) => job.failed },
];

const SERVICE_FIGURES: readonly FigureOf<ServiceResult>[] = [
  { ...figure('service.readyMin', 'pods', 'higher'), read: (service) => service.readyMin },
  { ...figure('service.unservedSeconds', 'seconds', 'lower'), read: (service) => service.unservedSeconds },
  { ...figure('service.errorShareMax', 'share', 'lower'), read: (service) => service.errorShareMax },
  { ...figure('service.errorShareMean', 'share', 'lower'), read: (service) => service.errorShareMean },
  { ...figure('service.lostRequestSeconds', 'seconds', 'lower'), read: (service) => service.lostRequestSeconds },
  { ...figure('service.lostRequests', 'requests', 'lower'), read: (service) => service.lostRequests },
];

/** Every figure that is compared, by name. */
export const FIGURE_NAMES: readonly string[] = [...ROLLOUT_FIGURES, ...JOB_FIGURES, ...SERVICE_FIGURES].map(
  ({ name }) => name,
);

/** Every figure of every subject of the runs, subject by subject in the order in which the runs have them. */
export function measurementsOf(runs: readonly ComparableRun[]): Measurement[] {
  const relevant = new Set(relevantRollouts(runs));
  return [
    ...measure(runs, ROLLOUT_FIGURES, ({ rollouts }) =>
      numbered(rollouts.filter((rollout) => relevant.has(rollout)).map((rollout) => [rollout.workload, rollout])),
    ),
    ...measure(runs, JOB_FIGURES, ({ jobs }) => numbered(jobs.map((job) => [job.job, job]))),
    ...measure(runs, SERVICE_FIGURES, ({ services }) =>
      numbered(services.map((service) => [service.service, service])),
    ),
  ];
}

function figure(name: string, unit: Unit, better: Figure['better']): Figure {
  return { name, unit, better };
}

function measure<Result>(
  runs: readonly ComparableRun[],
  figures: readonly FigureOf<Result>[],
  subjectsOf: (run: ComparableRun) => ReadonlyMap<string, Result>,
): Measurement[] {
  const bySeed = runs.map((run) => ({ seed: run.seed, subjects: subjectsOf(run) }));
  const names = new Set(bySeed.flatMap(({ subjects }) => [...subjects.keys()]));
  return [...names].flatMap((subject) =>
    figures.map(({ name, unit, better, read }) => {
      const values = new Map<number, number>();
      for (const { seed, subjects } of bySeed) {
        const result = subjects.get(subject);
        const value = result === undefined ? null : read(result);
        if (value !== null) values.set(seed, value);
      }
      return { subject, name, unit, better, values };
    }),
  );
}

/** The second and later ones of a name get a number. */
function numbered<Result>(entries: readonly (readonly [string, Result])[]): Map<string, Result> {
  const counts = new Map<string, number>();
  return new Map(
    entries.map(([name, result]) => {
      const ordinal = (counts.get(name) ?? 0) + 1;
      counts.set(name, ordinal);
      return [ordinal === 1 ? name : `${name} (${ordinal})`, result];
    }),
  );
}
