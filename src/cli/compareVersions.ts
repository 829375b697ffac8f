/** `--compare-versions` and `--compare-gates` of `rollsim run`. */
import { didYouMean } from '../api/nearest.ts';
import { versionFormats } from '../report/formats.ts';
import { provenanceOf } from '../runner/provenance.ts';
import type { SimulationOptions } from '../runner/simulation.ts';
import { type BuiltVariant, compareVersions, type VersionComparison } from '../runner/versionComparison.ts';
import { type BuildOptions, buildScenario, type LoadedInput, type Setting } from '../scenario/index.ts';
import { type ExitCode, exitCodes } from './exitCodes.ts';
import { printBrokenExpectations } from './expectations.ts';
import { UsageError } from './failure.ts';
import { printScenarioNotes, printThresholds, printWarnings } from './notes.ts';
import { type OutputFlags, reportOptions } from './outputOptions.ts';
import { buildOptionsOf, loadInput, type ScenarioFlags, seedsOf } from './scenarioOptions.ts';
import { failuresOf, givenSteps, printFailedSteps } from './stepNotes.ts';
import { writeNote, writeResult } from './streams.ts';

export interface CompareFlags {
  /** `1.33,1.37` */
  readonly compareVersions?: string[];
  /** `PodDeletionCost=false,…`: a variant each time the flag is given. */
  readonly compareGates?: string[];
}

type Flags = CompareFlags & ScenarioFlags & OutputFlags & Pick<SimulationOptions, 'maxEvents'>;

/** Flags that are about one way to play a scenario. */
const OF_ONE_VARIANT = [
  'events',
  'explain',
  'follow',
  'checkDeterminism',
  'without',
  'baseline',
  'saveBaseline',
  'exportSvg',
  'exportHtml',
  'exportTrace',
  'exportOpenmetrics',
  'exportJunit',
  'exportMarkdown',
] as const;

export function isComparing({ compareVersions: versions, compareGates: gates }: CompareFlags): boolean {
  return versions !== undefined || gates !== undefined;
}

/** Builds and plays all variants, and prints how they differ. */
export function runComparison(files: readonly string[], flags: Flags): ExitCode {
  refuseFlagsOfOne(flags);
  const input = loadInput(files);
  const build = buildOptionsOf(flags);
  const variants = variantsOf(input, build, flags);
  const { scenario } = variants[0]!;
  const seeds = seedsOf(flags, scenario.seed);
  for (const variant of variants.slice(1)) printNewNotes(variant, scenario.assumptions, files, flags);
  printScenarioNotes(scenario, files, flags);
  const { maxEvents } = flags;
  const compared = compareVersions(variants, seeds, maxEvents === undefined ? {} : { maxEvents });
  const comparison: VersionComparison = { ...provenanceOf(input, build, scenario), ...compared };
  writeResult(versionFormats[flags.output](comparison, reportOptions(flags)));
  return finish(comparison, variants, flags);
}

function refuseFlagsOfOne(flags: Flags): void {
  const given = flags as unknown as Readonly<Record<string, unknown>>;
  const asked = flags.compareVersions === undefined ? '--compare-gates' : '--compare-versions';
  const refused = OF_ONE_VARIANT.find((name) => given[name] !== undefined);
  if (refused !== undefined) {
    const flag = refused.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new UsageError(`--${flag}: plays a scenario in one way, and ${asked} in several`);
  }
  if (flags.compareVersions !== undefined && flags.compareGates !== undefined) {
    throw new UsageError('--compare-gates: cannot be compared together with --compare-versions');
  }
  if (flags.compareVersions !== undefined && flags.kubernetes !== undefined) {
    throw new UsageError('--kubernetes: --compare-versions names the versions');
  }
}

/** The scenario's own version comes first where the flags name nothing to compare with. */
function variantsOf(input: LoadedInput, build: BuildOptions, flags: CompareFlags): BuiltVariant[] {
  const versions = (flags.compareVersions ?? []).flatMap((text) => text.split(',').map((version) => version.trim()));
  const own = (): BuiltVariant => {
    const scenario = buildScenario(input, build);
    return { label: scenario.kubernetes.text, scenario };
  };
  const gates = (flags.compareGates ?? []).map((text) => gateVariant(input, build, text));
  const named = versions.map((version): BuiltVariant => {
    const setting = { path: 'kubernetes', value: version, text: version, flag: `--compare-versions ${version}` };
    const scenario = buildScenario(input, { ...build, settings: [...(build.settings ?? []), setting] });
    return { label: scenario.kubernetes.text, scenario };
  });
  const variants = named.length >= 2 ? named : [own(), ...named, ...gates];
  const labels = variants.map(({ label }) => label);
  const twice = labels.find((label, index) => labels.indexOf(label) !== index);
  if (twice === undefined) return variants;
  throw new UsageError(`--compare-${gates.length > 0 ? 'gates' : 'versions'}: ${twice} is there twice`);
}

function gateVariant(input: LoadedInput, build: BuildOptions, text: string): BuiltVariant {
  const settings = text.split(',').map((part): Setting => {
    const [, name, value] = /^\s*(\w+)=(.*?)\s*$/.exec(part) ?? [];
    if (name === undefined) throw new UsageError(`--compare-gates ${text}: expected NAME=true or NAME=false`);
    if (value !== 'true' && value !== 'false') {
      const hint = didYouMean(value!, ['true', 'false']) ?? 'true or false';
      throw new UsageError(`--compare-gates ${text}: expected true or false for ${name}, got "${value}" (${hint})`);
    }
    const isOn = value === 'true';
    return { path: `featureGates.${name}`, value: isOn, text: value, flag: `--compare-gates ${name}=${value}` };
  });
  const scenario = buildScenario(input, { ...build, settings: [...(build.settings ?? []), ...settings] });
  return { label: text, scenario };
}

/** What holds for one of the variants and not for the first. */
function printNewNotes(
  { label, scenario }: BuiltVariant,
  known: readonly string[],
  files: readonly string[],
  flags: Flags,
): void {
  const assumptions = scenario.assumptions.filter((text) => !known.includes(text)).map((text) => `${label}: ${text}`);
  printScenarioNotes({ assumptions, notSimulated: [] }, files, flags);
}

function finish({ variants }: VersionComparison, built: readonly BuiltVariant[], flags: Flags): ExitCode {
  const { scenario } = built[0]!;
  const given = givenSteps(scenario);
  const failures = variants[0]!.runs.map((run) => failuresOf(run, given));
  const isMistyped = printFailedSteps(failures, given, flags);
  printWarnings(
    variants.flatMap(({ runs }) => runs),
    flags,
  );
  const broken = variants.map(({ runs, thresholds, label }, index) => {
    if (thresholds.some(({ ok }) => !ok) && !flags.quiet) writeNote(`${label}:`);
    printThresholds(
      thresholds.filter(({ ok }) => !ok),
      flags,
    );
    return printBrokenExpectations(built[index]!.scenario, runs) || thresholds.some(({ ok }) => !ok);
  });
  if (variants.some(({ runs }) => runs.some(({ end }) => end === 'eventLimit'))) {
    writeNote(`error: stopped by --max-events ${flags.maxEvents}; the result is incomplete`);
    return exitCodes.limit;
  }
  if (isMistyped) return exitCodes.input;
  return broken.includes(true) ? exitCodes.threshold : exitCodes.ok;
}
