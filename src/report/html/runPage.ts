import type { RolloutResult } from '../../metrics/result.ts';
import { ROLLOUT_FIELDS, type RolloutField } from '../../runner/rolloutFields.ts';
import type { RunReport } from '../../runner/runReport.ts';
import { relevantRollouts } from '../../runner/selection.ts';
import { median } from '../../runner/statistics.ts';
import { escapeMarkup } from '../charts/markup.ts';
import type { RolloutView } from '../charts/rolloutView.ts';
import { formatThresholdValue } from '../thresholdValue.ts';
import { counted, formatColumn, formatSeconds } from '../units.ts';
import { type DataColumn, dataTable } from './dataTable.ts';
import { htmlPage, type Origin, originSection, paragraph, section } from './page.ts';
import { rolloutFigure } from './rolloutFigure.ts';
import { criticalPathFigure, SPREAD_FIELDS, spreadFigure } from './rolloutSections.ts';

/** More of them would be a page that nobody reads to its end. */
const MOST_WORKLOADS = 12;

/**
 * The report of `rollsim run` as a page.
 *
 * @param views of the first seed
 */
export function renderRunPage(report: RunReport, views: readonly RolloutView[], origin: Origin | undefined): string {
  const { scenario, kubernetes, seeds, tool } = report;
  const which = seeds.length === 1 ? `seed ${seeds[0]}` : `${seeds.length} seeds, ${seeds[0]} to ${seeds.at(-1)}`;
  const rollouts = byWorkload(report);
  return htmlPage({
    title: `${scenario}: how it rolls out`,
    subtitle: `Kubernetes ${kubernetes} · ${which} · ${tool.name} ${tool.version}`,
    tool: `${tool.name} ${tool.version}`,
    sections: [
      cards(rollouts),
      section('verdicts', 'Thresholds', verdicts(report)),
      section('rollouts', 'Pods over time', pods(report, views)),
      section('path', 'What it waited for', each(rollouts, criticalPathFigure, 'path')),
      section('spread', 'Over the seeds', spread(report, rollouts)),
      section('table', 'All rollouts', table(report)),
      section('warnings', 'Warnings', warnings(report)),
      originSection(origin, report),
    ],
  });
}

type Rollouts = ReadonlyMap<string, readonly RolloutResult[]>;

function byWorkload({ runs }: RunReport): Rollouts {
  const found = new Map<string, RolloutResult[]>();
  for (const rollout of relevantRollouts(runs)) {
    found.set(rollout.workload, [...(found.get(rollout.workload) ?? []), rollout]);
  }
  return new Map([...found].slice(0, MOST_WORKLOADS));
}

function each(rollouts: Rollouts, draw: (own: readonly RolloutResult[], id: string) => string, id: string): string {
  return [...rollouts.values()].map((own, index) => draw(own, `${id}${index + 1}`)).join('');
}

/** The figures that one asks for first, of each workload. */
function cards(rollouts: Rollouts): string {
  if (rollouts.size === 0) return paragraph('No rollout happened.');
  return [...rollouts].map(([workload, own]) => `<h3>${escapeMarkup(workload)}</h3>${cardsOf(own)}`).join('');
}

function cardsOf(own: readonly RolloutResult[]): string {
  const durations = own.flatMap(({ durationSeconds: duration }) => (duration === null ? [] : [duration]));
  const desired = Math.max(...own.map(({ desiredReplicas }) => desiredReplicas));
  const complete = own.filter(({ outcome }) => outcome === 'complete').length;
  const list = [
    card(
      durations.length === 0 ? 'never' : formatSeconds(median(durations)),
      own.length > 1 ? 'median duration' : 'duration',
    ),
    card(`${Math.min(...own.map(({ availableMin }) => availableMin))} of ${desired}`, 'fewest available pods'),
    card(
      String(Math.max(...own.map(({ podsMaxWithTerminating: most }) => most))),
      'most pods, terminating ones included',
    ),
    card(
      own.length === 1 ? own[0]!.outcome : `${complete} of ${own.length}`,
      own.length === 1 ? 'outcome' : 'complete',
    ),
  ];
  return `<div class="cards">${list.join('')}</div>`;
}

