import { availableParallelism } from 'node:os';
import { Command, Option } from 'commander';
import { type RecommendationFormat, recommendationFormats } from '../../report/formats.ts';
import { gridOf } from '../../runner/grid.ts';
import { firstBuildable } from '../../runner/sweep.ts';
import type { SweepPlan } from '../../runner/sweepPlan.ts';
import { compileThresholds } from '../../runner/thresholds.ts';
import { buildScenario, parseVary, readSweepDocument } from '../../scenario/index.ts';
import { defaultAxes } from '../defaultAxes.ts';
import { type ExitCode, exitCodes } from '../exitCodes.ts';
import { asUsage } from '../failure.ts';
import { listenForInterrupt } from '../interrupt.ts';
import { printScenarioNotes } from '../notes.ts';
import { addVerbosity, reportOptions } from '../outputOptions.ts';
import { DEFAULT_AVAILABILITY, recommendationOf } from '../recommendationOf.ts';
import {
  addScenarioOptions,
  addSeedOptions,
  buildOptionsOf,
  loadInput,
  type ScenarioFlags,
  seedsOf,
} from '../scenarioOptions.ts';
import { writeResult } from '../streams.ts';
import { sweepWithProgress } from '../sweepRun.ts';
import { collect, share, wholeNumber } from '../values.ts';

interface Flags extends ScenarioFlags {
  readonly vary?: string[];
  readonly jobs: number;
  readonly availability: number;
  readonly headroom: number;
  readonly output: RecommendationFormat;
  readonly headers: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

/** One seed gives no verdict. */
const DEFAULT_SEEDS = 10;
const MOST_JOBS = 1024;

const EXAMPLES = `Examples:
  rollsim recommend shop --availability 0.95
  rollsim recommend manifests/ --nodes 20 --restart deployment/web --availability 100% --headroom 10%
  rollsim recommend shop --vary deployment/frontend:maxSurge=10%..50%..10% --vary deployment/frontend:maxUnavailable=0
`;

/** `rollsim recommend` */
export function createCommand(): Command {
  const command = new Command('recommend')
    .description(
      'Play a scenario for every combination of settings, and name the fastest that keeps what is asked for: the setting, its runner-up, the margin, what it waits for, and a patch.',
    )
    .addHelpText('before', EXAMPLES);
  addSeedOptions(addScenarioOptions(command))
    .optionsGroup('Recommendation:')
    .option(
      '--availability <share>',
      'Least share of the desired pods that is always available: 0.95 or 95%',
      share,
      DEFAULT_AVAILABILITY,
    )
    .option('--headroom <share>', 'Share of cpu and memory of the nodes that is never requested: 0.1 or 10%', share, 0)
    .option('--vary <path=values>', 'An axis, as of rollsim sweep; repeatable', collect)
    .option('--jobs <count>', 'Worker threads', wholeNumber(1, MOST_JOBS), availableParallelism())
    .optionsGroup('Output:')
    .addOption(
      new Option('-o, --output <format>', 'Format of the result').choices(['table', 'json', 'yaml']).default('table'),
    )
    .option('--no-headers', 'Leave out headings and sentences');
  return addVerbosity(command).action(async (files: string[], flags: Flags) => {
    process.exitCode = await recommendCommand(files, flags);
  });
}

async function recommendCommand(files: readonly string[], flags: Flags): Promise<ExitCode> {
  const build = buildOptionsOf(flags);
  const given = asUsage(() => flags.vary?.map((text) => parseVary(text)));
  const input = loadInput(files);
  const axes = given ?? readSweepDocument(input)?.axes ?? defaultAxes(buildScenario(input, build));
  const seeds = flags.seeds ?? DEFAULT_SEEDS;
  asUsage(() => gridOf(axes, seeds));
  const base = firstBuildable({ input, build, axes, seeds: [0] });
  compileThresholds(base.thresholds);
  const plan: SweepPlan = { input, build, axes, seeds: seedsOf({ ...flags, seeds }, base.seed) };
  const interrupt = listenForInterrupt();
  try {
    printScenarioNotes(base, files, flags);
    const result = await sweepWithProgress(plan, flags, interrupt);
    const report = recommendationOf(result, flags);
    writeResult(recommendationFormats[flags.output](report, reportOptions({ ...flags, output: 'table' })));
    const isFound = report.recommendation.best !== null;
    return interrupt.exitCode() ?? (isFound ? exitCodes.ok : exitCodes.threshold);
  } finally {
    interrupt.stopListening();
  }
}
