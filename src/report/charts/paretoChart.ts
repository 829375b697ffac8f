import type { SweepResult } from '../../runner/sweepResult.ts';
import { formatColumn } from '../units.ts';
import { scale, ticks } from './axis.ts';
import { linked, type SweepChartOptions } from './heatMap.ts';
import { element, escapeMarkup, label } from './markup.ts';
import { fieldOf, metricTitle, shortNames, shownValue, type VariantView, type WorkloadView } from './sweepView.ts';

const WIDTH = 880;
const PLOT = { left: 64, right: 850, top: 76, bottom: 380 };
const HEIGHT = 456;
const SMALLEST = 5;
const LARGEST = 14;
const LABEL_HEIGHT = 14;
const CHARACTER_WIDTH = 7.6;

interface Point {
  readonly variant: VariantView;
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  /** Its numbers, with units. */
  readonly words: string;
}

/** Whether there is anything to weigh. */
export function hasParetoChart(result: SweepResult, view: WorkloadView): boolean {
  return (
    result.variants.length > 1 && result.objectives.length > 1 && view.variants.some(({ isComplete }) => isComplete)
  );
}

/** Variants by the first two objectives, their size by the third; those that no other one beats stand out. */
export function paretoChart(result: SweepResult, view: WorkloadView, options: SweepChartOptions): string {
  const metrics = result.objectives.map(({ metric }) => metric);
  const complete = view.variants.filter(({ isComplete }) => isComplete);
  const [xs, ys, sizes] = [0, 1, 2].map((index) => complete.map((variant) => numberOf(variant, metrics[index])));
  const x = axisOf(xs!, PLOT.left, PLOT.right);
  const y = axisOf(ys!, PLOT.bottom, PLOT.top);
  const words = wordsOf(complete, metrics);
  const points = complete.map((variant, index): Point => {
    const radius = radiusOf(sizes![index]!, sizes!);
    return { variant, x: x.place(xs![index]!), y: y.place(ys![index]!), radius, words: words[index]! };
  });
  // Those that stand out are drawn last, and bigger ones first: none hides another one.
  const sorted = [...points].sort((a, b) => Number(isBest(a)) - Number(isBest(b)) || b.radius - a.radius);
  const title = `${view.workload}: what ${shortNames(result)} gains and gives`;
  const size = metrics[2] === undefined ? '' : `; size: ${metricTitle(metrics[2])}`;
  return element(
    'svg',
    {
      class: 'chart pareto',
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      width: WIDTH,
      height: HEIGHT,
      role: 'group',
      'aria-labelledby': `${options.id}-title`,
    },
    [
      element('title', { id: `${options.id}-title` }, escapeMarkup(title)),
      label(16, 28, title, { class: 'title' }),
      label(16, 48, `orange: no other variant is as good in everything and better in something${size}`, {
        class: 'faint',
      }),
      ...y.ticks.map(
        (value) =>
          element('line', { class: 'grid', x1: PLOT.left, x2: PLOT.right, y1: y.place(value), y2: y.place(value) }) +
          label(PLOT.left - 8, y.place(value) + 4, String(value), { class: 'faint', 'text-anchor': 'end' }),
      ),
      ...x.ticks.map(
        (value) =>
          element('line', {
            class: 'axis',
            x1: x.place(value),
            x2: x.place(value),
            y1: PLOT.bottom,
            y2: PLOT.bottom + 4,
          }) + label(x.place(value), PLOT.bottom + 20, String(value), { class: 'faint', 'text-anchor': 'middle' }),
      ),
      element('line', { class: 'axis', x1: PLOT.left, x2: PLOT.right, y1: PLOT.bottom, y2: PLOT.bottom }),
      label(
        (PLOT.left + PLOT.right) / 2,
        PLOT.bottom + 42,
        `${metricTitle(metrics[0]!)}${arrow(result, 0, ['←', '→'])}`,
        { class: 'faint', 'text-anchor': 'middle' },
      ),
      label(PLOT.left, PLOT.top - 10, `${metricTitle(metrics[1]!)}${arrow(result, 1, ['↓', '↑'])}`, { class: 'faint' }),
      ...sorted.map((point) => mark(point, options)),
      labelsOf(points),
    ].join(''),
  );
}

function isBest({ variant }: Point): boolean {
  return variant.row?.onFront === true;
}

/** A figure that a complete rollout does not have is drawn as none. */
function numberOf(variant: VariantView, metric: string | undefined): number {
  return metric === undefined ? 0 : (shownValue(variant, metric) ?? 0);
}

function axisOf(values: readonly number[], from: number, to: number) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const margin = (high - low) * 0.12 || Math.max(Math.abs(high) * 0.08, 0.5);
  const place = scale(low - margin, high + margin, from, to);
  return { place, ticks: ticks(low - margin, high + margin, 8, values.every(Number.isInteger) ? 1 : 0) };
}

/** By area, not by width. */
function radiusOf(size: number, all: readonly number[]): number {
  const [low, high] = [Math.min(...all), Math.max(...all)];
  return high === low
    ? 7
    : Math.sqrt(SMALLEST * SMALLEST + ((size - low) / (high - low)) * (LARGEST * LARGEST - SMALLEST * SMALLEST));
}

/** Which way is better. */
function arrow({ objectives }: SweepResult, index: number, [less, more]: readonly [string, string]): string {
  return `, better: ${objectives[index]!.better === 'min' ? less : more}`;
}

function wordsOf(variants: readonly VariantView[], metrics: readonly string[]): string[] {
  const columns = metrics.map((metric) =>
    formatColumn(
      fieldOf(metric).unit,
      variants.map((variant) => shownValue(variant, metric)),
    ),
  );
  return variants.map((_, index) =>
    metrics.map((metric, column) => `${metricTitle(metric)} ${columns[column]![index]}`).join(', '),
  );
}

function mark(point: Point, options: SweepChartOptions): string {
  const { variant, x, y, radius, words } = point;
  const circle = element('circle', { class: isBest(point) ? 'point best' : 'point', cx: x, cy: y, r: radius });
  return linked(variant, words, circle, options);
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Names of the points that stand out, where there is room for them beside all points. */
function labelsOf(points: readonly Point[]): string {
  const taken: Box[] = points.map(({ x, y, radius }) => box(x - radius, y - radius, 2 * radius, 2 * radius));
  const labels: string[] = [];
  for (const { variant, x, y, radius } of points.filter(isBest).sort((a, b) => a.x - b.x || a.y - b.y)) {
    const width = variant.short.length * CHARACTER_WIDTH;
    const [beside, above] = [radius + 3, radius + 2];
    const places = [
      box(x - width / 2, y - above - LABEL_HEIGHT, width, LABEL_HEIGHT),
      box(x - width / 2, y + above, width, LABEL_HEIGHT),
      box(x + beside, y - LABEL_HEIGHT / 2, width, LABEL_HEIGHT),
      box(x - beside - width, y - LABEL_HEIGHT / 2, width, LABEL_HEIGHT),
    ];
    const place = places.find((one) => one.right <= PLOT.right && taken.every((other) => !overlap(one, other)));
    if (place === undefined) continue;
    taken.push(place);
    labels.push(
      label((place.left + place.right) / 2, place.bottom - 3, variant.short, {
        class: 'halo',
        'text-anchor': 'middle',
      }),
    );
  }
  return labels.join('');
}

function box(left: number, top: number, width: number, height: number): Box {
  return { left, right: left + width, top, bottom: top + height };
}

function overlap(one: Box, other: Box): boolean {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}
