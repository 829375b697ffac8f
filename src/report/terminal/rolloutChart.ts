/** The chart of a rollout in a terminal: the same pods, stacked in the same order, as the picture has. */
import { BAND_WORDS, BANDS, type Band, outcomeWords, type RolloutView, usedBands } from '../charts/rolloutView.ts';
import type { Emphasis, Style } from '../textTable.ts';
import { formatSeconds } from '../units.ts';

export interface TerminalChartOptions {
  /** Characters of a line. */
  readonly width: number;
  /** Lines of the plot, without axis and legend. */
  readonly height: number;
  readonly style: Style;
  /** What comes after it is not drawn yet; left out: all is drawn. In seconds of the view. */
  readonly untilSeconds?: number;
}

/** Without colours the signs alone tell the bands apart. */
const SIGNS: Readonly<Record<Band, string>> = {
  oldAvailable: '░',
  newAvailable: '█',
  newReady: '▓',
  newStarting: '▒',
  newPending: '·',
  oldOther: '~',
  terminating: 'x',
};

const EMPHASES: Readonly<Partial<Record<Band, Emphasis>>> = {
  newAvailable: 'good',
  newReady: 'good',
  oldAvailable: 'faint',
  oldOther: 'bad',
  terminating: 'bad',
};

/** Narrower ones show nothing. */
const LEAST_COLUMNS = 10;

/** The chart as lines of equal meaning: title, plot, axis, legend; ends with a line break. */
export function terminalChart(view: RolloutView, options: TerminalChartOptions): string {
  const peak = Math.max(1, ...view.desired, ...view.mostPods, ...stackHeights(view));
  const labels = labelsOf(view, peak, options.height);
  const margin = Math.max(...labels.map((label) => label.length));
  const columns = Math.max(LEAST_COLUMNS, options.width - margin - 2);
  const cells = columnsOf(view, columns, options);
  const rows = labels.map((label, index) => {
    const level = ((options.height - index - 0.5) * peak) / options.height;
    return `${label.padStart(margin)} ${label === '' ? '│' : '┤'}${rowOf(cells, level, options.style)}`;
  });
  return [
    options.style('heading', `${view.workload}: ${outcomeWords(view)}`),
    ...rows.map((row) => row.trimEnd()),
    `${' '.repeat(margin)} └${'─'.repeat(columns)}`,
    axisOf(view, margin + 2, columns),
    ...legendOf(view, options),
    '',
  ].join('\n');
}

/** For each column the pods of each band, or undefined where nothing is drawn. */
type Column = Readonly<Record<Band, number>> | undefined;

function columnsOf(view: RolloutView, columns: number, { untilSeconds }: TerminalChartOptions): Column[] {
  const span = view.toSeconds - view.fromSeconds;
  let point = -1;
  return Array.from({ length: columns }, (_, index) => {
    const from = view.fromSeconds + (index * span) / columns;
    if (untilSeconds !== undefined && from > untilSeconds) return undefined;
    const to = Math.min(from + span / columns, untilSeconds ?? Number.POSITIVE_INFINITY);
    const first = Math.max(point, 0);
    while (point + 1 < view.seconds.length && view.seconds[point + 1]! < to) point++;
    return point < 0 ? undefined : bandsAt(view, lowestIn(view, first, point));
  });
}

/** Of the change points of a column, that with the fewest available pods: a dip must not get lost. */
function lowestIn({ available }: RolloutView, first: number, last: number): number {
  let lowest = last;
  for (let point = first; point <= last; point++) if (available[point]! < available[lowest]!) lowest = point;
  return lowest;
}

function bandsAt(view: RolloutView, point: number): Record<Band, number> {
  return Object.fromEntries(BANDS.map((band) => [band, view.bands[band][point]!])) as Record<Band, number>;
}

function stackHeights(view: RolloutView): number[] {
  return view.seconds.map((_, point) => BANDS.reduce((sum, band) => sum + view.bands[band][point]!, 0));
}

/** One line; neighbouring signs of one band are styled together. */
function rowOf(cells: readonly Column[], level: number, style: Style): string {
  const bands = cells.map((column) => (column === undefined ? undefined : bandAt(column, level)));
  let row = '';
  for (let from = 0; from < bands.length; ) {
    const band = bands[from];
    let to = from + 1;
    while (to < bands.length && bands[to] === band) to++;
    row += band === undefined ? ' '.repeat(to - from) : styled(band, to - from, style);
    from = to;
  }
  return row;
}

function styled(band: Band, count: number, style: Style): string {
  const text = SIGNS[band].repeat(count);
  const emphasis = EMPHASES[band];
  return emphasis === undefined ? text : style(emphasis, text);
}

/** Which band has the pod at that height of the stack. */
function bandAt(column: Readonly<Record<Band, number>>, level: number): Band | undefined {
  let top = 0;
  for (const band of BANDS) {
    top += column[band];
    if (level < top) return band;
  }
  return undefined;
}

/** Pods at the left: the peak, the desired ones, and what has to stay available. */
function labelsOf(view: RolloutView, peak: number, height: number): string[] {
  const labels = Array.from({ length: height }, () => '');
  const put = (pods: number): void => {
    const row = height - Math.max(1, Math.round((pods * height) / peak));
    if (labels[row] === '') labels[row] = String(pods);
  };
  for (const pods of [view.desired.at(-1)!, peak, view.fewestAvailable.at(-1)!]) put(pods);
  return labels;
}

function axisOf(view: RolloutView, indent: number, columns: number): string {
  const middle = formatSeconds((view.fromSeconds + view.toSeconds) / 2);
  const end = formatSeconds(view.toSeconds);
  const start = formatSeconds(Math.max(0, view.fromSeconds));
  const left = ' '.repeat(indent) + start;
  const centre = left.padEnd(indent + Math.floor(columns / 2) - Math.floor(middle.length / 2)) + middle;
  return centre.padEnd(indent + columns - end.length) + end;
}

function legendOf(view: RolloutView, { width, style }: TerminalChartOptions): string[] {
  const entries = usedBands(view).map((band) => ({ band, text: `${SIGNS[band]} ${BAND_WORDS[band]}` }));
  const lines: string[] = [];
  let line = '';
  let length = 0;
  for (const { band, text } of entries) {
    if (length > 0 && length + text.length + 2 > width) {
      lines.push(line);
      [line, length] = ['', 0];
    }
    const emphasis = EMPHASES[band];
    line += `${length > 0 ? '  ' : ''}${emphasis === undefined ? text : style(emphasis, text)}`;
    length += text.length + (length > 0 ? 2 : 0);
  }
  return [...lines, line, 'pods over seconds since the template changed'];
}
