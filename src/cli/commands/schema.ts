import { Command } from 'commander';
import { renderJson } from '../../report/json.ts';
import { writeResult } from '../streams.ts';

/** `rollsim schema` */
export function createCommand(): Command {
  return new Command('schema')
    .description('Print the JSON Schema of scenario files, for editors')
    .addHelpText('before', 'Examples:\n  rollsim schema > scenario.schema.json\n')
    .action(async () => {
      const { scenarioJsonSchema } = await import('../../scenario/index.ts');
      writeResult(renderJson(scenarioJsonSchema()));
    });
}
