/** What stands below the rollouts of a sweep: Jobs, and what the clients of Services met. */
import type { AutoscalerResult, JobResult, ServiceResult } from '../metrics/result.ts';
import type { Unit } from '../runner/rolloutFields.ts';
import { median, percentile } from '../runner/statistics.ts';
import type { SweepResult, SweepVariant } from '../runner/sweepResult.ts';
import { axisNames, axisWorkloads } from './axisNames.ts';
import type { ReportOptions } from './options.ts';
import { renderTextTable, type TextColumn } from './textTable.ts';
import { formatColumn, NOTHING } from './units.ts';

/** The Jobs, or Services, of one name in all runs of one variant. */
interface Row<T> {
  readonly variant: SweepVariant;
  readonly name: string;
  readonly values: readonly T[];
}

type Statistic = (values: readonly number[]) => number;

const least: Statistic = (values) => percentile(values, 0);
const most: Statistic = (values) => percentile(values, 100);
const p95: Statistic = (values) => percentile(values, 95);

/**
 * A row per variant and Job; those of a CronJob together. Empty text without any.
 *
 * @param all also those that the axes are not about
 */
export function renderSweepJobs(result: SweepResult, options: ReportOptions, all: boolean): string {
  const found = rowsOf(result, (run) => run.jobs, jobName);
  const named = axisWorkloads(result.axes.map(({ path }) => path));
  const isNamed = (name: string): boolean => named.some((one) => name === one || name.endsWith(`/${one}`));
  const rows = found.filter(({ name }) => all || named.length === 0 || isNamed(name));
  if (rows.length === 0) return '';
  const column = columnsOf<JobResult>(rows);
  const duration = (job: JobResult) => job.durationSeconds;
  return renderTextTable(
    [
      ...axisColumns(result, rows),
      { heading: 'JOB', align: 'left', cells: rows.map(({ name }) => name) },
      { heading: 'OUTCOME', align: 'left', cells: rows.map(({ values }) => outcomesOf(values)) },
      column('DURATION', 'seconds', median, duration),
      ...(result.seeds.length > 1 ? [column('P95', 'seconds', p95, duration)] : []),
      column('PODS', 'pods', most, (job) => job.podsCreated),
      column('FAILED', 'pods', most, (job) => job.failed),
      column('AT ONCE', 'pods', most, (job) => job.activeMax),
    ],
    options,
  );
}

/**
 * A row per variant and Service; empty text without any.
 *
 * @param all also Services whose clients met nothing but answers in every run
 */
export function renderSweepServices(result: SweepResult, options: ReportOptions, all: boolean): string {
  const found = rowsOf(
    result,
    (run) => run.services,
    ({ service }) => service,
  );
  const notable = new Set(found.filter(({ values }) => values.some(isNotable)).map(({ name }) => name));
  const rows = found.filter(({ name }) => all || notable.has(name));
  if (rows.length === 0) return '';
  const column = columnsOf<ServiceResult>(rows);
  return renderTextTable(
    [
      ...axisColumns(result, rows),
      { heading: 'SERVICE', align: 'left', cells: rows.map(({ name }) => name) },
      column('READY MIN', 'pods', least, (service) => service.readyMin),
      column('UNSERVED', 'seconds', most, (service) => service.unservedSeconds),
      column('ERRORS MAX', 'share', most, (service) => service.errorShareMax),
      column('ERRORS MEAN', 'share', median, (service) => service.errorShareMean),
    ],
    options,
  );
}

/** A row per variant and autoscaler; empty text without any. */
export function renderSweepAutoscalers(result: SweepResult, options: ReportOptions): string {
  const rows = rowsOf(
    result,
    (run) => run.autoscalers,
    ({ autoscaler }) => autoscaler,
  );
  if (rows.length === 0) return '';
  const column = columnsOf<AutoscalerResult>(rows);
  return renderTextTable(
    [
      ...axisColumns(result, rows),
      { heading: 'AUTOSCALER', align: 'left', cells: rows.map(({ name }) => shortName(name)) },
      column('DESIRED MIN', 'pods', least, (autoscaler) => autoscaler.desiredMin ?? 0),
      column('DESIRED MAX', 'pods', most, (autoscaler) => autoscaler.desiredMax ?? 0),
      column('DESIRED MEAN', 'pods', median, (autoscaler) => autoscaler.desiredMean ?? 0),
      column('AT END', 'pods', median, (autoscaler) => autoscaler.desiredAtEnd ?? 0),
      column('SCALE-UPS', 'pods', most, (autoscaler) => autoscaler.scaleUps),
      column('SCALE-DOWNS', 'pods', most, (autoscaler) => autoscaler.scaleDowns),
    ],
    options,
  );
}

/** `hpa/web` for `horizontalpodautoscaler/web`. */
export function shortName(autoscaler: string): string {
  return autoscaler.replace('horizontalpodautoscaler/', 'hpa/');
}

/** Whether the clients of a Service met errors, or nobody. */
export function isNotable({ errorShareMax, unservedSeconds }: ServiceResult): boolean {
  return errorShareMax > 0 || unservedSeconds > 0;
}

function rowsOf<T>(
  { variants }: SweepResult,
  valuesOf: (run: SweepVariant['runs'][number]) => readonly T[],
  nameOf: (value: T) => string,
): Row<T>[] {
  return variants.flatMap((variant) => {
    const byName = new Map<string, T[]>();
    for (const value of variant.runs.flatMap(valuesOf)) {
      const name = nameOf(value);
      const known = byName.get(name);
      if (known === undefined) byName.set(name, [value]);
      else known.push(value);
    }
    return [...byName].map(([name, values]) => ({ variant, name, values }));
  });
}

/** Jobs of a CronJob have names that only say when they began. */
function jobName({ job, cronJob }: JobResult): string {
  return cronJob === '' ? job : job.replace(/job\/.*$/, `cronjob/${cronJob}`);
}

function axisColumns({ axes }: SweepResult, rows: readonly Row<unknown>[]): TextColumn[] {
  const paths = axes.map(({ path }) => path);
  return axisNames(paths).map((name, index) => ({
    heading: name.toUpperCase(),
    align: 'right',
    cells: rows.map(({ variant }) => variant.settings[paths[index]!] ?? NOTHING),
  }));
}

/** Makes columns of one number of each row's values. */
function columnsOf<T>(rows: readonly Row<T>[]) {
  return (heading: string, unit: Unit, statistic: Statistic, read: (value: T) => number | null): TextColumn => {
    const numbers = rows.map(({ values }) => {
      const known = values.map(read).filter((value) => value !== null);
      return known.length === 0 ? null : statistic(known);
    });
    return { heading, align: 'right', cells: formatColumn(unit, numbers) };
  };
}

/** `complete`, or, where they differ, `complete 27, failed 3`. */
function outcomesOf(jobs: readonly JobResult[]): string {
  const counts = new Map<string, number>();
  for (const { outcome } of jobs) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  if (counts.size === 1) return jobs[0]!.outcome;
  return [...counts].map(([outcome, count]) => `${outcome} ${count}`).join(', ');
}
