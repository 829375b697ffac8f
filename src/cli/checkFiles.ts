/** What a command writes for CI beside its result: `--export-junit` and `--export-markdown`. */
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { type CheckSuite, comparisonSuite } from '../report/checks.ts';
import { renderJunit } from '../report/junit.ts';
import { renderMarkdown } from '../report/markdown.ts';
import type { Comparison } from '../runner/comparison/compareResults.ts';
import type { RunReport } from '../runner/runReport.ts';
import type { SweepResult } from '../runner/sweepResult.ts';
import { ExportFile } from './exportFile.ts';
import { printWritten, type Verbosity } from './notes.ts';

export interface CheckFileFlags {
  readonly exportJunit?: string;
  readonly exportMarkdown?: string;
}

export function addCheckFileOptions(command: Command): Command {
  return command
    .option('--export-junit <file>', 'Write what holds and what does not as JUnit XML')
    .option('--export-markdown <file>', 'Write a summary in Markdown; to $GITHUB_STEP_SUMMARY it is added');
}

/** Opened before the work begins. */
export class CheckFiles {
  private readonly flags: Verbosity;
  private readonly junit: ExportFile | undefined;
  private readonly markdown: ExportFile | undefined;
  /** What other commands of the same CI step have written. */
  private readonly earlier: string;

  /** @throws UsageError for a file that cannot be written */
  constructor(flags: CheckFileFlags & Verbosity) {
    const { exportJunit: junit, exportMarkdown: markdown } = flags;
    this.flags = flags;
    this.earlier = markdown !== undefined && markdown === process.env.GITHUB_STEP_SUMMARY ? textOf(markdown) : '';
    this.junit = junit === undefined ? undefined : new ExportFile('--export-junit', junit);
    try {
      this.markdown = markdown === undefined ? undefined : new ExportFile('--export-markdown', markdown);
    } catch (error) {
      this.junit?.discard();
      throw error;
    }
  }

  finish(report: RunReport | SweepResult, held: readonly CheckSuite[], comparison: Comparison | undefined): void {
    const suites = comparison === undefined ? held : [...held, comparisonSuite(comparison)];
    this.junit?.finish(renderJunit(report.scenario, suites));
    this.markdown?.finish(this.earlier + renderMarkdown(report, suites, comparison));
    for (const file of [this.junit, this.markdown]) if (file !== undefined) printWritten(file.name, this.flags);
  }

  /** Leaves the files as they were. */
  discard(): void {
    this.junit?.discard();
    this.markdown?.discard();
  }
}

/** A file that is not there yet has none. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
