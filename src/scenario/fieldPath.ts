/** Paths to fields: `spec.containers[name=server].image`, `behavior[0].ready`, `metadata.labels[app.kubernetes.io/name]`. */
import { getOwn, isJsonObject, setOwn } from '../api/canonical.ts';
import { InputError } from '../api/errors.ts';
import { didYouMean } from '../api/nearest.ts';
import { type FieldPath, formatPath } from '../api/path.ts';
import type { JsonObject, JsonValue } from '../api/types.ts';
import { isSchedulerConfiguration, parseReference } from './reference.ts';

/** A key, an index, or the list item with a given field. */
export type Step = string | number | { readonly key: string; readonly value: string };

/** @throws InputError for what is no path to a field. */
export function parsePath(text: string, flag: string): Step[] {
  const token = /(?:^|\.)([^.[\]]+)|\[([^\]]+)\]/y;
  const steps: Step[] = [];
  for (let at = 0; at < text.length; at = token.lastIndex) {
    token.lastIndex = at;
    const match = token.exec(text);
    if (match === null) throw new InputError(`${JSON.stringify(text)} is not a path to a field`, { file: flag });
    steps.push(match[1] ?? parseBracket(match[2]!));
  }
  if (steps.length === 0) throw new InputError('a field is missing after the colon', { file: flag });
  return steps;
}

function parseBracket(text: string): Step {
  if (/^[0-9]+$/.test(text)) return Number(text);
  const at = text.indexOf('=');
  return at < 0 ? text : { key: text.slice(0, at), value: text.slice(at + 1) };
}

/** The object in front of the colon, if there is one, and the field. */
export function splitTarget(path: string): { target: string | undefined; field: string } {
  const colon = /^[^[\]]*?:/.exec(path);
  if (colon === null) return { target: undefined, field: path };
  return { target: path.slice(0, colon[0].length - 1), field: path.slice(colon[0].length) };
}

/** What can be said about a path without knowing the objects. */
export function checkPath(path: string, flag: string): void {
  const { target, field } = splitTarget(path);
  if (target !== undefined && !isSchedulerConfiguration(target)) parseReference(target, flag);
  if (target !== undefined || !field.startsWith('nodes/')) parsePath(field, flag);
}

/** Sets a field in place and returns where it is. Mappings on the way there are created, list items are not. */
export function setField(root: JsonObject, steps: readonly Step[], value: JsonValue, flag: string): FieldPath {
  const path: (string | number)[] = [];
  let current: JsonValue = root;
  for (const [depth, step] of steps.entries()) {
    const isLast = depth === steps.length - 1;
    const key = resolveStep(current, step, path, flag);
    if (!isLast) current = childOf(current, key, typeof steps[depth + 1] === 'string');
    else if (typeof key === 'number') (current as JsonValue[])[key] = value;
    else setOwn(current as JsonObject, key, asTextWhere([...path, key], value));
    path.push(key);
  }
  return path;
}

function resolveStep(current: JsonValue, step: Step, path: FieldPath, flag: string): string | number {
  const here = formatPath(path);
  if (typeof step === 'string') {
    if (isJsonObject(current)) return step;
    throw new InputError(`${here} is not a mapping: it has no field ${JSON.stringify(step)}`, { file: flag });
  }
  const items = Array.isArray(current) ? current : [];
  if (typeof step === 'number') {
    if (step < items.length) return step;
    throw new InputError(`${here} has no item ${step}`, { file: flag }, `it has ${items.length}`);
  }
  const values = items.map((item) => (isJsonObject(item) ? item[step.key] : undefined));
  const index = values.indexOf(step.value);
  if (index >= 0) return index;
  const hint = didYouMean(
    step.value,
    values.filter((item) => typeof item === 'string'),
  );
  throw new InputError(`${here} has no item with ${step.key}=${step.value}`, { file: flag }, hint);
}

function childOf(current: JsonValue, key: string | number, createMapping: boolean): JsonValue {
  if (typeof key === 'number') return (current as JsonValue[])[key]!;
  const child = getOwn(current as JsonObject, key) ?? null;
  if (child !== null) return child;
  const created: JsonValue = createMapping ? {} : [];
  setOwn(current as JsonObject, key, created);
  return created;
}

const TEXT_MAPS: readonly (string | number)[] = ['labels', 'annotations', 'matchLabels', 'nodeSelector'];

/** Where Kubernetes wants text, `v=2` means "2". */
function asTextWhere(path: FieldPath, value: JsonValue): JsonValue {
  const isScalar = typeof value === 'number' || typeof value === 'boolean';
  return isScalar && TEXT_MAPS.includes(path.at(-2) ?? '') ? String(value) : value;
}
