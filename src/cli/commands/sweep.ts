import { availableParallelism } from 'node:os';
import { Command } from 'commander';
import { axisNames, axisWorkloads } from '../../report/axisNames.ts';
import { sweepThresholdSuite } from '../../report/checks.ts';
import { recommendationFormats, sweepFormats } from '../../report/formats.ts';
import { renderTextTable, type TextColumn } from '../../report/textTable.ts';
import { counted, formatShare } from '../../report/units.ts';
import type { Objective } from '../../runner/decide/pareto.ts';
import { ownSettings } from '../../runner/decide/reference.ts';
import { looseRows, type Precision } from '../../runner/precision.ts';
import { provenanceOf } from '../../runner/provenance.ts';
import { firstBuildable } from '../../runner/sweep.ts';
import type { SweepPlan } from '../../runner/sweepPlan.ts';
import type { SweepResult } from '../../runner/sweepResult.ts';
import { compileThresholds } from '../../runner/thresholds.ts';
import { variantsOf } from '../../runner/variants.ts';
import { type Axis, buildScenario, parseVary, readSweepDocument } from '../../scenario/index.ts';
import type { Scenario } from '../../scenario/types.ts';
import { addBaselineOptions, BaselineFiles, type BaselineFlags, isFailing } from '../baseline.ts';
import { Checkpoint } from '../checkpoint.ts';
import { type DecideFlags, decideOptionsOf } from '../decideOptions.ts';
import { defaultAxes } from '../defaultAxes.ts';
import { type ExitCode, exitCodes } from '../exitCodes.ts';
import { ExportFile } from '../exportFile.ts';
import { asUsage, UsageError } from '../failure.ts';
import { listenForInterrupt } from '../interrupt.ts';
import {
  printNothingRollsOut,
  printScenarioNotes,
  printSweepThresholds,
  printWarnings,
  printWritten,
} from '../notes.ts';
import { addOutputOptions, type OutputFlags, reportOptions } from '../outputOptions.ts';
import { addPictureOptions, PictureFiles, type PictureFlags } from '../pictures.ts';
import { DEFAULT_AVAILABILITY, recommendationOf } from '../recommendationOf.ts';
import {
  addScenarioOptions,
  addSeedOptions,
  buildOptionsOf,
  loadInput,
  type ScenarioFlags,
  seedsOf,
} from '../scenarioOptions.ts';
import { givenSteps, printFailedSteps } from '../stepNotes.ts';
import { styleFor, writeNote, writeResult } from '../streams.ts';
import { sweepWithProgress } from '../sweepRun.ts';
import { collect, share, wholeNumber } from '../values.ts';

interface Flags extends ScenarioFlags, OutputFlags, BaselineFlags, DecideFlags, PictureFlags {
  readonly vary?: string[];
  readonly jobs: number;
  readonly sample?: number;
  readonly precision?: number;
  readonly maxSeeds?: number;
  readonly resume?: string;
  readonly availability?: number;
  readonly headroom?: number;
  readonly exportCsv?: string;
  readonly exportJson?: string;
  readonly dryRun?: boolean;
}

/** An export, and what to write there. */
interface Export {
  readonly file: ExportFile;
  readonly format: 'csv' | 'json';
}

const MOST_JOBS = 1024;
const MOST_SAMPLED = 1_000_000;

const EXAMPLES = `Examples:
  rollsim sweep scenario.yaml --vary deployment/web:maxSurge=0,1,25% \\
      --vary deployment/web:maxUnavailable=0,1,25% --seeds 30
  rollsim sweep manifests/ --restart deployment/web --vary nodes=20,40,80 --export-csv nodes.csv
  rollsim sweep shop --seeds 10 --export-html report.html
  rollsim sweep experiment.yaml     (kind: Sweep: axes, seeds and the scenario in a file)
`;

