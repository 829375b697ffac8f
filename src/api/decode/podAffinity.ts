/** What a pod says of its place beside other pods: pod affinity, pod anti-affinity and topology spread constraints. */
import { dnsLabelProblem, labelKeyProblem } from '../names.ts';
import type { FieldPath } from '../path.ts';
import { type LabelSelector, parseLabelSelector } from '../selector.ts';
import type {
  JsonObject,
  NodeInclusionPolicy,
  PodAffinity,
  PodAffinityTerm,
  TopologySpreadConstraint,
} from '../types.ts';
import { type DecodeContext, failAt, parseAt, unsupported } from './context.ts';
import { objectAt, objectsAt, refuse, stringAt, stringsAt } from './read.ts';
import { invalid } from './refusals.ts';

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';
const ACTIONS = ['DoNotSchedule', 'ScheduleAnyway'] as const;
const INCLUSION_POLICIES = ['Honor', 'Ignore'] as const;
const NOT_POSITIVE = 'must be greater than zero';

/**
 * @param path of `value`, a `podAffinity` or `podAntiAffinity`.
 * @throws InputError for terms that upstream's validation refuses.
 */
export function readPodAffinity(context: DecodeContext, path: FieldPath, value: JsonObject): PodAffinity {
  return {
    required: objectsAt(value, REQUIRED).map((term, index) => readTerm(context, [...path, REQUIRED, index], term)),
    preferred: objectsAt(value, PREFERRED).map((item, index) => {
      const itemPath = [...path, PREFERRED, index];
      const weight = typeof item.weight === 'number' ? item.weight : 0;
      if (weight < 1 || weight > 100) invalid(context, [...itemPath, 'weight'], weight, 'must be in the range 1-100');
      return { weight, term: readTerm(context, [...itemPath, 'podAffinityTerm'], objectAt(item, 'podAffinityTerm')) };
    }),
  };
}

function readTerm(context: DecodeContext, path: FieldPath, term: JsonObject): PodAffinityTerm {
  const labelSelector = readSelector(context, path, term, 'labelSelector');
  const namespaces = stringsAt(term, 'namespaces');
  for (const [index, name] of namespaces.entries()) {
    refuse(context, [...path, 'namespaces', index], name, dnsLabelProblem(name));
  }
  const matchLabelKeys = readLabelKeys(context, path, term, 'matchLabelKeys', labelSelector);
  const mismatchLabelKeys = readLabelKeys(context, path, term, 'mismatchLabelKeys', labelSelector);
  refuseSelected(context, path, matchLabelKeys, labelSelector);
  const twice = matchLabelKeys.findIndex((key) => mismatchLabelKeys.includes(key));
  if (twice >= 0) {
    const message = 'exists in both matchLabelKeys and mismatchLabelKeys';
    invalid(context, [...path, 'matchLabelKeys', twice], matchLabelKeys[twice]!, message);
  }
  const topologyKey = readTopologyKey(context, path, term);
  refuse(context, [...path, 'topologyKey'], topologyKey, labelKeyProblem(topologyKey));
  return {
    labelSelector,
    namespaces,
    namespaceSelector: readSelector(context, path, term, 'namespaceSelector'),
    topologyKey,
    matchLabelKeys,
    mismatchLabelKeys,
  };
}

/**
 * `spec.topologySpreadConstraints` of a pod, or a list of such constraints elsewhere.
 *
 * @param path of `spec`, in which the list is `field`.
 * @throws InputError for constraints that upstream's validation refuses.
 */
export function readSpreadConstraints(
  context: DecodeContext,
  path: FieldPath,
  spec: JsonObject,
  field = 'topologySpreadConstraints',
): TopologySpreadConstraint[] {
  const constraints = objectsAt(spec, field).map((item, index) => {
    return readSpreadConstraint(context, [...path, field, index], item);
  });
  const seen = new Set<string>();
  for (const [index, { topologyKey, whenUnsatisfiable }] of constraints.entries()) {
    const pair = `{${topologyKey}, ${whenUnsatisfiable}}`;
    if (seen.has(pair)) failAt(context, [...path, field, index], `Duplicate value: ${JSON.stringify(pair)}`);
    seen.add(pair);
  }
  return constraints;
}

