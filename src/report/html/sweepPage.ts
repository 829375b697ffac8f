import { ROLLOUT_FIELDS } from '../../runner/rolloutFields.ts';
import type { SweepResult } from '../../runner/sweepResult.ts';
import { axisNames } from '../axisNames.ts';
import { hasHeatMap, heatMap, type SweepChartOptions } from '../charts/heatMap.ts';
import { escapeMarkup } from '../charts/markup.ts';
import { hasParetoChart, paretoChart } from '../charts/paretoChart.ts';
import type { RolloutView } from '../charts/rolloutView.ts';
import { metricTitle, shortNames, sweepViews, type VariantView, type WorkloadView } from '../charts/sweepView.ts';
import { allLines, namedLines, outcomeText } from '../sweepLines.ts';
import { readSweep } from '../sweepReading.ts';
import { formatColumn } from '../units.ts';
import { type DataColumn, dataTable } from './dataTable.ts';
import { figure, htmlPage, type Origin, originSection, paragraph, section } from './page.ts';
import { rolloutFigure } from './rolloutFigure.ts';
import { criticalPathFigure, SPREAD_FIELDS, spreadFigure } from './rolloutSections.ts';

/** Figures of the heat map. */
const HEAT_METRICS = ['durationSeconds', 'availableMin', 'podsMaxWithTerminating', 'unavailablePodSeconds'];
/** Rows of a chart that one can still compare. */
const MOST_ROWS = 40;

/** By number of the variant: the rollouts of its first seed. */
export type VariantRollouts = ReadonlyMap<number, readonly RolloutView[]>;

/** The report of `rollsim sweep` as a page. */
export function renderSweepPage(result: SweepResult, rollouts: VariantRollouts, origin: Origin | undefined): string {
  const { scenario, kubernetes, seeds, variants, tool } = result;
  const which = seeds.length === 1 ? `seed ${seeds[0]}` : `${seeds.length} seeds each, ${seeds[0]} to ${seeds.at(-1)}`;
  const views = sweepViews(result);
  return htmlPage({
    title: `${scenario}: ${variants.length} variants`,
    subtitle: `Kubernetes ${kubernetes} · ${which} · ${tool.name} ${tool.version}`,
    tool: `${tool.name} ${tool.version}`,
    sections: [
      sentences(result),
      section('weigh', 'Gained and given', weighed(result, views, rollouts)),
      section('grid', 'The grid', grids(result, views, rollouts)),
      section('runs', 'A variant in detail', details(result, views, rollouts)),
      section('spread', 'Over the seeds', spread(result, views)),
      section('table', 'All variants', table(result)),
      originSection(origin, result),
    ],
  });
}

function sentences(result: SweepResult): string {
  const items = readSweep(result, namedLines(result)).map((text) => `<li>${escapeMarkup(text)}</li>`);
  return `<ul>${items.join('')}</ul>`;
}

function optionsOf(rollouts: VariantRollouts, id: string): SweepChartOptions {
  return { id, linkTo: ({ index }) => (rollouts.has(index) ? `#${anchor(index)}` : undefined) };
}

function anchor(index: number): string {
  return `variant-${index + 1}`;
}

function weighed(result: SweepResult, views: readonly WorkloadView[], rollouts: VariantRollouts): string {
  const drawn = views.filter((view) => hasParetoChart(result, view));
  const explanation = [
    'A circle for each variant that completes in every run. Orange ones are the Pareto front: nothing else is as good in all objectives.',
    rollouts.size > 0 ? 'A click on a circle opens the variant.' : '',
  ].join(' ');
  return drawn
    .map((view, index) => figure(paretoChart(result, view, optionsOf(rollouts, `pareto${index + 1}`)), explanation, ''))
    .join('');
}

function grids(result: SweepResult, views: readonly WorkloadView[], rollouts: VariantRollouts): string {
  if (!hasHeatMap(result)) return '';
  const explanation =
    'The stronger a cell, the greater its number. A variant that does not complete in every run says so instead.';
  const maps = views.map((view, at) => {
    const choices = HEAT_METRICS.map((metric, index) => {
      const chart = heatMap(result, view, metric, optionsOf(rollouts, `heat${at + 1}-${index + 1}`));
      return choice(`heat-${at + 1}-${index + 1}`, metricTitle(metric), figure(chart, explanation, ''));
    });
    return choose(`Figure of ${view.workload}`, choices);
  });
  return maps.join('');
}

