import { scale, ticks } from './axis.ts';
import { element, escapeMarkup, label, pixels } from './markup.ts';
import { BAND_WORDS, BANDS, type Band, outcomeWords, type RolloutView, thinned, usedBands } from './rolloutView.ts';

export interface RolloutChartOptions {
  /** Of the ids in the chart: another for each chart of a page. */
  readonly id: string;
  /** Under the title: the scenario, version and seed. */
  readonly subtitle: string;
}

const WIDTH = 880;
/** Where the axes are, in the units of the chart. */
export const PLOT = { left: 52, right: 740, top: 90, bottom: 342 };
const LEGEND_TOP = 404;
const LEGEND_ROW = 20;
const LINE_HEIGHT = 15;
/** A guess that is on the safe side: fonts differ. */
const CHARACTER_WIDTH = 6.6;
const SWATCH = 20;

/** What is unsure carries a pattern on its colour. */
const PATTERNS: Readonly<Partial<Record<Band, string>>> = {
  newPending: '<circle cx="3" cy="3" r="1.1" fill="#6b5900"/>',
  newStarting: '<path d="M0 6L6 0" stroke="#7a5200" stroke-width=".8"/>',
  oldOther: '<path d="M0 0L6 6" stroke="#6d2f50" stroke-width="1"/>',
  terminating: '<path d="M0 0L6 6M6 0L0 6" stroke="var(--paper)" stroke-width="1.1"/>',
};

/** Pods over the time of a rollout, stacked by version and state, with the available pods and the strategy's limits as lines. */
export function rolloutChart(whole: RolloutView, options: RolloutChartOptions): string {
  const view = thinned(whole, PLOT.right - PLOT.left);
  const used = usedBands(view);
  const peak = Math.max(...view.mostPods, ...view.desired, ...stackTops(view, BANDS.length), 1);
  const x = scale(view.fromSeconds, view.toSeconds, PLOT.left, PLOT.right);
  const y = scale(0, peak * 1.04, PLOT.bottom, PLOT.top);
  const legend = legendOf(used, options.id);
  const height = LEGEND_TOP + legend.rows * LEGEND_ROW + 4;
  const parts = [
    element('title', { id: `${options.id}-title` }, escapeMarkup(`${view.workload}: ${outcomeWords(view)}`)),
    element('desc', { id: `${options.id}-desc` }, escapeMarkup(describe(view))),
    `<defs>${used.map((band) => patternOf(band, options.id)).join('')}</defs>`,
    label(16, 28, `${view.workload}: ${outcomeWords(view)}`, { class: 'title' }),
    label(16, 48, options.subtitle, { class: 'faint' }),
    axes(view, x, y, peak),
    ...used.map((band) => bandOf(view, band, x, y, options.id)),
    limitsOf(view, x, y),
    legend.markup,
  ];
  return element(
    'svg',
    {
      class: 'chart rollout',
      viewBox: `0 0 ${WIDTH} ${height}`,
      width: WIDTH,
      height,
      role: 'img',
      'aria-labelledby': `${options.id}-title`,
      'aria-describedby': `${options.id}-desc`,
    },
    parts.join(''),
  );
}

type Scale = (value: number) => number;

/** Pods up to and with the band of an index, at each change point. */
function stackTops(view: RolloutView, bandCount: number): number[] {
  const below = BANDS.slice(0, bandCount);
  return view.seconds.map((_, point) => below.reduce((sum, band) => sum + view.bands[band][point]!, 0));
}

/** A line in steps from each change point to the next; corners that are on one line are left out. */
function steps(view: RolloutView, values: readonly number[], x: Scale, y: Scale): string {
  const parts: string[] = [];
  let last = '';
  values.forEach((value, point) => {
    const level = pixels(y(value));
    if (level === last) return;
    const at = pixels(x(view.seconds[point]!));
    parts.push(point === 0 ? `M${at} ${level}` : `H${at}V${level}`);
    last = level;
  });
  return `${parts.join('')}H${pixels(x(view.toSeconds))}`;
}

function bandOf(view: RolloutView, band: Band, x: Scale, y: Scale, id: string): string {
  const index = BANDS.indexOf(band);
  const tops = stackTops(view, index + 1);
  const bottoms = stackTops(view, index);
  // One corner of the upper and one of the lower edge for each change point.
  const upper = steps(view, tops, x, y);
  const corners: string[] = [];
  for (let point = view.seconds.length - 1; point >= 0; point--) {
    const level = pixels(y(bottoms[point]!));
    if (point === view.seconds.length - 1 || bottoms[point] !== bottoms[point + 1]) corners.push(`V${level}`);
    if (point === 0 || bottoms[point] !== bottoms[point - 1]) corners.push(`H${pixels(x(view.seconds[point]!))}`);
  }
  return element('path', { class: band, fill: fillOf(band, id), d: `${upper}${corners.join('')}Z` });
}

function fillOf(band: Band, id: string): string {
  return PATTERNS[band] === undefined ? `var(--${band})` : `url(#${id}-${band})`;
}

function patternOf(band: Band, id: string): string {
  const drawing = PATTERNS[band];
  if (drawing === undefined) return '';
  const ground = element('rect', { width: 6, height: 6, fill: `var(--${band})` });
  const attributes = { id: `${id}-${band}`, width: 6, height: 6, patternUnits: 'userSpaceOnUse' };
  return element('pattern', attributes, ground + drawing);
}

