import { median, percentile } from '../../runner/statistics.ts';
import { scale, ticks } from './axis.ts';
import { element, escapeMarkup, label } from './markup.ts';

/** The values of one thing over the seeds. */
export interface DistributionRow {
  readonly name: string;
  readonly values: readonly number[];
}

export interface DistributionOptions {
  readonly id: string;
  readonly title: string;
  /** What the axis counts, with its unit. */
  readonly axis: string;
  /** Whether the values are whole numbers. */
  readonly isWhole: boolean;
  /** Of a value, for those who do not see the chart. */
  readonly format: (value: number) => string;
}

const WIDTH = 880;
const ROW = 34;
const PLOT = { left: 190, right: 800, top: 10 };
/** Dots of equal values lie beside each other. */
const LANES = [0, -5, 5, -2.5, 2.5];

/** A dot for each seed, and behind them a box for the middle half with a line for the median. */
export function distributionChart(rows: readonly DistributionRow[], options: DistributionOptions): string {
  const { id, title, axis, isWhole, format } = options;
  const all = rows.flatMap(({ values }) => values);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const margin = (high - low) * 0.05 || Math.max(Math.abs(high) * 0.05, 0.5);
  const x = scale(low - margin, high + margin, PLOT.left, PLOT.right);
  const bottom = PLOT.top + rows.length * ROW;
  const marks = ticks(low - margin, high + margin, 8, isWhole ? 1 : 0).map((value) => {
    const line = element('line', { class: 'grid', x1: x(value), x2: x(value), y1: PLOT.top, y2: bottom });
    return line + label(x(value), bottom + 18, String(value), { class: 'faint', 'text-anchor': 'middle' });
  });
  const height = bottom + 48;
  const words = rows.map((row) => wordsOf(row, format)).join('; ');
  return element(
    'svg',
    {
      class: 'chart distribution',
      viewBox: `0 0 ${WIDTH} ${height}`,
      width: WIDTH,
      height,
      role: 'img',
      'aria-labelledby': `${id}-title`,
      'aria-describedby': `${id}-desc`,
    },
    [
      element('title', { id: `${id}-title` }, escapeMarkup(title)),
      element('desc', { id: `${id}-desc` }, escapeMarkup(words)),
      ...marks,
      ...rows.map((row, index) => drawn(row, PLOT.top + (index + 0.5) * ROW, x)),
      label((PLOT.left + PLOT.right) / 2, bottom + 38, axis, { class: 'faint', 'text-anchor': 'middle' }),
    ].join(''),
  );
}

function drawn({ name, values }: DistributionRow, y: number, x: (value: number) => number): string {
  const title = label(PLOT.left - 10, y + 4, name, { 'text-anchor': 'end' });
  if (values.length === 0) return title + label(PLOT.left + 6, y + 4, 'none completed', { class: 'faint' });
  const [lower, upper, middle] = [percentile(values, 25), percentile(values, 75), median(values)];
  const box = { class: 'box', x: x(lower), y: y - 11, width: Math.max(x(upper) - x(lower), 1), height: 22, rx: 2 };
  const dots = values.map((value, index) =>
    element('circle', { class: 'dot', cx: x(value), cy: y + LANES[index % LANES.length]!, r: 3.5 }),
  );
  const line = element('line', { class: 'median', x1: x(middle), x2: x(middle), y1: y - 13, y2: y + 13 });
  return title + element('rect', box) + dots.join('') + line;
}

function wordsOf({ name, values }: DistributionRow, format: (value: number) => string): string {
  if (values.length === 0) return `${name}: none completed`;
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return `${name}: ${values.length} values from ${format(low)} to ${format(high)}, median ${format(median(values))}`;
}
