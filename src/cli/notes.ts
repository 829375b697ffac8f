import type { RunResult } from '../metrics/result.ts';
import { axisWorkloads } from '../report/axisNames.ts';
import { formatThresholdValue } from '../report/thresholdValue.ts';
import type { SweepResult } from '../runner/sweepResult.ts';
import type { ThresholdVerdict } from '../runner/thresholds.ts';
import { styleFor, writeNote } from './streams.ts';

/** More would push the result out of sight. */
const MOST_LINES = 6;

export interface Verbosity {
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

/** What the scenario holds that the simulation takes no notice of, and what was assumed where it says nothing. */
export function printScenarioNotes(
  scenario: { readonly assumptions: readonly string[]; readonly notSimulated: readonly string[] },
  files: readonly string[],
  verbosity: Verbosity,
): void {
  printLines(scenarioNotes(scenario), `rollsim validate ${files.join(' ')} -v`, verbosity);
}

/** The same as lines. */
export function scenarioNotes(scenario: {
  readonly assumptions: readonly string[];
  readonly notSimulated: readonly string[];
}): string[] {
  return [
    ...scenario.assumptions.map((text) => `assumed: ${text}`),
    ...scenario.notSimulated.map((text) => `not simulated: ${text}`),
  ];
}

/** What happened in the runs that the user should know; each once, however many runs it happened in. */
export function printWarnings(runs: readonly Pick<RunResult, 'warnings'>[], verbosity: Verbosity): void {
  const counts = new Map<string, number>();
  for (const warning of runs.flatMap((run) => run.warnings)) counts.set(warning, (counts.get(warning) ?? 0) + 1);
  const lines = [...counts].map(([warning, count]) =>
    runs.length > 1 ? `warning: ${warning} (${count} of ${runs.length} runs)` : `warning: ${warning}`,
  );
  printLines(lines, '-v', verbosity);
}

/**
 * Says when a sweep has compared how things come up, not how they roll out: settings of a rollout hardly matter then, and
 * the table does not look different.
 */
export function printNothingRollsOut(result: SweepResult, verbosity: Verbosity): void {
  const rows = result.variants.flatMap((variant) => variant.rows);
  if (rows.length === 0 || rows.some(({ cause }) => cause === 'update')) return;
  const rolledOut = new Set(rows.map(({ workload }) => workload));
  const [only, ...others] = rolledOut;
  const named = axisWorkloads(result.axes.map(({ path }) => path)).find((workload) => rolledOut.has(workload));
  const workload = named ?? (others.length === 0 ? only : 'deployment/NAME');
  const line = `warning: nothing rolls out: only first rollouts were measured (--restart ${workload})`;
  printLines([line], '-v', verbosity);
}

/** A line per threshold; with `-q` only those that were breached, since they explain the exit code. */
export function printThresholds(verdicts: readonly ThresholdVerdict[], verbosity: Verbosity): void {
  const style = styleFor(process.stderr);
  for (const verdict of verdicts) {
    const { metric, expression, ok } = verdict;
    if (ok && verbosity.quiet) continue;
    const mark = ok ? style('good', '✓') : style('bad', '✗');
    writeNote(`${mark} ${metric} ${expression}: ${formatThresholdValue(verdict)}`);
  }
}

/** A line per threshold: how many variants of a sweep keep it. */
export function printSweepThresholds({ variants }: Pick<SweepResult, 'variants'>, verbosity: Verbosity): void {
  const judged = variants.filter(({ thresholds }) => thresholds.length > 0);
  const style = styleFor(process.stderr);
  judged[0]?.thresholds.forEach(({ metric, expression }, index) => {
    const kept = judged.filter(({ thresholds }) => thresholds[index]!.ok).length;
    if (kept > 0 && verbosity.quiet) return;
    const mark = kept > 0 ? style('good', '✓') : style('bad', '✗');
    writeNote(`${mark} ${metric} ${expression}: kept by ${kept} of ${judged.length} variants`);
  });
}

/** A file that the command line asked for is there now. */
export function printWritten(file: string, { quiet }: Verbosity): void {
  if (!quiet) writeNote(`wrote ${file}`);
}

/** A handful, and where the rest is. */
export function printLines(lines: readonly string[], whereAllAre: string, { quiet, verbose }: Verbosity): void {
  if (quiet) return;
  const isCut = !verbose && lines.length > MOST_LINES;
  const shown = isCut ? lines.slice(0, MOST_LINES - 1) : lines;
  for (const line of shown) writeNote(line);
  if (isCut) writeNote(`… and ${lines.length - shown.length} more (${whereAllAre} lists all)`);
}
