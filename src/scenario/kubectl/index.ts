/**
 * The kubectl commands that a scenario's steps may use: command line in, requests to the simulated API server and kubectl's
 * own words out.
 *
 * One file a verb (`verbs/`), listed in `registry.ts`. A verb reads its command line without looking at any cluster, which
 * is how a scenario is checked before it runs, and returns a process that plays it. Here may stand only what kubectl does
 * itself: what its writes lead to is the controllers' business.
 */
import { InputError, type SourcePlace } from '../../api/errors.ts';
import type { Process } from '../../cluster/process.ts';
import type { Micros } from '../../kernel/time.ts';
import { commonFlags, fileFlag, parseFlags } from './flags.ts';
import type { GivenObject } from './manifests.ts';
import { findVerb } from './registry.ts';
import { type Command, type KubectlContext, type KubectlOutcome, Session } from './session.ts';
import { shellWords } from './shellWords.ts';
import { UsageError } from './usageError.ts';
import type { Foresight, Verb, VerbInput } from './verb.ts';
import { apply, applyObjects } from './verbs/apply.ts';

export { ChangeFeed } from './changeFeed.ts';
export type { GivenObject } from './manifests.ts';
export type { KubectlContext, KubectlOutcome } from './session.ts';
export type { Foresight } from './verb.ts';

/** Told of each field of a manifest on stdin that is read but changes nothing; `path` is empty for a whole object. */
export type NotSimulated = (kindName: string, path: string) => void;

/**
 * Checks a command line before any cluster exists.
 *
 * @param commandLine with or without a leading `kubectl`.
 * @param place of the step's `kubectl` field.
 * @param options.stdinPlace where what is wrong on stdin is said to stand; by default `place` too.
 * @throws InputError at that place.
 */
export function validateCommandLine(
  commandLine: string,
  stdin: string,
  place: SourcePlace,
  { notSimulated, stdinPlace }: { readonly notSimulated?: NotSimulated; readonly stdinPlace?: SourcePlace } = {},
): void {
  try {
    const { verb } = parseCommandLine(commandLine, stdin, notSimulated);
    if (stdin !== '' && !verb.flags.includes(fileFlag)) throw unreadStdin(verb);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new InputError(error.message, error.part === 'stdin' ? (stdinPlace ?? place) : place, error.hint);
  }
}

function unreadStdin(verb: Verb): UsageError {
  return new UsageError(`kubectl ${verb.name} reads nothing from stdin`, 'apply and create do, with -f -', 'stdin');
}

/**
 * Its verb, with the subcommand: `set image`.
 *
 * @throws UsageError for a command line that has not been checked.
 */
export function verbName(commandLine: string): string {
  return findVerb(verbFirst(shellWords(commandLine))).verb.name;
}

/**
 * What the words of a command tell of the pods that it will bring about.
 *
 * @throws UsageError for a command line that has not been checked.
 */
export function foresee(commandLine: string, stdin: string): Foresight {
  const { verb, input } = readCommandLine(commandLine, stdin, () => {});
  return verb.foresee?.(input) ?? {};
}

/**
 * Plays a command that `validateCommandLine` has accepted. It takes `kubectlMicros` before its first write.
 *
 * @throws UsageError for a command line that has not been checked.
 */
export function runKubectl(commandLine: string, stdin: string, context: KubectlContext): Process<KubectlOutcome> {
  const { verb, command } = parseCommandLine(commandLine, stdin);
  return play(command, context, verb === apply ? applyMicros(context) : context.kubectlMicros);
}

/** Plays `kubectl apply -f -` with objects that have been read already. */
export function runApply(objects: readonly GivenObject[], context: KubectlContext): Process<KubectlOutcome> {
  return play((session) => applyObjects(session, objects), context, applyMicros(context));
}

function applyMicros(context: KubectlContext): Micros {
  return context.kubectlApplyMicros ?? context.kubectlMicros;
}

function* play(command: Command, context: KubectlContext, startMicros: Micros): Process<KubectlOutcome> {
  yield { kind: 'sleep', micros: startMicros };
  const session = new Session(context);
  yield* command(session);
  return session.outcome();
}

function parseCommandLine(
  commandLine: string,
  stdin: string,
  notSimulated: NotSimulated = () => {},
): { readonly verb: Verb; readonly command: Command } {
  const { verb, input } = readCommandLine(commandLine, stdin, notSimulated);
  return { verb, command: verb.parse(input) };
}

function readCommandLine(
  commandLine: string,
  stdin: string,
  notSimulated: NotSimulated,
): { readonly verb: Verb; readonly input: VerbInput } {
  const words = shellWords(commandLine);
  const { verb, rest } = findVerb(verbFirst(words[0] === 'kubectl' ? words.slice(1) : words));
  const { args, flags } = parseFlags(rest, [...commonFlags, ...verb.flags], verb.name);
  return { verb, input: { args, flags, stdin, notSimulated } };
}

/** kubectl takes its global flags in front of the verb too: `-n shop rollout restart deployment/web`. */
function verbFirst(words: readonly string[]): readonly string[] {
  let verbAt = 0;
  while (words[verbAt]?.startsWith('-')) verbAt += words[verbAt] === '-n' || words[verbAt] === '--namespace' ? 2 : 1;
  return [...words.slice(verbAt), ...words.slice(0, verbAt)];
}
