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

/** Variants that one label names. */
export interface VariantGroup {
  /** `maxSurge=25%,50% maxUnavailable=0`, as `--vary` would have it; empty without an axis. */
  readonly label: string;
  readonly count: number;
}

/** Groups variants that are all combinations of some values of each axis, so that few labels name many of them. */
export function groupVariants({ axes }: Pick<SweepResult, 'axes'>, variants: Iterable<SweepVariant>): VariantGroup[] {
  const paths = axes.map(({ path }) => path);
  let groups = [...new Set(variants)].map(({ settings }) => paths.map((path) => [settings[path] ?? '']));
  for (let axis = paths.length - 1; axis >= 0; axis--) groups = mergeAlong(axis, groups);
  const names = axisNames(paths);
  return groups.map((group) => ({
    label: group.map((texts, axis) => `${names[axis]}=${inOrder(axes[axis]!.texts, texts).join(',')}`).join(' '),
    count: group.reduce((product, texts) => product * texts.length, 1),
  }));
}

/** The values of each axis. */
type ValueSets = readonly (readonly string[])[];

/** Joins groups that differ in the values of one axis only. */
function mergeAlong(axis: number, groups: readonly ValueSets[]): string[][][] {
  const merged = new Map<string, string[][]>();
  for (const group of groups) {
    const key = JSON.stringify(group.with(axis, []));
    const known = merged.get(key);
    if (known === undefined)
      merged.set(
        key,
        group.map((texts) => [...texts]),
      );
    else known[axis]!.push(...group[axis]!);
  }
  return [...merged.values()];
}

function inOrder(all: readonly string[], some: readonly string[]): string[] {
  return all.filter((text) => some.includes(text));
}