/** `rollsim sweep` */
export function createCommand(): Command {
  const command = new Command('sweep')
    .description('Play a scenario for every combination of settings, each with the same seeds.')
    .addHelpText('before', EXAMPLES);
  addSeedOptions(addScenarioOptions(command))
    .optionsGroup('Sweep:')
    .option(
      '--vary <path=values>',
      'An axis: deployment/web:maxSurge=0,1,25% or nodes=10..50..10; repeatable (default: strategy settings of the workload that rolls out)',
      collect,
    )
    .option(
      '--jobs <count>',
      'Worker threads; the result does not depend on it',
      wholeNumber(1, MOST_JOBS),
      availableParallelism(),
    )
    .option(
      '--precision <share>',
      'More seeds until both ends of the interval are so close to the median, such as 2%: of durationSeconds, or the first --objective',
      share,
    )
    .option('--max-seeds <count>', 'Most seeds of --precision (default: 500)', wholeNumber(1, MOST_SAMPLED))
    .option('--resume <file>', 'Keep each run there as it ends, and go on where an earlier sweep was cut off')
    .option(
      '--sample <count>',
      'So many variants, spread evenly over the grid; --seed gives others (default: all)',
      wholeNumber(1, MOST_SAMPLED),
    )
    .option(
      '--reference <settings>',
      "What the others are held against: maxSurge=25%,maxUnavailable=0 (default: the scenario's own setting, else the first)",
    )
    .option(
      '--objective <figure>',
      'What marks the Pareto front: min:durationSeconds, max:availableMin; repeatable (default: these and min:requestedCpuMax)',
      collect,
    )
    .option(
      '--availability <share>',
      'Ends by recommending the fastest setting that keeps so many of the desired pods available, as rollsim recommend does',
      share,
    )
    .option('--headroom <share>', 'The same for cpu and memory of the nodes that are never requested', share)
    .option('--dry-run', 'Print the variants and run nothing')
    .option('--export-csv <file>', 'Write a row per variant and workload')
    .option('--export-json <file>', 'Write everything, with the numbers of every run');
  return addOutputOptions(addPictureOptions(addBaselineOptions(command))).action(
    async (files: string[], flags: Flags) => {
      process.exitCode = await sweepCommand(files, flags);
    },
  );
}

async function sweepCommand(files: readonly string[], given: Flags): Promise<ExitCode> {
  const build = buildOptionsOf(given);
  const varied = asUsage(() => given.vary?.map((text) => parseVary(text)));
  const input = loadInput(files);
  const request = readSweepDocument(input);
  const flags = withRequest(given, request);
  refuseUnprinted(flags);
  const named = varied ?? request?.axes;
  const axes = named ?? defaultAxes(buildScenario(input, build));
  asUsage(() => variantsOf({ axes, seeds: new Array(flags.seeds ?? 1).fill(0), ...sampleOf(flags, 0) }));
  const decide = decideOptionsOf(flags, axes);
  const base = firstBuildable({ input, build, axes, seeds: [0], ...sampleOf(flags, 0) });
  compileThresholds(base.thresholds);
  const seeds = seedsOf(flags, base.seed);
  const whole: SweepPlan = { input, build, axes, seeds };
  const reference = decide.reference ?? ownSettings(whole);
  const plan: SweepPlan = { ...whole, ...sampleOf(flags, seeds[0]!, reference) };
  if (flags.dryRun) {
    writeResult(describePlan(plan, flags));
    return exitCodes.ok;
  }
  const store = flags.resume === undefined ? undefined : new Checkpoint(flags.resume, provenanceOf(input, build, base));
  const kept = new BaselineFiles(flags);
  const exports = openExports(flags);
  const interrupt = listenForInterrupt();
  let pictures: PictureFiles | undefined;
  try {
    pictures = new PictureFiles(flags);
    if (named === undefined && !flags.quiet) writeNote(describeDefault(axes));
    printScenarioNotes(base, files, flags);
    if (store !== undefined && store.known > 0 && !flags.quiet) {
      writeNote(`${flags.resume} has ${counted(store.known, 'run')}, which are not played again`);
    }
    const asked = { ...plan, ...decide, reference, ...(store && { store }) };
    const precision = precisionOf(flags, decide.objectives);
    const result = await sweepWithProgress(asked, flags, interrupt, precision);
    for (const { file, format } of exports) file.finish(sweepFormats[format](result, exportOptions));
    writeResult(sweepFormats[flags.output](result, reportOptions(flags)));
    const isFound = writeRecommendation(result, flags);
    for (const { file } of exports) printWritten(file.name, flags);
    pictures.finishSweep(result, plan);
    if (precision !== undefined) printLoose(result, precision, flags);
    const isMistyped = printSweepNotes(result, base, flags);
    const comparison = kept.compare(result);
    kept.finish(result, comparison, [sweepThresholdSuite(result)]);
    if (interrupt.exitCode() === undefined && comparison !== undefined && isFailing(comparison, flags)) {
      return exitCodes.threshold;
    }
    return (
      interrupt.exitCode() ?? (isMistyped ? exitCodes.input : isFound ? thresholdCode(result) : exitCodes.threshold)
    );
  } catch (error) {
    kept.discard();
    pictures?.discard();
    for (const { file } of exports) file.discard();
    throw error;
  } finally {
    interrupt.stopListening();
  }
}

function isRecommending({ availability, headroom }: Flags): boolean {
  return availability !== undefined || headroom !== undefined;
}

function refuseUnprinted(flags: Flags): void {
  if (!isRecommending(flags) || flags.output === 'table' || flags.output === 'wide') return;
  const flag = flags.availability === undefined ? '--headroom' : '--availability';
  throw new UsageError(`${flag}: stands below a table; rollsim recommend has it as JSON and YAML`);
}

