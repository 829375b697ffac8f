/** Sections that the pages of a run and of a sweep have alike. */
import { CRITICAL_PATH_PHASES, type RolloutResult } from '../../metrics/result.ts';
import { ROLLOUT_FIELDS } from '../../runner/rolloutFields.ts';
import { mean } from '../../runner/statistics.ts';
import { barChart } from '../charts/barChart.ts';
import { type DistributionRow, distributionChart } from '../charts/distributionChart.ts';
import { PHASE_WORDS } from '../criticalPathSection.ts';
import { formatSeconds } from '../units.ts';
import { dataTable } from './dataTable.ts';
import { figure } from './page.ts';

/** What a page shows of how a figure is spread over the seeds. */
export const SPREAD_FIELDS: readonly { readonly name: string; readonly title: string; readonly axis: string }[] = [
  { name: 'durationSeconds', title: 'Duration', axis: 'duration of the rollout, seconds' },
  { name: 'availableMin', title: 'Fewest available pods', axis: 'fewest available pods during the rollout' },
  { name: 'podsMaxWithTerminating', title: 'Most pods', axis: 'most pods at once, terminating ones included' },
];

/** What the rollouts of one workload waited for; the mean of several. Empty where none completed. */
export function criticalPathFigure(rollouts: readonly RolloutResult[], id: string): string {
  const paths = rollouts.flatMap(({ criticalPathSeconds: path }) => (path === null ? [] : [path]));
  if (paths.length === 0) return '';
  const means = CRITICAL_PATH_PHASES.map((phase) => ({ phase, seconds: mean(paths.map((path) => path[phase])) }));
  const total = means.reduce((sum, { seconds }) => sum + seconds, 0);
  const bars = means
    .filter(({ seconds }) => seconds > 0)
    .map(({ phase, seconds }) => ({
      name: PHASE_WORDS[phase],
      value: seconds,
      text: `${formatSeconds(seconds)}, ${percentOf(seconds / total)} %`,
    }));
  const { workload } = rollouts[0]!;
  const chart = barChart(bars, { id, title: `What ${workload} waited for`, axis: 'seconds of the rollout' });
  const which = paths.length === 1 ? '' : ` Means of ${paths.length} rollouts.`;
  const table = dataTable(
    [
      { heading: 'waited for', cells: bars.map(({ name }) => name) },
      { heading: 'seconds', cells: bars.map(({ value }) => value.toFixed(3)), values: bars.map(({ value }) => value) },
    ],
    { id: `${id}-table`, caption: `What ${workload} waited for` },
  );
  return figure(
    chart,
    `${workload}: the chain of causes from the end of the rollout back to its start, by what each stretch waited for; the bars add up to the duration.${which}`,
    table,
  );
}

function percentOf(share: number): string {
  return share < 0.01 ? '<1' : String(Math.round(share * 100));
}

/** A figure over the seeds, a row for each name. */
export function spreadFigure(
  field: (typeof SPREAD_FIELDS)[number],
  rows: readonly DistributionRow[],
  id: string,
): string {
  if (rows.every(({ values }) => values.length === 0)) return '';
  const { unit } = ROLLOUT_FIELDS.find(({ name }) => name === field.name)!;
  const format = (value: number): string => (unit === 'seconds' ? formatSeconds(value) : String(value));
  const chart = distributionChart(rows, { id, title: field.title, axis: field.axis, isWhole: unit === 'pods', format });
  const cells = rows.flatMap(({ name, values }) => values.map((value) => ({ name, value })));
  const table = dataTable(
    [
      { heading: 'of', cells: cells.map(({ name }) => name) },
      { heading: field.axis, cells: cells.map(({ value }) => String(value)), values: cells.map(({ value }) => value) },
    ],
    { id: `${id}-table`, caption: `${field.title} over the seeds` },
  );
  return figure(chart, `${field.title}: a dot per seed, a box for the middle half, a line for the median.`, table);
}
