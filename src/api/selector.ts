/** Label selectors: `matchLabels`/`matchExpressions` of a manifest, and kubectl's `-l`. */
import { isJsonObject } from './canonical.ts';
import { FieldError } from './fieldError.ts';
import { labelKeyProblem, labelValueProblem } from './names.ts';
import { didYouMean } from './nearest.ts';
import type { FieldPath } from './path.ts';
import type { JsonValue, StringMap } from './types.ts';

export { parseSelectorFlag } from './selectorFlag.ts';

export type SelectorOperator = 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';

export interface LabelSelectorRequirement {
  readonly key: string;
  readonly operator: SelectorOperator;
  /** Empty for Exists and DoesNotExist, else at least one. */
  readonly values: readonly string[];
}

/**
 * All of `matchLabels` and all of `matchExpressions` must hold; a selector without any matches everything. `canonical`
 * is the form of kubectl's `-l`, sorted: selectors with equal text match the same objects.
 */
export type LabelSelector = {
  readonly matchLabels: StringMap;
  readonly matchExpressions: readonly LabelSelectorRequirement[];
  readonly canonical: string;
};

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

/** Builds a selector from parts that are known to be valid. */
export function makeSelector(
  matchLabels: StringMap,
  matchExpressions: readonly LabelSelectorRequirement[] = [],
): LabelSelector {
  const texts = [
    ...Object.keys(matchLabels).map((key) => `${key}=${matchLabels[key]}`),
    ...matchExpressions.map(formatRequirement),
  ];
  return { matchLabels, matchExpressions, canonical: [...new Set(texts)].sort().join(',') };
}

/** All requirements, the entries of `matchLabels` as `In` with one value. */
export function selectorRequirements(selector: LabelSelector): LabelSelectorRequirement[] {
  const fromLabels = Object.keys(selector.matchLabels).map((key): LabelSelectorRequirement => {
    return { key, operator: 'In', values: [selector.matchLabels[key]!] };
  });
  return [...fromLabels, ...selector.matchExpressions];
}

/** Whether the selector selects an object with these labels; `NotIn` holds for an object without the key. */
export function labelsMatch(selector: LabelSelector, labels: StringMap): boolean {
  for (const key of Object.keys(selector.matchLabels)) {
    if (!Object.hasOwn(labels, key) || labels[key] !== selector.matchLabels[key]) return false;
  }
  return selector.matchExpressions.every((requirement) => requirementMatches(requirement, labels));
}

function requirementMatches(requirement: LabelSelectorRequirement, labels: StringMap): boolean {
  const value = Object.hasOwn(labels, requirement.key) ? labels[requirement.key] : undefined;
  switch (requirement.operator) {
    case 'In':
      return value !== undefined && requirement.values.includes(value);
    case 'NotIn':
      return value === undefined || !requirement.values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
  }
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

function formatRequirement({ key, operator, values }: LabelSelectorRequirement): string {
  if (operator === 'Exists') return key;
  if (operator === 'DoesNotExist') return `!${key}`;
  const sorted = [...new Set(values)].sort();
  if (sorted.length === 1) return `${key}${operator === 'In' ? '=' : '!='}${sorted[0]}`;
  return `${key} ${operator === 'In' ? 'in' : 'notin'} (${sorted.join(',')})`;
}