/** One of several parts, of which the page shows the chosen one; without its script, and on paper, all. */
function choice(id: string, name: string, content: string): string {
  return `<div class="choice" id="${id}" data-name="${escapeMarkup(name)}" tabindex="-1">${content}</div>`;
}

function choose(name: string, choices: readonly string[]): string {
  return `<div class="choices" data-name="${escapeMarkup(name)}">${choices.join('\n')}</div>`;
}

function details(result: SweepResult, views: readonly WorkloadView[], rollouts: VariantRollouts): string {
  if (rollouts.size === 0) return '';
  const variants = views[0]?.variants ?? [];
  const choices = variants
    .filter(({ index }) => rollouts.has(index))
    .map((variant) => choice(anchor(variant.index), variant.label, detail(result, variant, rollouts)));
  const left = result.variants.filter(({ runs }) => runs.length > 0).length - choices.length;
  const note =
    left > 0 ? paragraph(`${left} variants are left out: the page would be too long.`, { class: 'note' }) : '';
  return note + choose('Variant', choices);
}

function detail(result: SweepResult, { index, label }: VariantView, rollouts: VariantRollouts): string {
  const { scenario, kubernetes, seeds, variants } = result;
  const subtitle = `${label} · ${scenario} · Kubernetes ${kubernetes} · seed ${seeds[0]}`;
  const own = rollouts.get(index)!;
  const parts = own.map((view, at) => {
    const id = `v${index + 1}-${at + 1}`;
    const all = variants[index]!.runs.flatMap((run) => run.rollouts);
    const same = all.filter(({ workload, cause }) => workload === view.workload && cause === view.rollouts[0]!.cause);
    return rolloutFigure(view, id, subtitle) + criticalPathFigure(same, `${id}-path`);
  });
  return `<h3>${escapeMarkup(label)}</h3>${parts.join('')}`;
}

function spread(result: SweepResult, views: readonly WorkloadView[]): string {
  if (result.seeds.length === 1) return '';
  return views
    .map(({ workload, variants }, at) => {
      const shown = variants.filter(({ row }) => row !== undefined).slice(0, MOST_ROWS);
      const rows = shown.map(({ index, short }) => ({ name: short, values: durations(result, index, workload) }));
      return `<h3>${escapeMarkup(`${workload}, by ${shortNames(result)}`)}</h3>${spreadFigure(SPREAD_FIELDS[0]!, rows, `spread${at + 1}`)}`;
    })
    .join('');
}

function durations(result: SweepResult, index: number, workload: string): number[] {
  const { runs, rows } = result.variants[index]!;
  const cause = rows.find((row) => row.workload === workload)!.cause;
  const own = runs.flatMap((run) => run.rollouts).filter((one) => one.workload === workload && one.cause === cause);
  return own.flatMap(({ durationSeconds: duration }) => (duration === null ? [] : [duration]));
}

function table(result: SweepResult): string {
  const lines = allLines(result);
  const paths = result.axes.map(({ path }) => path);
  const fields = ROLLOUT_FIELDS.filter(({ name }) => !name.startsWith('criticalPathSeconds.'));
  const columns: DataColumn[] = [
    ...axisNames(paths).map((heading, axis) => ({
      heading,
      cells: lines.map(({ variant }) => variant.settings[paths[axis]!] ?? ''),
    })),
    { heading: 'workload', cells: lines.map(({ row }) => row?.workload ?? '') },
    { heading: 'outcome', cells: lines.map(outcomeText) },
    { heading: 'pareto', cells: lines.map(({ row }) => (row?.onFront === true ? 'yes' : '')) },
    ...fields.map((field): DataColumn => {
      const values = lines.map(({ row }) => row?.metrics[field.name]?.[field.shown] ?? null);
      const heading = `${field.heading.toLowerCase()} (${field.shown})`;
      return { heading, cells: formatColumn(field.unit, values), values };
    }),
  ];
  return dataTable(columns, {
    id: 'all-variants',
    caption: 'All variants, with what each figure shows over the seeds',
  });
}
