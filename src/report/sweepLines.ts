import type { SweepResult, SweepRow, SweepVariant } from '../runner/sweepResult.ts';
import { axisNames, axisWorkloads } from './axisNames.ts';

/** One line of a sweep's report: a workload of a variant; without a row where the variant has none. */
export interface SweepLine {
  readonly variant: SweepVariant;
  readonly row: SweepRow | undefined;
}

/** Every workload of every variant. */
export function allLines(result: SweepResult): SweepLine[] {
  return result.variants.flatMap((variant): SweepLine[] =>
    variant.rows.length > 0 ? variant.rows.map((row) => ({ variant, row })) : [{ variant, row: undefined }],
  );
}

/** Only the workloads that the axes name, unless none of those rolled out. */
export function namedLines(result: SweepResult): SweepLine[] {
  const names = axisWorkloads(result.axes.map(({ path }) => path));
  const isNamed = ({ workload }: SweepRow): boolean =>
    names.some((name) => workload === name || workload.endsWith(`/${name}`));
  const lines = allLines(result);
  if (!lines.some(({ row }) => row !== undefined && isNamed(row))) return lines;
  return lines.filter(({ row }) => row === undefined || isNamed(row));
}

/** `complete`; over seeds that differ, `complete 27, stalled 3`. */
export function outcomeText({ variant, row }: SweepLine): string {
  if (variant.refused !== undefined) return 'refused';
  if (row === undefined) return variant.runs.length === 0 ? 'not run' : 'no rollout';
  const counts = Object.entries(row.outcomes);
  return counts.length === 1 ? counts[0]![0] : counts.map(([outcome, count]) => `${outcome} ${count}`).join(', ');
}

/** `maxSurge=25% maxUnavailable=0` */
export function variantLabel(result: SweepResult, variant: SweepVariant): string {
  const paths = result.axes.map(({ path }) => path);
  const names = axisNames(paths);
  return paths.map((path, index) => `${names[index]}=${variant.settings[path]}`).join(' ');
}
