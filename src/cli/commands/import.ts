import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { parseRfc3339 } from '../../api/dateTime.ts';
import { parseSelectorFlag } from '../../api/selector.ts';
import { renderImportedJson, renderImportedYaml } from '../../report/importedState.ts';
import { documentsOf, type ImportedState, importDump, readInput } from '../../scenario/index.ts';
import { UsageError } from '../failure.ts';
import { printLines } from '../notes.ts';
import { addVerbosity } from '../outputOptions.ts';
import { writeNote, writeResult } from '../streams.ts';
import { collect } from '../values.ts';

interface Flags {
  readonly filename?: string[];
  readonly namespace?: string;
  readonly selector?: string;
  readonly now?: string;
  readonly name?: string;
  readonly output: 'yaml' | 'json';
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

const EXAMPLES = `Examples:
  kubectl get nodes,csinodes,ns,deploy,rs,rc,sts,ds,controllerrevisions,job,cronjob,pdb,hpa,\\
      quota,limitrange,priorityclass,svc,pvc,pv,sc,pods -A -o json > dump.json
  rollsim import -f dump.json > cluster.yaml
  rollsim run cluster.yaml behavior.yaml --restart deployment/web
  rollsim import -f dump.json --namespace shop | rollsim run - --kubectl 'drain node-3'
`;

/** `rollsim import` */
export function createCommand(): Command {
  const command = new Command('import')
    .description(
      "Read a dump of a cluster's objects, and write a scenario that begins as the cluster was: running pods stay where they are.",
    )
    .addHelpText('before', EXAMPLES)
    .argument('[file...]', 'What kubectl get … -A -o json or yaml prints; a folder; "-" for stdin')
    .option('-f, --filename <file>', 'The same as an option; repeatable', collect)
    .optionsGroup('Import:')
    .option('-n, --namespace <name>', 'Objects of this namespace only; the others take their room on the nodes')
    .option('-l, --selector <labels>', 'Objects with these labels, and what they control; the others as above')
    .option('--now <time>', 'When the dump was taken (default: the latest time in it), such as 2026-11-25T06:00:00Z')
    .option('--name <name>', 'Names the scenario (default: the first file)')
    .optionsGroup('Output:')
    .addOption(new Option('-o, --output <format>', 'Format; JSON is faster').choices(['yaml', 'json']).default('yaml'));
  return addVerbosity(command).action((files: string[], flags: Flags) =>
    run([...files, ...(flags.filename ?? [])], flags),
  );
}

function run(files: readonly string[], flags: Flags): void {
  if (files.length === 0) throw new UsageError('no input: name a file with -f, or - for standard input');
  const { namespace, selector, now } = flags;
  const options = {
    name: flags.name ?? nameOf(files[0]!),
    namespace,
    selector: selector === undefined ? undefined : parsed('--selector', () => parseSelectorFlag(selector)),
    atEpochMicros: now === undefined ? undefined : parsed('--now', () => parseRfc3339(now).epochMicros),
  };
  const documents = documentsOf(readInput(files, () => readFileSync(0, 'utf8')));
  const imported = importDump(documents, options);
  writeResult(flags.output === 'json' ? renderImportedJson(imported) : renderImportedYaml(imported));
  printNotes(imported, flags);
}

function parsed<T>(flag: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(`${flag}: ${error.message}`);
    throw error;
  }
}

function nameOf(file: string): string {
  return file === '-' ? 'cluster' : file.replace(/^.*[\\/]/, '').replace(/\.[^.]*$/, '');
}

function printNotes({ scenario, counts, notes }: ImportedState, flags: Flags): void {
  if (!flags.quiet) {
    const found = [...counts].map(([kind, count]) => `${count} ${kind}`).join(', ');
    const { at } = scenario.state as { at: string };
    writeNote(`as of ${at}: ${found}`);
    writeNote('left out: environment, commands, other annotations, Secrets and ConfigMaps (docs/import.md)');
  }
  printLines(notes, '-v', flags);
}
