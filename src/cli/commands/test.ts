import { Command, Option } from 'commander';
import type { Check } from '../../report/checks.ts';
import { renderJunit } from '../../report/junit.ts';
import { formatThresholdValue } from '../../report/thresholdValue.ts';
import { runScenario } from '../../runner/simulation.ts';
import { compileThresholds } from '../../runner/thresholds.ts';
import { buildScenario } from '../../scenario/index.ts';
import { type ExitCode, exitCodes } from '../exitCodes.ts';
import { brokenExpectations, expectingSteps } from '../expectations.ts';
import { ExportFile } from '../exportFile.ts';
import { describeFailure } from '../failure.ts';
import { type ScenarioFile, scenarioFiles } from '../scenarioFiles.ts';
import { loadInput, seedsOf } from '../scenarioOptions.ts';
import { styleFor, writeResult } from '../streams.ts';
import { wholeNumber } from '../values.ts';

interface Flags {
  readonly seed?: number;
  readonly seeds?: number;
  readonly quiet?: boolean;
  readonly output: 'table' | 'json';
  readonly exportJunit?: string;
}

/** How one file did. */
interface Verdict {
  readonly file: string;
  readonly description: string;
  /** `error`: it could not be played, or holds nothing. */
  readonly result: 'passed' | 'failed' | 'error';
  /** What did not hold, a line each. */
  readonly problems: readonly string[];
}

const NOTHING_HELD = 'holds nothing: give its steps expect or expectError, or the scenario thresholds';

const EXAMPLES = `Examples:
  rollsim test tour
  rollsim test scenarios/ shop-canary.yaml --seeds 10
`;

/** `rollsim test` */
export function createCommand(): Command {
  return new Command('test')
    .description(
      'Play scenario files one by one and tell which keep what they promise: thresholds, and what steps expect.',
    )
    .addHelpText('before', EXAMPLES)
    .argument('<file...>', 'Scenario files, folders of them, or the names of ready ones')
    .option('--seed <number>', "First seed (default: each scenario's own, else 1)", wholeNumber(0))
    .option('--seeds <count>', 'Play each with this many seeds (default: 1)', wholeNumber(1))
    .addOption(new Option('-o, --output <format>', 'Format').choices(['table', 'json']).default('table'))
    .option('--export-junit <file>', 'Write a test case for each file as JUnit XML')
    .option('-q, --quiet', 'Only what does not hold')
    .action((names: string[], flags: Flags) => {
      const junit = flags.exportJunit === undefined ? undefined : new ExportFile('--export-junit', flags.exportJunit);
      const verdicts = judgeAll(names, flags, junit);
      writeResult(flags.output === 'json' ? `${JSON.stringify(verdicts, undefined, 2)}\n` : render(verdicts, flags));
      process.exitCode = exitCodeOf(verdicts);
    });
}

function judgeAll(names: readonly string[], flags: Flags, junit: ExportFile | undefined): Verdict[] {
  try {
    const verdicts = scenarioFiles(names).map((file) => judge(file, flags));
    junit?.finish(renderJunit('rollsim test', [{ name: 'scenarios', checks: verdicts.map(checkOf) }]));
    return verdicts;
  } catch (error) {
    junit?.discard();
    throw error;
  }
}

function checkOf({ file, result, problems }: Verdict): Check {
  return { name: file, state: result, details: problems };
}

function judge(file: ScenarioFile, flags: Flags): Verdict {
  const { path, description } = file;
  try {
    const problems = play(path, flags);
    if (problems === undefined) return { file: path, description, result: 'error', problems: [NOTHING_HELD] };
    return { file: path, description, result: problems.length === 0 ? 'passed' : 'failed', problems };
  } catch (error) {
    const { text } = describeFailure(error, false);
    return { file: path, description, result: 'error', problems: [text] };
  }
}

/** What did not hold; undefined when there is nothing to hold. */
function play(path: string, flags: Flags): string[] | undefined {
  const scenario = buildScenario(loadInput([path]), {});
  const thresholds = compileThresholds(scenario.thresholds);
  if (thresholds.length === 0 && expectingSteps(scenario).length === 0) return undefined;
  const runs = seedsOf(flags, scenario.seed).map((seed) => runScenario({ scenario, seed }));
  const ofSeed = (seed: number) => (runs.length > 1 ? `seed ${seed}, ` : '');
  const broken = runs.flatMap((run) =>
    brokenExpectations(scenario, run).map((sentence) => ofSeed(run.seed) + sentence),
  );
  const breached = thresholds.map((threshold) => threshold.evaluate(runs)).filter(({ ok }) => !ok);
  return [
    ...broken,
    ...breached.map((verdict) => `${verdict.metric} ${verdict.expression}: ${formatThresholdValue(verdict)}`),
  ];
}

function render(verdicts: readonly Verdict[], { quiet }: Flags): string {
  const style = styleFor(process.stdout);
  const lines = verdicts.flatMap(({ file, description, result, problems }) => {
    if (quiet && result === 'passed') return [];
    const mark = result === 'passed' ? style('good', 'ok  ') : style('bad', 'FAIL');
    const told = description === '' ? '' : style('faint', `  ${description}`);
    return [`${mark}  ${file}${told}`, ...problems.map((problem) => `      ${problem}`)];
  });
  const passed = verdicts.filter(({ result }) => result === 'passed').length;
  return [...lines, `${passed} passed, ${verdicts.length - passed} failed`].map((line) => `${line}\n`).join('');
}

function exitCodeOf(verdicts: readonly Verdict[]): ExitCode {
  if (verdicts.some(({ result }) => result === 'error')) return exitCodes.input;
  return verdicts.every(({ result }) => result === 'passed') ? exitCodes.ok : exitCodes.threshold;
}
