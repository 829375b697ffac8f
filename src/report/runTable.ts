import type { RolloutResult } from '../metrics/result.ts';
import { ROLLOUT_FIELDS, type RolloutField } from '../runner/rolloutFields.ts';
import type { RunReport } from '../runner/runReport.ts';
import { relevantRollouts } from '../runner/selection.ts';
import { renderCriticalPaths, renderRolloutExplanations } from './criticalPathSection.ts';
import { renderExplanations } from './explainSection.ts';
import { renderFollow } from './followSection.ts';
import type { ReportOptions } from './options.ts';
import {
  renderAutoscalers,
  renderImagePulls,
  renderJobs,
  renderNodeAutoscaling,
  renderNodeOutages,
  renderScheduling,
  renderServices,
  renderUnavailable,
} from './runSections.ts';
import { renderTextTable, type TextColumn } from './textTable.ts';
import { counted, formatColumn, formatSeconds, NOTHING } from './units.ts';
import { renderWhatIf } from './whatIfSection.ts';

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

/** A row for each rollout that the run is about: bringing up the starting state is left out unless it is all there is. */
export function renderRunTable(report: RunReport, options: ReportOptions): string {
  const fields = ROLLOUT_FIELDS.filter(({ name }) => NARROW_FIELDS.includes(name));
  const relevant = new Set(relevantRollouts(report.runs));
  const lines = linesOf(report).filter(({ rollout }) => relevant.has(rollout));
  return render(report, lines, options, false, () => fields.map((field) => numberColumn(field, lines)));
}

/** Every rollout, with every number that it has. */
export function renderRunWide(report: RunReport, options: ReportOptions): string {
  const lines = linesOf(report);
  return render(report, lines, options, true, () => [
    textColumn('REVISION', lines, ({ rollout }) => rollout.revision),
    ...ROLLOUT_FIELDS.map((field) => numberColumn(field, lines)),
  ]);
}

function linesOf(report: RunReport): Line[] {
  return report.runs.flatMap((run) => run.rollouts.map((rollout) => ({ seed: run.seed, rollout })));
}

function render(
  report: RunReport,
  lines: readonly Line[],
  options: ReportOptions,
  isWide: boolean,
  numberColumns: () => TextColumn[],
): string {
  const columns = [
    textColumn('WORKLOAD', lines, ({ rollout }) => rollout.workload),
    ...(report.seeds.length > 1 ? [textColumn('SEED', lines, ({ seed }) => String(seed), 'right')] : []),
    textColumn('CAUSE', lines, ({ rollout }) => rollout.cause),
    textColumn('OUTCOME', lines, ({ rollout }) => rollout.outcome),
    ...numberColumns(),
  ];
  const table = lines.length > 0 ? renderTextTable(columns, options) : '';
  const sections = [
    table,
    renderJobs(report, options),
    renderServices(report, options, isWide),
    renderAutoscalers(report, options),
    renderNodeOutages(report, options),
    renderNodeAutoscaling(report, options),
    renderImagePulls(report, options),
    isWide ? renderScheduling(report, options) : '',
    ...(options.headers && !isWide ? [renderCriticalPaths(report)] : []),
    ...(options.headers ? [renderUnavailable(report, isWide), `${reading(report, lines.length)}\n`] : []),
    renderWhatIf(report, options),
    renderRolloutExplanations(report, options, isWide),
    renderExplanations(report, options),
    renderFollow(report, options),
  ];
  return sections.filter((part) => part !== '').join(options.headers ? '\n' : '');
}

function textColumn(
  heading: string,
  lines: readonly Line[],
  cellOf: (line: Line) => string,
  align: TextColumn['align'] = 'left',
): TextColumn {
  return { heading, align, cells: lines.map(cellOf) };
}

function numberColumn(field: RolloutField, lines: readonly Line[]): TextColumn {
  const values = lines.map(({ rollout }) => field.read(rollout));
  const cells = formatColumn(field.unit, values);
  if (field.name !== 'availableMin') return { heading: field.heading, align: 'right', cells };
  const outOf = cells.map((cell, index) =>
    cell === NOTHING ? cell : `${cell}/${lines[index]!.rollout.desiredReplicas}`,
  );
  return { heading: field.heading, align: 'right', cells: outOf };
}

/** What was played, and that its seconds are not the user's. */
function reading(report: RunReport, shown: number): string {
  const { scenario, kubernetes, seeds, runs } = report;
  const longest = Math.max(0, ...runs.map((run) => run.simulatedSeconds));
  const which = seeds.length === 1 ? `seed ${seeds[0]}` : `${seeds.length} seeds, ${seeds[0]} to ${seeds.at(-1)}`;
  const hidden = linesOf(report).length - shown;
  const rest = hidden === 0 ? '' : ` ${counted(hidden, 'first rollout')} of the starting state: -o wide.`;
  const isEmpty = runs.every((run) => run.rollouts.length === 0 && run.jobs.length === 0);
  const nothing = isEmpty ? ' No rollout happened.' : rest;
  return `${scenario}: Kubernetes ${kubernetes}, ${which}, ${formatSeconds(longest)} of simulated time.${nothing}`;
}
