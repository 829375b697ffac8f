/** The two standard patches of `kubectl patch`: RFC 7386 (`--type merge`) and RFC 6902 (`--type json`). */
import { cloneJson, deepEqualJson, getOwn, isJsonObject, setOwn } from './canonical.ts';
import type { JsonObject, JsonValue } from './types.ts';

/** RFC 7386: mappings merge, null deletes, everything else replaces. The arguments are not changed. */
export function jsonMergePatch(original: JsonValue, patch: JsonValue): JsonValue {
  if (!isJsonObject(patch)) return cloneJson(patch);
  const result: JsonObject = isJsonObject(original) ? cloneJson(original) : {};
  for (const key of Object.keys(patch)) {
    const change = patch[key]!;
    if (change === null) delete result[key];
    else setOwn(result, key, jsonMergePatch(getOwn(result, key) ?? null, change));
  }
  return result;
}

/**
 * RFC 6902: the operations of the list in order, on a copy.
 *
 * @throws RangeError naming the operation that is malformed, whose path does not exist, or whose test fails.
 */
export function jsonPatch(original: JsonValue, operations: JsonValue): JsonValue {
  if (!Array.isArray(operations)) throw new RangeError('a JSON patch is a list of operations');
  let document = cloneJson(original);
  for (const [index, operation] of operations.entries()) {
    try {
      document = applyOperation(document, operation);
    } catch (error) {
      if (error instanceof RangeError) throw new RangeError(`operation ${index}: ${error.message}`);
      throw error;
    }
  }
  return document;
}

function applyOperation(document: JsonValue, operation: JsonValue): JsonValue {
  if (!isJsonObject(operation)) throw new RangeError('expected a mapping with op and path');
  const path = pointerAt(operation, 'path');
  switch (operation.op) {
    case 'add':
      return add(document, path, operand(operation));
    case 'remove':
      return remove(document, path);
    case 'replace':
      if (path.length === 0) return operand(operation);
      return add(remove(document, path), path, operand(operation));
    case 'copy':
      return add(document, path, cloneJson(find(document, pointerAt(operation, 'from'))));
    case 'move':
      return move(document, pointerAt(operation, 'from'), path);
    case 'test':
      return test(document, path, operand(operation));
    default:
      throw new RangeError(`unknown op ${JSON.stringify(operation.op ?? null)}`);
  }
}

function operand(operation: JsonObject): JsonValue {
  const value = getOwn(operation, 'value');
  if (value === undefined) throw new RangeError(`${operation.op} needs a value`);
  return cloneJson(value);
}

function pointerAt(operation: JsonObject, field: 'path' | 'from'): string[] {
  const pointer = operation[field];
  if (typeof pointer !== 'string') throw new RangeError(`${String(operation.op)} needs a ${field}`);
  if (pointer === '') return [];
  if (!pointer.startsWith('/')) throw new RangeError(`${field} ${JSON.stringify(pointer)} must start with "/"`);
  return pointer
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function find(document: JsonValue, path: readonly string[]): JsonValue {
  let value = document;
  for (const step of path) {
    const inner = Array.isArray(value)
      ? value[listIndex(step, value.length - 1)]
      : isJsonObject(value)
        ? getOwn(value, step)
        : undefined;
    if (inner === undefined) throw new RangeError(`path ${formatPointer(path)} does not exist`);
    value = inner;
  }
  return value;
}

function add(document: JsonValue, path: readonly string[], value: JsonValue): JsonValue {
  const last = path.at(-1);
  if (last === undefined) return value;
  const parent = find(document, path.slice(0, -1));
  if (Array.isArray(parent)) {
    parent.splice(last === '-' ? parent.length : listIndex(last, parent.length), 0, value);
  } else if (isJsonObject(parent)) {
    setOwn(parent, last, value);
  } else {
    throw new RangeError(`path ${formatPointer(path)} does not exist`);
  }
  return document;
}

function remove(document: JsonValue, path: readonly string[]): JsonValue {
  const last = path.at(-1);
  if (last === undefined) throw new RangeError('the whole object cannot be removed');
  find(document, path);
  const parent = find(document, path.slice(0, -1));
  if (Array.isArray(parent)) parent.splice(listIndex(last, parent.length - 1), 1);
  else if (isJsonObject(parent)) delete parent[last];
  return document;
}

function move(document: JsonValue, from: readonly string[], path: readonly string[]): JsonValue {
  const isInside = path.length > from.length && from.every((step, index) => step === path[index]);
  if (isInside) throw new RangeError(`${formatPointer(from)} cannot be moved into itself`);
  const value = find(document, from);
  if (from.length === path.length && from.every((step, index) => step === path[index])) return document;
  return add(remove(document, from), path, value);
}

function test(document: JsonValue, path: readonly string[], expected: JsonValue): JsonValue {
  const found = find(document, path);
  if (!deepEqualJson(found, expected)) {
    throw new RangeError(`test of ${formatPointer(path)} failed: found ${JSON.stringify(found)}`);
  }
  return document;
}

function listIndex(step: string, largest: number): number {
  const index = /^(0|[1-9][0-9]{0,9})$/.test(step) ? Number(step) : Number.NaN;
  if (!(index <= largest)) throw new RangeError(`${JSON.stringify(step)} is not an index of the list there`);
  return index;
}

function formatPointer(path: readonly string[]): string {
  return JSON.stringify(path.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''));
}
