import { Command } from 'commander';
import type { LogLine } from '../../metrics/index.ts';
import type { RunResult } from '../../metrics/result.ts';
import { thresholdSuite } from '../../report/checks.ts';
import { runFormats } from '../../report/formats.ts';
import { provenanceOf } from '../../runner/provenance.ts';
import { roundAll } from '../../runner/rounding.ts';
import type { RunReport } from '../../runner/runReport.ts';
import { runScenario } from '../../runner/simulation.ts';
import { compileThresholds } from '../../runner/thresholds.ts';
import { buildScenario } from '../../scenario/index.ts';
import type { Scenario } from '../../scenario/types.ts';
import { addBaselineOptions, BaselineFiles, type BaselineFlags, isFailing } from '../baseline.ts';
import { type CompareFlags, isComparing, runComparison } from '../compareVersions.ts';
import {
  areAllBest,
  type DecisionFlags,
  decisionOptionsOf,
  type ExplainOptions,
  explaining,
  refuseDecisionFlags,
} from '../decisionOptions.ts';
import { hashLine, type RunTrace, refuseDifference } from '../determinism.ts';
import { EventLogFile } from '../eventLogFile.ts';
import { type ExitCode, exitCodes } from '../exitCodes.ts';
import { expectationSuite, printBrokenExpectations } from '../expectations.ts';
import { UsageError } from '../failure.ts';
import { printLines, printScenarioNotes, printThresholds, printWarnings, printWritten } from '../notes.ts';
import { addOutputOptions, type OutputFlags, reportOptions } from '../outputOptions.ts';
import { addPictureOptions, PictureFiles, type PictureFlags } from '../pictures.ts';
import { runFolder, scenariosOf } from '../runFolder.ts';
import {
  addScenarioOptions,
  addSeedOptions,
  buildOptionsOf,
  loadInput,
  type ScenarioFlags,
  seedsOf,
} from '../scenarioOptions.ts';
import { failuresOf, givenSteps, printFailedSteps, printIdleSteps, printStepOutput } from '../stepNotes.ts';
import { writeNote, writeResult } from '../streams.ts';
import {
  addChartOptions,
  type ChartedRun,
  type ChartFlags,
  isCharted,
  refuseWatchWithoutTerminal,
  watch,
  writeCharts,
} from '../terminalChart.ts';
import { addTraceOptions, TraceFiles, type TraceFlags } from '../traceFiles.ts';
import { collect, wholeNumber } from '../values.ts';
import { boundsHelp, boundsOf, playWithout } from '../whatIf.ts';

interface Flags
  extends ChartFlags,
    ScenarioFlags,
    OutputFlags,
    DecisionFlags,
    CompareFlags,
    BaselineFlags,
    PictureFlags,
    TraceFlags {
  readonly events?: string;
  readonly maxEvents?: number;
  readonly checkDeterminism?: boolean;
  readonly without?: string[];
}

/** What every run of the command is done with. */
interface RunOptions extends Pick<Flags, 'checkDeterminism' | 'maxEvents'> {
  readonly decisions: ExplainOptions;
}

const EXAMPLES = `Examples:
  rollsim run scenario.yaml
  rollsim run manifests/ --nodes 40 --kubectl 'set image deployment/web server=web:v2'
  rollsim run shop --seeds 30 -o csv > runs.csv
  rollsim run incidents
  rollsim run scenario.yaml --events log.jsonl
  rollsim run scenario.yaml --explain pod/web-0
  rollsim run scenario.yaml --explain rollout/web
  rollsim run scenario.yaml --follow recording.jsonl
  rollsim run shop --without all
  rollsim run shop --compare-versions 1.33,1.37
  rollsim run shop --seeds 20 --baseline before.json
  rollsim run shop --export-svg rollout.svg
  rollsim run shop --seeds 10 --export-html report.html
  rollsim run shop --export-trace trace.json --export-openmetrics run.om
`;

