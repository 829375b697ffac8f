import { scale, ticks } from './axis.ts';
import { element, escapeMarkup, label } from './markup.ts';

/** A length with its name. */
export interface Bar {
  readonly name: string;
  readonly value: number;
  /** Behind the bar: `21.4 s, 43 %`. */
  readonly text: string;
}

export interface BarChartOptions {
  readonly id: string;
  readonly title: string;
  /** What the axis counts, with its unit. */
  readonly axis: string;
}

const WIDTH = 880;
const ROW = 26;
const PLOT = { left: 190, right: 720, top: 12 };

/** Lengths below each other, in the order given, from a common zero. */
export function barChart(bars: readonly Bar[], { id, title, axis }: BarChartOptions): string {
  const bottom = PLOT.top + bars.length * ROW + 4;
  const most = Math.max(...bars.map(({ value }) => value), 0);
  const x = scale(0, most, PLOT.left, PLOT.right);
  const marks = ticks(0, most, 8).map((value) => {
    const line = element('line', { class: 'grid', x1: x(value), x2: x(value), y1: PLOT.top, y2: bottom });
    return line + label(x(value), bottom + 18, String(value), { class: 'faint', 'text-anchor': 'middle' });
  });
  const rows = bars.map(({ name, value, text }, index) => {
    const top = PLOT.top + index * ROW;
    const bar = { class: 'bar', x: PLOT.left, y: top + 4, width: Math.max(x(value) - PLOT.left, 1), height: ROW - 8 };
    return [
      label(PLOT.left - 10, top + 17, name, { 'text-anchor': 'end' }),
      element('rect', { ...bar, rx: 2 }),
      label(x(value) + 8, top + 17, text),
    ].join('');
  });
  const height = bottom + 48;
  const words = bars.map(({ name, text }) => `${name}: ${text}`).join('; ');
  return element(
    'svg',
    {
      class: 'chart bars',
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
      element('line', { class: 'axis', x1: PLOT.left, x2: PLOT.left, y1: PLOT.top, y2: bottom }),
      ...rows,
      label((PLOT.left + PLOT.right) / 2, bottom + 38, axis, { class: 'faint', 'text-anchor': 'middle' }),
    ].join(''),
  );
}
