/** Delays of a Scenario: from what the user writes to a distribution. */
import { isJsonObject } from '../api/canonical.ts';
import { type DecodeContext, failAt, parseAt } from '../api/decode/context.ts';
import { parseDurationMicros } from '../api/duration.ts';
import { didYouMean } from '../api/nearest.ts';
import type { FieldPath } from '../api/path.ts';
import type { JsonObject, JsonValue } from '../api/types.ts';
import { type Distribution, NEVER } from '../kernel/distribution.ts';
import type { Micros } from '../kernel/time.ts';

const FORMS = 'a duration, never, or one of sequence, uniform, normal, logNormal, exponential, weibull, empirical';

type Parameters = (name: string) => JsonValue;

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
