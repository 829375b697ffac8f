import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { runFormats, sweepFormats } from '../../report/formats.ts';
import { renderRunPage } from '../../report/html/runPage.ts';
import { renderSweepPage } from '../../report/html/sweepPage.ts';
import { parseStoredResult } from '../../runner/comparison/storedResult.ts';
import type { RunReport } from '../../runner/runReport.ts';
import type { SweepResult } from '../../runner/sweepResult.ts';
import { ExportFile, reasonOf } from '../exportFile.ts';
import { UsageError } from '../failure.ts';
import { printWritten } from '../notes.ts';
import { addOutputOptions, type OutputFlags, reportOptions } from '../outputOptions.ts';
import { writeResult } from '../streams.ts';

interface Flags extends OutputFlags {
  readonly exportHtml?: string;
}

const EXAMPLES = `Examples:
  rollsim sweep shop --seeds 10 --export-json shop.json
  rollsim report shop.json
  rollsim report shop.json -o csv > shop.csv
  rollsim report shop.json --export-html shop.html
`;

/** `rollsim report` */
export function createCommand(): Command {
  const command = new Command('report')
    .description('Show a result of run or sweep that was kept: as a table, as CSV, as a page for the browser.')
    .addHelpText('before', EXAMPLES)
    .argument('<result>', 'Written by -o json, --export-json or --save-baseline')
    .optionsGroup('Pictures:')
    .option(
      '--export-html <file>',
      'Write a report for the browser, without the rollouts: a result does not hold them',
    );
  return addOutputOptions(command).action((file: string, flags: Flags) => {
    const result = parseStoredResult(file, textOf(file));
    const page = flags.exportHtml === undefined ? undefined : new ExportFile('--export-html', flags.exportHtml);
    try {
      writeResult(formatted(result, flags));
      page?.finish(pageOf(result));
    } catch (error) {
      page?.discard();
      throw error;
    }
    if (page !== undefined) printWritten(page.name, flags);
  });
}

function formatted(result: RunReport | SweepResult, flags: Flags): string {
  const options = reportOptions(flags);
  return result.kind === 'run'
    ? runFormats[flags.output](result, options)
    : sweepFormats[flags.output](result, options);
}

function pageOf(result: RunReport | SweepResult): string {
  return result.kind === 'run' ? renderRunPage(result, [], undefined) : renderSweepPage(result, new Map(), undefined);
}

function textOf(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new UsageError(`report ${file}: ${reasonOf(error)}`);
  }
}
