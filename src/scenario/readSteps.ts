/** Steps: those of a Scenario, and those that the command line adds. */
import { type DecodeContext, failAt, parseAt } from '../api/decode/context.ts';
import type { SourceDocument } from '../api/document.ts';
import { formatDuration, parseDurationMicros } from '../api/duration.ts';
import { InputError, type SourcePlace } from '../api/errors.ts';
import type { FieldPath } from '../api/path.ts';
import type { JsonValue } from '../api/types.ts';
import type { Micros } from '../kernel/time.ts';
import { readPodSeries } from './createPods.ts';
import { type NotSimulated, validateCommandLine } from './kubectl/index.ts';
import { readNodeSelection } from './nodeSelection.ts';
import type { NotSimulatedReport } from './notSimulated.ts';
import { nodeNames, readPool } from './pools.ts';
import { findObject, identityOf, parseReference } from './reference.ts';
import type { StepInput } from './schema.ts';
import type { AddNodesStep, CreatePodsStep, KubectlStep, Step } from './types.ts';

const HOUR_MICROS = 3_600_000_000;
const DEFAULT_NAMESPACE = 'default';

/** What the command line adds to the steps. */
export interface ReadyStepOptions {
  /** `--kubectl`: command lines to run, one after another, each when everything is ready. */
  readonly kubectl?: readonly string[];
  /** `--restart`: workloads, `deployment/web`, to restart when everything is ready. */
  readonly restart?: readonly string[];
}

const OUTAGE_STEPS = ['failNode', 'recoverNode'] as const;
/** Of which a step has one. */
const ACTIONS = ['kubectl', 'addNodes', 'createPods', ...OUTAGE_STEPS] as const;
/** What only a kubectl command can have. */
const ASIDES = ['stdin', 'expect', 'expectError'] as const;

/** A step that can make room for a node of the same name. */
const DELETES_NODES = /^delete\s+(no|nodes?)\b/;

/**
 * Reads the scenario's own steps, in order.
 *
 * @param existing names of the nodes that are there from the start.
 * @throws InputError for a step that cannot be taken, such as one that adds a node that is there.
 */
export function readSteps(
  context: DecodeContext,
  report: NotSimulatedReport,
  inputs: readonly StepInput[],
  existing: readonly string[],
): Step[] {
  const steps = inputs.map((input, index) => readStep(context, report, ['steps', index], input));
  const names = new Set(existing);
  for (const [index, step] of steps.entries()) {
    // What a selector deletes only the run can tell; it holds the names against each other too.
    if (step.kind === 'kubectl' && DELETES_NODES.test(step.commandLine)) return steps;
    if (step.kind === 'addNodes') refuseKnownNames(context, ['steps', index, 'addNodes'], step, names);
  }
  return steps;
}

function refuseKnownNames(context: DecodeContext, path: FieldPath, { pool }: AddNodesStep, names: Set<string>): void {
  for (const name of nodeNames(pool)) {
    if (names.has(name)) {
      failAt(context, [...path, 'name'], `there is a node ${JSON.stringify(name)} already`, 'choose another name');
    }
    names.add(name);
  }
}

function readStep(context: DecodeContext, report: NotSimulatedReport, path: FieldPath, step: StepInput): Step {
  const at = readDuration(context, [...path, 'at'], step.at);
  refuseTwoSteps(context, path, step);
  const outage = OUTAGE_STEPS.find((name) => step[name] !== undefined);
  if (outage !== undefined) {
    const nodes = readNodeSelection(context, [...path, outage], step[outage]!);
    return { kind: outage, at, nodes, place: context.place([...path, outage]) };
  }
  if (step.addNodes !== undefined) {
    const place = context.place([...path, 'addNodes']);
    return { kind: 'addNodes', at, pool: readPool(context, [...path, 'addNodes'], step.addNodes), place };
  }
  if (step.createPods !== undefined) return createPodsStep(context, report, path, at, step);
  const commandPath = [...path, 'kubectl'];
  if (step.kubectl === undefined) failAt(context, commandPath, 'Required value', 'a step runs a kubectl command line');
  const stdinPlace = context.place([...path, 'stdin']);
  const notSimulated: NotSimulated = (kind, field) => {
    report.add(field === '' ? kind : `${kind} ${field}`, step, () => stdinPlace);
  };
  const options = { notSimulated, stdinPlace };
  const kubectl = kubectlStep(at, step.kubectl, step.stdin ?? '', context.place(commandPath), options);
  return { ...kubectl, ...readExpectations(context, path, step) };
}

