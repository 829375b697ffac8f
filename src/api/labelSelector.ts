/** The form of a label selector that the simulation works on, and its plain evaluation. */
import type { StringMap } from './types.ts';

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

function formatRequirement({ key, operator, values }: LabelSelectorRequirement): string {
  if (operator === 'Exists') return key;
  if (operator === 'DoesNotExist') return `!${key}`;
  const sorted = [...new Set(values)].sort();
  if (sorted.length === 1) return `${key}${operator === 'In' ? '=' : '!='}${sorted[0]}`;
  return `${key} ${operator === 'In' ? 'in' : 'notin'} (${sorted.join(',')})`;
}