/** `rollsim run` */
export function createCommand(): Command {
  const command = new Command('run')
    .description(
      'Play a scenario and report each rollout: how long it took, how far availability dipped, what it needed.',
    )
    .addHelpText('before', EXAMPLES)
    .addHelpText('after', boundsHelp());
  addSeedOptions(addScenarioOptions(command))
    .optionsGroup('Run:')
    .option('--events <file>', 'Write the event log as JSON lines; "-": to stdout, in place of the result')
    .option('--max-events <count>', 'Stop after this many events of the simulation, with exit code 5', wholeNumber(1))
    .option(
      '--explain <SUBJECT>',
      'pod/NAME: why a pod is on its node, or on none; rollout/NAME: what it waited for, second by second; repeatable',
      collect,
    )
    .option(
      '--follow <file>',
      'Bind each pod where this recording has it, and judge its choices; exit code 4 if one is not among the best',
    )
    .option(
      '--without <bounds>',
      'Play each seed again without one thing that bounds rollouts, and tell what it saves; all: each of them; repeatable',
      collect,
    )
    .option(
      '--compare-versions <versions>',
      'Play each seed as each of these versions of Kubernetes, such as 1.33,1.37, and tell what differs; one alone: beside its own',
      collect,
    )
    .option(
      '--compare-gates <gate=bool>',
      'The same with these feature gates set, beside without; several: NAME=true,NAME=false; repeatable',
      collect,
    )
    .option('--check-determinism', 'Run everything twice and compare; exit code 4 if anything differs');
  return addOutputOptions(addChartOptions(addTraceOptions(addPictureOptions(addBaselineOptions(command))))).action(
    async (files: string[], flags: Flags, self: Command) => {
      refuseContradictions(flags, self);
      const scenarios = scenariosOf(files);
      if (scenarios !== undefined) {
        process.exitCode = runFolder(scenarios, flags);
        return;
      }
      const { exitCode, first } = playInput(files, flags);
      process.exitCode = exitCode;
      if (flags.watch !== undefined && first !== undefined) await watch(first, flags.watch);
    },
  );
}

/** What came of it. */
interface Played {
  readonly exitCode: ExitCode;
  /** The first seed's run; undefined where several ways of playing it were compared. */
  readonly first?: ChartedRun;
}

function playInput(files: readonly string[], flags: Flags): Played {
  if (isComparing(flags)) return { exitCode: runComparison(files, flags) };
  const kept = new BaselineFiles(flags);
  let pictures: PictureFiles | undefined;
  let traces: TraceFiles | undefined;
  try {
    pictures = new PictureFiles(flags);
    traces = new TraceFiles(flags);
    return run(files, flags, { kept, pictures, traces });
  } catch (error) {
    kept.discard();
    pictures?.discard();
    traces?.discard();
    throw error;
  }
}

function refuseContradictions(flags: Flags, command: Command): void {
  refuseDecisionFlags(flags);
  refuseWatchWithoutTerminal(flags);
  if (flags.events !== undefined && (flags.seeds ?? 1) > 1) throw new UsageError('--events: needs a single seed');
  if (flags.without !== undefined && flags.output === 'csv') {
    throw new UsageError('--without: CSV has rollouts only; -o json has it');
  }
  if (flags.events === '-' && command.getOptionValueSource('output') === 'cli') {
    throw new UsageError('--events -: stdout cannot take both the events and the result of --output');
  }
}

/** What is written beside the result. */
interface Exports {
  readonly kept: BaselineFiles;
  readonly pictures: PictureFiles;
  readonly traces: TraceFiles;
}

function run(files: readonly string[], flags: Flags, { kept, pictures, traces }: Exports): Played {
  const input = loadInput(files);
  const build = buildOptionsOf(flags);
  const scenario = buildScenario(input, build);
  const thresholds = compileThresholds(scenario.thresholds);
  const seeds = seedsOf(flags, scenario.seed);
  const bounds = boundsOf(flags.without ?? []);
  const decisions = decisionOptionsOf(flags);
  const events = flags.events === undefined ? undefined : new EventLogFile(flags.events);
  printScenarioNotes(scenario, files, flags);
  const began = performance.now();
  const runs = explaining(() => playAll(scenario, seeds, { ...flags, decisions }, events));
  const elapsed = performance.now() - began;
  const report: RunReport = {
    kind: 'run',
    ...provenanceOf(input, build, scenario),
    seeds,
    runs,
    thresholds: thresholds.map((threshold) => threshold.evaluate(runs)),
    ...(bounds.length > 0 && { whatIf: playWithout({ runs, seeds }, scenario, bounds, maxEventsOf(flags)) }),
  };
  if (flags.events !== '-') writeResult(runFormats[flags.output](report, reportOptions(flags)));
  if (flags.events !== undefined && flags.events !== '-') printWritten(flags.events, flags);
  const first = { scenario, seed: runs[0]!.seed, events: runs[0]!.events };
  const isPlain = flags.output === 'table' && seeds.length === 1 && flags.watch === undefined;
  if (flags.events !== '-' && isCharted(flags, first, isPlain)) writeCharts(first);
  pictures.finishRun(report, input, scenario, flags.maxEvents);
  traces.finishRun(report, scenario, flags.maxEvents);
  const isMistyped = printStepNotes(runs, scenario, flags);
  printRunNotes(report, elapsed, flags);
  const isBroken = printBrokenExpectations(scenario, runs);
  const comparison = kept.compare(report);
  kept.finish(report, comparison, [thresholdSuite(report.thresholds), expectationSuite(scenario, runs)]);
  const isWorse = comparison !== undefined && isFailing(comparison, flags);
  return { exitCode: exitCodeOf(report, isMistyped, isBroken || isWorse), first };
}

