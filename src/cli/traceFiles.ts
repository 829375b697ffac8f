/** The course of a run for other tools: `--export-trace` and `--export-openmetrics`. */
import type { Command } from 'commander';
import type { LogEntry } from '../metrics/log/logLine.ts';
import { renderOpenMetrics } from '../report/exports/openMetrics.ts';
import type { RunRecording } from '../report/exports/recording.ts';
import { renderTrace } from '../report/exports/trace.ts';
import { roundAll } from '../runner/rounding.ts';
import type { RunReport } from '../runner/runReport.ts';
import { runScenario } from '../runner/simulation.ts';
import type { Scenario } from '../scenario/types.ts';
import { ExportFile } from './exportFile.ts';
import { printWritten, type Verbosity } from './notes.ts';

export interface TraceFlags {
  readonly exportTrace?: string;
  readonly exportOpenmetrics?: string;
}

/** One line a format. */
const FORMATS: readonly {
  readonly flag: '--export-trace' | '--export-openmetrics';
  fileOf(flags: TraceFlags): string | undefined;
  render(recording: RunRecording): string;
}[] = [
  { flag: '--export-trace', fileOf: ({ exportTrace }) => exportTrace, render: renderTrace },
  { flag: '--export-openmetrics', fileOf: (flags) => flags.exportOpenmetrics, render: renderOpenMetrics },
];

export function addTraceOptions(command: Command): Command {
  return command
    .option('--export-trace <file>', 'Write pods, critical paths and Events as a trace that ui.perfetto.dev opens')
    .option(
      '--export-openmetrics <file>',
      'Write replicas and pods over virtual time as OpenMetrics, with the names of kube-state-metrics',
    );
}

/** The files to write, opened before the work begins. */
export class TraceFiles {
  private readonly flags: Verbosity;
  private readonly files: { readonly file: ExportFile; render(recording: RunRecording): string }[] = [];

  /** @throws UsageError for a file that cannot be written */
  constructor(flags: TraceFlags & Verbosity) {
    this.flags = flags;
    try {
      for (const { flag, fileOf, render } of FORMATS) {
        const name = fileOf(flags);
        if (name !== undefined) this.files.push({ file: new ExportFile(flag, name), render });
      }
    } catch (error) {
      this.discard();
      throw error;
    }
  }

  /** Plays the first seed again, since only then its course is written down. */
  finishRun(report: RunReport, scenario: Scenario, maxEvents?: number): void {
    if (this.files.length === 0) return;
    const recording = record(scenario, report, maxEvents);
    for (const { file, render } of this.files) {
      file.finish(render(recording));
      printWritten(file.name, this.flags);
    }
  }

  /** Leaves the files as they were. */
  discard(): void {
    for (const { file } of this.files) file.discard();
  }
}

function record(scenario: Scenario, { runs }: RunReport, maxEvents: number | undefined): RunRecording {
  const lines: LogEntry[] = [];
  const [first] = runs;
  const result = runScenario({
    scenario,
    seed: first!.seed,
    timeline: true,
    explainRollouts: [...new Set(first!.rollouts.map(({ workload }) => nameOf(workload)))],
    onLogLine: (line) => {
      if ('kind' in line) lines.push(line);
    },
    ...(maxEvents === undefined ? {} : { maxEvents }),
  });
  return { result: roundAll(result), lines };
}

/** `deployment/web` → `web`; `shop/deployment/web` → `shop/web` */
function nameOf(workload: string): string {
  const words = workload.split('/');
  return words.length > 2 ? `${words[0]}/${words[2]}` : words.at(-1)!;
}
