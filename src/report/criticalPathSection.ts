import type { CriticalPathLink, CriticalPathPhase, RolloutExplanation, RolloutResult } from '../metrics/result.ts';
import type { RunReport } from '../runner/runReport.ts';
import { relevantRollouts } from '../runner/selection.ts';
import type { ReportOptions } from './options.ts';
import { renderTextTable } from './textTable.ts';
import { counted, formatSeconds } from './units.ts';

/** In sentences. */
export const PHASE_WORDS: Readonly<Record<CriticalPathPhase, string>> = {
  controller: 'controllers',
  apiLimit: 'API limit',
  scheduling: 'scheduling',
  capacityWait: 'capacity wait',
  imagePull: 'image pull',
  start: 'start',
  readiness: 'readiness',
  minReady: 'minReadySeconds',
  termination: 'termination',
  quotaBackOff: 'quota back-off',
  disruptionBudget: 'disruption budget',
  restartBackOff: 'restart back-off',
  nodeFailure: 'node failure',
  operator: 'operator',
};

/** Lines of a narrow report; the wide one has a column for each phase. */
const MOST_LINES = 12;

/** What takes so little time is left out of a narrow table, and does not part two waits for the same thing. */
const SHORT_SECONDS = 0.05;

/** What each rollout waited for, longest first; over several seeds the means. */
export function renderCriticalPaths(report: RunReport): string {
  const byWorkload = new Map<string, RolloutResult[]>();
  for (const rollout of relevantRollouts(report.runs)) {
    if (rollout.criticalPathSeconds === null) continue;
    const key = report.seeds.length > 1 ? rollout.workload : `${rollout.workload} ${rollout.startSeconds}`;
    byWorkload.set(key, [...(byWorkload.get(key) ?? []), rollout]);
  }
  const lines = [...byWorkload.values()].map((rollouts) => lineOf(rollouts));
  const shown = lines.slice(0, MOST_LINES);
  const rest = lines.length - shown.length;
  return shown.join('') + (rest > 0 ? `… and ${counted(rest, 'rollout')} more: -o wide\n` : '');
}

function lineOf(rollouts: readonly RolloutResult[]): string {
  const mean = rollouts.length === 1 ? '' : `, mean of ${rollouts.length}`;
  return `Waited for, ${rollouts[0]!.workload}${mean}: ${sumOf(meanSeconds(rollouts))}.\n`;
}

function meanSeconds(rollouts: readonly RolloutResult[]): Map<CriticalPathPhase, number> {
  const phases = Object.keys(PHASE_WORDS) as CriticalPathPhase[];
  const paths = rollouts.map(({ criticalPathSeconds }) => criticalPathSeconds!);
  return new Map(
    phases.map((phase) => [phase, paths.reduce((sum, path) => sum + path[phase], 0) / rollouts.length] as const),
  );
}

/** `21.4 s API limit + 6.1 s readiness`: what is below a hundredth of the whole is told together. */
function sumOf(seconds: ReadonlyMap<CriticalPathPhase, number>): string {
  const total = [...seconds.values()].reduce((sum, value) => sum + value, 0);
  const sorted = [...seconds].filter(([, value]) => value > 0).sort(([, a], [, b]) => b - a);
  const large = sorted.filter(([, value]) => value >= total / 100);
  const rest = sorted.slice(large.length).reduce((sum, [, value]) => sum + value, 0);
  const parts = large.map(([phase, value]) => `${formatSeconds(value)} ${PHASE_WORDS[phase]}`);
  if (parts.length === 0) return 'nothing';
  return rest > 0 ? `${parts.join(' + ')} + ${formatSeconds(rest)} of other things` : parts.join(' + ');
}

/** The chain of each rollout that was to be explained. */
export function renderRolloutExplanations(report: RunReport, options: ReportOptions, isWide: boolean): string {
  const isOfSeveral = report.seeds.length > 1;
  return report.runs
    .flatMap(({ seed, rolloutExplanations = [] }) =>
      rolloutExplanations.map((one) => `${isOfSeveral ? `Seed ${seed}, ` : ''}${renderOne(one, options, isWide)}`),
    )
    .join('\n');
}

function renderOne(
  { workload, startSeconds, chain, standing }: RolloutExplanation,
  options: ReportOptions,
  isWide: boolean,
) {
  const title = `${workload}, from ${formatSeconds(startSeconds)}`;
  if (standing !== '') return `${title}: ${standing}.\n`;
  const { rows, leftOut } = isWide ? { rows: chain.map(rowOf), leftOut: 0 } : folded(chain);
  const table = renderTextTable(
    [
      { heading: 'FROM', align: 'right', cells: rows.map(({ link }) => formatSeconds(link.fromSeconds)) },
      { heading: 'LASTED', align: 'right', cells: rows.map(({ lasted }) => formatSeconds(lasted)) },
      { heading: 'PHASE', align: 'left', cells: rows.map(({ link }) => PHASE_WORDS[link.phase]) },
      { heading: 'WHO', align: 'left', cells: rows.map(({ link }) => link.subject) },
      { heading: 'WAITED FOR', align: 'left', cells: rows.map(({ link, times }) => link.detail + timesText(times)) },
    ],
    options,
  );
  const note = leftOut === 0 ? '' : `\nSteps below 50 ms, ${formatSeconds(leftOut)} in all: -o wide\n`;
  return `${title}: ${sumOf(secondsOf(chain))}.\n${table}${options.headers ? note : ''}`;
}

function timesText(times: number): string {
  return times === 1 ? '' : ` (${times} times)`;
}

interface Row {
  readonly link: CriticalPathLink;
  readonly lasted: number;
  readonly times: number;
}

function rowOf(link: CriticalPathLink): Row {
  return { link, lasted: link.toSeconds - link.fromSeconds, times: 1 };
}

/** Waits for one thing that only short steps part are one row. */
function folded(chain: readonly CriticalPathLink[]): { readonly rows: Row[]; readonly leftOut: number } {
  const rows: Row[] = [];
  let leftOut = 0;
  for (const link of chain) {
    const row = rowOf(link);
    const last = rows.at(-1);
    if (row.lasted < SHORT_SECONDS) leftOut += row.lasted;
    else if (last !== undefined && last.link.phase === link.phase && last.link.subject === link.subject) {
      rows[rows.length - 1] = { link: last.link, lasted: last.lasted + row.lasted, times: last.times + 1 };
    } else rows.push(row);
  }
  return { rows, leftOut };
}

function secondsOf(chain: readonly CriticalPathLink[]): Map<CriticalPathPhase, number> {
  const seconds = new Map<CriticalPathPhase, number>();
  for (const { phase, fromSeconds, toSeconds } of chain) {
    seconds.set(phase, (seconds.get(phase) ?? 0) + toSeconds - fromSeconds);
  }
  return seconds;
}
