/** `behavior` of a Scenario: from what the user writes to the kubelet's rules. */
import { isJsonObject } from '../api/canonical.ts';
import { type DecodeContext, failAt, parseAt } from '../api/decode/context.ts';
import { didYouMean } from '../api/nearest.ts';
import type { FieldPath } from '../api/path.ts';
import { type LabelSelector, parseLabelSelector } from '../api/selector.ts';
import type { JsonValue } from '../api/types.ts';
import { AT_ONCE, type Distribution, NOT_AT_ALL } from '../kernel/distribution.ts';
import {
  type AttemptDelays,
  type BehaviorMatch,
  type BehaviorRule,
  type ContainerBehavior,
  type ContainerDelays,
  DELAY_WORDS,
  type ExitCodes,
  SUCCESS,
} from '../kubelet/behavior.ts';
import { readDelay } from './delays.ts';
import { kindOfWord } from './reference.ts';
import type { BehaviorInput } from './schema.ts';
import { readLoad, readUsage } from './usage.ts';

/** What can stand above a pod, and the pod itself. */
const WORKLOAD_KINDS = [
  'deployment',
  'replicaset',
  'replicationcontroller',
  'statefulset',
  'daemonset',
  'job',
  'cronjob',
  'pod',
] as const;

/** What a rule leaves out. */
const LEFT_OUT: ContainerDelays = {
  pull: AT_ONCE,
  start: AT_ONCE,
  ready: AT_ONCE,
  terminate: AT_ONCE,
  unready: NOT_AT_ALL,
  live: AT_ONCE,
  run: NOT_AT_ALL,
  hang: NOT_AT_ALL,
};

/** Delays that may differ from start to start: those that lead to another start. */
const READ_BY_ATTEMPT = ['run', 'hang'] as const;

const MOST_EXIT_CODE = 255;
const EXIT_CODE_FORMS = 'an exit code, {sequence: [...]} or {attempts: [...]}';

type ContainerInput = NonNullable<BehaviorInput['containers']>[string];

/**
 * Reads all rules, in order.
 *
 * @throws InputError at the first delay, exit code, image, selector or workload that makes no sense.
 */
export function readBehavior(context: DecodeContext, rules: readonly BehaviorInput[]): BehaviorRule[] {
  return rules.map((rule, index) => readRule(context, ['behavior', index], rule));
}

function readRule(context: DecodeContext, path: FieldPath, rule: BehaviorInput): BehaviorRule {
  const containers = Object.entries(rule.containers ?? {});
  return {
    match: readMatch(context, [...path, 'match'], rule.match ?? {}),
    ...LEFT_OUT,
    ...readDelays(context, path, rule),
    exitCode: rule.exitCode === undefined ? SUCCESS : readExitCode(context, [...path, 'exitCode'], rule.exitCode),
    containers: new Map(
      containers.map(([name, container]) => [name, readContainer(context, [...path, 'containers', name], container)]),
    ),
    errorRate: rule.errorRate ?? 0,
    ...(rule.usage !== undefined && { usage: readUsage(context, [...path, 'usage'], rule.usage) }),
    ...(rule.load !== undefined && { load: readLoad(context, [...path, 'load'], rule.load) }),
  };
}

function readDelays(context: DecodeContext, path: FieldPath, input: ContainerInput): Partial<ContainerDelays> {
  const delays = DELAY_WORDS.flatMap((word) => {
    const value = input[word];
    if (value === undefined) return [];
    const read = (READ_BY_ATTEMPT as readonly string[]).includes(word) ? readAttempts : readDelay;
    return [[word, read(context, [...path, word], value)]];
  });
  return Object.fromEntries(delays) as Partial<ContainerDelays>;
}

/** A delay, or one for each start of the container. */
function readAttempts(context: DecodeContext, path: FieldPath, value: JsonValue): Distribution | AttemptDelays {
  if (!isJsonObject(value) || value.attempts === undefined) return readDelay(context, path, value);
  const { attempts } = value;
  if (!Array.isArray(attempts) || attempts.length === 0 || Object.keys(value).length > 1) {
    return failAt(context, path, 'expected {attempts: [...]} with a delay for each start of the container');
  }
  const delays = attempts.map((delay, index) => readDelay(context, [...path, 'attempts', index], delay));
  return { kind: 'attempts', delays };
}

