import type { SweepVariant } from '../sweepResult.ts';
import { frontRows, type Objective } from './pareto.ts';
import { compareSpeed } from './speed.ts';

/** The variants with what only stands out beside the others: which rows no other one beats, and how fast they are. */
export function decided(
  variants: readonly SweepVariant[],
  reference: Readonly<Record<string, string>>,
  objectives: readonly Objective[],
): SweepVariant[] {
  if (variants.length < 2) return [...variants];
  const front = frontRows(variants, objectives);
  const base = variants.find((variant) => hasSettings(variant, reference));
  return variants.map((variant) => ({
    ...variant,
    rows: variant.rows.map((row) => {
      const speed = base && variant !== base ? compareSpeed(variant.runs, base.runs, [row.workload]) : undefined;
      return { ...row, onFront: front.has(row), ...(speed !== undefined && { versusReference: speed }) };
    }),
  }));
}

/** Whether a variant is the one with these settings. */
export function hasSettings(
  { settings }: Pick<SweepVariant, 'settings'>,
  wanted: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(settings).every(([path, text]) => wanted[path] === text);
}