function readSpreadConstraint(context: DecodeContext, path: FieldPath, item: JsonObject): TopologySpreadConstraint {
  const maxSkew = typeof item.maxSkew === 'number' ? item.maxSkew : 0;
  if (maxSkew <= 0) invalid(context, [...path, 'maxSkew'], maxSkew, NOT_POSITIVE);
  const topologyKey = readTopologyKey(context, path, item);
  const whenUnsatisfiable = ACTIONS.find((action) => action === item.whenUnsatisfiable);
  if (whenUnsatisfiable === undefined) {
    return unsupported(context, [...path, 'whenUnsatisfiable'], stringAt(item, 'whenUnsatisfiable'), ACTIONS);
  }
  const labelSelector = readSelector(context, path, item, 'labelSelector');
  const matchLabelKeys = readLabelKeys(context, path, item, 'matchLabelKeys', labelSelector);
  refuseSelected(context, path, matchLabelKeys, labelSelector);
  return {
    maxSkew,
    topologyKey,
    whenUnsatisfiable,
    labelSelector,
    minDomains: readMinDomains(context, path, item, whenUnsatisfiable),
    nodeAffinityPolicy: readInclusionPolicy(context, path, item, 'nodeAffinityPolicy', 'Honor'),
    nodeTaintsPolicy: readInclusionPolicy(context, path, item, 'nodeTaintsPolicy', 'Ignore'),
    matchLabelKeys,
  };
}

function readTopologyKey(context: DecodeContext, path: FieldPath, owner: JsonObject): string {
  const key = stringAt(owner, 'topologyKey');
  if (key === '') failAt(context, [...path, 'topologyKey'], 'Required value: can not be empty');
  return key;
}

function readMinDomains(
  context: DecodeContext,
  path: FieldPath,
  item: JsonObject,
  whenUnsatisfiable: TopologySpreadConstraint['whenUnsatisfiable'],
): number | undefined {
  const domains = item.minDomains;
  if (typeof domains !== 'number') return undefined;
  const fieldPath = [...path, 'minDomains'];
  if (domains <= 0) invalid(context, fieldPath, domains, NOT_POSITIVE);
  if (whenUnsatisfiable !== 'DoNotSchedule') {
    const message = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`;
    invalid(context, fieldPath, domains, message);
  }
  return domains;
}

function readInclusionPolicy(
  context: DecodeContext,
  path: FieldPath,
  item: JsonObject,
  field: 'nodeAffinityPolicy' | 'nodeTaintsPolicy',
  fallback: NodeInclusionPolicy,
): NodeInclusionPolicy {
  if (item[field] === undefined) return fallback;
  const policy = INCLUSION_POLICIES.find((known) => known === item[field]);
  return policy ?? unsupported(context, [...path, field], stringAt(item, field), INCLUSION_POLICIES);
}

function readSelector(
  context: DecodeContext,
  path: FieldPath,
  owner: JsonObject,
  field: 'labelSelector' | 'namespaceSelector',
): LabelSelector | undefined {
  const value = owner[field];
  return value === undefined ? undefined : parseAt(context, [...path, field], () => parseLabelSelector(value));
}

function readLabelKeys(
  context: DecodeContext,
  path: FieldPath,
  owner: JsonObject,
  field: 'matchLabelKeys' | 'mismatchLabelKeys',
  labelSelector: LabelSelector | undefined,
): string[] {
  const keys = stringsAt(owner, field);
  if (keys.length > 0 && labelSelector === undefined) {
    failAt(
      context,
      [...path, field],
      'Forbidden: must not be specified when labelSelector is not set',
      undefined,
      'key',
    );
  }
  for (const [index, key] of keys.entries()) refuse(context, [...path, field, index], key, labelKeyProblem(key));
  return keys;
}

/** Of pods' affinity upstream notices only once a pod with that label is made; here the mistake is told at once. */
function refuseSelected(
  context: DecodeContext,
  path: FieldPath,
  matchLabelKeys: readonly string[],
  labelSelector: LabelSelector | undefined,
): void {
  if (labelSelector === undefined) return;
  const expressions = labelSelector.matchExpressions;
  const index = matchLabelKeys.findIndex((key) => {
    return Object.hasOwn(labelSelector.matchLabels, key) || expressions.some((expression) => expression.key === key);
  });
  if (index < 0) return;
  const message = 'exists in both matchLabelKeys and labelSelector';
  invalid(context, [...path, 'matchLabelKeys', index], matchLabelKeys[index]!, message);
}