function createPodsStep(
  context: DecodeContext,
  report: NotSimulatedReport,
  stepPath: FieldPath,
  at: Micros,
  step: StepInput,
): CreatePodsStep {
  const path = [...stepPath, 'createPods'];
  const place = context.place(path);
  const input = step.createPods!;
  const every = input.every === undefined ? undefined : readDuration(context, [...path, 'every'], input.every);
  const notSimulated: NotSimulated = (kind, field) => report.add(`${kind} ${field}`, step, () => place);
  return { kind: 'createPods', at, series: readPodSeries({ ...context, notSimulated }, path, input, every), place };
}

/** @throws InputError for what does not go together. */
function refuseTwoSteps(context: DecodeContext, path: FieldPath, step: StepInput): void {
  const [first, second] = ACTIONS.filter((name) => step[name] !== undefined);
  if (second !== undefined) {
    failAt(context, [...path, second], `a step does one thing, and this one has ${first} already`, undefined, 'key');
  }
  const aside = ASIDES.find((name) => step[name] !== undefined);
  if (aside === undefined || first === undefined || first === 'kubectl') return;
  failAt(context, [...path, aside], `only a kubectl command has it, and this step has ${first}`, undefined, 'key');
}

/** What the step's answer is held against. */
function readExpectations(
  context: DecodeContext,
  path: FieldPath,
  step: StepInput,
): Pick<KubectlStep, 'expect' | 'expectError'> {
  const read = (name: 'expect' | 'expectError'): RegExp | undefined => {
    const text = step[name];
    if (text === undefined) return undefined;
    try {
      return new RegExp(text, 'm');
    } catch (error) {
      // The engine names the expression, with flags that are not the user's.
      const reason = (error as Error).message.split(': ').at(-1);
      return failAt(context, [...path, name], `${JSON.stringify(text)} is not a regular expression: ${reason}`);
    }
  };
  const expect = read('expect');
  const expectError = read('expectError');
  return { ...(expect === undefined ? {} : { expect }), ...(expectError === undefined ? {} : { expectError }) };
}

/** The steps that the command line adds, after the scenario's own. */
export function readySteps(options: ReadyStepOptions, documents: readonly SourceDocument[]): Step[] {
  const commands = (options.kubectl ?? []).map((line) =>
    kubectlStep('ready', line, '', { file: `--kubectl '${line}'` }),
  );
  return [...commands, ...(options.restart ?? []).map((text) => restartStep(text, documents))];
}

function restartStep(text: string, documents: readonly SourceDocument[]): Step {
  const flag = `--restart ${text}`;
  const found = documents[findObject(documents, parseReference(text, flag), flag)]!;
  const { namespace, kind, name } = identityOf(found.value)!;
  const suffix = namespace === DEFAULT_NAMESPACE ? '' : ` --namespace=${namespace}`;
  return kubectlStep('ready', `rollout restart ${kind}/${name}${suffix}`, '', { file: flag });
}

function kubectlStep(
  at: Micros | 'ready',
  text: string,
  stdin: string,
  place: SourcePlace,
  options?: Parameters<typeof validateCommandLine>[3],
): KubectlStep {
  const commandLine = text.trim().replace(/^kubectl\s+/, '');
  if (commandLine === '') throw new InputError('expected a kubectl command line', place);
  validateCommandLine(commandLine, stdin, place, options);
  return { kind: 'kubectl', at, commandLine, stdin, place };
}

export function defaultUntil(steps: readonly Step[]): Micros {
  const waiting = steps.filter(({ at }) => at === 'ready').length;
  const last = Math.max(0, ...steps.map(({ at }) => (at === 'ready' ? 0 : at)));
  return last + HOUR_MICROS * (1 + waiting);
}

export function lateSteps(steps: readonly Step[], untilMicros: Micros): string[] {
  return steps.flatMap(({ at }, index) => {
    if (at === 'ready' || at <= untilMicros) return [];
    return [
      `steps[${index}] at ${formatDuration(at)} is not run: the run ends at ${formatDuration(untilMicros)} (until)`,
    ];
  });
}

/** @throws InputError for what is no duration. */
export function readDuration(context: DecodeContext, path: FieldPath, value: JsonValue): Micros {
  if (typeof value === 'string' || typeof value === 'number') {
    return parseAt(context, path, () => parseDurationMicros(value));
  }
  return failAt(context, path, `expected a duration such as "90s", got ${JSON.stringify(value)}`);
}