/** @returns whether a step of the command line failed. */
function printStepNotes(runs: readonly RunResult[], scenario: Scenario, flags: Flags): boolean {
  const given = givenSteps(scenario);
  printStepOutput(runs, given, flags);
  printIdleSteps(runs, flags);
  return printFailedSteps(
    runs.map((run) => failuresOf(run, given)),
    given,
    flags,
  );
}

function playAll(
  scenario: Scenario,
  seeds: readonly number[],
  options: RunOptions,
  events: EventLogFile | undefined,
): RunResult[] {
  try {
    return seeds.map((seed) => runSeed(scenario, seed, options, events));
  } finally {
    // What was logged before an error helps to understand it.
    events?.close();
  }
}

function runSeed(scenario: Scenario, seed: number, options: RunOptions, events: EventLogFile | undefined): RunResult {
  const write = events === undefined ? undefined : (line: LogLine): void => events.write(line);
  if (!options.checkDeterminism) return playOnce(scenario, seed, options, write);
  const first = trace(scenario, seed, options, write);
  refuseDifference(first, trace(scenario, seed, options, undefined));
  return first.result;
}

function trace(
  scenario: Scenario,
  seed: number,
  options: RunOptions,
  write: ((line: LogLine) => void) | undefined,
): RunTrace {
  const lineHashes: number[] = [];
  const result = playOnce(scenario, seed, options, (line) => {
    lineHashes.push(hashLine(line));
    write?.(line);
  });
  return { result, lineHashes };
}

function playOnce(
  scenario: Scenario,
  seed: number,
  options: RunOptions,
  onLogLine: ((line: LogLine) => void) | undefined,
): RunResult {
  const result = runScenario({
    scenario,
    seed,
    ...options.decisions,
    ...(onLogLine === undefined ? {} : { onLogLine }),
    ...maxEventsOf(options),
  });
  return roundAll(result);
}

function maxEventsOf({ maxEvents }: Pick<Flags, 'maxEvents'>): { readonly maxEvents?: number } {
  return maxEvents === undefined ? {} : { maxEvents };
}

function printRunNotes(report: RunReport, elapsedMillis: number, flags: Flags): void {
  printWarnings(report.runs, flags);
  if (flags.output === 'csv' && report.runs.some(({ jobs }) => jobs.length > 0)) {
    printLines(['note: -o csv has a row per rollout; Jobs are in -o json and yaml'], '-v', flags);
  }
  if (report.runs.some(({ end }) => end === 'eventLimit')) {
    writeNote(`error: stopped by --max-events ${flags.maxEvents}; the result is incomplete`);
  }
  printThresholds(report.thresholds, flags);
  if (flags.verbose) {
    const events = report.runs.reduce((sum, result) => sum + result.events, 0);
    const perSecond = Math.round(events / (elapsedMillis / 1000));
    writeNote(`${events} events in ${(elapsedMillis / 1000).toFixed(2)} s of wall-clock time, ${perSecond}/s`);
  }
}

function exitCodeOf({ runs, thresholds }: RunReport, isMistyped: boolean, isBroken: boolean): ExitCode {
  if (runs.some(({ end }) => end === 'eventLimit')) return exitCodes.limit;
  if (isMistyped) return exitCodes.input;
  if (!areAllBest(runs)) return exitCodes.broken;
  return thresholds.every(({ ok }) => ok) && !isBroken ? exitCodes.ok : exitCodes.threshold;
}
