/** Parts of documents. */
import { isJsonObject } from '../../api/canonical.ts';
import type { JsonObject, JsonValue } from '../../api/types.ts';

/** The fields of an object that are named and there, in the order of the names; nulls count as absent. */
export function pick(object: JsonObject, fields: readonly string[]): JsonObject {
  const picked: JsonObject = {};
  for (const field of fields) if (isPresent(object[field])) picked[field] = object[field]!;
  return picked;
}

/** All other fields. */
export function omit(object: JsonObject, fields: ReadonlySet<string>): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key, value]) => !fields.has(key) && isPresent(value)));
}

/** `{}` and `[]` say no more than nothing does. */
export function isEmpty(value: JsonValue): boolean {
  return Array.isArray(value) ? value.length === 0 : isJsonObject(value) && Object.keys(value).length === 0;
}

function isPresent(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null;
}
