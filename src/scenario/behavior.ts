/** `behavior` of a Scenario: from what the user writes to the kubelet's rules. */
import { isJsonObject } from '../api/canonical.ts';
import { type DecodeContext, failAt, parseAt } from '../api/decode/context.ts';
import { parseDurationMicros } from '../api/duration.ts';
import { didYouMean } from '../api/nearest.ts';
import type { FieldPath } from '../api/path.ts';
import { parseQuantity } from '../api/quantity.ts';
import { type LabelSelector, parseLabelSelector } from '../api/selector.ts';
import type { JsonObject, JsonValue } from '../api/types.ts';
import { type Distribution, NEVER } from '../kernel/distribution.ts';
import type { Micros } from '../kernel/time.ts';
import type { BehaviorMatch, BehaviorRule } from '../kubelet/behavior.ts';
import { kindOfWord } from './reference.ts';
import type { BehaviorInput } from './schema.ts';

/** Kinds that can stand above a pod. */
const WORKLOAD_KINDS = ['deployment', 'replicaset', 'statefulset', 'daemonset', 'job', 'cronjob'] as const;

/** Parts of a rule that are checked and change nothing yet. */
const NOT_SIMULATED = ['run', 'exitCode', 'usage', 'load'] as const;

const ZERO: Distribution = { kind: 'constant', micros: 0 };
const FORMS = 'a duration, never, or one of sequence, uniform, normal, logNormal, exponential, weibull, empirical';

type Parameters = (name: string) => JsonValue;

/**
 * Reads all rules, in order.
 *
 * @throws InputError at the first delay, image, selector or workload that makes no sense.
 */
export function readBehavior(context: DecodeContext, rules: readonly BehaviorInput[]): BehaviorRule[] {
  return rules.map((rule, index) => readRule(context, ['behavior', index], rule));
}

/** True when every pod matches: the rules after it, and the defaults, are never used. */
export function matchesEveryPod(match: BehaviorMatch): boolean {
  return match.image === undefined && match.labels === undefined && match.workload === undefined;
}

/**
 * Reads a delay: a duration, `never`, or one distribution.
 *
 * @throws InputError at the value or at the parameter that makes no sense.
 */
export function readDelay(context: DecodeContext, path: FieldPath, value: JsonValue): Distribution {
  if (!isJsonObject(value)) {
    const micros = readMicros(context, path, value);
    return micros === NEVER ? { kind: 'never' } : { kind: 'constant', micros };
  }
  const names = Object.keys(value);
  if (names.length !== 1) failAt(context, path, `expected ${FORMS}`);
  return readDistribution(context, [...path, names[0]!], names[0]!, value[names[0]!]!);
}

function readRule(context: DecodeContext, path: FieldPath, rule: BehaviorInput): BehaviorRule {
  checkNotSimulated(context, path, rule);
  const delay = (name: 'pull' | 'start' | 'ready' | 'terminate'): Distribution => {
    const value = rule[name];
    return value === undefined ? ZERO : readDelay(context, [...path, name], value);
  };
  return {
    match: readMatch(context, [...path, 'match'], rule.match ?? {}),
    pull: delay('pull'),
    start: delay('start'),
    ready: delay('ready'),
    terminate: delay('terminate'),
    unready: rule.unready === undefined ? { kind: 'never' } : readDelay(context, [...path, 'unready'], rule.unready),
    errorRate: rule.errorRate ?? 0,
  };
}

/** What will be simulated one day is checked today, so that a file that runs goes on running. */
function checkNotSimulated(context: DecodeContext, path: FieldPath, rule: BehaviorInput): void {
  if (rule.run !== undefined) readDelay(context, [...path, 'run'], rule.run);
  for (const name of ['usage', 'load'] as const) {
    const amounts = rule[name] ?? {};
    for (const resource of Object.keys(amounts)) {
      parseAt(context, [...path, name, resource], () => parseQuantity(amounts[resource] as string | number));
    }
  }
  for (const name of NOT_SIMULATED) {
    if (rule[name] !== undefined) context.notSimulated('Scenario', `behavior.${name}`);
  }
}

