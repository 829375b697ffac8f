import { Command } from 'commander';
import { counted } from '../../report/units.ts';
import { compileThresholds } from '../../runner/thresholds.ts';
import { type BuildOptions, buildScenario, readSweepDocument } from '../../scenario/index.ts';
import type { Scenario } from '../../scenario/types.ts';
import { type ExitCode, exitCodes } from '../exitCodes.ts';
import { describeFailure } from '../failure.ts';
import { scenarioNotes } from '../notes.ts';
import { addVerbosity } from '../outputOptions.ts';
import { addScenarioOptions, buildOptionsOf, loadInput, type ScenarioFlags } from '../scenarioOptions.ts';
import { writeNote, writeResult } from '../streams.ts';

interface Flags extends ScenarioFlags {
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

/** `rollsim validate` */
export function createCommand(): Command {
  const command = new Command('validate')
    .description('Read and check files as run does, without running them. Each file is checked on its own.')
    .addHelpText(
      'before',
      'Examples:\n  rollsim validate scenario.yaml\n  rollsim validate manifests/*.yaml --strict\n',
    );
  return addVerbosity(addScenarioOptions(command).optionsGroup('Output:')).action((files: string[], flags: Flags) => {
    const build = buildOptionsOf(flags);
    const codes = files.map((file) => validate(file, () => read(file, build), flags));
    process.exitCode = Math.max(...codes);
  });
}

function read(file: string, build: BuildOptions): Scenario {
  const input = loadInput([file]);
  readSweepDocument(input);
  return buildScenario(input, build);
}

/** Reports on one file; its error must not hide those of the others. */
function validate(file: string, build: () => Parameters<typeof scenarioNotes>[0] & Scenario, flags: Flags): ExitCode {
  try {
    const scenario = build();
    compileThresholds(scenario.thresholds);
    writeResult(`${file}: ok (${describe(scenario)})\n`);
    if (!flags.quiet) for (const note of scenarioNotes(scenario)) writeNote(`${file}: ${note}`);
    return exitCodes.ok;
  } catch (error) {
    const failure = describeFailure(error, flags.verbose === true);
    writeNote(`error: ${failure.text}`);
    return failure.exitCode;
  }
}

function describe({ objects, pools, steps }: Scenario): string {
  const pooled = pools.reduce((sum, { count }) => sum + count, 0);
  const nodes = pooled + objects.filter(({ kind }) => kind === 'Node').length;
  return [counted(objects.length, 'object'), counted(nodes, 'node'), counted(steps.length, 'step')].join(', ');
}
