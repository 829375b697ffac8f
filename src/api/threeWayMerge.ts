/** `kubectl apply` (apimachinery `pkg/util/strategicpatch`, `CreateThreeWayMergePatch`, and its application at once). */
import { cloneJson, deepEqualJson, getOwn, isJsonObject, setOwn } from './canonical.ts';
import { findItem, isPrimitiveSet, mergeKeyOf, replacedSelector, requireKey, retainsKeys } from './mergeKeys.ts';
import type { JsonObject, JsonValue } from './types.ts';

/**
 * The live object after applying `next`: what `next` says is set, what `last` said and `next` no longer says is removed,
 * what neither mentions stays. A null in `next` removes. The arguments are not changed.
 *
 * @param last what was applied last (the annotation `last-applied-configuration`); `{}` when nothing was.
 * @throws RangeError for an item of a merged list without its merge key.
 */
export function threeWayMerge(last: JsonObject, live: JsonObject, next: JsonObject): JsonObject {
  const result = cloneJson(live);
  for (const key of Object.keys(last)) if (!Object.hasOwn(next, key)) delete result[key];
  for (const key of Object.keys(next)) {
    const value = next[key]!;
    if (value === null) delete result[key];
    else setOwn(result, key, mergeValue(key, getOwn(last, key), getOwn(live, key), value));
  }
  const selector = replacedSelector(live, next);
  if (selector !== undefined) (result.spec as JsonObject).selector = cloneJson(selector);
  return result;
}

function mergeValue(
  field: string,
  last: JsonValue | undefined,
  live: JsonValue | undefined,
  next: JsonValue,
): JsonValue {
  if (isJsonObject(next)) {
    const lastObject = isJsonObject(last) ? last : {};
    const liveObject = isJsonObject(live) ? live : {};
    return mergeUnion(field, liveObject, next, threeWayMerge(lastObject, liveObject, next));
  }
  if (!Array.isArray(next)) return next;
  const lastItems = Array.isArray(last) ? last : [];
  const liveItems = Array.isArray(live) ? live : [];
  if (isPrimitiveSet(field)) return mergeSets(lastItems, liveItems, next);
  const mergeKey = mergeKeyOf(field, lastItems, liveItems, next);
  if (mergeKey === undefined) return cloneJson(next);
  return mergeItems(field, mergeKey, lastItems, liveItems, next);
}

/**
 * `strategy: {type: Recreate}` must drop the live `rollingUpdate` although neither file ever named it: kubectl sends
 * `$retainKeys` for such unions as soon as anything in them changes.
 */
function mergeUnion(field: string, live: JsonObject, next: JsonObject, merged: JsonObject): JsonObject {
  if (!retainsKeys(field) || deepEqualJson(merged, live)) return merged;
  for (const key of Object.keys(merged)) if (!Object.hasOwn(next, key)) delete merged[key];
  return merged;
}

function mergeSets(last: JsonValue[], live: JsonValue[], next: JsonValue[]): JsonValue[] {
  const kept = live.filter((value) => next.includes(value) || !last.includes(value));
  return [...new Set([...kept, ...next])];
}

/** The order is that of `next`; items that only the live list has stay behind the one that they stood behind. */
function mergeItems(
  field: string,
  mergeKey: string,
  last: JsonValue[],
  live: JsonValue[],
  next: JsonValue[],
): JsonValue[] {
  const result: JsonValue[] = [];
  const taken = new Set<number>();
  const positions: number[] = [];
  for (const value of next) {
    const item = requireKey(field, mergeKey, value);
    const position = findItem(live, mergeKey, item);
    const before = last[findItem(last, mergeKey, item)];
    if (position >= 0) taken.add(position);
    result.push(mergeValue(field, before, live[position], item));
    positions.push(position);
  }
  for (const [position, item] of live.entries()) {
    if (taken.has(position) || findItem(last, mergeKey, requireKey(field, mergeKey, item)) >= 0) continue;
    const at = positions.findLastIndex((other) => other >= 0 && other < position) + 1;
    result.splice(at, 0, cloneJson(item));
    positions.splice(at, 0, position);
  }
  return result;
}
