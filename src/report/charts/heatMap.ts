import type { SweepResult } from '../../runner/sweepResult.ts';
import { axisNames } from '../axisNames.ts';
import { formatColumn } from '../units.ts';
import { element, escapeMarkup, label } from './markup.ts';
import { fieldOf, metricTitle, shownValue, type VariantView, type WorkloadView } from './sweepView.ts';

export interface SweepChartOptions {
  readonly id: string;
  /** Where a click on a variant leads; undefined: nowhere. */
  readonly linkTo?: (variant: VariantView) => string | undefined;
}

const WIDTH = 880;
const LEFT = 200;
const TOP = 84;
const WIDEST_CELL = 120;
const CELL_HEIGHT = 38;
/** Of the strongest colour: text on it stays legible. */
const STRONGEST = 0.45;

/** Whether a sweep is a grid of two axes, which is what a heat map can show. */
export function hasHeatMap({ axes }: Pick<SweepResult, 'axes'>): boolean {
  return axes.length === 2 && axes.every(({ texts }) => texts.length > 1);
}

/** A figure over a grid of two settings: the stronger a cell, the greater its number. */
export function heatMap(result: SweepResult, view: WorkloadView, metric: string, options: SweepChartOptions): string {
  const [rows, columns] = result.axes;
  const names = axisNames(result.axes.map(({ path }) => path));
  const cellWidth = Math.min((WIDTH - LEFT - 20) / columns!.texts.length, WIDEST_CELL);
  const height = TOP + rows!.texts.length * CELL_HEIGHT + 16;
  const values = view.variants.map((variant) => (variant.isComplete ? shownValue(variant, metric) : null));
  const texts = formatColumn(fieldOf(metric).unit, values);
  const known = values.filter((value) => value !== null);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const cells = view.variants.map((variant, index) => {
    const x = LEFT + columns!.texts.indexOf(variant.texts[1]!) * cellWidth;
    const y = TOP + rows!.texts.indexOf(variant.texts[0]!) * CELL_HEIGHT;
    const value = values[index] ?? null;
    const strength = value === null ? 0 : high === low ? 0.5 : (value - low) / (high - low);
    const shape = { class: 'cell', x: x + 1, y: y + 1, width: cellWidth - 2, height: CELL_HEIGHT - 2, rx: 3 };
    const fill = element('rect', {
      ...shape,
      'fill-opacity': String(Math.round((0.04 + strength * STRONGEST) * 100) / 100),
    });
    const word = value === null ? variant.outcome : texts[index]!;
    const text = { class: value === null ? 'bad' : undefined, 'text-anchor': 'middle' };
    return linked(variant, word, fill + label(x + cellWidth / 2, y + 24, word, text), options);
  });
  const title = `${view.workload}: ${metricTitle(metric)}`;
  return element(
    'svg',
    {
      class: 'chart heat',
      viewBox: `0 0 ${WIDTH} ${height}`,
      width: WIDTH,
      height,
      role: 'group',
      'aria-labelledby': `${options.id}-title`,
    },
    [
      element('title', { id: `${options.id}-title` }, escapeMarkup(title)),
      label(16, 28, title, { class: 'title' }),
      label(LEFT, 56, `${names[1]} →`, { class: 'faint' }),
      label(LEFT - 12, TOP - 8, `${names[0]} ↓`, { class: 'faint', 'text-anchor': 'end' }),
      ...columns!.texts.map((text, column) =>
        label(LEFT + (column + 0.5) * cellWidth, TOP - 8, text, { 'text-anchor': 'middle' }),
      ),
      ...rows!.texts.map((text, row) => label(LEFT - 12, TOP + row * CELL_HEIGHT + 24, text, { 'text-anchor': 'end' })),
      ...cells,
    ].join(''),
  );
}

/** A mark of a variant, as a link where it leads somewhere. */
export function linked(variant: VariantView, words: string, drawing: string, { linkTo }: SweepChartOptions): string {
  const href = linkTo?.(variant);
  const name = `${variant.label}: ${words}`;
  const title = element('title', {}, escapeMarkup(name));
  if (href === undefined) return element('g', {}, title + drawing);
  return element('a', { href, 'aria-label': name }, title + drawing);
}
