import { stringify } from 'csv-stringify/sync';
import type { ComparedFigure, Comparison } from '../runner/comparison/compareResults.ts';
import type { Verdict } from '../runner/comparison/verdict.ts';
import type { ReportOptions } from './options.ts';
import { renderTextTable, type TextColumn } from './textTable.ts';
import { formatColumn, formatShare, NOTHING } from './units.ts';

/** In words, the worst first. */
export const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  regressed: 'regressed',
  improved: 'improved',
  unclear: 'no verdict',
  unchanged: 'no change',
};

/** Where verdicts need more than there is. */
const MORE_SEEDS =
  'No verdict: it differs, but that may be chance; results of more seeds tell (--seeds 5 or more, the same in both).';

/** A row for each figure that changed, and how many did not. */
export function renderComparisonTable(comparison: Comparison, options: ReportOptions): string {
  return render(comparison, options, ({ verdict }) => verdict !== 'unchanged');
}

/** A row for each figure. */
export function renderComparisonWide(comparison: Comparison, options: ReportOptions): string {
  return render(comparison, options, () => true);
}

function render(comparison: Comparison, options: ReportOptions, isShown: (figure: ComparedFigure) => boolean): string {
  const figures = comparison.figures.filter(isShown);
  const table = figures.length === 0 ? '' : renderTextTable(comparisonColumns(figures), options);
  const parts = options.headers ? [table, `${comparisonSentences(comparison).join('\n')}\n`] : [table];
  return parts.filter((part) => part !== '').join('\n');
}

/** A row for each of the figures. */
export function comparisonColumns(figures: readonly ComparedFigure[]): TextColumn[] {
  const paths = [...new Set(figures.flatMap(({ settings }) => Object.keys(settings)))];
  return [
    ...paths.map((path) => left(path, figures, ({ settings }) => settings[path] ?? NOTHING)),
    left('SUBJECT', figures, ({ subject }) => subject),
    left('METRIC', figures, ({ name }) => name),
    right('BASELINE', figures, (figure) => formatColumn(figure.unit, [figure.before])[0]!),
    right('NOW', figures, (figure) => formatColumn(figure.unit, [figure.after])[0]!),
    right('CHANGE', figures, changeText),
    right('95 % INTERVAL', figures, intervalText),
    left('VERDICT', figures, ({ verdict }) => VERDICT_WORDS[verdict]),
  ];
}

/** `+12.5%`; where there was nothing before, the difference itself. */
export function changeText({ unit, change, changeShare }: ComparedFigure): string {
  return changeShare === null ? signed(formatColumn(unit, [change])[0]!, change) : signedShare(changeShare);
}

/** Of the change; a share of what was before, where that is not 0. */
export function intervalText({ unit, before, interval }: ComparedFigure): string {
  if (interval === null) return NOTHING;
  const ends = [interval.low, interval.high];
  const texts = ends.map((end) =>
    before === 0 ? signed(formatColumn(unit, [end])[0]!, end) : signedShare(end / Math.abs(before)),
  );
  return `${texts[0]} to ${texts[1]}`;
}

/** What was compared, what came out, and what there was no counterpart for. */
export function comparisonSentences(comparison: Comparison): string[] {
  const { scenario, counts, noiseThreshold, figures, unmatched, differences } = comparison;
  const parts = (Object.keys(VERDICT_WORDS) as Verdict[]).map(
    (verdict) => `${counts[verdict]} ${VERDICT_WORDS[verdict]}`,
  );
  return [
    `${scenario}: ${parts.join(', ')}; up to ${formatShare(noiseThreshold)} is noise. ${basisSentence(figures)}`,
    ...(counts.unclear > 0 ? [MORE_SEEDS] : []),
    ...differences.map((line) => `Not the same: ${line}.`),
    ...unmatched.map((line) => `Not compared: ${line}.`),
  ];
}

function basisSentence(figures: readonly ComparedFigure[]): string {
  const bases = new Set(figures.map(({ basis }) => basis));
  const most = Math.max(0, ...figures.map(({ seeds }) => seeds));
  const seeds = most === 1 ? 'one seed' : `${most} seeds`;
  const sentences = [
    ...(bases.has('paired') ? [`Each seed against itself (${seeds}).`] : []),
    ...(bases.has('unpaired') ? [`No seed in common (${seeds}).`] : []),
    ...(bases.has('deterministic') ? ['Nothing is left to chance: all seeds give the same figures.'] : []),
  ];
  return sentences.length === 0 ? 'There is nothing to compare.' : sentences.join(' ');
}

/** A row for each figure. */
export function renderComparisonCsv({ figures }: Comparison, { headers }: Pick<ReportOptions, 'headers'>): string {
  const paths = [...new Set(figures.flatMap(({ settings }) => Object.keys(settings)))];
  const rows = figures.map((figure) => [
    ...paths.map((path) => figure.settings[path]),
    figure.subject,
    figure.name,
    figure.before,
    figure.after,
    figure.change,
    figure.changeShare,
    figure.interval?.low,
    figure.interval?.high,
    figure.basis,
    figure.seeds,
    figure.verdict,
  ]);
  return stringify([...(headers ? [[...paths, ...CSV_HEADINGS]] : []), ...rows]);
}

const CSV_HEADINGS = [
  'subject',
  'metric',
  'before',
  'after',
  'change',
  'changeShare',
  'changeIntervalLow',
  'changeIntervalHigh',
  'basis',
  'seeds',
  'verdict',
];

type CellOf = (figure: ComparedFigure) => string;

function left(heading: string, figures: readonly ComparedFigure[], cellOf: CellOf): TextColumn {
  return { heading, align: 'left', cells: figures.map(cellOf) };
}

function right(heading: string, figures: readonly ComparedFigure[], cellOf: CellOf): TextColumn {
  return { heading, align: 'right', cells: figures.map(cellOf) };
}

function signedShare(share: number): string {
  return signed(formatShare(share), share);
}

function signed(text: string, value: number): string {
  return value > 0 ? `+${text}` : text;
}