function readMatch(context: DecodeContext, path: FieldPath, match: NonNullable<BehaviorInput['match']>): BehaviorMatch {
  return {
    ...(match.image === undefined ? {} : { image: match.image }),
    ...(match.labels === undefined ? {} : { labels: readLabels(context, [...path, 'labels'], match.labels) }),
    ...(match.workload === undefined ? {} : { workload: readWorkload(context, [...path, 'workload'], match.workload) }),
  };
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

function readDistribution(context: DecodeContext, path: FieldPath, name: string, value: JsonValue): Distribution {
  const form = Object.hasOwn(DISTRIBUTIONS, name) ? DISTRIBUTIONS[name] : undefined;
  if (form === undefined) {
    const hint = didYouMean(name, Object.keys(DISTRIBUTIONS)) ?? `expected ${FORMS}`;
    return failAt(context, path, `unknown distribution ${JSON.stringify(name)}`, hint, 'key');
  }
  return form(context, path, value);
}

type Form = (context: DecodeContext, path: FieldPath, value: JsonValue) => Distribution;

/** A new distribution is one entry here, one in schema.ts and one in the kernel. */
const DISTRIBUTIONS: Readonly<Record<string, Form>> = {
  sequence: (context, path, value) => ({ kind: 'sequence', micros: readList(context, path, value) }),
  empirical: (context, path, value) => ({ kind: 'empirical', micros: readList(context, path, value) }),
  uniform: (context, path, value) => {
    const parameter = parametersOf(context, path, value, ['min', 'max']);
    const minMicros = readFinite(context, [...path, 'min'], parameter('min'));
    const maxMicros = readFinite(context, [...path, 'max'], parameter('max'));
    if (maxMicros < minMicros) failAt(context, [...path, 'max'], 'must not be less than min');
    return { kind: 'uniform', minMicros, maxMicros };
  },
  normal: (context, path, value) => {
    const parameter = parametersOf(context, path, value, ['mean', 'sd']);
    const meanMicros = readFinite(context, [...path, 'mean'], parameter('mean'));
    return {
      kind: 'normal',
      meanMicros,
      standardDeviationMicros: readFinite(context, [...path, 'sd'], parameter('sd')),
    };
  },
  logNormal: (context, path, value) => {
    const parameter = parametersOf(context, path, value, ['median', 'p99']);
    const medianMicros = readFinite(context, [...path, 'median'], parameter('median'));
    const p99Micros = readFinite(context, [...path, 'p99'], parameter('p99'));
    if (medianMicros === 0) failAt(context, [...path, 'median'], 'must be greater than 0');
    if (p99Micros < medianMicros) failAt(context, [...path, 'p99'], 'must not be less than median');
    return { kind: 'logNormal', medianMicros, p99Micros };
  },
  exponential: (context, path, value) => {
    const parameter = parametersOf(context, path, value, ['mean']);
    return { kind: 'exponential', meanMicros: readFinite(context, [...path, 'mean'], parameter('mean')) };
  },
  weibull: (context, path, value) => {
    const parameter = parametersOf(context, path, value, ['shape', 'scale']);
    const shape = parameter('shape');
    if (typeof shape !== 'number' || !(shape > 0))
      failAt(context, [...path, 'shape'], 'must be a number greater than 0');
    return { kind: 'weibull', shape, scaleMicros: readFinite(context, [...path, 'scale'], parameter('scale')) };
  },
};

function parametersOf(context: DecodeContext, path: FieldPath, value: JsonValue, names: readonly string[]): Parameters {
  const wanted = `{${names.join(', ')}}`;
  if (!isJsonObject(value)) return failAt(context, path, `expected ${wanted}, got ${JSON.stringify(value)}`);
  const parameters: JsonObject = value;
  const unknown = Object.keys(parameters).find((key) => !names.includes(key));
  if (unknown !== undefined) {
    const hint = didYouMean(unknown, names) ?? `expected ${wanted}`;
    failAt(context, [...path, unknown], 'unknown field', hint, 'key');
  }
  return (name) => parameters[name] ?? failAt(context, [...path, name], 'Required value');
}

function readList(context: DecodeContext, path: FieldPath, value: JsonValue): Micros[] {
  if (!Array.isArray(value) || value.length === 0) failAt(context, path, 'expected a list of at least one duration');
  return value.map((item, index) => readMicros(context, [...path, index], item));
}

function readFinite(context: DecodeContext, path: FieldPath, value: JsonValue): Micros {
  const micros = readMicros(context, path, value);
  return micros === NEVER ? failAt(context, path, 'must be a duration, not never') : micros;
}

function readMicros(context: DecodeContext, path: FieldPath, value: JsonValue): Micros {
  if (value === 'never') return NEVER;
  if (typeof value !== 'string' && typeof value !== 'number') {
    return failAt(context, path, `expected a duration, got ${JSON.stringify(value)}`);
  }
  return parseAt(context, path, () => parseDurationMicros(value));
}
