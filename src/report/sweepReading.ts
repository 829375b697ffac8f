import { hasSettings } from '../runner/decide/decided.ts';
import type { SweepResult, SweepRow, SweepVariant } from '../runner/sweepResult.ts';
import { speedSentence } from './speedSentence.ts';
import { groupVariants, type SweepLine } from './sweepLines.ts';
import { counted, formatNumber, formatSeconds } from './units.ts';

/** A line that has numbers. */
interface MeasuredLine extends SweepLine {
  readonly row: SweepRow;
}

/** Of more workloads, each sentence for each would be a page. */
const MOST_WORKLOADS = 3;
const MOST_NAMED = 5;

/**
 * What a sweep's table says, in sentences: the fastest variant and how it compares with the reference, which ones never dip,
 * which ones do not complete. States what was measured and over how many seeds, and recommends nothing.
 */
export function readSweep(result: SweepResult, lines: readonly SweepLine[]): string[] {
  const measured = lines.filter((line): line is MeasuredLine => line.row !== undefined);
  const workloads = [...new Set(measured.map(({ row }) => row.workload))];
  const about = workloads.length > MOST_WORKLOADS ? [] : workloads;
  return [
    ...about.flatMap((workload) => {
      const own = measured.filter(({ row }) => row.workload === workload);
      const subject = workloads.length > 1 ? `${workload}: ` : '';
      const sentences = [
        fastest(result, own),
        versusReference(result, own),
        fastestKeeper(result, own),
        dips(result, own),
      ];
      return sentences.filter((text) => text !== '').map((text) => subject + text);
    }),
    ...keepers(result),
    ...notComplete(result, measured),
    ...refused(result),
    played(result),
  ];
}

function fastest(result: SweepResult, lines: readonly MeasuredLine[]): string {
  const best = fastestOf(lines);
  if (best.length === 0 || result.variants.length < 2) return '';
  const what = best[0]!.row.cause === 'create' ? 'Fastest first rollout' : 'Fastest';
  return `${what}, ${durationText(best)} (${seedsBehind(result, best)}): ${names(result, best)}.`;
}

/** The fastest one beside the reference; the first of several that are as fast as far as one prints it. */
function versusReference(result: SweepResult, lines: readonly MeasuredLine[]): string {
  const [best] = fastestOf(lines);
  const speed = best?.row.versusReference;
  if (best === undefined || speed === undefined) return '';
  const reference = result.variants.filter((variant) => hasSettings(variant, result.reference));
  const other = names(
    result,
    reference.map((variant) => ({ variant, row: undefined })),
  );
  return speedSentence(names(result, [best]), other, speed);
}

/** Only where some variants keep the thresholds and some do not. */
function fastestKeeper(result: SweepResult, lines: readonly MeasuredLine[]): string {
  const best = fastestOf(lines.filter(({ variant }) => keepsAll(variant)));
  const isNews = judged(result).some((variant) => !keepsAll(variant));
  return best.length > 0 && isNews
    ? `Fastest that keeps all thresholds, ${durationText(best)}: ${names(result, best)}.`
    : '';
}

function keepers(result: SweepResult): string[] {
  const variants = judged(result);
  if (variants.length < 2) return [];
  const count = variants.filter(keepsAll).length;
  if (count === 0) return ['No variant keeps all thresholds.'];
  return count === variants.length ? ['Every variant keeps all thresholds.'] : [];
}

function judged({ variants }: SweepResult): SweepVariant[] {
  return variants.filter(({ thresholds }) => thresholds.length > 0);
}

function keepsAll({ thresholds }: SweepVariant): boolean {
  return thresholds.length > 0 && thresholds.every(({ ok }) => ok);
}

/** How much a number rests on; seeds that all agree mean that nothing in the scenario is left to chance. */
function seedsBehind({ seeds }: SweepResult, lines: readonly MeasuredLine[]): string {
  if (seeds.length === 1) return '1 seed';
  const areAlike = lines.every(({ row: { metrics } }) => metrics.durationSeconds?.min === metrics.durationSeconds?.max);
  return areAlike ? `${seeds.length} seeds, all alike` : `median of ${seeds.length} seeds`;
}

/** Available pods against the desired ones; a first rollout starts from none and says nothing about it. */
function dips(result: SweepResult, lines: readonly MeasuredLine[]): string {
  const updates = lines.filter(({ row }) => row.cause === 'update' && shortfall(row) !== undefined);
  if (updates.length === 0 || result.variants.length < 2) return '';
  const steady = updates.filter(({ row }) => shortfall(row)! <= 0);
  if (steady.length === 0) return leastDip(result, updates);
  const best = fastestOf(steady);
  const isNews = best.length > 0 && best.length < steady.length;
  const suffix = isNews ? `; the fastest of them, ${durationText(best)}: ${names(result, best)}` : '';
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
    const reason = withoutSetting(variant, variant.refused);
    const sameReason = byReason.get(reason) ?? [];
    byReason.set(reason, [...sameReason, { variant, row: undefined }]);
  }
  return [...byReason].map(([reason, lines]) => `Refused: ${names(result, lines)}: ${reason}`);
}

/** A message begins with the setting that it is about, which the sentence has named already. */
function withoutSetting({ settings }: SweepVariant, message: string): string {
  const prefixes = Object.entries(settings).map(([path, text]) => `${path}=${text}: `);
  const prefix = prefixes.find((candidate) => message.startsWith(candidate)) ?? '';
  return message.slice(prefix.length);
}

function played(result: SweepResult): string {
  const { axes, variants, seeds, kubernetes, scenario } = result;
  const versions = axes.find(({ path }) => path === 'kubernetes')?.texts.join(', ') ?? kubernetes;
  const which = seeds.length === 1 ? `seed ${seeds[0]}` : `${seeds.length} seeds (${seeds[0]} to ${seeds.at(-1)})`;
  const of = result.sampledFrom === undefined ? '' : ` of ${result.sampledFrom}`;
  const done = variants.reduce((sum, { runs }) => sum + runs.length, 0);
  const wanted = variants.filter((variant) => variant.refused === undefined).length * seeds.length;
  const stopped = result.partial ? ` Stopped early: ${done} of ${wanted} runs done.` : '';
  return `${scenario}: ${counted(variants.length, 'variant')}${of}, ${which}, Kubernetes ${versions}; times are simulated.${stopped}`;
}

/** Of those that always complete; several where they are equally fast as far as one prints it. */
function fastestOf(lines: readonly MeasuredLine[]): MeasuredLine[] {
  const complete = lines.filter(({ row }) => row.outcomes.complete === row.rollouts);
  const least = Math.min(...complete.map(durationOf));
  return complete.filter((line) => formatSeconds(durationOf(line)) === formatSeconds(least));
}

function durationText(lines: readonly MeasuredLine[]): string {
  return formatSeconds(Math.min(...lines.map(durationOf)));
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
  const groups = groupVariants(
    result,
    lines.map(({ variant }) => variant),
  );
  const named = groups.slice(0, MOST_NAMED).map(({ label }) => label || 'this scenario');
  const others = groups.slice(MOST_NAMED).reduce((sum, { count }) => sum + count, 0);
  return others > 0 ? `${named.join(' | ')} and ${others} more` : named.join(' | ');
}
