/** `rollsim run FOLDER` of a folder with several scenarios: each is played by itself, and a table has a row for each. */
import { statSync } from 'node:fs';
import path from 'node:path';
import { renderRunCsv } from '../report/csv.ts';
import { renderJson } from '../report/json.ts';
import { renderScenarios, type ScenarioReport } from '../report/scenariosTable.ts';
import { renderYaml } from '../report/yaml.ts';
import { provenanceOf } from '../runner/provenance.ts';
import { roundAll } from '../runner/rounding.ts';
import type { RunReport } from '../runner/runReport.ts';
import { runScenario } from '../runner/simulation.ts';
import { compileThresholds } from '../runner/thresholds.ts';
import { buildScenario } from '../scenario/index.ts';
import { type ExitCode, exitCodes } from './exitCodes.ts';
import { expectingSteps, printBrokenExpectations } from './expectations.ts';
import { UsageError } from './failure.ts';
import { printThresholds } from './notes.ts';
import { type OutputFlags, reportOptions } from './outputOptions.ts';
import { WORKLOADS_FOLDER } from './readyScenarios.ts';
import { type ScenarioFile, scenarioFiles } from './scenarioFiles.ts';
import { buildOptionsOf, loadInput, type ScenarioFlags, seedsOf } from './scenarioOptions.ts';
import { writeNote, writeResult } from './streams.ts';

type Flags = ScenarioFlags & OutputFlags;

/** Flags that are about one run and mean nothing for several scenarios. */
const OF_ONE_SCENARIO = [
  'kubectl',
  'restart',
  'events',
  'maxEvents',
  'explain',
  'follow',
  'checkDeterminism',
  'without',
  'compareVersions',
  'compareGates',
  'baseline',
  'saveBaseline',
  'exportTrace',
  'exportOpenmetrics',
  'exportJunit',
  'exportMarkdown',
  'exportSvg',
  'exportHtml',
] as const;

/** The scenarios that the command line names as one folder; undefined when it names a single scenario. */
export function scenariosOf(names: readonly string[]): ScenarioFile[] | undefined {
  const [name] = names;
  if (name === undefined || names.length > 1 || !isFolder(name)) return undefined;
  try {
    const files = scenarioFiles([name]);
    return files.length > 1 ? files : undefined;
  } catch {
    // A folder of manifests alone is an input like any other.
    return undefined;
  }
}

function isFolder(name: string): boolean {
  const candidates = [name, ...(/^[\w-]+(\/[\w-]+)*$/.test(name) ? [path.join(WORKLOADS_FOLDER, name)] : [])];
  const found = candidates.map((file) => statSync(file, { throwIfNoEntry: false })).find((stat) => stat !== undefined);
  return found?.isDirectory() ?? false;
}

/**
 * Plays all of them and prints them as one result.
 *
 * @throws UsageError for a flag that is about one scenario
 */
export function runFolder(files: readonly ScenarioFile[], flags: Flags): ExitCode {
  refuseFlagsOfOne(flags);
  const scenarios = files.map((file) => play(file, flags));
  writeResult(render(scenarios, flags));
  return scenarios.some(({ isHeld }) => isHeld === false) ? exitCodes.threshold : exitCodes.ok;
}

function refuseFlagsOfOne(flags: Flags): void {
  const given = flags as unknown as Readonly<Record<string, unknown>>;
  const refused = OF_ONE_SCENARIO.find((name) => given[name] !== undefined);
  if (refused === undefined) return;
  const flag = refused.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new UsageError(`--${flag}: needs a single scenario, and the folder has several`);
}

function play({ path: file, description }: ScenarioFile, flags: Flags): ScenarioReport {
  const input = loadInput([file]);
  const build = buildOptionsOf(flags);
  const scenario = buildScenario(input, build);
  const thresholds = compileThresholds(scenario.thresholds);
  const seeds = seedsOf(flags, scenario.seed);
  const runs = seeds.map((seed) => roundAll(runScenario({ scenario, seed })));
  const report: RunReport = {
    kind: 'run',
    ...provenanceOf(input, build, scenario),
    seeds,
    runs,
    thresholds: thresholds.map((threshold) => threshold.evaluate(runs)),
  };
  const breached = report.thresholds.filter(({ ok }) => !ok);
  if (breached.length > 0) writeNote(`${report.scenario}:`);
  printThresholds(breached, flags);
  const isBroken = printBrokenExpectations(scenario, runs) || breached.length > 0;
  const promises = thresholds.length + expectingSteps(scenario).length;
  return { report, description, isHeld: promises === 0 ? undefined : !isBroken };
}

function render(scenarios: readonly ScenarioReport[], flags: Flags): string {
  const options = reportOptions(flags);
  const reports = scenarios.map(({ report }) => report);
  switch (flags.output) {
    case 'json':
      return renderJson(reports);
    case 'yaml':
      return renderYaml(reports);
    case 'csv':
      return reports.map((report, index) => renderRunCsv(report, { headers: flags.headers && index === 0 })).join('');
    default:
      return renderScenarios(scenarios, options);
  }
}
