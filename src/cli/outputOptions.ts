import { type Command, Option } from 'commander';
import type { FormatName } from '../report/formats.ts';
import type { ReportOptions } from '../report/options.ts';
import { styleFor } from './streams.ts';

export interface OutputFlags {
  readonly output: FormatName;
  readonly headers: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

const FORMAT_NAMES: readonly FormatName[] = ['table', 'wide', 'json', 'yaml', 'csv'];

/** `-q` and `-v`, which every command has. */
export function addVerbosity(command: Command): Command {
  return command
    .option('-q, --quiet', 'Print results and errors only')
    .option('-v, --verbose', 'Print every note, what every step printed, and the stack of an error');
}

/** How results are printed. */
export function addOutputOptions(command: Command): Command {
  command
    .optionsGroup('Output:')
    .addOption(new Option('-o, --output <format>', 'Format of the result').choices(FORMAT_NAMES).default('table'))
    .option('--no-headers', 'Leave out headings, and the sentences under a table');
  return addVerbosity(command);
}

/** What the report needs of the flags. */
export function reportOptions(flags: OutputFlags): ReportOptions {
  return { headers: flags.headers, style: styleFor(process.stdout) };
}
