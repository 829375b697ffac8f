/** What `label` and `annotate` share: `KEY=VALUE` and `KEY-` behind the objects' names. */
import { getOwn, isJsonObject } from '../../api/canonical.ts';
import type { JsonObject } from '../../api/types.ts';
import { objectIn, setMap } from './objects.ts';
import { UsageError } from './usageError.ts';

export interface MapChanges {
  readonly set: ReadonlyMap<string, string>;
  readonly removed: readonly string[];
}

/** Objects come first; the first argument that is a change begins the changes. */
export function splitMapChanges(args: readonly string[]): { objects: readonly string[]; changes: readonly string[] } {
  const first = args.findIndex(isChange);
  const at = first === -1 ? args.length : first;
  return { objects: args.slice(0, at), changes: args.slice(at) };
}

function isChange(arg: string): boolean {
  return arg.includes('=') || (arg.endsWith('-') && arg !== '-');
}

/**
 * @param what `label` or `annotation`, for messages.
 * @param problemOf what is wrong with a key and its value.
 * @throws UsageError for none, a bad key or value, or a key that is both set and removed.
 */
export function parseMapChanges(
  args: readonly string[],
  what: string,
  problemOf: (key: string, value: string) => string | undefined,
): MapChanges {
  if (args.length === 0) throw new UsageError(`at least one ${what} update is required`);
  const set = new Map<string, string>();
  const removed: string[] = [];
  for (const arg of args) {
    const at = arg.indexOf('=');
    if (at === -1 && !isChange(arg))
      throw new UsageError(`unknown ${what} change ${JSON.stringify(arg)}: expected KEY=VALUE or KEY-`);
    const key = at === -1 ? arg.slice(0, -1) : arg.slice(0, at);
    const value = at === -1 ? '' : arg.slice(at + 1);
    const problem = problemOf(key, value);
    if (problem !== undefined) throw new UsageError(`invalid ${what} ${JSON.stringify(arg)}: ${problem}`);
    if (at === -1) removed.push(key);
    else set.set(key, value);
  }
  if (removed.some((key) => set.has(key))) {
    throw new UsageError(`can not both modify and remove a ${what} in the same command`);
  }
  return { set, removed };
}

/**
 * Changes the labels or annotations of a document.
 *
 * @param check is given what the map was before; what it throws passes through.
 */
export function changeMap(
  document: JsonObject,
  field: 'labels' | 'annotations',
  changes: MapChanges,
  check: (before: Readonly<Record<string, string>>) => void,
): JsonObject {
  const metadata = objectIn(document, 'metadata');
  const found = getOwn(metadata, field);
  const map: Record<string, string> = Object.create(null);
  for (const [key, value] of Object.entries(isJsonObject(found) ? found : {})) map[key] = String(value);
  check(Object.assign(Object.create(null), map));
  for (const key of changes.removed) delete map[key];
  for (const [key, value] of changes.set) map[key] = value;
  setMap(metadata, field, map);
  return document;
}
