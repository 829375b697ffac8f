/** Label selectors: `matchLabels`/`matchExpressions` of a manifest, and kubectl's `-l`. */
import { isJsonObject } from './canonical.ts';
import { FieldError } from './fieldError.ts';
import {
  type LabelSelector,
  type LabelSelectorRequirement,
  makeSelector,
  type SelectorOperator,
} from './labelSelector.ts';
import { labelKeyProblem, labelValueProblem } from './names.ts';
import { didYouMean } from './nearest.ts';
import type { FieldPath } from './path.ts';
import type { JsonValue, StringMap } from './types.ts';

export {
  type LabelSelector,
  type LabelSelectorRequirement,
  labelsMatch,
  makeSelector,
  type SelectorOperator,
} from './labelSelector.ts';
export { parseSelectorFlag } from './selectorFlag.ts';

const OPERATORS: readonly SelectorOperator[] = ['In', 'NotIn', 'Exists', 'DoesNotExist'];

/**
 * Reads a manifest's selector.
 *
 * @throws FieldError (a RangeError) with the path below the selector, worded as upstream's validation.
 */
export function parseLabelSelector(value: JsonValue): LabelSelector {
  if (!isJsonObject(value)) throw new FieldError([], `expected mapping, got ${JSON.stringify(value)}`);
  for (const key of Object.keys(value)) {
    if (key === 'matchLabels' || key === 'matchExpressions') continue;
    const hint = didYouMean(key, ['matchLabels', 'matchExpressions']) ?? 'expected matchLabels or matchExpressions';
    throw new FieldError([key], `unknown field (${hint})`);
  }
  return makeSelector(readMatchLabels(value.matchLabels ?? {}), readExpressions(value.matchExpressions ?? []));
}

function readMatchLabels(value: JsonValue): StringMap {
  if (!isJsonObject(value)) throw new FieldError(['matchLabels'], `expected mapping, got ${JSON.stringify(value)}`);
  const labels: Record<string, string> = Object.create(null);
  for (const key of Object.keys(value)) {
    const text = value[key]!;
    const path = ['matchLabels', key];
    if (typeof text !== 'string') throw new FieldError(path, `expected string, got ${JSON.stringify(text)}`);
    refuse(path, key, labelKeyProblem(key));
    refuse(path, text, labelValueProblem(text));
    labels[key] = text;
  }
  return labels;
}

function readExpressions(value: JsonValue): LabelSelectorRequirement[] {
  if (!Array.isArray(value)) {
    throw new FieldError(['matchExpressions'], `expected list, got ${JSON.stringify(value)}`);
  }
  return value.map((item, index) => readRequirement(item, ['matchExpressions', index]));
}

function readRequirement(item: JsonValue, path: FieldPath): LabelSelectorRequirement {
  if (!isJsonObject(item)) throw new FieldError(path, `expected mapping, got ${JSON.stringify(item)}`);
  const unknown = Object.keys(item).find((key) => key !== 'key' && key !== 'operator' && key !== 'values');
  if (unknown !== undefined) throw new FieldError([...path, unknown], 'unknown field (expected key, operator, values)');
  const key = item.key ?? '';
  if (typeof key !== 'string') throw new FieldError([...path, 'key'], `expected string, got ${JSON.stringify(key)}`);
  refuse([...path, 'key'], key, labelKeyProblem(key));
  const operator = OPERATORS.find((known) => known === item.operator);
  if (operator === undefined) {
    throw new FieldError(
      [...path, 'operator'],
      `Invalid value: ${JSON.stringify(item.operator ?? '')}: not a valid selector operator`,
    );
  }
  return { key, operator, values: readValues(item.values ?? [], operator, [...path, 'values']) };
}

function readValues(value: JsonValue, operator: SelectorOperator, path: FieldPath): string[] {
  if (!Array.isArray(value)) throw new FieldError(path, `expected list, got ${JSON.stringify(value)}`);
  const takesValues = operator === 'In' || operator === 'NotIn';
  if (takesValues && value.length === 0) {
    throw new FieldError(path, "Required value: must be specified when `operator` is 'In' or 'NotIn'");
  }
  if (!takesValues && value.length > 0) {
    throw new FieldError(path, "Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
  }
  return value.map((text, index) => {
    if (typeof text !== 'string') {
      throw new FieldError([...path, index], `expected string, got ${JSON.stringify(text)}`);
    }
    refuse([...path, index], text, labelValueProblem(text));
    return text;
  });
}

function refuse(path: FieldPath, value: string, problem: string | undefined): void {
  if (problem !== undefined) throw new FieldError(path, `Invalid value: ${JSON.stringify(value)}: ${problem}`);
}
