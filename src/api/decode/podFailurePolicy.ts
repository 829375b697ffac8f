/** `podFailurePolicy` of a Job. */
import { isJsonObject } from '../canonical.ts';
import { labelKeyProblem } from '../names.ts';
import type { FieldPath } from '../path.ts';
import type { JsonObject, PodFailurePolicyRule, PodSpec } from '../types.ts';
import { type DecodeContext, failAt, unsupported } from './context.ts';
import { objectAt, objectsAt, refuse, stringAt } from './read.ts';
import { invalid, refuseTooMany, requireOneOf } from './refusals.ts';

const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore'] as const;
const OPERATORS = ['In', 'NotIn'] as const;
const STATUSES = ['False', 'True', 'Unknown'];
const MOST_RULES = 20;
const MOST_PATTERNS = 20;
const MOST_VALUES = 255;

type OnExitCodes = NonNullable<PodFailurePolicyRule['onExitCodes']>;
type OnPodConditions = NonNullable<PodFailurePolicyRule['onPodConditions']>;

/**
 * @param path of the policy.
 * @param hasLimitPerIndex whether the Job has `backoffLimitPerIndex`.
 * @throws InputError at the first field that upstream's validation would refuse.
 */
export function readPodFailurePolicy(
  context: DecodeContext,
  path: FieldPath,
  policy: JsonObject,
  podSpec: PodSpec,
  hasLimitPerIndex: boolean,
): PodFailurePolicyRule[] {
  const rules = objectsAt(policy, 'rules');
  refuseTooMany(context, [...path, 'rules'], rules.length, MOST_RULES);
  return rules.map((rule, index) => readRule(context, [...path, 'rules', index], rule, podSpec, hasLimitPerIndex));
}

function readRule(
  context: DecodeContext,
  path: FieldPath,
  rule: JsonObject,
  podSpec: PodSpec,
  hasLimitPerIndex: boolean,
): PodFailurePolicyRule {
  const action = readAction(context, [...path, 'action'], stringAt(rule, 'action'), hasLimitPerIndex);
  const onExitCodes = isJsonObject(rule.onExitCodes)
    ? readOnExitCodes(context, [...path, 'onExitCodes'], objectAt(rule, 'onExitCodes'), podSpec)
    : undefined;
  const patterns = objectsAt(rule, 'onPodConditions');
  if (onExitCodes === undefined && patterns.length === 0) {
    failAt(context, path, 'Invalid value: specifying one of OnExitCodes and OnPodConditions is required');
  }
  if (patterns.length === 0) return { action, onExitCodes, onPodConditions: undefined };
  const onPodConditions = readOnPodConditions(context, [...path, 'onPodConditions'], patterns);
  if (onExitCodes !== undefined) {
    failAt(context, path, 'Invalid value: specifying both OnExitCodes and OnPodConditions is not supported');
  }
  return { action, onExitCodes, onPodConditions };
}

function readAction(
  context: DecodeContext,
  path: FieldPath,
  text: string,
  hasLimitPerIndex: boolean,
): PodFailurePolicyRule['action'] {
  requireOneOf(context, path, text, [...ACTIONS]);
  const action = ACTIONS.find((known) => known === text);
  if (action === undefined) return unsupported(context, path, text, ACTIONS);
  if (action === 'FailIndex' && !hasLimitPerIndex) {
    invalid(context, path, action, 'requires the backoffLimitPerIndex to be set');
  }
  return action;
}

function readOnExitCodes(context: DecodeContext, path: FieldPath, value: JsonObject, podSpec: PodSpec): OnExitCodes {
  const text = stringAt(value, 'operator');
  requireOneOf(context, [...path, 'operator'], text, [...OPERATORS]);
  const operator = OPERATORS.find((known) => known === text);
  if (operator === undefined) return unsupported(context, [...path, 'operator'], text, OPERATORS);
  const containerName = typeof value.containerName === 'string' ? value.containerName : undefined;
  const containers = [...podSpec.containers, ...podSpec.initContainers];
  if (containerName !== undefined && containers.every(({ name }) => name !== containerName)) {
    const problem = 'must be one of the container or initContainer names in the pod template';
    invalid(context, [...path, 'containerName'], containerName, problem);
  }
  return { containerName, operator, values: readValues(context, [...path, 'values'], value, operator) };
}

function readValues(
  context: DecodeContext,
  path: FieldPath,
  value: JsonObject,
  operator: OnExitCodes['operator'],
): number[] {
  const values = Array.isArray(value.values) ? value.values.filter((item) => typeof item === 'number') : [];
  if (values.length === 0) invalid(context, path, values, 'at least one value is required');
  refuseTooMany(context, path, values.length, MOST_VALUES);
  const seen = new Set<number>();
  for (const [index, code] of values.entries()) {
    if (operator === 'In' && code === 0) invalid(context, [...path, index], 0, 'must not be 0 for the In operator');
    if (seen.has(code)) failAt(context, [...path, index], `Duplicate value: ${code}`);
    seen.add(code);
  }
  if (values.some((code, index) => index > 0 && values[index - 1]! > code)) {
    invalid(context, path, values, 'must be ordered');
  }
  return values;
}

function readOnPodConditions(context: DecodeContext, path: FieldPath, patterns: JsonObject[]): OnPodConditions {
  refuseTooMany(context, path, patterns.length, MOST_PATTERNS);
  return patterns.map((pattern, index) => {
    const type = stringAt(pattern, 'type');
    const status = stringAt(pattern, 'status');
    refuse(context, [...path, index, 'type'], type, labelKeyProblem(type));
    if (!STATUSES.includes(status)) unsupported(context, [...path, index, 'status'], status, STATUSES);
    return { type, status };
  });
}
