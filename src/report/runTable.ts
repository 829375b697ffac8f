import type { RolloutResult } from '../metrics/result.ts';
import { ROLLOUT_FIELDS, type RolloutField } from '../runner/rolloutFields.ts';
import type { RunReport } from '../runner/runReport.ts';
import type { ReportOptions } from './options.ts';
import { renderTextTable, type TextColumn } from './textTable.ts';
import { formatColumn, formatSeconds, NOTHING, UNIT_LABELS } from './units.ts';

/** One line of the table. */
interface Line {
  readonly seed: number;
  readonly rollout: RolloutResult;
}

/** What fits a terminal. */
const NARROW_FIELDS = [
  'startSeconds',
  'durationSeconds',
  'availableMin',
  'availableMean',
  'podsMax',
  'podsMaxWithTerminating',
  'requestedCpuMax',
  'requestedMemoryMax',
];

/** A row per rollout. */
export function renderRunTable(report: RunReport, options: ReportOptions): string {
  const fields = ROLLOUT_FIELDS.filter(({ name }) => NARROW_FIELDS.includes(name));
  return render(report, options, (lines) => fields.map((field) => narrowColumn(field, lines)));
}

/** The same with every number that a rollout has, and units in the headings. */
export function renderRunWide(report: RunReport, options: ReportOptions): string {
  return render(report, options, (lines) => [
    textColumn('REVISION', lines, ({ rollout }) => rollout.revision),
    ...ROLLOUT_FIELDS.map((field) => wideColumn(field, lines)),
  ]);
}

function render(
  report: RunReport,
  options: ReportOptions,
  numberColumns: (lines: readonly Line[]) => TextColumn[],
): string {
  const lines = report.runs.flatMap((run) => run.rollouts.map((rollout) => ({ seed: run.seed, rollout })));
  const columns = [
    textColumn('WORKLOAD', lines, ({ rollout }) => rollout.workload),
    ...(report.seeds.length > 1 ? [textColumn('SEED', lines, ({ seed }) => String(seed), 'right')] : []),
    textColumn('CAUSE', lines, ({ rollout }) => rollout.cause),
    textColumn('OUTCOME', lines, ({ rollout }) => rollout.outcome),
    ...numberColumns(lines),
  ];
  const table = lines.length > 0 ? renderTextTable(columns, options) : '';
  return options.headers ? [table, `${reading(report)}\n`].filter((part) => part !== '').join('\n') : table;
}

function textColumn(
  heading: string,
  lines: readonly Line[],
  cellOf: (line: Line) => string,
  align: TextColumn['align'] = 'left',
): TextColumn {
  return { heading, align, cells: lines.map(cellOf) };
}

function narrowColumn(field: RolloutField, lines: readonly Line[]): TextColumn {
  const values = lines.map(({ rollout }) => field.read(rollout));
  const cells = formatColumn(field.unit, values, 'withUnit');
  if (field.name !== 'availableMin') return { heading: field.heading, align: 'right', cells };
  const outOf = cells.map((cell, index) =>
    cell === NOTHING ? cell : `${cell}/${lines[index]!.rollout.desiredReplicas}`,
  );
  return { heading: field.heading, align: 'right', cells: outOf };
}

function wideColumn(field: RolloutField, lines: readonly Line[]): TextColumn {
  const values = lines.map(({ rollout }) => field.read(rollout));
  const heading = `${field.heading} (${UNIT_LABELS[field.unit]})`;
  return { heading, align: 'right', cells: formatColumn(field.unit, values, 'bare') };
}

/** What was played, and that its seconds are not the user's. */
function reading(report: RunReport): string {
  const { scenario, kubernetes, seeds, runs } = report;
  const longest = Math.max(0, ...runs.map((run) => run.simulatedSeconds));
  const which = seeds.length === 1 ? `seed ${seeds[0]}` : `${seeds.length} seeds, ${seeds[0]} to ${seeds.at(-1)}`;
  const nothing = runs.every((run) => run.rollouts.length === 0) ? ' No rollout happened.' : '';
  return `${scenario}: Kubernetes ${kubernetes}, ${which}, ${formatSeconds(longest)} of simulated time.${nothing}`;
}
