/** Access to fields of a document whose shape has been checked, and the checks that several kinds share. */
import { isJsonObject } from '../canonical.ts';
import { dnsLabelProblem, dnsSubdomainProblem, labelKeyProblem, labelValueProblem } from '../names.ts';
import type { FieldPath } from '../path.ts';
import { type LabelSelector, labelsMatch, parseLabelSelector } from '../selector.ts';
import type { JsonObject, JsonValue, ObjectMeta, StringMap } from '../types.ts';
import { type DecodeContext, failAt, parseAt } from './context.ts';
import { MOST_INTEGER } from './schema.ts';

export function objectAt(object: JsonObject, key: string): JsonObject {
  const value = object[key];
  return isJsonObject(value) ? value : {};
}

export function objectsAt(object: JsonObject, key: string): JsonObject[] {
  const value = object[key];
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

export function stringAt(object: JsonObject, key: string): string {
  const value = object[key];
  return typeof value === 'string' ? value : '';
}

export function stringsAt(object: JsonObject, key: string): string[] {
  const value = object[key];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** A number of 32 bits, or the greatest such. @throws InputError for one below `minimum`, in upstream's words. */
export function integerAt(
  context: DecodeContext,
  path: FieldPath,
  value: JsonValue | undefined,
  fallback: number,
  minimum = 0,
): number {
  if (typeof value !== 'number') return fallback;
  if (value < minimum) failAt(context, path, `must be greater than or equal to ${minimum}`);
  // More seconds than any run lasts are as good as all of them.
  return Math.min(value, MOST_INTEGER);
}

/** Without a prototype, so that a label named `constructor` is found exactly when it is there. */
export function stringMap(value: JsonValue | undefined): StringMap {
  const map: Record<string, string> = Object.create(null);
  if (!isJsonObject(value)) return map;
  for (const key of Object.keys(value)) {
    const text = value[key];
    if (typeof text === 'string') map[key] = text;
  }
  return map;
}

/** @throws InputError for a key or value that is not a valid label. */
export function readLabels(context: DecodeContext, path: FieldPath, value: JsonValue | undefined): StringMap {
  const labels = stringMap(value);
  for (const key of Object.keys(labels)) {
    refuse(context, [...path, key], key, labelKeyProblem(key));
    refuse(context, [...path, key], labels[key]!, labelValueProblem(labels[key]!));
  }
  return labels;
}

/** @throws InputError for a missing or invalid name or namespace, or invalid labels. */
export function readMeta(context: DecodeContext, document: JsonObject, isNamespaced: boolean): ObjectMeta {
  const metadata = objectAt(document, 'metadata');
  const name = stringAt(metadata, 'name');
  if (name === '') {
    const hint = metadata.generateName === undefined ? undefined : 'generateName is not supported: give a name';
    failAt(context, ['metadata', 'name'], 'Required value: name is required', hint);
  }
  refuse(context, ['metadata', 'name'], name, dnsSubdomainProblem(name));
  return {
    namespace: readNamespace(context, stringAt(metadata, 'namespace'), isNamespaced),
    name,
    labels: readLabels(context, ['metadata', 'labels'], metadata.labels),
    annotations: stringMap(metadata.annotations),
  };
}

function readNamespace(context: DecodeContext, namespace: string, isNamespaced: boolean): string {
  const path = ['metadata', 'namespace'];
  if (!isNamespaced) {
    if (namespace !== '') failAt(context, path, 'Forbidden: not allowed on this type');
    return '';
  }
  if (namespace === '') return context.defaultNamespace;
  refuse(context, path, namespace, dnsLabelProblem(namespace));
  return namespace;
}

/** @throws InputError for a missing, empty or invalid selector, or one that does not match the template's labels. */
export function readSelector(
  context: DecodeContext,
  spec: JsonObject,
  kindName: string,
  templateLabels: StringMap,
): LabelSelector {
  const path = ['spec', 'selector'];
  if (spec.selector === undefined) failAt(context, path, 'Required value');
  const selector = parseAt(context, path, () => parseLabelSelector(spec.selector!));
  if (selector.canonical === '') {
    failAt(context, path, `Invalid value: {}: empty selector is invalid for ${kindName}`);
  }
  requireSelected(context, selector, templateLabels);
  return selector;
}

/** @throws InputError for a selector that does not match the template's labels. */
export function requireSelected(context: DecodeContext, selector: LabelSelector, templateLabels: StringMap): void {
  if (labelsMatch(selector, templateLabels)) return;
  const message = `Invalid value: ${JSON.stringify(templateLabels)}: \`selector\` does not match template \`labels\``;
  failAt(context, ['spec', 'template', 'metadata', 'labels'], message);
}

/** @throws InputError when there is a problem. */
export function refuse(context: DecodeContext, path: FieldPath, value: string, problem: string | undefined): void {
  if (problem !== undefined) failAt(context, path, `Invalid value: ${JSON.stringify(value)}: ${problem}`);
}
