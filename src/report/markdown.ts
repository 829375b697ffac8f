import type { Comparison } from '../runner/comparison/compareResults.ts';
import { ROLLOUT_FIELDS } from '../runner/rolloutFields.ts';
import type { RunReport } from '../runner/runReport.ts';
import { type SweepResult, type SweepRow, sweepRows } from '../runner/sweepResult.ts';
import { axisNames } from './axisNames.ts';
import type { Check, CheckSuite } from './checks.ts';
import { comparisonColumns, comparisonSentences } from './comparison.ts';
import { namedLines } from './sweepLines.ts';
import { readSweep } from './sweepReading.ts';
import type { TextColumn } from './textTable.ts';
import { counted, formatColumn, NOTHING } from './units.ts';

const MARKS: Readonly<Record<Check['state'], string>> = {
  passed: '✅',
  failed: '❌',
  error: '❌',
  skipped: '➖',
};

/** A page for CI: whether all holds, what does not, the figures, and what changed against the baseline. */
export function renderMarkdown(
  report: RunReport | SweepResult,
  suites: readonly CheckSuite[],
  comparison: Comparison | undefined,
): string {
  const checks = suites.flatMap((suite) => suite.checks);
  const broken = checks.filter(({ state }) => state === 'failed' || state === 'error').length;
  const sentences = report.kind === 'sweep' ? readSweep(report, namedLines(report)) : [];
  const changed = comparison?.figures.filter(({ verdict }) => verdict !== 'unchanged') ?? [];
  const parts = [
    `## rollsim: ${text(report.scenario)}`,
    `${verdict(checks.length, broken)} Kubernetes ${text(report.kubernetes)}, ${counted(report.seeds.length, 'seed')}.`,
    ...suites.filter(({ name }) => name !== 'baseline').map(suiteTable),
    figureTable(report),
    sentences.map((sentence) => `- ${text(sentence)}\n`).join(''),
    ...(comparison === undefined
      ? []
      : [
          '### Against the baseline',
          changed.length === 0 ? '' : markdownTable(comparisonColumns(changed)),
          comparisonSentences(comparison)
            .map((sentence) => `- ${text(sentence)}\n`)
            .join(''),
        ]),
  ];
  return `${parts
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join('\n\n')}\n`;
}

function verdict(count: number, broken: number): string {
  if (broken > 0) return `${MARKS.failed} __${broken} of ${counted(count, 'check')} failed.__`;
  return count > 0 ? `${MARKS.passed} __All ${counted(count, 'check')} hold.__` : 'Nothing was to be checked.';
}

/** What does not hold comes with all that was found. */
function suiteTable({ name, checks }: CheckSuite): string {
  if (checks.length === 0) return '';
  return markdownTable([
    { heading: '', align: 'left', cells: checks.map(({ state }) => MARKS[state]) },
    { heading: name, align: 'left', cells: checks.map((check) => check.name) },
    { heading: 'found', align: 'left', cells: checks.map(({ details }) => details.join('; ')) },
  ]);
}

/** A table of GitHub's Markdown. */
function markdownTable(columns: readonly TextColumn[]): string {
  const rowCount = columns[0]?.cells.length ?? 0;
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  return [
    row(columns.map(({ heading }) => text(heading))),
    row(columns.map(({ align }) => (align === 'right' ? '--:' : ':--'))),
    ...Array.from({ length: rowCount }, (_, index) => row(columns.map(({ cells }) => text(cells[index] ?? '')))),
  ].join('');
}

/** As text, whatever it holds: a name is no markup. */
function text(content: string): string {
  return content.replaceAll(/[\\`*_[\]<>|#~]/g, '\\$&').replaceAll(/\s+/g, ' ');
}

/** What fits a page. */
const FIELDS = ['durationSeconds', 'availableMin', 'availableMean', 'podsMax', 'podsMaxWithTerminating'];

/** A row for each variant and workload; many seeds of a run are one row. */
function figureTable(report: RunReport | SweepResult): string {
  const lines = linesOf(report);
  if (lines.length === 0) return 'No rollout happened.';
  const paths = report.kind === 'sweep' ? report.axes.map(({ path }) => path) : [];
  const axes = axisNames(paths).map((name, index): TextColumn => {
    return { heading: name, align: 'right', cells: lines.map(({ settings }) => settings[paths[index]!] ?? NOTHING) };
  });
  const numbers = ROLLOUT_FIELDS.filter(({ name }) => FIELDS.includes(name)).map((field): TextColumn => {
    const values = lines.map(({ row }) => row?.metrics[field.name]?.[field.shown]);
    const which = report.seeds.length > 1 ? `, ${STATISTICS[field.shown]}` : '';
    return { heading: field.heading + which, align: 'right', cells: formatColumn(field.unit, values) };
  });
  return markdownTable([
    ...axes,
    { heading: 'WORKLOAD', align: 'left', cells: lines.map(({ row }) => row?.workload ?? NOTHING) },
    { heading: 'OUTCOME', align: 'left', cells: lines.map(outcomeOf) },
    ...numbers,
  ]);
}

const STATISTICS = { median: 'median', min: 'least', max: 'most' } as const;

interface Line {
  readonly settings: Readonly<Record<string, string>>;
  readonly refused?: string | undefined;
  readonly row: Pick<SweepRow, 'workload' | 'outcomes' | 'metrics'> | undefined;
}

function linesOf(report: RunReport | SweepResult): Line[] {
  if (report.kind === 'run') return sweepRows(report.runs).map((row) => ({ settings: {}, row }));
  return report.variants.flatMap(({ settings, refused, rows }): Line[] =>
    rows.length === 0 ? [{ settings, refused, row: undefined }] : rows.map((row) => ({ settings, row })),
  );
}

function outcomeOf({ refused, row }: Line): string {
  if (row === undefined) return refused === undefined ? 'no rollout' : 'refused';
  const counts = Object.entries(row.outcomes);
  return counts.length === 1 ? counts[0]![0] : counts.map(([outcome, count]) => `${outcome} ${count}`).join(', ');
}
