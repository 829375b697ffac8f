import type { LabelSelector } from '../../api/selector.ts';
import type { StringMap, Taint, Toleration } from '../../api/types.ts';

interface Requirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt';
  readonly values: readonly string[];
}

/** Upstream's labels.Requirement: `NotIn` holds without the key, `Gt` and `Lt` compare whole numbers. */
export function meets({ key, operator, values }: Requirement, labels: StringMap): boolean {
  const value = labels[key];
  if (operator === 'Exists') return value !== undefined;
  if (operator === 'DoesNotExist') return value === undefined;
  if (operator === 'NotIn') return value === undefined || !values.includes(value);
  if (value === undefined) return false;
  if (operator === 'In') return values.includes(value);
  if (!/^[+-]?\d+$/.test(value)) return false;
  return operator === 'Gt' ? Number(value) > Number(values[0]) : Number(value) < Number(values[0]);
}

/** An undefined selector selects nothing, one without requirements everything. */
export function selects(selector: LabelSelector | undefined, labels: StringMap): boolean {
  if (selector === undefined) return false;
  for (const [key, value] of Object.entries(selector.matchLabels)) if (labels[key] !== value) return false;
  return selector.matchExpressions.every((requirement) => meets(requirement, labels));
}

export function hasAll(wanted: StringMap, labels: StringMap): boolean {
  return Object.entries(wanted).every(([key, value]) => labels[key] === value);
}

interface LabelKeys {
  readonly labelSelector: LabelSelector | undefined;
  readonly matchLabelKeys: readonly string[];
  readonly mismatchLabelKeys?: readonly string[];
}

/**
 * Whether the selector of a term or constraint selects these labels, once it is merged with the labels of the pod that
 * has the term: `matchLabelKeys` ask for the same value, `mismatchLabelKeys` for another one or none. Keys that the pod
 * lacks are left out.
 */
export function selectsMerged(term: LabelKeys, ownLabels: StringMap, labels: StringMap): boolean {
  if (!selects(term.labelSelector, labels)) return false;
  for (const key of term.matchLabelKeys) {
    if (ownLabels[key] !== undefined && labels[key] !== ownLabels[key]) return false;
  }
  for (const key of term.mismatchLabelKeys ?? []) {
    if (ownLabels[key] !== undefined && labels[key] === ownLabels[key]) return false;
  }
  return true;
}

/** An empty effect or key of a toleration stands for all of them. */
export function isTolerated(taint: Taint, tolerations: readonly Toleration[]): boolean {
  for (const { key, operator, value, effect } of tolerations) {
    if (effect !== '' && effect !== taint.effect) continue;
    if (key !== '' && key !== taint.key) continue;
    if (operator === 'Exists' || value === taint.value) return true;
  }
  return false;
}
