/** What `rollsim recommend` prints: the setting, what it beats, what holds it up, and a patch to paste. */

import type { Candidate, Recommendation, Rejection } from '../runner/decide/recommendation.ts';
import type { Provenance } from '../runner/provenance.ts';
import { axisNames } from './axisNames.ts';
import { PHASE_WORDS } from './criticalPathSection.ts';
import type { ReportOptions } from './options.ts';
import { speedSentence } from './speedSentence.ts';
import { strategyPatch } from './strategyPatch.ts';
import { renderTextTable, type TextColumn } from './textTable.ts';
import { counted, formatColumn, formatSeconds, formatShare } from './units.ts';

/** A recommendation, with what made it. */
export interface RecommendationReport extends Provenance {
  readonly kind: 'recommendation';
  readonly seeds: readonly number[];
  readonly axes: readonly { readonly path: string; readonly texts: readonly string[] }[];
  readonly recommendation: Recommendation;
  readonly partial: boolean;
}

/** Candidates that a narrow table has. */
const MOST_CANDIDATES = 5;
/** Phases that are named. */
const MOST_LIMITS = 3;

const REASONS: Readonly<Record<Rejection['reason'], string>> = {
  refused: 'Kubernetes refuses it',
  incomplete: 'it does not always complete',
  availability: 'it is less available',
  headroom: 'it leaves less room',
  thresholds: 'it breaches a threshold',
  notRun: 'it was not run',
};

export function renderRecommendation(report: RecommendationReport, options: ReportOptions): string {
  const { recommendation } = report;
  const sections = [
    renderCandidates(report, options),
    ...(options.headers ? [`${sentences(report).join('\n')}\n`] : []),
    ...(recommendation.best === null ? [] : [patchText(report, recommendation.best)]),
  ];
  return sections.filter((section) => section !== '').join('\n');
}

function renderCandidates({ axes, recommendation }: RecommendationReport, options: ReportOptions): string {
  const shown = recommendation.candidates.slice(0, MOST_CANDIDATES);
  if (shown.length === 0) return '';
  const paths = axes.map(({ path }) => path);
  const text = (heading: string, cellOf: (one: Candidate) => string): TextColumn => ({
    heading,
    align: 'right',
    cells: shown.map(cellOf),
  });
  return renderTextTable(
    [
      { heading: '', align: 'left', cells: shown.map((_, index) => (index === 0 ? '*' : '')) },
      ...axisNames(paths).map((name, index) =>
        text(name.toUpperCase(), ({ settings }) => settings[paths[index]!] ?? '-'),
      ),
      {
        heading: 'DURATION',
        align: 'right',
        cells: formatColumn(
          'seconds',
          shown.map(({ durationSeconds }) => durationSeconds),
        ),
      },
      text('AVAILABLE', ({ availableShareMin }) => formatShare(availableShareMin)),
      text('HEADROOM', ({ headroomMin }) => formatShare(headroomMin)),
      text('PODS MAX', ({ podsMaxWithTerminating }) => String(podsMaxWithTerminating)),
    ],
    options,
  );
}

function sentences(report: RecommendationReport): string[] {
  const { recommendation, scenario, kubernetes, seeds } = report;
  const { best } = recommendation;
  return [
    ...(best === null ? nothing(report) : [choice(report, best), ...limits(recommendation)]),
    ...rejected(report),
    `${scenario}: ${counted(seeds.length, 'seed')} (${seeds[0]} to ${seeds.at(-1)}), Kubernetes ${kubernetes}; times are simulated.`,
  ];
}

function choice(report: RecommendationReport, best: Candidate): string {
  const { recommendation } = report;
  const { runnerUp, requirements, workload } = recommendation;
  const room = requirements.headroom === 0 ? '' : ` and ${formatShare(requirements.headroom)} of the cluster free`;
  const kept = `of the settings with at least ${formatShare(requirements.availability)} available${room}`;
  const first = `Recommended for ${workload}: ${labelOf(report, best)}, ${formatSeconds(best.durationSeconds)}; the fastest ${kept}.`;
  return runnerUp === null ? `${first} No other one keeps that.` : `${first}\n${margin(report, best, runnerUp)}`;
}

function margin(report: RecommendationReport, best: Candidate, runnerUp: Candidate): string {
  const other = labelOf(report, runnerUp);
  const speed = report.recommendation.margin;
  const compared = speed === null ? '' : ` ${speedSentence(labelOf(report, best), other, speed)}`;
  return `Runner-up: ${other}.${compared}`;
}

function limits({ limits: phases }: Recommendation): string[] {
  if (phases.length === 0) return [];
  const named = phases
    .slice(0, MOST_LIMITS)
    .map(({ phase, seconds }) => `${PHASE_WORDS[phase]} ${formatSeconds(seconds)}`);
  return [`What it waits for: ${named.join(', ')} (--explain rollout/NAME of rollsim run has the chain).`];
}

/** Which requirement is in the way, and what comes closest to it. */
function nothing(report: RecommendationReport): string[] {
  const { rejections, requirements, workload } = report.recommendation;
  const closest = (reason: 'availability' | 'headroom'): string[] => {
    const own = rejections.filter((one) => one.reason === reason);
    if (own.length === 0) return [];
    const best = own.reduce((a, b) => (b.has! > a.has! ? b : a));
    const wanted = formatShare(requirements[reason]);
    return [
      `Closest in ${reason}: ${labelOf(report, best)}, ${formatShare(best.has!)} of the ${wanted} that are asked for.`,
    ];
  };
  return [
    `No setting for ${workload} keeps all that is asked for.`,
    ...closest('availability'),
    ...closest('headroom'),
  ];
}

function rejected({ recommendation }: RecommendationReport): string[] {
  const counts = new Map<Rejection['reason'], number>();
  for (const { reason } of recommendation.rejections) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  if (counts.size === 0) return [];
  return [`Out: ${[...counts].map(([reason, count]) => `${count} because ${REASONS[reason]}`).join(', ')}.`];
}

function labelOf({ axes }: RecommendationReport, { settings }: Pick<Candidate, 'settings'>): string {
  const paths = axes.map(({ path }) => path);
  return axisNames(paths)
    .map((name, index) => `${name}=${settings[paths[index]!]}`)
    .join(' ');
}

function patchText({ recommendation }: RecommendationReport, best: Candidate): string {
  const { command, yaml, rest } = strategyPatch(recommendation.workload, best.settings);
  const beside = rest.length === 0 ? '' : `# beside it: ${rest.map(([path, text]) => `${path}=${text}`).join(' ')}\n`;
  return command === undefined ? beside : `${command}\n\n${yaml}${beside}`;
}