/** @returns false if one was asked for and no setting keeps what it has to. */
function writeRecommendation(result: SweepResult, flags: Flags): boolean {
  if (!isRecommending(flags)) return true;
  const { availability = DEFAULT_AVAILABILITY, headroom = 0 } = flags;
  const report = recommendationOf(result, { availability, headroom });
  writeResult(`\n${recommendationFormats.table(report, reportOptions(flags))}`);
  return report.recommendation.best !== null;
}

/** @returns whether a step of the command line failed in all runs. */
function printSweepNotes(result: SweepResult, base: Scenario, flags: Flags): boolean {
  const runs = result.variants.flatMap((variant) => variant.runs);
  printWarnings(runs, flags);
  printNothingRollsOut(result, flags);
  const isMistyped = printFailedSteps(
    runs.map(({ failedSteps }) => failedSteps),
    givenSteps(base),
    flags,
  );
  printSweepThresholds(result, flags);
  return isMistyped;
}

function describeDefault(axes: readonly Axis[]): string {
  const paths = axes.map(({ path }) => path);
  const texts = axisNames(paths).map((name, index) => `${name}=${axes[index]!.texts.join(',')}`);
  return `varying ${texts.join(' and ')} of ${axisWorkloads(paths)[0]} (--vary chooses)`;
}

const exportOptions = { headers: true, style: (_emphasis: unknown, text: string): string => text };

function openExports(flags: Flags): Export[] {
  const exports: Export[] = [];
  try {
    if (flags.exportCsv !== undefined) {
      exports.push({ format: 'csv', file: new ExportFile('--export-csv', flags.exportCsv) });
    }
    if (flags.exportJson !== undefined) {
      exports.push({ format: 'json', file: new ExportFile('--export-json', flags.exportJson) });
    }
    return exports;
  } catch (error) {
    for (const { file } of exports) file.discard();
    throw error;
  }
}

/** A sweep looks for settings that keep the promises; that some do not is what it is for. */
function thresholdCode({ variants }: SweepResult): ExitCode {
  const judged = variants.filter(({ thresholds }) => thresholds.length > 0);
  const isMet = judged.length === 0 || judged.some(({ thresholds }) => thresholds.every(({ ok }) => ok));
  return isMet ? exitCodes.ok : exitCodes.threshold;
}

/** What flags leave open, a Sweep of the input says. */
function withRequest(flags: Flags, request: ReturnType<typeof readSweepDocument>): Flags {
  if (request === undefined) return flags;
  const { axes: _axes, objectives, precision, ...others } = request;
  const asked = {
    ...others,
    precision: precision === undefined ? undefined : share(precision),
    objective: objectives && [...objectives],
  };
  const known = Object.entries(asked).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(known), ...flags };
}

function precisionOf(
  { precision, maxSeeds = 500 }: Flags,
  objectives: readonly Objective[] = [],
): Precision | undefined {
  const metric = objectives[0]?.metric ?? 'durationSeconds';
  return precision === undefined ? undefined : { metric, share: precision, mostSeeds: maxSeeds };
}

function printLoose(result: SweepResult, precision: Precision, flags: Flags): void {
  const loose = looseRows(result, precision).length;
  if (loose === 0 || flags.quiet || result.partial) return;
  const rows = result.variants.reduce((sum, variant) => sum + variant.rows.length, 0);
  writeNote(
    `${precision.metric} of ${loose} of ${rows} is not within ${formatShare(precision.share)} after ${counted(result.seeds.length, 'seed')} (--max-seeds)`,
  );
}

function sampleOf({ sample }: Flags, seed: number, including = {}): Pick<SweepPlan, 'sample'> {
  return sample === undefined ? {} : { sample: { count: sample, seed, including } };
}

function describePlan(plan: SweepPlan, flags: Flags): string {
  const { axes, seeds } = plan;
  const grid = variantsOf(plan);
  const columns: TextColumn[] = [
    { heading: 'VARIANT', align: 'right', cells: grid.map((_, index) => String(index + 1)) },
    ...axes.map(({ path }, index): TextColumn => {
      return { heading: path, align: 'right', cells: grid.map((settings) => settings[index]!.text) };
    }),
    {
      heading: 'SEEDS',
      align: 'left',
      cells: grid.map(() => (seeds.length === 1 ? `${seeds[0]}` : `${seeds[0]} to ${seeds.at(-1)}`)),
    },
  ];
  const table = renderTextTable(columns, { headers: flags.headers, style: styleFor(process.stdout) });
  const parts = `${counted(grid.length, 'variant')}, ${counted(seeds.length, 'seed')}`;
  return flags.headers ? `${table}\n${counted(grid.length * seeds.length, 'run')} (${parts}); none was done.\n` : table;
}
