import { PLOT, rolloutChart } from '../charts/rolloutChart.ts';
import { BAND_WORDS, type RolloutView, thinned, usedBands } from '../charts/rolloutView.ts';
import { type DataColumn, dataTable } from './dataTable.ts';
import { figure } from './page.ts';

/** Rows of the table that stands for the chart, and moments that the pointer finds. */
const MOST_ROWS = 60;
const MOST_MOMENTS = 300;

const EXPLANATION = [
  'Pods as the API server has them, stacked by version and state: grey is old, blue new and available; hatched and dotted pods',
  'are not available. The thick line counts the available pods of all versions, dashed lines are what the strategy allows.',
  'Point at the chart, or focus it and press the arrow keys, to read its numbers.',
].join(' ');

/** The rollout of one workload over time. */
export function rolloutFigure(view: RolloutView, id: string, subtitle: string): string {
  const chart = rolloutChart(view, { id, subtitle });
  const series = seriesOf(thinned(view, MOST_MOMENTS / 2));
  return figure(chart, EXPLANATION, tableOf(thinned(view, MOST_ROWS / 2), id), JSON.stringify(series));
}

interface Column {
  readonly name: string;
  readonly values: readonly number[];
  /** Whether a zero is worth telling. */
  readonly always: boolean;
}

function columnsOf(view: RolloutView): Column[] {
  return [
    { name: 'available', values: view.available, always: true },
    ...usedBands(view).map((band) => ({ name: BAND_WORDS[band], values: view.bands[band], always: false })),
  ];
}

function seriesOf(view: RolloutView) {
  return {
    left: PLOT.left,
    right: PLOT.right,
    top: PLOT.top,
    bottom: PLOT.bottom,
    from: view.fromSeconds,
    to: view.toSeconds,
    seconds: view.seconds.map((second) => Math.round(second * 1000) / 1000),
    columns: columnsOf(view),
  };
}

function tableOf(view: RolloutView, id: string): string {
  const number = (heading: string, values: readonly number[], decimals: number): DataColumn => {
    return { heading, values, cells: values.map((value) => value.toFixed(decimals)) };
  };
  const columns = [
    number(
      'seconds',
      view.seconds.map((second) => Math.round(second * 1000) / 1000),
      2,
    ),
    ...columnsOf(view).map(({ name, values }) => number(`${name} (pods)`, values, 0)),
    number('desired (pods)', view.desired, 0),
    number('fewest allowed (pods)', view.fewestAvailable, 0),
    number('most allowed (pods)', view.mostPods, 0),
  ];
  return dataTable(columns, { id: `${id}-table`, caption: `Pods of ${view.workload} over time` });
}
