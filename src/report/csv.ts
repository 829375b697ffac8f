import { stringify } from 'csv-stringify/sync';
import type { RunResult } from '../metrics/result.ts';
import { ROLLOUT_FIELDS } from '../runner/rolloutFields.ts';
import type { RunReport } from '../runner/runReport.ts';
import type { Summary } from '../runner/statistics.ts';
import type { SweepResult } from '../runner/sweepResult.ts';
import type { VersionComparison } from '../runner/versionComparison.ts';
import { axisNames } from './axisNames.ts';
import type { ReportOptions } from './options.ts';
import { allLines, outcomeText, type SweepLine } from './sweepLines.ts';

type Cell = string | number | null | undefined;

type Reader = (summary: Summary) => number | undefined;

/** What stands behind a field's name in a heading. */
const STATISTICS: Readonly<Record<string, Reader>> = {
  Median: ({ median }) => median,
  P95: ({ p95 }) => p95,
  Min: ({ min }) => min,
  Max: ({ max }) => max,
  Mean: ({ mean }) => mean,
  IntervalLow: ({ interval }) => interval?.low,
  IntervalHigh: ({ interval }) => interval?.high,
};
const OUTCOMES = ['complete', 'stalled', 'superseded', 'unfinished'] as const;

/** A row per rollout and run; nulls are empty. Where rollouts were to be explained, a row per link of their chains instead. */
export function renderRunCsv(report: RunReport, options: Pick<ReportOptions, 'headers'>): string {
  if (report.runs.some(({ rolloutExplanations }) => rolloutExplanations !== undefined)) {
    return render(LINK_HEADINGS, report.runs.flatMap(linkRows), options);
  }
  return render(runHeadings(), report.runs.flatMap(runRows), options);
}

const LINK_HEADINGS = [
  'scenario',
  'seed',
  'workload',
  'startSeconds',
  'phase',
  'subject',
  'fromSeconds',
  'toSeconds',
  'detail',
];

function linkRows({ scenario, seed, rolloutExplanations = [] }: RunResult): Cell[][] {
  return rolloutExplanations.flatMap(({ workload, startSeconds, chain }) =>
    chain.map(({ phase, subject, fromSeconds, toSeconds, detail }) => [
      scenario,
      seed,
      workload,
      startSeconds,
      phase,
      subject,
      fromSeconds,
      toSeconds,
      detail,
    ]),
  );
}

/** A row per variant, rollout and run: as of a run, with the variant in front. */
export function renderVersionsCsv(
  { variants }: Pick<VersionComparison, 'variants'>,
  options: Pick<ReportOptions, 'headers'>,
): string {
  const rows = variants.flatMap(({ label, runs }) => runs.flatMap(runRows).map((row) => [label, ...row]));
  return render(['variant', ...runHeadings()], rows, options);
}

function runHeadings(): string[] {
  return ['scenario', 'seed', 'workload', 'revision', 'cause', 'outcome', ...fieldHeadings()];
}

function runRows(run: RunResult): Cell[][] {
  return run.rollouts.map((rollout) => [
    run.scenario,
    run.seed,
    rollout.workload,
    rollout.revision,
    rollout.cause,
    rollout.outcome,
    ...ROLLOUT_FIELDS.map((field) => field.read(rollout)),
  ]);
}

/** A row per variant and workload: how often each outcome, then the statistics of every number over the seeds. */
export function renderSweepCsv(result: SweepResult, options: Pick<ReportOptions, 'headers'>): string {
  const paths = result.axes.map(({ path }) => path);
  const statistics = fieldHeadings().flatMap((heading) => Object.keys(STATISTICS).map((name) => heading + name));
  const headings = [
    ...axisNames(paths),
    'scenario',
    'workload',
    'cause',
    'outcome',
    'seeds',
    'rollouts',
    ...OUTCOMES,
    ...statistics,
    'thresholdsBreached',
    'refused',
  ];
  const rows = allLines(result).map((line) => [
    ...paths.map((path) => line.variant.settings[path]),
    result.scenario,
    ...lineCells(line),
  ]);
  return render(headings, rows, options);
}

function lineCells(line: SweepLine): Cell[] {
  const { row, variant } = line;
  return [
    row?.workload,
    row?.cause,
    outcomeText(line),
    variant.runs.length,
    row?.rollouts ?? 0,
    ...OUTCOMES.map((outcome) => row?.outcomes[outcome] ?? 0),
    ...ROLLOUT_FIELDS.flatMap((field) => statisticsOf(row?.metrics[field.name])),
    variant.thresholds.filter(({ ok }) => !ok).length,
    variant.refused,
  ];
}

function statisticsOf(summary: Summary | null | undefined): Cell[] {
  return Object.values(STATISTICS).map((read) => (summary == null ? undefined : read(summary)));
}

/** `pendingSeconds.p95` reads `pendingSecondsP95`: a dot in a column's name is a nuisance in every tool. */
function fieldHeadings(): string[] {
  return ROLLOUT_FIELDS.map(({ name }) => {
    const [first, ...rest] = name.split('.');
    return first + rest.map(capitalized).join('');
  });
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function render(headings: string[], rows: readonly Cell[][], options: Pick<ReportOptions, 'headers'>): string {
  return stringify(options.headers ? [headings, ...rows] : [...rows]);
}
