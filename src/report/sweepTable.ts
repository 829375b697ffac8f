import { ROLLOUT_FIELDS, type RolloutField } from '../runner/rolloutFields.ts';
import type { Statistic } from '../runner/statistics.ts';
import type { SweepResult } from '../runner/sweepResult.ts';
import { axisNames } from './axisNames.ts';
import type { ReportOptions } from './options.ts';
import { allLines, namedLines, outcomeText, type SweepLine } from './sweepLines.ts';
import { readSweep } from './sweepReading.ts';
import { renderSweepAutoscalers, renderSweepJobs, renderSweepServices } from './sweepSections.ts';
import { renderTextTable, type TextColumn } from './textTable.ts';
import { formatColumn, NOTHING } from './units.ts';

/** What fits a terminal. */
const NARROW_FIELDS = [
  'durationSeconds',
  'availableMin',
  'availableMean',
  'podsMax',
  'podsMaxWithTerminating',
  'requestedCpuMax',
  'requestedMemoryMax',
];

/** A row per variant and workload, and below it what they say. */
export function renderSweepTable(result: SweepResult, options: ReportOptions): string {
  const lines = namedLines(result);
  const numbers = hasRollouts(lines) ? narrowColumns(result, lines) : [];
  const columns = [...labelColumns(result, lines), ...numbers, ...frontColumn(lines), ...thresholdColumns(lines)];
  const tables = withSections(result, lines, columns, options, false);
  return withReading(tables, [...legend(result), ...readSweep(result, lines)], options);
}

/** The same with every workload and every number; which statistic it is stands in the headings. */
export function renderSweepWide(result: SweepResult, options: ReportOptions): string {
  const lines = allLines(result);
  const statistics: Statistic[] = result.seeds.length > 1 ? ['median', 'p95', 'min', 'max'] : ['median'];
  const fields = hasRollouts(lines) ? ROLLOUT_FIELDS : [];
  const numbers = fields.flatMap((field) => {
    const shown = field.name === 'durationSeconds' ? statistics : [field.shown];
    return shown.map((statistic) => wideColumn(field, statistic, lines, result));
  });
  const columns = [
    ...labelColumns(result, lines),
    ...numbers,
    ...speedColumn(lines),
    ...frontColumn(lines),
    ...thresholdColumns(lines),
  ];
  const tables = withSections(result, lines, columns, options, true);
  return withReading(tables, readSweep(result, lines), options);
}

/** The table of rollouts, unless it would say nothing, and what there is to compare beside them. */
function withSections(
  result: SweepResult,
  lines: readonly SweepLine[],
  columns: readonly TextColumn[],
  options: ReportOptions,
  all: boolean,
): string[] {
  const jobs = renderSweepJobs(result, options, all || !hasRollouts(lines));
  const isSpare = jobs !== '' && !hasRollouts(lines) && thresholdColumns(lines).length === 0;
  const sections = [
    isSpare ? '' : renderTextTable(columns, options),
    jobs,
    renderSweepServices(result, options, all),
    renderSweepAutoscalers(result, options),
  ];
  return sections.filter((section) => section !== '');
}

/** Without any, their columns would say nothing. */
function hasRollouts(lines: readonly SweepLine[]): boolean {
  return lines.some(({ row, variant }) => row !== undefined || variant.refused !== undefined);
}

function withReading(tables: readonly string[], sentences: readonly string[], options: ReportOptions): string {
  return options.headers ? `${[...tables, sentences.join('\n')].join('\n')}\n` : tables.join('');
}

/** How the narrow table makes one number of many seeds'; each heading could not say it and fit a terminal. */
function legend({ seeds }: SweepResult): string[] {
  if (seeds.length === 1) return [];
  return [
    `DURATION and AVAIL MEAN are medians of ${seeds.length} seeds, P95 is of DURATION; the other figures are the worst seed's.`,
  ];
}

