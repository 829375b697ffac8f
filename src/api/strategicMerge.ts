/** `kubectl patch` without `--type` (apimachinery `pkg/util/strategicpatch`). */
import { cloneJson, deepEqualJson, getOwn, isJsonObject, setOwn } from './canonical.ts';
import { findItem, isPrimitiveSet, mergeKeyOf, replacedSelector, requireKey } from './mergeKeys.ts';
import type { JsonObject, JsonValue } from './types.ts';

const DELETE_FROM = '$deleteFromPrimitiveList/';
const ORDER_OF = '$setElementOrder/';

/**
 * The original with the patch merged in: mappings by key, the lists of {@link mergeKeyOf} by item, null deletes, and the
 * directives `$patch: replace|delete`, `$retainKeys`, `$deleteFromPrimitiveList/…` and `$setElementOrder/…` hold. The
 * arguments are not changed.
 *
 * @throws RangeError for an unknown `$patch` and for a list item without its merge key.
 */
export function strategicMergePatch(original: JsonObject, patch: JsonObject): JsonObject {
  const directive = getOwn(patch, '$patch');
  if (directive === 'replace') return withoutDirectives(patch) as JsonObject;
  if (directive === 'delete') return {};
  if (directive !== undefined && directive !== 'merge') {
    throw new RangeError(`unknown $patch: ${JSON.stringify(directive)} (expected replace, merge or delete)`);
  }
  const result = cloneJson(original);
  keepOnly(result, getOwn(patch, '$retainKeys'));
  for (const key of Object.keys(patch)) if (key.startsWith(DELETE_FROM)) deleteFromList(result, key, patch[key]!);
  for (const key of Object.keys(patch)) if (!key.startsWith('$')) mergeField(result, key, patch[key]!);
  for (const key of Object.keys(patch)) if (key.startsWith(ORDER_OF)) setOrder(result, key, patch[key]!);
  const selector = replacedSelector(original, patch);
  if (selector !== undefined) (result.spec as JsonObject).selector = withoutDirectives(selector);
  return result;
}

function mergeField(result: JsonObject, key: string, change: JsonValue): void {
  const before = getOwn(result, key);
  if (change === null) delete result[key];
  else if (isJsonObject(change)) mergeMapping(result, key, isJsonObject(before) ? before : undefined, change);
  else if (Array.isArray(change)) setOwn(result, key, mergeList(key, Array.isArray(before) ? before : [], change));
  else setOwn(result, key, change);
}

function mergeMapping(result: JsonObject, key: string, before: JsonObject | undefined, change: JsonObject): void {
  if (before === undefined && change.$patch === 'delete') return;
  setOwn(result, key, before === undefined ? withoutDirectives(change) : strategicMergePatch(before, change));
}

function mergeList(field: string, before: JsonValue[], changes: JsonValue[]): JsonValue[] {
  if (changes.some((change) => isJsonObject(change) && change.$patch === 'replace')) {
    return changes.filter((change) => !(isJsonObject(change) && '$patch' in change)).map(withoutDirectives);
  }
  if (isPrimitiveSet(field)) return [...new Set([...before, ...changes])];
  const mergeKey = mergeKeyOf(field, before, changes);
  if (mergeKey === undefined) return changes.map(withoutDirectives);
  const result = [...before];
  for (const change of changes) mergeItem(field, mergeKey, result, requireKey(field, mergeKey, change));
  return result;
}

function mergeItem(field: string, mergeKey: string, items: JsonValue[], change: JsonObject): void {
  const position = findItem(items, mergeKey, change);
  if (change.$patch === 'delete') {
    if (position >= 0) items.splice(position, 1);
  } else if (position < 0) {
    items.push(withoutDirectives(change));
  } else {
    items[position] = strategicMergePatch(requireKey(field, mergeKey, items[position]!), change);
  }
}

function keepOnly(result: JsonObject, keys: JsonValue | undefined): void {
  if (!Array.isArray(keys)) return;
  for (const key of Object.keys(result)) if (!keys.includes(key)) delete result[key];
}

function deleteFromList(result: JsonObject, directive: string, values: JsonValue): void {
  const field = directive.slice(DELETE_FROM.length);
  const list = getOwn(result, field);
  if (!Array.isArray(list) || !Array.isArray(values)) return;
  setOwn(
    result,
    field,
    list.filter((item) => !values.some((value) => deepEqualJson(item, value))),
  );
}

/** Items that the directive does not name come last, in the order that they had. */
function setOrder(result: JsonObject, directive: string, order: JsonValue): void {
  const field = directive.slice(ORDER_OF.length);
  const list = getOwn(result, field);
  if (!Array.isArray(list) || !Array.isArray(order)) return;
  const mergeKey = mergeKeyOf(field, list);
  const rankOf = (item: JsonValue): number => {
    const rank = order.findIndex((wanted) => {
      if (mergeKey === undefined || !isJsonObject(wanted)) return deepEqualJson(wanted, item);
      return findItem([item], mergeKey, wanted) === 0;
    });
    return rank < 0 ? order.length : rank;
  };
  setOwn(
    result,
    field,
    list.toSorted((a, b) => rankOf(a) - rankOf(b)),
  );
}

/** What a patch adds where there was nothing: its own content, without nulls and directives. */
function withoutDirectives(value: JsonValue): JsonValue {
  if (Array.isArray(value)) {
    return value.filter((item) => !(isJsonObject(item) && item.$patch === 'delete')).map(withoutDirectives);
  }
  if (!isJsonObject(value)) return value;
  const result: JsonObject = {};
  for (const key of Object.keys(value)) {
    if (!key.startsWith('$') && value[key] !== null) setOwn(result, key, withoutDirectives(value[key]!));
  }
  return result;
}
