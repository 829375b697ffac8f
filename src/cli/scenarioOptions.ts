import { existsSync, readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { InputError } from '../api/errors.ts';
import { nearest } from '../api/nearest.ts';
import { type BuildOptions, type LoadedInput, parseSet, readInput } from '../scenario/index.ts';
import { ASSUMED_NODES } from '../scenario/pools.ts';
import { asUsage } from './failure.ts';
import { readyScenarioPath, readyScenarios } from './readyScenarios.ts';
import { collect, wholeNumber } from './values.ts';

/** Flags of every command that runs or checks something. */
export interface ScenarioFlags {
  readonly nodes?: number;
  readonly kubectl?: string[];
  readonly restart?: string[];
  readonly set?: string[];
  readonly seed?: number;
  readonly seeds?: number;
  readonly kubernetes?: string;
  readonly until?: string;
  readonly strict?: boolean;
}

const MOST_NODES = 1_000_000;
const MOST_SEEDS = 100_000;
const LARGEST_SEED = 2 ** 32 - 1;

/** What is read and what is changed about it. */
export function addScenarioOptions(command: Command): Command {
  return command
    .argument('<file...>', 'Scenario, manifests, a folder, "-" for stdin, or the name of a ready scenario')
    .optionsGroup('Scenario:')
    .option(
      '--nodes <count>',
      `Nodes of the only pool, or default nodes in place of ${ASSUMED_NODES} if the input has none; of several pools, set one: --set nodes/POOL=<count>`,
      wholeNumber(1, MOST_NODES),
    )
    .option('--kubectl <command>', 'A kubectl command line to run when everything is ready; repeatable', collect)
    .option(
      '--restart <workload>',
      'The same with rollout restart, of deployment/NAME, statefulset/NAME or daemonset/NAME; repeatable',
      collect,
    )
    .option('--set <path=value>', 'Change a setting: deployment/web:maxSurge=25%; repeatable', collect)
    .option('--kubernetes <version>', 'Version of Kubernetes to play, such as 1.37')
    .option('--until <duration>', 'End of the run at the latest, such as 20m')
    .option('--strict', 'Refuse what would be read but not simulated');
}

/** Chance. */
export function addSeedOptions(command: Command): Command {
  return command
    .option(
      '--seed <number>',
      "Seed of all random delays (default: the scenario's, else 1)",
      wholeNumber(0, LARGEST_SEED),
    )
    .option('--seeds <count>', 'Runs with this many seeds, from --seed on (default: 1)', wholeNumber(1, MOST_SEEDS));
}

/** Reads the files; a name that is not a file may be a ready scenario's. */
export function loadInput(files: readonly string[]): LoadedInput {
  const paths = files.map((file) => readyScenarioPath(file) ?? file);
  try {
    return readInput(paths, () => readFileSync(0, 'utf8'));
  } catch (error) {
    throw error instanceof InputError ? withReadyName(error, paths) : error;
  }
}

/** A file that is not there may be a ready scenario with a typing error. */
function withReadyName(error: InputError, paths: readonly string[]): InputError {
  const { message, place, hint } = error;
  const file = place?.line === undefined ? place?.file : undefined;
  if (file === undefined || hint !== undefined || !paths.includes(file) || existsSync(file)) return error;
  const ready = readyHint(file);
  return ready === undefined ? error : new InputError(message, place, ready);
}

function readyHint(file: string): string | undefined {
  const names = readyScenarios().map(({ name }) => name);
  const first = names.find((name) => name.startsWith(`${file}/`));
  if (first !== undefined) return `several ready scenarios: rollsim test ${file} plays them all, ${first} is one`;
  const meant = nearest(file.replace(/\.ya?ml$/, ''), names);
  if (meant !== undefined) return `did you mean the ready scenario "${meant}"?`;
  return /^[\w-]+$/.test(file) ? 'rollsim list names the ready scenarios' : undefined;
}

/** The flags in the scenario's own terms. */
export function buildOptionsOf(flags: ScenarioFlags): BuildOptions {
  const { nodes, kubectl, restart, kubernetes, until, strict, set } = flags;
  return {
    ...(nodes === undefined ? {} : { nodes }),
    ...(kubectl === undefined ? {} : { kubectl }),
    ...(restart === undefined ? {} : { restart }),
    ...(kubernetes === undefined ? {} : { kubernetes }),
    ...(until === undefined ? {} : { until }),
    ...(strict === undefined ? {} : { strict }),
    ...(set === undefined ? {} : { settings: asUsage(() => set.map((text) => parseSet(text))) }),
  };
}

/** Consecutive seeds, from the given one or the scenario's own. */
export function seedsOf(flags: ScenarioFlags, scenarioSeed: number): number[] {
  const first = flags.seed ?? scenarioSeed;
  return Array.from({ length: flags.seeds ?? 1 }, (_, index) => first + index);
}