function labelColumns(result: SweepResult, lines: readonly SweepLine[]): TextColumn[] {
  const paths = result.axes.map(({ path }) => path);
  const columns: TextColumn[] = axisNames(paths).map((name, index) => ({
    heading: name.toUpperCase(),
    align: 'right',
    cells: lines.map(({ variant }) => variant.settings[paths[index]!] ?? NOTHING),
  }));
  const workloads = lines.map(({ row }) => row?.workload ?? NOTHING);
  const isOneWorkload = new Set(workloads.filter((name) => name !== NOTHING)).size <= 1;
  if (!isOneWorkload || columns.length === 0) columns.push({ heading: 'WORKLOAD', align: 'left', cells: workloads });
  columns.push({ heading: 'OUTCOME', align: 'left', cells: lines.map(outcomeText) });
  return columns;
}

function narrowColumns(result: SweepResult, lines: readonly SweepLine[]): TextColumn[] {
  return ROLLOUT_FIELDS.filter(({ name }) => NARROW_FIELDS.includes(name)).flatMap((field): TextColumn[] => {
    const cells = formatColumn(field.unit, valuesOf(field, field.shown, lines));
    const { heading } = field;
    if (field.name === 'availableMin') return [{ heading, align: 'right', cells: outOfDesired(cells, lines) }];
    if (field.name === 'durationSeconds' && result.seeds.length > 1) {
      const worst = formatColumn(field.unit, valuesOf(field, 'p95', lines));
      return [
        { heading, align: 'right', cells },
        { heading: 'P95', align: 'right', cells: worst },
      ];
    }
    return [{ heading, align: 'right', cells }];
  });
}

function wideColumn(
  field: RolloutField,
  statistic: Statistic,
  lines: readonly SweepLine[],
  result: SweepResult,
): TextColumn {
  const which =
    result.seeds.length > 1 && !field.heading.endsWith(statistic.toUpperCase()) ? ` ${statistic.toUpperCase()}` : '';
  return {
    heading: field.heading + which,
    align: 'right',
    cells: formatColumn(field.unit, valuesOf(field, statistic, lines)),
  };
}

function outOfDesired(cells: readonly string[], lines: readonly SweepLine[]): string[] {
  return cells.map((cell, index) => {
    const desired = lines[index]!.row?.metrics.desiredReplicas?.median;
    return cell === NOTHING || desired === undefined ? cell : `${cell}/${desired}`;
  });
}

/** A mark where no other variant beats it; nothing where that would be all, or none. */
function frontColumn(lines: readonly SweepLine[]): TextColumn[] {
  const rows = lines.flatMap(({ row }) => row ?? []);
  const marked = rows.filter(({ onFront }) => onFront).length;
  if (marked === 0 || marked === rows.length) return [];
  return [{ heading: 'PARETO', align: 'left', cells: lines.map(({ row }) => (row?.onFront ? '*' : NOTHING)) }];
}

/** Times as fast as the reference, with the interval. */
function speedColumn(lines: readonly SweepLine[]): TextColumn[] {
  if (!lines.some(({ row }) => row?.versusReference)) return [];
  const cells = lines.map(({ row }) => {
    if (row?.versusReference === undefined) return NOTHING;
    const { timesFaster, interval } = row.versusReference;
    const text = `${timesFaster.toFixed(2)}×`;
    return interval === null ? text : `${text} (${interval.low.toFixed(2)}-${interval.high.toFixed(2)})`;
  });
  return [{ heading: 'SPEED', align: 'right', cells }];
}

/** Only where the scenario has thresholds. */
function thresholdColumns(lines: readonly SweepLine[]): TextColumn[] {
  if (!lines.some(({ variant }) => variant.thresholds.length > 0)) return [];
  const cells = lines.map(({ variant }) => {
    if (variant.thresholds.length === 0) return NOTHING;
    const breached = variant.thresholds.filter(({ ok }) => !ok).length;
    return breached === 0 ? 'ok' : `breached ${breached}/${variant.thresholds.length}`;
  });
  return [{ heading: 'THRESHOLDS', align: 'left', cells }];
}

function valuesOf(field: RolloutField, statistic: Statistic, lines: readonly SweepLine[]): (number | undefined)[] {
  return lines.map(({ row }) => row?.metrics[field.name]?.[statistic]);
}
