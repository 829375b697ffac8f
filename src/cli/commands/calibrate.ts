import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { parseDurationMicros } from '../../api/duration.ts';
import { renderCalibrationJson, renderCalibrationTable, renderCalibrationYaml } from '../../report/calibration.ts';
import { counted } from '../../report/units.ts';
import { type Calibration, calibrate, readGrouping } from '../../scenario/calibration/index.ts';
import { documentsOf, readInput } from '../../scenario/index.ts';
import { asUsage, UsageError } from '../failure.ts';
import { printLines } from '../notes.ts';
import { addVerbosity } from '../outputOptions.ts';
import { styleFor, writeNote, writeResult } from '../streams.ts';
import { collect } from '../values.ts';

interface Flags {
  readonly filename?: string[];
  readonly by: string;
  readonly namespace?: string;
  readonly fit?: boolean;
  readonly within: string;
  readonly output: 'yaml' | 'json' | 'table';
  readonly headers: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

/** A Deployment's default `progressDeadlineSeconds`: one whose pods take longer counts as failed. */
const DEFAULT_WITHIN = '10m';

const EXAMPLES = `Examples:
  kubectl get pods -A -o json > pods.json
  kubectl get events -A -o json > events.json
  rollsim calibrate -f pods.json -f events.json > behavior.yaml
  rollsim run manifests/ behavior.yaml --restart deployment/web
  kubectl get pods -n shop -o json | rollsim calibrate - --by workload -o table
`;

/** `rollsim calibrate` */
export function createCommand(): Command {
  const command = new Command('calibrate')
    .description(
      "Read a cluster's pods and events, and write how long they took to pull, start, get ready and stop as a Scenario with behavior.",
    )
    .addHelpText('before', EXAMPLES)
    .argument(
      '[file...]',
      'What kubectl get pods and kubectl get events -o json or yaml print; a folder; "-" for stdin',
    )
    .option('-f, --filename <file>', 'The same as an option; repeatable', collect)
    .optionsGroup('Calibration:')
    .option(
      '--by <what>',
      'One rule for the pods of each image, repository (all tags), workload, or label:KEY',
      'image',
    )
    .option('-n, --namespace <name>', 'Pods of this namespace only')
    .option('--fit', 'Write log-normal distributions in place of what was seen')
    .option('--within <duration>', 'What happened later after the start of a pod is not part of it', DEFAULT_WITHIN)
    .optionsGroup('Output:')
    .addOption(new Option('-o, --output <format>', 'Format').choices(['yaml', 'json', 'table']).default('yaml'))
    .option('--no-headers', 'Leave out the headings of the table');
  return addVerbosity(command).action((files: string[], flags: Flags) =>
    run([...files, ...(flags.filename ?? [])], flags),
  );
}

function run(files: readonly string[], flags: Flags): void {
  if (files.length === 0) throw new UsageError('no input: name a file with -f, or - for standard input');
  const grouping = asUsage(() => readGrouping(flags.by, '--by'));
  const withinMicros = withinOf(flags);
  const documents = documentsOf(readInput(files, () => readFileSync(0, 'utf8')));
  const calibration = calibrate(documents, {
    grouping,
    ...(flags.namespace !== undefined && { namespace: flags.namespace }),
    isFitted: flags.fit === true,
    withinMicros,
  });
  writeResult(render(calibration, flags));
  printNotes(calibration, flags);
}

function withinOf({ within }: Flags): number {
  try {
    return parseDurationMicros(within);
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(`--within: ${error.message}`);
    throw error;
  }
}

function render(calibration: Calibration, { output, headers }: Flags): string {
  if (output === 'json') return renderCalibrationJson(calibration);
  if (output === 'yaml') return renderCalibrationYaml(calibration);
  return renderCalibrationTable(calibration, { headers, style: styleFor(process.stdout) });
}

function printNotes({ pods, events, rules, warnings }: Calibration, flags: Flags): void {
  if (!flags.quiet) {
    writeNote(`${counted(rules.length, 'rule')} of ${counted(pods, 'pod')} and ${counted(events, 'event')}`);
  }
  printLines(
    warnings.map((warning) => `warning: ${warning}`),
    '-v',
    flags,
  );
}