function axes(view: RolloutView, x: Scale, y: Scale, peak: number): string {
  const inMinutes = view.toSeconds - view.fromSeconds > 900;
  const unit = inMinutes ? 60 : 1;
  const across = ticks(view.fromSeconds / unit, view.toSeconds / unit, 10);
  const up = ticks(0, peak * 1.04, 6, 1);
  return [
    ...up.map((pods) => {
      const line = { class: 'grid', x1: PLOT.left, x2: PLOT.right, y1: y(pods), y2: y(pods) };
      return (
        element('line', line) +
        label(PLOT.left - 8, y(pods) + 4, String(pods), { class: 'faint', 'text-anchor': 'end' })
      );
    }),
    label(PLOT.left - 8, PLOT.top - 10, 'pods', { class: 'faint', 'text-anchor': 'end' }),
    element('line', { class: 'axis', x1: PLOT.left, x2: PLOT.right, y1: PLOT.bottom, y2: PLOT.bottom }),
    ...across.map((value) => {
      const at = x(value * unit);
      const tick = element('line', { class: 'axis', x1: at, x2: at, y1: PLOT.bottom, y2: PLOT.bottom + 4 });
      return tick + label(at, PLOT.bottom + 18, String(value), { class: 'faint', 'text-anchor': 'middle' });
    }),
    label(
      (PLOT.left + PLOT.right) / 2,
      PLOT.bottom + 38,
      `${inMinutes ? 'minutes' : 'seconds'} since the rollout began`,
      {
        class: 'faint',
        'text-anchor': 'middle',
      },
    ),
  ].join('');
}

/** The lines over the bands, each with its name at its right end. */
function limitsOf(view: RolloutView, x: Scale, y: Scale): string {
  const last = <Value>(values: readonly Value[]): Value => values.at(-1)!;
  const lines = [
    { style: 'desired', values: view.desired, text: `desired ${last(view.desired)}` },
    { style: 'limit', values: view.mostPods, text: `at most ${last(view.mostPods)}` },
    { style: 'limit', values: view.fewestAvailable, text: `available ≥ ${last(view.fewestAvailable)}` },
    { style: 'available', values: view.available, text: `available ${last(view.available)}` },
  ];
  const places = spread(lines.map(({ values }) => y(last(values))));
  return (
    lines.map(({ style, values }) => element('path', { class: style, d: steps(view, values, x, y) })).join('') +
    completion(view, x) +
    lines.map(({ text }, index) => label(PLOT.right + 10, places[index]! + 4, text)).join('')
  );
}

function completion({ rollouts, startSeconds }: RolloutView, x: Scale): string {
  const { durationSeconds, startSeconds: began } = rollouts.at(-1)!;
  if (durationSeconds === null) return '';
  const at = x(began - startSeconds + durationSeconds);
  // To the right stand the names of the lines.
  const isAtEnd = at > PLOT.right - 30;
  return (
    element('line', { class: 'done', x1: at, x2: at, y1: PLOT.top - 4, y2: PLOT.bottom }) +
    label(isAtEnd ? PLOT.right : at, PLOT.top - 8, 'complete', {
      class: 'halo',
      'text-anchor': isAtEnd ? 'end' : 'middle',
    })
  );
}

/** Heights of labels that do not overlap, each as near to where it should be as its neighbours above let it. */
function spread(wanted: readonly number[]): number[] {
  const places = [...wanted];
  const order = wanted.map((_, index) => index).sort((a, b) => wanted[b]! - wanted[a]! || b - a);
  let limit = PLOT.bottom;
  for (const index of order) {
    places[index] = Math.min(places[index]!, limit);
    limit = places[index]! - LINE_HEIGHT;
  }
  return places;
}

function legendOf(used: readonly Band[], id: string): { readonly markup: string; readonly rows: number } {
  const area = (band: Band) => (x: number, y: number) =>
    element('rect', { x, y: y - 10, width: 13, height: 12, rx: 2, fill: fillOf(band, id) });
  const line = (style: string) => (x: number, y: number) =>
    element('path', { class: style, d: `M${pixels(x - 2)} ${pixels(y - 4)}h18` });
  const keys = [
    ...used.map((band) => ({ text: BAND_WORDS[band], draw: area(band) })),
    { text: 'available pods', draw: line('available') },
    { text: "the strategy's limits, without terminating pods", draw: line('limit') },
    { text: 'desired pods', draw: line('desired') },
  ];
  let at = PLOT.left;
  let row = 0;
  const entries = keys.map(({ text, draw }) => {
    const width = SWATCH + text.length * CHARACTER_WIDTH + 14;
    if (at + width > WIDTH - 10 && at > PLOT.left) {
      at = PLOT.left;
      row++;
    }
    const top = LEGEND_TOP + row * LEGEND_ROW;
    const entry = draw(at, top) + label(at + SWATCH, top, text);
    at += width;
    return entry;
  });
  return { markup: entries.join(''), rows: row + 1 };
}

/** The chart in words. */
function describe(view: RolloutView): string {
  const most = Math.max(...stackTops(view, BANDS.length));
  const desired = view.desired.at(-1)!;
  return [
    `Pods over ${(view.toSeconds - view.fromSeconds).toFixed(1)} seconds, stacked by version and state.`,
    `At least ${Math.min(...view.available)} of ${desired} desired pods are available,`,
    `at most ${most} exist at once, terminating ones included.`,
  ].join(' ');
}
