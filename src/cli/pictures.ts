/** Charts and pages of a result: what `--export-svg` and `--export-html` ask for. */
import type { Command } from 'commander';
import { rolloutChart } from '../report/charts/rolloutChart.ts';
import { type RolloutView, rolloutViews } from '../report/charts/rolloutView.ts';
import { standalone } from '../report/charts/theme.ts';
import { roundAll } from '../runner/rounding.ts';
import type { RunReport } from '../runner/runReport.ts';
import { runScenario } from '../runner/simulation.ts';
import type { Scenario } from '../scenario/types.ts';
import { ExportFile } from './exportFile.ts';
import { printWritten, type Verbosity } from './notes.ts';

export interface PictureFlags {
  readonly exportSvg?: string;
}

/** More charts below each other are no picture any more. */
const MOST_CHARTS = 12;

export function addPictureOptions(command: Command): Command {
  return command
    .optionsGroup('Pictures:')
    .option('--export-svg <file>', 'Draw the pods of each rollout over time, with the availability and its limits');
}

/** The files to draw, opened before the work begins. */
export class PictureFiles {
  private readonly flags: PictureFlags & Verbosity;
  private readonly svg: ExportFile | undefined;

  /** @throws UsageError for a file that cannot be written */
  constructor(flags: PictureFlags & Verbosity) {
    this.flags = flags;
    this.svg = flags.exportSvg === undefined ? undefined : new ExportFile('--export-svg', flags.exportSvg);
  }

  /** Plays the first seed again, since only then its pods are followed over time. */
  finishRun(report: RunReport, scenario: Scenario, maxEvents?: number): void {
    if (this.svg === undefined) return;
    const views = viewsOf(scenario, report.seeds[0]!, maxEvents);
    this.write(this.svg, standalone(drawn(views, subtitleOf(report))));
  }

  /** Leaves the files as they were. */
  discard(): void {
    this.svg?.discard();
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

function subtitleOf({ scenario, kubernetes, seeds }: RunReport): string {
  return `${scenario} · Kubernetes ${kubernetes} · seed ${seeds[0]}`;
}
