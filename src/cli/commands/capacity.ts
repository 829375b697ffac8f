import { Command, Option } from 'commander';
import { parseDurationMicros } from '../../api/duration.ts';
import { referenceTo } from '../../api/reference.ts';
import type { Manifest } from '../../api/types.ts';
import { capacityFormats } from '../../report/formats.ts';
import { type CapacityResult, findCapacity, zonesOf } from '../../runner/capacity/capacity.ts';
import { provenanceOf } from '../../runner/provenance.ts';
import { type BuildOptions, buildScenario, type LoadedInput } from '../../scenario/index.ts';
import type { Scenario } from '../../scenario/types.ts';
import { capacityScale, type ScaleFlags } from '../capacityScale.ts';
import { type ExitCode, exitCodes } from '../exitCodes.ts';
import { UsageError } from '../failure.ts';
import { printScenarioNotes } from '../notes.ts';
import { addVerbosity, type OutputFlags, reportOptions } from '../outputOptions.ts';
import {
  addScenarioOptions,
  addSeedOptions,
  buildOptionsOf,
  loadInput,
  type ScenarioFlags,
  seedsOf,
} from '../scenarioOptions.ts';
import { writeNote, writeResult } from '../streams.ts';
import { collect } from '../values.ts';

interface Flags extends ScenarioFlags, OutputFlags, ScaleFlags {
  readonly output: 'table' | 'json' | 'yaml';
  readonly within?: string;
  readonly loseZone?: string[];
  readonly rollouts?: string;
}

const EXAMPLES = `Examples:
  rollsim capacity shop --seeds 10
  rollsim capacity manifests/ --restart deployment/web --within 10m --lose-zone each
  rollsim capacity manifests/ --rollouts all --find nodes --pool spot
  rollsim capacity scenario.yaml --find quota --quota team --resource requests.cpu
  rollsim capacity scenario.yaml --find max-surge
`;

/** `rollsim capacity` */
export function createCommand(): Command {
  const command = new Command('capacity')
    .description(
      'Find the fewest nodes, the smallest quota or the largest surge for which nothing stalls, with the evidence on both sides; exit code 99 if none is enough.',
    )
    .addHelpText('before', EXAMPLES);
  addSeedOptions(addScenarioOptions(command))
    .optionsGroup('Capacity:')
    .addOption(
      new Option('--find <what>', 'What to look for').choices(['nodes', 'quota', 'max-surge']).default('nodes'),
    )
    .option('--pool <name>', 'Pool whose nodes are counted, where there are several')
    .option('--quota <name>', 'ResourceQuota, where there are several')
    .option('--resource <name>', 'What the quota limits, such as pods or requests.cpu, where there are several')
    .option('--of <deployment>', 'deployment/NAME whose maxSurge is looked for (default: the one that rolls out)')
    .option('--within <duration>', 'Each rollout must complete in this time, such as 10m')
    .option(
      '--lose-zone <zone>',
      'Also when this zone is lost right after the rollout began; each: every zone by itself; repeatable',
      collect,
    )
    .option('--rollouts <count>', 'Restart this many workloads, the first ones, at the same moment; all: all of them')
    .optionsGroup('Output:')
    .addOption(
      new Option('-o, --output <format>', 'Format of the result').choices(['table', 'json', 'yaml']).default('table'),
    )
    .option('--no-headers', 'Leave out headings, and the sentences under a table');
  return addVerbosity(command).action((files: string[], flags: Flags) => {
    process.exitCode = run(files, flags);
  });
}

function run(files: readonly string[], flags: Flags): ExitCode {
  const input = loadInput(files);
  const build = withRollouts(input, buildOptionsOf(flags), flags);
  const scenario = buildScenario(input, build);
  refuseWithoutRollout(scenario);
  const scale = capacityScale(scenario, flags);
  const zones = lostZones(scenario, flags);
  const withinSeconds = withinOf(flags);
  printScenarioNotes(scenario, files, flags);
  const onProbe = (text: string): void => {
    if (flags.verbose) writeNote(`${scale.path}=${text}`);
  };
  const seeds = seedsOf(flags, scenario.seed);
  const found = findCapacity({ input, build, seeds, scale, withinSeconds, zones, onProbe });
  const result: CapacityResult = { ...provenanceOf(input, build, scenario), ...found };
  writeResult(capacityFormats[flags.output](result, reportOptions(flags)));
  return result.edge === null ? exitCodes.threshold : exitCodes.ok;
}

/** One command line that restarts several workloads, so that they roll out at once. */
function withRollouts(input: LoadedInput, build: BuildOptions, { rollouts }: Flags): BuildOptions {
  if (rollouts === undefined) return build;
  const workloads = restartable(buildScenario(input, build));
  const count = rollouts === 'all' ? workloads.length : Number(rollouts);
  if (!Number.isInteger(count) || count < 1) throw new UsageError(`--rollouts ${rollouts}: expected a count, or all`);
  if (count > workloads.length) {
    throw new UsageError(`--rollouts ${rollouts}: the input has ${workloads.length} workloads that roll out`);
  }
  const chosen = workloads.slice(0, count);
  const [namespace, ...others] = new Set(chosen.map(({ meta }) => meta.namespace));
  if (others.length > 0) {
    const hint = 'write steps with the same time in place of it';
    throw new UsageError(
      `--rollouts ${rollouts}: a command is about one namespace, and these are in several (${hint})`,
    );
  }
  const names = chosen.map(({ kind, meta }) => `${kind.toLowerCase()}/${meta.name}`);
  return { ...build, kubectl: [...(build.kubectl ?? []), `rollout restart -n ${namespace} ${names.join(' ')}`] };
}

function restartable({ objects }: Scenario): Manifest[] {
  const kinds: readonly string[] = ['Deployment', 'StatefulSet', 'DaemonSet'];
  return objects.filter(({ kind }) => kinds.includes(kind));
}

function refuseWithoutRollout(scenario: Scenario): void {
  if (scenario.steps.some(({ kind }) => kind === 'kubectl')) return;
  const [first] = restartable(scenario);
  const example = first === undefined ? 'deployment/NAME' : referenceTo(first.kind, first.meta);
  throw new UsageError(`nothing rolls out in this scenario (--restart ${example})`);
}

function lostZones(scenario: Scenario, { loseZone = [] }: Flags): string[] {
  const known = zonesOf(scenario);
  const hint = known.length === 0 ? 'no node has a zone' : `the zones are ${known.join(', ')}`;
  if (loseZone.includes('each')) {
    if (known.length === 0) throw new UsageError(`--lose-zone each: ${hint}`);
    return known;
  }
  const unknown = loseZone.find((zone) => !known.includes(zone));
  if (unknown !== undefined) throw new UsageError(`--lose-zone ${unknown}: ${hint}`);
  return loseZone;
}

function withinOf({ within }: Flags): number {
  if (within === undefined) return Number.POSITIVE_INFINITY;
  try {
    return parseDurationMicros(within) / 1e6;
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(`--within: ${error.message}`);
    throw error;
  }
}
