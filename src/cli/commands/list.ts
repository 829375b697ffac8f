import { Command, Option } from 'commander';
import { renderJson } from '../../report/json.ts';
import { renderTextTable } from '../../report/textTable.ts';
import { type ReadyScenario, readyScenarios } from '../readyScenarios.ts';
import { styleFor, writeResult } from '../streams.ts';

interface Flags {
  readonly output: 'table' | 'json' | 'name';
  readonly headers: boolean;
}

/** `rollsim list` */
export function createCommand(): Command {
  return new Command('list')
    .description('List the scenarios that come with rollsim; run and sweep take their names')
    .addOption(new Option('-o, --output <format>', 'Format').choices(['table', 'json', 'name']).default('table'))
    .option('--no-headers', 'Leave out headings')
    .addHelpText('before', 'Examples:\n  rollsim list\n  rollsim run shop\n')
    .action((flags: Flags) => writeResult(render(readyScenarios(), flags)));
}

function render(scenarios: readonly ReadyScenario[], { output, headers }: Flags): string {
  if (output === 'json') return renderJson(scenarios);
  if (output === 'name') return scenarios.map(({ name }) => `${name}\n`).join('');
  const columns = [
    { heading: 'NAME', align: 'left' as const, cells: scenarios.map(({ name }) => name) },
    { heading: 'DESCRIPTION', align: 'left' as const, cells: scenarios.map(({ description }) => description) },
    { heading: 'PATH', align: 'left' as const, cells: scenarios.map(({ path }) => path) },
  ];
  return renderTextTable(columns, { headers, style: styleFor(process.stdout) });
}
