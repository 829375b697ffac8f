import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { stringify } from 'csv-stringify/sync';
import { plainStyle, renderTextTable, type TextColumn } from '../src/report/textTable.ts';
import type { Machine } from './machine.ts';
import type { Measurement } from './measure.ts';
import { type ComparisonVerdict, formatMillis, formatRate, type Verdict } from './verdict.ts';

/** A measurement, with its budget if it has one. */
export type Row = Measurement & { readonly verdict?: Verdict; readonly publishedPerSecond?: number };

/** All about one suite: what its JSON file holds. */
export interface SuiteResult {
  readonly suite: string;
  /** How to take these figures again. */
  readonly command: string;
  readonly machine: Machine;
  readonly rows: readonly Row[];
  readonly comparisons: readonly ComparisonVerdict[];
  /** What could not be done, and why. */
  readonly notes: readonly string[];
}

const results = new URL('../results/', import.meta.url);
const fileName = (suite: string, ending: string): string => `bench-${suite}.${ending}`;
const NOTHING = '-';

/** For people. */
export function renderResult({ rows, comparisons, notes }: SuiteResult): string {
  const column = (heading: string, align: 'left' | 'right', cell: (row: Row) => string): TextColumn => {
    return { heading, align, cells: rows.map(cell) };
  };
  const table = renderTextTable(
    [
      column('BENCH', 'left', ({ bench }) => bench),
      column('AMOUNT', 'right', ({ amount, unit }) => `${amount} ${unit}`),
      column('RUNS', 'right', ({ iterations }) => String(iterations)),
      column('MEDIAN', 'right', ({ medianMillis }) => formatMillis(medianMillis)),
      column('P95', 'right', ({ p95Millis }) => formatMillis(p95Millis)),
      column('RATE', 'right', ({ perSecond }) => formatRate(perSecond)),
      ...(rows.some(({ publishedPerSecond }) => publishedPerSecond !== undefined)
        ? [column('PUBLISHED', 'right', publishedText)]
        : []),
      column('MEMORY', 'right', ({ peakMebibytes: peak }) => (peak === null ? NOTHING : `${Math.round(peak)} MiB`)),
      column('HASH', 'left', ({ hash }) => hash ?? NOTHING),
      column('BUDGET', 'left', ({ verdict }) => (verdict === undefined ? NOTHING : verdictText(verdict))),
    ],
    { headers: true, style: plainStyle },
  );
  const lines = comparisons.map((verdict) => {
    return `${verdict.fast} is ${verdict.times.toFixed(1)} x ${verdict.slow}; budget ${verdictText(verdict)}`;
  });
  return [table, ...[...lines, ...notes].map((line) => `${line}\n`)].join('');
}

/** Everything as JSON, and the rows as CSV, into results/. */
export function writeResult(result: SuiteResult): void {
  const write = (ending: string, text: string): void => {
    writeFileSync(new URL(fileName(result.suite, ending), results), text);
  };
  write('json', `${JSON.stringify(result, rounded, 2)}\n`);
  const { machine } = result;
  const rows = result.rows.map(({ verdict, ...row }) => ({
    ...row,
    budget: verdict?.budget ?? null,
    isMet: verdict === undefined ? null : String(verdict.isMet),
    cpu: machine.cpu,
    node: machine.node,
    rollsim: machine.rollsim,
    commit: machine.commit,
    date: machine.date,
  }));
  const texts = rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([key, value]) => [key, rounded(key, value)])),
  );
  write('csv', stringify(texts, { header: true }));
}

/** Names of the benches whose hash is another one than in the reference run: the program has changed what it does. */
export function changedSinceReference(suite: string, rows: readonly Row[]): string[] {
  const file = new URL(`reference/${fileName(suite, 'json')}`, results);
  if (!existsSync(file)) return [];
  const reference = JSON.parse(readFileSync(file, 'utf8')) as SuiteResult;
  const hashes = new Map(reference.rows.map(({ bench, hash }) => [bench, hash]));
  return rows.filter(({ bench, hash }) => hashes.has(bench) && hashes.get(bench) !== hash).map(({ bench }) => bench);
}

/** `810 /s (259 x)`: of other machines, and how many times that was measured here. */
function publishedText({ publishedPerSecond, perSecond }: Row): string {
  if (publishedPerSecond === undefined) return NOTHING;
  return `${formatRate(publishedPerSecond)} (${Math.round(perSecond / publishedPerSecond)} x)`;
}

function verdictText({ budget, isMet }: Verdict): string {
  return `${budget}: ${isMet ? 'met' : 'MISSED'}`;
}

/** Figures to a thousandth: the rest is noise. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value * 1000) / 1000 : value;
}