function card(value: string, name: string): string {
  return `<div class="card"><b>${escapeMarkup(value)}</b><span>${escapeMarkup(name)}</span></div>`;
}

function verdicts({ thresholds }: RunReport): string {
  const lines = thresholds.map((verdict) => {
    const text = `${verdict.metric} ${verdict.expression}: ${formatThresholdValue(verdict)}`;
    const word = `<span class="hidden">${verdict.ok ? 'kept: ' : 'broken: '}</span>`;
    return `<li class="${verdict.ok ? 'good' : 'bad'}">${word}${escapeMarkup(text)}</li>`;
  });
  return lines.length === 0 ? '' : `<ul class="verdicts">${lines.join('')}</ul>`;
}

function pods({ scenario, kubernetes, seeds }: RunReport, views: readonly RolloutView[]): string {
  const subtitle = `${scenario} · Kubernetes ${kubernetes} · seed ${seeds[0]}`;
  const note =
    seeds.length > 1 && views.length > 0 ? paragraph(`Of seed ${seeds[0]}, the first.`, { class: 'note' }) : '';
  return note + views.map((view, index) => rolloutFigure(view, `rollout${index + 1}`, subtitle)).join('');
}

function spread({ seeds }: RunReport, rollouts: Rollouts): string {
  if (seeds.length === 1) return '';
  const figures = SPREAD_FIELDS.map((field, index) => {
    const { read } = ROLLOUT_FIELDS.find(({ name }) => name === field.name)!;
    const rows = [...rollouts].map(([name, own]) => ({
      name,
      values: own.map(read).filter((value) => value !== null),
    }));
    return spreadFigure(field, rows, `spread${index + 1}`);
  });
  return paragraph(`What chance does: the same settings with ${counted(seeds.length, 'seed')}.`) + figures.join('');
}

/** Fields that tell rollouts apart; parts of the critical path have a chart. */
function tableFields(): RolloutField[] {
  return ROLLOUT_FIELDS.filter(({ name }) => !name.startsWith('criticalPathSeconds.'));
}

function table({ runs }: RunReport): string {
  const isFirst = (rollout: RolloutResult): number => (rollout.cause === 'update' ? 0 : 1);
  const lines = runs
    .flatMap(({ seed, rollouts }) => rollouts.map((rollout) => ({ seed, rollout })))
    .sort((a, b) => isFirst(a.rollout) - isFirst(b.rollout));
  if (lines.length === 0) return '';
  const text = (heading: string, read: (rollout: RolloutResult) => string): DataColumn => {
    return { heading, cells: lines.map(({ rollout }) => read(rollout)) };
  };
  const columns: DataColumn[] = [
    text('workload', ({ workload }) => workload),
    { heading: 'seed', cells: lines.map(({ seed }) => String(seed)), values: lines.map(({ seed }) => seed) },
    text('cause', ({ cause }) => cause),
    text('outcome', ({ outcome }) => outcome),
    ...tableFields().map((field): DataColumn => {
      const values = lines.map(({ rollout }) => field.read(rollout));
      return { heading: field.heading.toLowerCase(), cells: formatColumn(field.unit, values), values };
    }),
  ];
  const sentence = paragraph('Every rollout of every run, those that bring up the starting state too. Headings sort.');
  return sentence + dataTable(columns, { id: 'all-rollouts', caption: 'All rollouts of all runs' });
}

function warnings({ runs }: RunReport): string {
  const texts = [...new Set(runs.flatMap((run) => run.warnings))];
  return texts.length === 0 ? '' : `<ul>${texts.map((text) => `<li>${escapeMarkup(text)}</li>`).join('')}</ul>`;
}
