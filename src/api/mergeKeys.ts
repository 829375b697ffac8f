/**
 * Which lists of the built-in kinds merge item by item (`patchStrategy: merge` and `patchMergeKey` in
 * `k8s.io/api/core/v1/types.go`). Every list that is not named here is replaced as a whole: tolerations, taints, args,
 * node selector terms, an autoscaler's metrics.
 */
import { isJsonObject } from './canonical.ts';
import type { JsonObject, JsonValue } from './types.ts';

const KEY_OF_LIST: ReadonlyMap<string, string> = new Map([
  ['containers', 'name'],
  ['initContainers', 'name'],
  ['ephemeralContainers', 'name'],
  ['volumes', 'name'],
  ['env', 'name'],
  ['imagePullSecrets', 'name'],
  ['secrets', 'name'],
  ['resourceClaims', 'name'],
  ['schedulingGates', 'name'],
  ['volumeMounts', 'mountPath'],
  ['volumeDevices', 'devicePath'],
  ['hostAliases', 'ip'],
  ['topologySpreadConstraints', 'topologyKey'],
  ['conditions', 'type'],
  ['addresses', 'type'],
  ['ownerReferences', 'uid'],
]);

const PRIMITIVE_SETS: ReadonlySet<string> = new Set(['finalizers', 'podCIDRs']);

/** Unions of which a change of member must drop the other (`patchStrategy: retainKeys`). */
const RETAIN_KEYS: ReadonlySet<string> = new Set(['strategy', 'volumes', 'resourceClaims']);

/** The field that identifies an item; undefined for lists that are replaced as a whole. */
export function mergeKeyOf(field: string, ...lists: readonly JsonValue[][]): string | undefined {
  if (field !== 'ports') return KEY_OF_LIST.get(field);
  const isOfContainer = lists.some((list) =>
    list.some((item) => isJsonObject(item) && item.containerPort !== undefined),
  );
  return isOfContainer ? 'containerPort' : 'port';
}

export function isPrimitiveSet(field: string): boolean {
  return PRIMITIVE_SETS.has(field);
}

export function retainsKeys(field: string): boolean {
  return RETAIN_KEYS.has(field);
}

/**
 * The whole new value of the one mapping that does not merge (`patchStrategy: replace`), a PodDisruptionBudget's
 * selector: merged, a patch could only narrow it.
 *
 * @param object says by its kind whether it has such a field.
 */
export function replacedSelector(object: JsonObject, change: JsonObject): JsonObject | undefined {
  if (object.kind !== 'PodDisruptionBudget' || !isJsonObject(change.spec)) return undefined;
  return isJsonObject(change.spec.selector) ? change.spec.selector : undefined;
}

/**
 * The position of the item that `wanted` means, or -1. Ports of one number are told apart by protocol when `wanted`
 * names one.
 */
export function findItem(list: readonly JsonValue[], key: string, wanted: JsonObject): number {
  return list.findIndex((item) => {
    if (!isJsonObject(item) || item[key] !== wanted[key]) return false;
    const isPort = key === 'containerPort' || key === 'port';
    return !isPort || wanted.protocol === undefined || (item.protocol ?? 'TCP') === wanted.protocol;
  });
}

/** @throws RangeError for an item that cannot be merged because it does not say which it is. */
export function requireKey(field: string, key: string, item: JsonValue): JsonObject {
  if (isJsonObject(item) && item[key] !== undefined && item[key] !== null) return item;
  throw new RangeError(`${field}: ${JSON.stringify(item)} does not contain declared merge key: ${key}`);
}
