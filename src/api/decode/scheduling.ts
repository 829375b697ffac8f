/** Tolerations, taints and node affinity. */
import { isJsonObject } from '../canonical.ts';
import { labelKeyProblem, labelValueProblem } from '../names.ts';
import type { FieldPath } from '../path.ts';
import type {
  JsonObject,
  NodeAffinity,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  Taint,
  TaintEffect,
  Toleration,
} from '../types.ts';
import { type DecodeContext, failAt, unsupported } from './context.ts';
import { objectAt, objectsAt, refuse, stringAt, stringsAt } from './read.ts';
import { MOST_INTEGER } from './schema.ts';

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] as const;
const TOLERATION_OPERATORS = ['Equal', 'Exists'] as const;
const NODE_OPERATORS = ['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt'] as const;
const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

/** @throws InputError for an unknown effect or operator, or a combination that upstream forbids. */
export function readToleration(context: DecodeContext, path: FieldPath, item: JsonObject): Toleration {
  const key = stringAt(item, 'key');
  const value = stringAt(item, 'value');
  const operatorText = stringAt(item, 'operator') || 'Equal';
  const operator = TOLERATION_OPERATORS.find((known) => known === operatorText);
  if (operator === undefined) return unsupported(context, [...path, 'operator'], operatorText, TOLERATION_OPERATORS);
  const effect = item.effect === undefined || item.effect === '' ? '' : readEffect(context, path, item);
  if (key !== '') refuse(context, [...path, 'key'], key, labelKeyProblem(key));
  if (key === '' && operator !== 'Exists') {
    const message = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
    failAt(context, [...path, 'operator'], `Invalid value: ${JSON.stringify(operatorText)}: ${message}`);
  }
  if (operator === 'Exists' && value !== '') {
    const message = "value must be empty when `operator` is 'Exists'";
    failAt(context, [...path, 'value'], `Invalid value: ${JSON.stringify(value)}: ${message}`);
  }
  // More seconds than any run lasts are as good as all of them.
  const given = item.tolerationSeconds;
  const seconds = typeof given === 'number' ? Math.min(given, MOST_INTEGER) : undefined;
  if (seconds !== undefined && effect !== 'NoExecute') {
    const message = "effect must be 'NoExecute' when `tolerationSeconds` is set";
    failAt(context, [...path, 'effect'], `Invalid value: ${JSON.stringify(effect)}: ${message}`);
  }
  return { key, operator, value, effect, tolerationSeconds: seconds };
}

/** @throws InputError for a bad key, value or effect. */
export function readTaint(context: DecodeContext, path: FieldPath, item: JsonObject): Taint {
  const key = stringAt(item, 'key');
  const value = stringAt(item, 'value');
  refuse(context, [...path, 'key'], key, labelKeyProblem(key));
  refuse(context, [...path, 'value'], value, labelValueProblem(value));
  return { key, value, effect: readEffect(context, path, item) };
}

/** @throws InputError for terms that upstream's validation refuses. */
export function readNodeAffinity(context: DecodeContext, path: FieldPath, value: JsonObject): NodeAffinity {
  const required = value[REQUIRED];
  return {
    required: isJsonObject(required) ? readNodeSelector(context, [...path, REQUIRED], required) : undefined,
    preferred: objectsAt(value, PREFERRED).map((item, index) => {
      const itemPath = [...path, PREFERRED, index];
      const weight = typeof item.weight === 'number' ? item.weight : 0;
      if (weight < 1 || weight > 100) failAt(context, [...itemPath, 'weight'], 'must be in the range 1-100');
      return { weight, preference: readTerm(context, [...itemPath, 'preference'], objectAt(item, 'preference')) };
    }),
  };
}

function readEffect(context: DecodeContext, path: FieldPath, item: JsonObject): TaintEffect {
  const effect = EFFECTS.find((known) => known === item.effect);
  return effect ?? unsupported(context, [...path, 'effect'], stringAt(item, 'effect'), EFFECTS);
}

/**
 * Terms of which one must hold, as pods and volumes have them.
 *
 * @param path of the mapping with `nodeSelectorTerms`.
 * @throws InputError for terms that upstream's validation refuses.
 */
export function readNodeSelector(context: DecodeContext, path: FieldPath, value: JsonObject): NodeSelectorTerm[] {
  const terms = objectsAt(value, 'nodeSelectorTerms');
  const termsPath = [...path, 'nodeSelectorTerms'];
  if (terms.length === 0) {
    failAt(context, termsPath, 'Required value: must have at least one node selector term');
  }
  return terms.map((term, index) => readTerm(context, [...termsPath, index], term));
}

function readTerm(context: DecodeContext, path: FieldPath, term: JsonObject): NodeSelectorTerm {
  const read = (field: 'matchExpressions' | 'matchFields'): NodeSelectorRequirement[] => {
    return objectsAt(term, field).map((item, index) => readRequirement(context, [...path, field, index], item));
  };
  const matchFields = read('matchFields');
  for (const [index, { key, operator, values }] of matchFields.entries()) {
    const fieldPath = [...path, 'matchFields', index];
    if (key !== 'metadata.name') {
      failAt(context, [...fieldPath, 'key'], `Invalid value: ${JSON.stringify(key)}: not a valid field selector key`);
    }
    if (operator !== 'In' && operator !== 'NotIn')
      unsupported(context, [...fieldPath, 'operator'], operator, ['In', 'NotIn']);
    if (values.length !== 1) failAt(context, [...fieldPath, 'values'], 'Required value: must be only one value');
  }
  return { matchExpressions: read('matchExpressions'), matchFields };
}

function readRequirement(context: DecodeContext, path: FieldPath, item: JsonObject): NodeSelectorRequirement {
  const operator = NODE_OPERATORS.find((known) => known === item.operator);
  if (operator === undefined) {
    return unsupported(context, [...path, 'operator'], stringAt(item, 'operator'), NODE_OPERATORS);
  }
  const key = stringAt(item, 'key');
  refuse(context, [...path, 'key'], key, labelKeyProblem(key));
  const values = stringsAt(item, 'values');
  const problem = valuesProblem(operator, values.length);
  if (problem !== undefined) failAt(context, [...path, 'values'], problem);
  return { key, operator, values };
}

function valuesProblem(operator: NodeSelectorRequirement['operator'], count: number): string | undefined {
  if ((operator === 'In' || operator === 'NotIn') && count === 0) {
    return "Required value: must be specified when `operator` is 'In' or 'NotIn'";
  }
  if ((operator === 'Exists' || operator === 'DoesNotExist') && count > 0) {
    return "Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
  }
  if ((operator === 'Gt' || operator === 'Lt') && count !== 1) {
    return "Required value: must be specified single value when `operator` is 'Lt' or 'Gt'";
  }
  return undefined;
}
