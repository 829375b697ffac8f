/** Charts and pages of a result: what `--export-svg` and `--export-html` ask for. */
import type { Command } from 'commander';
import { hasHeatMap, heatMap } from '../report/charts/heatMap.ts';
import { hasParetoChart, paretoChart } from '../report/charts/paretoChart.ts';
import { rolloutChart } from '../report/charts/rolloutChart.ts';
import { type RolloutView, rolloutViews } from '../report/charts/rolloutView.ts';
import { sweepViews } from '../report/charts/sweepView.ts';
import { standalone } from '../report/charts/theme.ts';
import type { Origin } from '../report/html/page.ts';
import { renderRunPage } from '../report/html/runPage.ts';
import { renderSweepPage, type VariantRollouts } from '../report/html/sweepPage.ts';
import { hasSettings } from '../runner/decide/decided.ts';
import { roundAll } from '../runner/rounding.ts';
import type { RunReport } from '../runner/runReport.ts';
import { runScenario } from '../runner/simulation.ts';
import { buildVariant, type SweepPlan } from '../runner/sweepPlan.ts';
import type { SweepResult } from '../runner/sweepResult.ts';
import { variantsOf } from '../runner/variants.ts';
import type { LoadedInput } from '../scenario/index.ts';
import type { Scenario } from '../scenario/types.ts';
import { ExportFile } from './exportFile.ts';
import { printWritten, type Verbosity } from './notes.ts';
import { WORKLOADS_FOLDER } from './readyScenarios.ts';

export interface PictureFlags {
  readonly exportSvg?: string;
  readonly exportHtml?: string;
}

/** More charts below each other are no picture any more. */
const MOST_CHARTS = 12;
/** Variants whose rollouts a page shows: more would be slow to open. */
const MOST_DETAILS = 24;

export function addPictureOptions(command: Command): Command {
  return command
    .optionsGroup('Pictures:')
    .option('--export-svg <file>', 'Draw the pods of each rollout over time, with the availability and its limits')
    .option(
      '--export-html <file>',
      'Write a report for the browser: charts, tables, the scenario; one file, without network',
    );
}

/** The files to draw, opened before the work begins. */
export class PictureFiles {
  private readonly flags: PictureFlags & Verbosity;
  private readonly svg: ExportFile | undefined;
  private readonly html: ExportFile | undefined;

  /** @throws UsageError for a file that cannot be written */
  constructor(flags: PictureFlags & Verbosity) {
    this.flags = flags;
    this.svg = flags.exportSvg === undefined ? undefined : new ExportFile('--export-svg', flags.exportSvg);
    try {
      this.html = flags.exportHtml === undefined ? undefined : new ExportFile('--export-html', flags.exportHtml);
    } catch (error) {
      this.discard();
      throw error;
    }
  }

  /** Plays the first seed again, since only then its pods are followed over time. */
  finishRun(report: RunReport, input: LoadedInput, scenario: Scenario, maxEvents?: number): void {
    if (this.svg === undefined && this.html === undefined) return;
    const views = viewsOf(scenario, report.seeds[0]!, maxEvents);
    if (this.svg !== undefined) this.write(this.svg, standalone(drawn(views, subtitleOf(report))));
    if (this.html !== undefined) this.write(this.html, renderRunPage(report, views, originOf(input)));
  }

  /** Plays the first seed of the variants that the page shows in detail again. */
  finishSweep(result: SweepResult, plan: SweepPlan): void {
    if (this.svg !== undefined) this.write(this.svg, standalone(sweepCharts(result)));
    if (this.html === undefined) return;
    this.write(this.html, renderSweepPage(result, detailsOf(result, plan), originOf(plan.input)));
  }

  /** Leaves the files as they were. */
  discard(): void {
    this.svg?.discard();
    this.html?.discard();
  }

  private write(file: ExportFile, text: string): void {
    file.finish(text);
    printWritten(file.name, this.flags);
  }
}

function viewsOf(scenario: Scenario, seed: number, maxEvents: number | undefined): RolloutView[] {
  const limit = maxEvents === undefined ? {} : { maxEvents };
  return rolloutViews(roundAll(runScenario({ scenario, seed, timeline: true, ...limit }))).slice(0, MOST_CHARTS);
}

function drawn(views: readonly RolloutView[], subtitle: string): string[] {
  return views.map((view, index) => rolloutChart(view, { id: `rollout${index + 1}`, subtitle }));
}

function sweepCharts(result: SweepResult): string[] {
  return sweepViews(result).flatMap((view, index) => [
    ...(hasParetoChart(result, view) ? [paretoChart(result, view, { id: `pareto${index + 1}` })] : []),
    ...(hasHeatMap(result) ? [heatMap(result, view, 'durationSeconds', { id: `heat${index + 1}` })] : []),
  ]);
}

/** Those that no other variant beats and the one that all are held against come first. */
function detailsOf(result: SweepResult, plan: SweepPlan): VariantRollouts {
  const isFirst = (index: number): boolean => {
    const variant = result.variants[index]!;
    return variant.rows.some(({ onFront }) => onFront === true) || hasSettings(variant, result.reference);
  };
  const played = result.variants.map((_, index) => index).filter((index) => result.variants[index]!.runs.length > 0);
  const inOrder = [...played.filter(isFirst), ...played.filter((index) => !isFirst(index))];
  const settings = variantsOf(plan);
  const chosen = inOrder.slice(0, MOST_DETAILS).sort((a, b) => a - b);
  return new Map(
    chosen.map((index) => [index, viewsOf(buildVariant(plan, settings[index]!), plan.seeds[0]!, undefined)] as const),
  );
}

function originOf({ files }: LoadedInput): Origin {
  const named = files.map(({ file, text }) => ({ file: withoutFolder(file), text }));
  return { command: ['rollsim', ...process.argv.slice(2).map(quoted)].join(' '), files: named };
}

/** Where rollsim is installed is nobody's business, and makes no page another one. */
function withoutFolder(file: string): string {
  return file.startsWith(WORKLOADS_FOLDER) ? `workloads/${file.slice(WORKLOADS_FOLDER.length)}` : file;
}

/** For a POSIX shell. */
function quoted(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}

function subtitleOf({ scenario, kubernetes, seeds }: RunReport): string {
  return `${scenario} · Kubernetes ${kubernetes} · seed ${seeds[0]}`;
}
