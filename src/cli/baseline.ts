/** Results that are kept to be compared with: what `compare`, `--baseline` and `--save-baseline` share. */
import { readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { didYouMean } from '../api/nearest.ts';
import type { CheckSuite } from '../report/checks.ts';
import { renderComparisonTable } from '../report/comparison.ts';
import { renderJson } from '../report/json.ts';
import { type Comparison, compareResults } from '../runner/comparison/compareResults.ts';
import { FIGURE_NAMES } from '../runner/comparison/figures.ts';
import {
  type ComparableResult,
  comparable,
  readStoredResult,
  refuseIncomparable,
} from '../runner/comparison/storedResult.ts';
import type { RunReport } from '../runner/runReport.ts';
import type { SweepResult } from '../runner/sweepResult.ts';
import { addCheckFileOptions, type CheckFileFlags, CheckFiles } from './checkFiles.ts';
import { ExportFile, reasonOf } from './exportFile.ts';
import { UsageError } from './failure.ts';
import { printWritten, type Verbosity } from './notes.ts';
import { styleFor, writeNote } from './streams.ts';
import { collect } from './values.ts';

/** What a comparison goes by. */
export interface GateFlags {
  /** Share. */
  readonly noiseThreshold: number;
  readonly metric?: string[];
  readonly failOn: 'regressed' | 'unclear' | 'never';
}

export interface BaselineFlags extends GateFlags, CheckFileFlags {
  readonly baseline?: string;
  readonly saveBaseline?: string;
}

export function addGateOptions(command: Command): Command {
  return command
    .option('--metric <name>', 'Compare only this figure, such as rollout.durationSeconds; repeatable', collect)
    .addOption(
      new Option('--noise-threshold <percent>', 'Changes of at most this much are none')
        .argParser(percentage)
        .default(0.01, '1%'),
    )
    .addOption(
      new Option('--fail-on <verdict>', 'What gives exit code 99; unclear: regressions, and what has no verdict')
        .choices(['regressed', 'unclear', 'never'])
        .default('regressed'),
    );
}

export function addBaselineOptions(command: Command): Command {
  command
    .optionsGroup('Gate:')
    .option('--save-baseline <file>', 'Keep the result, to compare others with')
    .option('--baseline <file>', 'Compare with a result that was kept; exit code 99 if something regressed');
  return addCheckFileOptions(addGateOptions(command));
}

/** `2%` or `2` → 0.02 */
function percentage(text: string): number {
  const [, digits] = /^(\d+(?:\.\d+)?)%?$/.exec(text) ?? [];
  if (digits === undefined) throw new InvalidArgumentError('Expected a percentage such as 2%.');
  return Number(digits) / 100;
}

/**
 * @param flag named in the error when the file cannot be read
 * @throws InputError when it is no result
 */
export function loadResult(flag: string, file: string): ComparableResult {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const hint = flag === '--baseline' ? ' (--save-baseline writes one)' : '';
    throw new UsageError(`${flag} ${file}: ${reasonOf(error)}${hint}`);
  }
  return readStoredResult(file, text);
}

/** @throws UsageError for a name that is none */
export function refuseUnknownMetrics({ metric = [] }: GateFlags): void {
  const unknown = metric.find((name) => !FIGURE_NAMES.includes(name));
  if (unknown === undefined) return;
  const hint = didYouMean(unknown, FIGURE_NAMES) ?? `one of ${FIGURE_NAMES.join(', ')}`;
  throw new UsageError(`--metric ${unknown}: no such figure (${hint})`);
}

/** @throws InputError naming the first file when the two cannot be compared */
export function compareWith(
  file: string,
  before: ComparableResult,
  after: ComparableResult,
  { noiseThreshold, metric }: GateFlags,
): Comparison {
  refuseIncomparable(file, before, after);
  return compareResults(before, after, { noiseThreshold, metrics: metric });
}

export function isFailing({ counts }: Comparison, { failOn }: GateFlags): boolean {
  if (failOn === 'never') return false;
  return counts.regressed > 0 || (failOn === 'unclear' && counts.unclear > 0);
}

/** The baseline that a command compares with, the one that it keeps, and what CI reads; opened before the work begins. */
export class BaselineFiles {
  private readonly flags: BaselineFlags & Verbosity;
  private readonly earlier: ComparableResult | undefined;
  private readonly kept: ExportFile | undefined;
  private readonly checks: CheckFiles;

  /** @throws UsageError or InputError for a file that cannot be used */
  constructor(flags: BaselineFlags & Verbosity) {
    const { baseline, saveBaseline } = flags;
    refuseUnknownMetrics(flags);
    this.flags = flags;
    this.earlier = baseline === undefined ? undefined : loadResult('--baseline', baseline);
    this.kept = saveBaseline === undefined ? undefined : new ExportFile('--save-baseline', saveBaseline);
    try {
      this.checks = new CheckFiles(flags);
    } catch (error) {
      this.kept?.discard();
      throw error;
    }
  }

  /** The result beside the one that was kept; undefined where none was named. */
  compare(result: RunReport | SweepResult): Comparison | undefined {
    const { earlier, flags } = this;
    return earlier && compareWith(flags.baseline!, earlier, comparable(result), flags);
  }

  /** Says what became of the comparison, keeps the result, and writes what CI reads. */
  finish(result: RunReport | SweepResult, comparison: Comparison | undefined, held: readonly CheckSuite[]): void {
    if (comparison !== undefined) printComparison(comparison, this.flags);
    this.checks.finish(result, held, comparison);
    if (this.kept === undefined) return;
    this.kept.finish(renderJson(result));
    printWritten(this.kept.name, this.flags);
  }

  /** Leaves the file to write as it was. */
  discard(): void {
    this.kept?.discard();
    this.checks.discard();
  }
}

/** Also with `-q` if it explains the exit code. */
function printComparison(comparison: Comparison, flags: BaselineFlags & Verbosity): void {
  if (flags.quiet && !isFailing(comparison, flags)) return;
  const text = renderComparisonTable(comparison, { headers: true, style: styleFor(process.stderr) });
  writeNote(`Compared with ${flags.baseline}:\n${text.trimEnd()}`);
}