function readContainer(context: DecodeContext, path: FieldPath, input: ContainerInput): ContainerBehavior {
  const { exitCode, writes, reads } = input;
  if (writes !== undefined && writes === reads) {
    failAt(context, [...path, 'reads'], 'a container cannot wait for what it writes itself');
  }
  return {
    ...readDelays(context, path, input),
    ...(exitCode === undefined ? {} : { exitCode: readExitCode(context, [...path, 'exitCode'], exitCode) }),
    ...(writes === undefined ? {} : { writes }),
    ...(reads === undefined ? {} : { reads }),
  };
}

function readExitCode(context: DecodeContext, path: FieldPath, value: JsonValue): ExitCodes {
  if (!isJsonObject(value)) return { kind: 'constant', code: readCode(context, path, value) };
  const [kind, ...others] = Object.keys(value);
  if ((kind !== 'sequence' && kind !== 'attempts') || others.length > 0) {
    return failAt(context, path, `expected ${EXIT_CODE_FORMS}`);
  }
  const codes = value[kind]!;
  if (!Array.isArray(codes) || codes.length === 0) {
    return failAt(context, [...path, kind], 'expected a list of at least one exit code');
  }
  return { kind, codes: codes.map((code, index) => readCode(context, [...path, kind, index], code)) };
}

function readCode(context: DecodeContext, path: FieldPath, value: JsonValue): number {
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    return failAt(context, path, `expected integer, got ${JSON.stringify(value)}`);
  }
  if (value < 0) return failAt(context, path, 'must be greater than or equal to 0');
  return value <= MOST_EXIT_CODE ? value : failAt(context, path, `must be less than or equal to ${MOST_EXIT_CODE}`);
}

function readMatch(context: DecodeContext, path: FieldPath, match: NonNullable<BehaviorInput['match']>): BehaviorMatch {
  return {
    ...(match.image === undefined ? {} : { image: readImage(context, [...path, 'image'], match.image) }),
    ...(match.labels === undefined ? {} : { labels: readLabels(context, [...path, 'labels'], match.labels) }),
    ...(match.workload === undefined ? {} : { workload: readWorkload(context, [...path, 'workload'], match.workload) }),
  };
}

function readImage(context: DecodeContext, path: FieldPath, image: string): string {
  if (!image.slice(0, -1).includes('*')) return image;
  return failAt(context, path, 'may have a * at its end only', 'as in "web:*"');
}

/** Either labels as in `matchLabels`, or a whole selector. */
function readLabels(context: DecodeContext, path: FieldPath, labels: JsonValue): LabelSelector {
  const isSelector =
    isJsonObject(labels) && (isJsonObject(labels.matchLabels) || Array.isArray(labels.matchExpressions));
  if (isSelector) return parseAt(context, path, () => parseLabelSelector(labels));
  // The selector's errors speak of matchLabels, which the user did not write.
  const here: DecodeContext = { ...context, place: (inner, part) => context.place(withoutMatchLabels(inner), part) };
  return parseAt(here, path, () => parseLabelSelector({ matchLabels: labels }));
}

function withoutMatchLabels(path: FieldPath): FieldPath {
  return path.filter((step) => step !== 'matchLabels');
}

function readWorkload(context: DecodeContext, path: FieldPath, text: string): { kind: string; name: string } {
  const [word, name, ...rest] = text.split('/');
  if (!word || !name || rest.length > 0) {
    failAt(context, path, `expected KIND/NAME such as "deployment/web", got ${JSON.stringify(text)}`);
  }
  const kind = WORKLOAD_KINDS.find((known) => known === kindOfWord(word));
  if (kind === undefined) {
    const hint = didYouMean(word, WORKLOAD_KINDS) ?? `expected one of ${WORKLOAD_KINDS.join(', ')}`;
    return failAt(context, path, `${JSON.stringify(word)} is not a kind of workload`, hint);
  }
  return { kind, name };
}
