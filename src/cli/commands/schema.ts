import { Argument, Command } from 'commander';
import { renderJson } from '../../report/json.ts';
import { writeResult } from '../streams.ts';

const SCENARIO = 'Scenario';
const SWEEP = 'Sweep';
const SCHEDULER_CONFIGURATION = 'KubeSchedulerConfiguration';

/** `rollsim schema` */
export function createCommand(): Command {
  return new Command('schema')
    .description('Print the JSON Schema of scenario files, for editors')
    .addHelpText('before', 'Examples:\n  rollsim schema > scenario.schema.json\n')
    .addArgument(
      new Argument('[KIND]', 'of which documents')
        .choices([SCENARIO, SWEEP, SCHEDULER_CONFIGURATION])
        .default(SCENARIO),
    )
    .action(async (kind: string) => {
      const scenario = await import('../../scenario/index.ts');
      const schemas: Readonly<Record<string, () => object>> = {
        [SCENARIO]: scenario.scenarioJsonSchema,
        [SWEEP]: scenario.sweepJsonSchema,
        [SCHEDULER_CONFIGURATION]: scenario.schedulerConfigurationJsonSchema,
      };
      writeResult(renderJson(schemas[kind]!()));
    });
}
