import { Command } from 'commander';
import { currentTool } from '../runner/provenance.ts';
import { EXIT_CODES_HELP } from './exitCodes.ts';

/** A command: what the overview says of it, and where it is. */
interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  load(): Promise<{ readonly createCommand: () => Command }>;
}

/** One line a command. Each is loaded only when it is called. */
const COMMANDS: readonly CommandEntry[] = [
  { name: 'run', summary: 'Play one scenario', load: () => import('./commands/run.ts') },
  { name: 'sweep', summary: 'Play it for every combination of settings', load: () => import('./commands/sweep.ts') },
  {
    name: 'recommend',
    summary: 'Name the setting to choose',
    load: () => import('./commands/recommend.ts'),
  },
  { name: 'test', summary: 'Tell which scenarios keep what they promise', load: () => import('./commands/test.ts') },
  { name: 'capacity', summary: 'Find how much is enough', load: () => import('./commands/capacity.ts') },
  { name: 'compare', summary: 'Tell what became better or worse', load: () => import('./commands/compare.ts') },
  { name: 'report', summary: 'Show a result that was kept', load: () => import('./commands/report.ts') },
  {
    name: 'calibrate',
    summary: 'Read how pods behave out of a real cluster',
    load: () => import('./commands/calibrate.ts'),
  },
  { name: 'validate', summary: 'Check files without running them', load: () => import('./commands/validate.ts') },
  { name: 'import', summary: 'Begin where a real cluster is', load: () => import('./commands/import.ts') },
  { name: 'schema', summary: 'Print the JSON Schema of scenarios', load: () => import('./commands/schema.ts') },
  { name: 'list', summary: 'List the ready scenarios', load: () => import('./commands/list.ts') },
  { name: 'version', summary: 'Print the version', load: () => import('./commands/version.ts') },
];

const WIDEST_HELP = 98;

/** The whole command line, with the options of only those commands that the arguments name. */
export async function createProgram(args: readonly string[]): Promise<Command> {
  const program = new Command('rollsim')
    .description('A wind tunnel for Kubernetes rollouts: plays your manifests in virtual time.')
    .version(currentTool().version, '-V, --version', 'Print the version')
    .helpOption('-h, --help', 'Print help')
    .helpCommand('help [command]', 'Print help')
    .configureOutput({ getOutHelpWidth: helpWidth, getErrHelpWidth: helpWidth, outputError: writeOneLine })
    .exitOverride()
    .addHelpText('before', EXAMPLES)
    .addHelpText('after', `\nOptions of a command: rollsim COMMAND --help\n\n${EXIT_CODES_HELP}`);
  for (const entry of COMMANDS) {
    if (isNamed(entry.name, args)) {
      const command = (await entry.load()).createCommand();
      program.addCommand(command.copyInheritedSettings(program).summary(entry.summary));
    } else program.command(entry.name).summary(entry.summary);
  }
  return program;
}

const EXAMPLES = `Examples:
  rollsim run shop                          a ready scenario (rollsim list)
  rollsim run manifests/ --nodes 40 --restart deployment/web
  rollsim sweep manifests/ --restart deployment/web \\
      --vary deployment/web:maxSurge=0,1,25% --vary deployment/web:maxUnavailable=0,1,25%
`;

/** As the command itself, or as what help is asked for: `help run`. Options of the program take no values. */
function isNamed(name: string, args: readonly string[]): boolean {
  const words = args.filter((word) => !word.startsWith('-'));
  return words[0] === name || (words[0] === 'help' && words[1] === name);
}

function helpWidth(): number {
  return Math.min(process.stdout.columns ?? WIDEST_HELP, WIDEST_HELP);
}

/** Commander puts its suggestion on a line of its own; an error of rollsim is one line. */
function writeOneLine(text: string, write: (text: string) => void): void {
  write(`${text.trimEnd().replaceAll(/\s*\n\s*/g, ' ')}\n`);
}
