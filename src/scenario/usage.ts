/** `usage` and `load` of a behavior rule. */
import { isJsonObject } from '../api/canonical.ts';
import { type DecodeContext, failAt, parseAt } from '../api/decode/context.ts';
import { parseDurationMicros } from '../api/duration.ts';
import { didYouMean } from '../api/nearest.ts';
import type { FieldPath } from '../api/path.ts';
import { parseQuantity } from '../api/quantity.ts';
import type { JsonObject, JsonValue } from '../api/types.ts';
import type { LoadRule, LoadStep, UsageAmounts, UsageRule } from '../kubelet/usage.ts';

const MILLI = 1000;

/** @throws InputError for what is no quantity or no duration. */
export function readUsage(context: DecodeContext, path: FieldPath, value: JsonValue): UsageRule {
  const input = mappingOf(context, path, value);
  const { startup } = input;
  const amounts = readAmounts(context, path, input, ['startup']);
  if (startup === undefined) return amounts;
  const at = [...path, 'startup'];
  const { for: length, ...burst } = mappingOf(context, at, startup);
  if (length === undefined) failAt(context, [...at, 'for'], 'Required value');
  const forMicros = parseAt(context, [...at, 'for'], () => parseDurationMicros(length as string | number));
  return { ...amounts, startup: { ...readAmounts(context, at, burst, []), forMicros } };
}

function readAmounts(
  context: DecodeContext,
  path: FieldPath,
  input: JsonObject,
  others: readonly string[],
): UsageAmounts {
  refuseUnknown(context, path, input, ['cpu', 'memory', ...others]);
  const { cpu, memory } = input;
  return {
    ...(cpu !== undefined && { cpuMilli: readAmount(context, [...path, 'cpu'], cpu) * MILLI }),
    ...(memory !== undefined && { memoryBytes: readAmount(context, [...path, 'memory'], memory) }),
  };
}

/** @throws InputError for what is no quantity, and for steps that are not in order. */
export function readLoad(context: DecodeContext, path: FieldPath, value: JsonValue): LoadRule {
  const input = mappingOf(context, path, value);
  refuseUnknown(context, path, input, ['cpu', 'memory', 'requestsPerSecond', 'cpuPerRequest']);
  const { cpu, memory, requestsPerSecond, cpuPerRequest } = input;
  if (cpu !== undefined && requestsPerSecond !== undefined) {
    failAt(context, [...path, 'cpu'], 'give either cpu, or requestsPerSecond and cpuPerRequest');
  }
  if ((requestsPerSecond === undefined) !== (cpuPerRequest === undefined)) {
    const missing = requestsPerSecond === undefined ? 'requestsPerSecond' : 'cpuPerRequest';
    failAt(context, [...path, missing], 'Required value: requestsPerSecond and cpuPerRequest go together');
  }
  const rate =
    requestsPerSecond === undefined ? undefined : readSteps(context, [...path, 'requestsPerSecond'], requestsPerSecond);
  return {
    ...(cpu !== undefined && { cpuMilli: scaled(readSteps(context, [...path, 'cpu'], cpu), MILLI) }),
    ...(rate !== undefined && {
      requestsPerSecond: rate,
      cpuMilli: scaled(rate, readAmount(context, [...path, 'cpuPerRequest'], cpuPerRequest!) * MILLI),
    }),
    ...(memory !== undefined && { memoryBytes: readSteps(context, [...path, 'memory'], memory) }),
  };
}

/** One amount, or `{steps: [[0s, 2], [60s, 4]]}`; before the first step there is none. */
function readSteps(context: DecodeContext, path: FieldPath, value: JsonValue): LoadStep[] {
  if (!isJsonObject(value)) return [{ atMicros: 0, amount: readAmount(context, path, value) }];
  refuseUnknown(context, path, value, ['steps']);
  const { steps } = value;
  const at = [...path, 'steps'];
  if (!Array.isArray(steps) || steps.length === 0) return failAt(context, at, 'expected a list of [time, amount]');
  const read = steps.map((step, index): LoadStep => {
    if (!Array.isArray(step) || step.length !== 2) return failAt(context, [...at, index], 'expected [time, amount]');
    const atMicros = parseAt(context, [...at, index, 0], () => parseDurationMicros(step[0] as string | number));
    return { atMicros, amount: readAmount(context, [...at, index, 1], step[1]!) };
  });
  const late = read.findIndex(({ atMicros }, index) => index > 0 && atMicros <= read[index - 1]!.atMicros);
  if (late > 0) failAt(context, [...at, late, 0], 'must be later than the step before');
  return read;
}

function scaled(steps: readonly LoadStep[], factor: number): LoadStep[] {
  return steps.map(({ atMicros, amount }) => ({ atMicros, amount: amount * factor }));
}

function readAmount(context: DecodeContext, path: FieldPath, value: JsonValue): number {
  if (typeof value !== 'string' && typeof value !== 'number') return failAt(context, path, 'expected a quantity');
  const amount = parseAt(context, path, () => parseQuantity(value));
  return amount < 0 ? failAt(context, path, 'must be greater than or equal to 0') : amount;
}

function mappingOf(context: DecodeContext, path: FieldPath, value: JsonValue): JsonObject {
  return isJsonObject(value) ? value : failAt(context, path, `expected mapping, got ${JSON.stringify(value)}`);
}

function refuseUnknown(context: DecodeContext, path: FieldPath, input: JsonObject, known: readonly string[]): void {
  const unknown = Object.keys(input).find((field) => !known.includes(field));
  if (unknown !== undefined) failAt(context, [...path, unknown], 'unknown field', didYouMean(unknown, known), 'key');
}
