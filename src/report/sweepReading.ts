import type { SweepResult, SweepRow } from '../runner/sweepResult.ts';
import { type SweepLine, variantLabel } from './sweepLines.ts';
import { formatNumber, formatSeconds } from './units.ts';

/** A line that has numbers. */
interface MeasuredLine extends SweepLine {
  readonly row: SweepRow;
}

const MOST_NAMED = 3;

/**
 * What a sweep's table says, in sentences: the fastest variant, which ones never dip, which ones do not complete. States
 * what was measured and over how many seeds, and recommends nothing.
 */
export function readSweep(result: SweepResult, lines: readonly SweepLine[]): string[] {
  const measured = lines.filter((line): line is MeasuredLine => line.row !== undefined);
  const workloads = [...new Set(measured.map(({ row }) => row.workload))];
  const about = workloads.length > MOST_NAMED ? [] : workloads;
  return [
    ...about.flatMap((workload) => {
      const own = measured.filter(({ row }) => row.workload === workload);
      const subject = workloads.length > 1 ? `${workload}: ` : '';
      return [fastest(result, own), dips(result, own)].filter((text) => text !== '').map((text) => subject + text);
    }),
    ...notComplete(result, measured),
    ...refused(result),
    played(result),
  ];
}

function fastest(result: SweepResult, lines: readonly MeasuredLine[]): string {
  const complete = sortedByDuration(lines);
  const best = complete[0];
  if (best === undefined || result.variants.length < 2) return '';
  const duration = durationOf(best);
  const equal = complete.filter((line) => durationOf(line) === duration);
  return `Fastest: ${names(result, equal)}, ${formatSeconds(duration)} (${seedsBehind(result, best)}).`;
}

/** How much a number rests on; seeds that all agree mean that nothing in the scenario is left to chance. */
function seedsBehind({ seeds }: SweepResult, { row }: MeasuredLine): string {
  if (seeds.length === 1) return '1 seed';
  const duration = row.metrics.durationSeconds;
  return duration?.min === duration?.max ? `${seeds.length} seeds, all alike` : `median of ${seeds.length} seeds`;
}

/** Available pods against the desired ones; a first rollout starts from none and says nothing about it. */
function dips(result: SweepResult, lines: readonly MeasuredLine[]): string {
  const updates = lines.filter(({ row }) => row.cause === 'update' && shortfall(row) !== undefined);
  if (updates.length === 0 || result.variants.length < 2) return '';
  const steady = updates.filter(({ row }) => shortfall(row)! <= 0);
  if (steady.length === 0) return leastDip(result, updates);
  const best = sortedByDuration(steady)[0];
  const suffix =
    best === undefined || steady.length === 1
      ? ''
      : `; the fastest of them: ${names(result, [best])}, ${formatSeconds(durationOf(best))}`;
  return `Never below the desired pods: ${names(result, steady)}${suffix}.`;
}

function leastDip(result: SweepResult, lines: readonly MeasuredLine[]): string {
  const least = Math.min(...lines.map(({ row }) => shortfall(row)!));
  const best = lines.filter(({ row }) => shortfall(row) === least);
  const pods = least === 1 ? '1 pod' : `${formatNumber(least)} pods`;
  return `Every variant dips below the desired pods; least, by ${pods}: ${names(result, best)}.`;
}

function notComplete(result: SweepResult, lines: readonly MeasuredLine[]): string[] {
  const sentences: string[] = [];
  const stalled = lines.filter(({ row }) => row.outcomes.stalled !== undefined);
  const unfinished = lines.filter(({ row }) => row.outcomes.unfinished !== undefined);
  if (stalled.length > 0) sentences.push(`Stalls, past its progress deadline: ${names(result, stalled)}.`);
  if (unfinished.length > 0) sentences.push(`Not finished when the run ended: ${names(result, unfinished)}.`);
  return sentences;
}

/** Grouped by reason, since a rule of Kubernetes usually hits a whole row of the grid. */
function refused(result: SweepResult): string[] {
  const byReason = new Map<string, SweepLine[]>();
  for (const variant of result.variants) {
    if (variant.refused === undefined) continue;
    const sameReason = byReason.get(variant.refused) ?? [];
    byReason.set(variant.refused, [...sameReason, { variant, row: undefined }]);
  }
  return [...byReason].map(([reason, lines]) => `Refused: ${names(result, lines)}: ${reason}`);
}

function played(result: SweepResult): string {
  const { variants, seeds, kubernetes, scenario } = result;
  const which = seeds.length === 1 ? `1 seed (${seeds[0]})` : `${seeds.length} seeds (${seeds[0]} to ${seeds.at(-1)})`;
  const count = variants.length === 1 ? '1 variant' : `${variants.length} variants`;
  const done = variants.reduce((sum, { runs }) => sum + runs.length, 0);
  const wanted = variants.filter((variant) => variant.refused === undefined).length * seeds.length;
  const stopped = result.partial ? ` Stopped early: ${done} of ${wanted} runs done.` : '';
  return `${scenario}: ${count}, ${which}, Kubernetes ${kubernetes}; times are simulated.${stopped}`;
}

function sortedByDuration(lines: readonly MeasuredLine[]): MeasuredLine[] {
  const complete = lines.filter(({ row }) => row.outcomes.complete === row.rollouts);
  return complete.sort((a, b) => durationOf(a) - durationOf(b));
}

function durationOf({ row }: MeasuredLine): number {
  return row.metrics.durationSeconds?.median ?? Number.POSITIVE_INFINITY;
}

function shortfall(row: SweepRow): number | undefined {
  const desired = row.metrics.desiredReplicas?.median;
  const available = row.metrics.availableMin?.min;
  return desired === undefined || available === undefined ? undefined : desired - available;
}

function names(result: SweepResult, lines: readonly SweepLine[]): string {
  const labels = [...new Set(lines.map(({ variant }) => variantLabel(result, variant) || 'this scenario'))];
  const named = labels.slice(0, MOST_NAMED).join(' | ');
  return labels.length > MOST_NAMED ? `${named} and ${labels.length - MOST_NAMED} more` : named;
}
