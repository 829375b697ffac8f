/**
 * The text by which two pod templates are compared.
 *
 * Upstream compares typed objects with `equality.Semantic.DeepEqual`: nil and empty lists or maps are equal, quantities
 * compare by value, and a plain (not pointer) field that is absent equals its zero value. A pointer to an empty struct
 * (`securityContext: {}`) does differ from no pointer. A document knows no Go types, so the plain fields whose zero
 * values people write are listed here.
 */
import { canonicalJson, isJsonObject, setOwn } from '../canonical.ts';
import { canonicalQuantity } from '../quantity.ts';
import type { JsonObject, JsonValue, StringMap } from '../types.ts';
import { objectAt, objectsAt } from './read.ts';
import { canonicalQuantities } from './resources.ts';

/** Added by the Deployment controller to the templates of its ReplicaSets. */
const HASH_LABEL = 'pod-template-hash';

/** Free-key maps: empty equals absent, and an empty value is a value. */
const MAPS: ReadonlySet<string> = new Set([
  'labels',
  'annotations',
  'nodeSelector',
  'limits',
  'requests',
  'overhead',
  'matchLabels',
  'volumeAttributes',
  'options',
]);

const PLAIN_BOOLEANS: ReadonlySet<string> = new Set([
  'hostIPC',
  'hostNetwork',
  'hostPID',
  'readOnly',
  'stdin',
  'stdinOnce',
  'tty',
]);

const PLAIN_NUMBERS: ReadonlySet<string> = new Set(['hostPort', 'initialDelaySeconds']);

/** Strings that are pointers upstream, for which empty and absent differ. */
const POINTER_STRINGS: ReadonlySet<string> = new Set([
  'hostnameOverride',
  'runtimeClassName',
  'storageClassName',
  'type',
  'service',
]);

/** @param manifest a defaulted `{metadata: {labels, annotations}, spec}`; it is not changed. */
export function canonicalTemplate(manifest: JsonObject): string {
  return joinCanonical(canonicalMetadata(objectAt(manifest, 'metadata')), canonicalSpec(objectAt(manifest, 'spec')));
}

export function joinCanonical(metadata: string, spec: string): string {
  return `{"metadata":${metadata},"spec":${spec}}`;
}

/** Of a template's labels and annotations. */
export function canonicalMetadata(manifest: JsonObject): string {
  const metadata = prune(manifest) as JsonObject;
  if (isJsonObject(metadata.labels)) {
    delete metadata.labels[HASH_LABEL];
    if (Object.keys(metadata.labels).length === 0) delete metadata.labels;
  }
  return canonicalJson(metadata);
}

export function canonicalSpec(manifest: JsonObject): string {
  const spec = prune(manifest) as JsonObject;
  canonicalQuantities(spec.overhead);
  canonicalResources(spec);
  for (const container of [...objectsAt(spec, 'containers'), ...objectsAt(spec, 'initContainers')]) {
    canonicalResources(container);
  }
  for (const volume of objectsAt(spec, 'volumes')) canonicalSizeLimit(volume);
  return canonicalJson(spec);
}

/** @param canonical begins with the text of a template that has these annotations; they are taken out of it. */
export function withoutAnnotations(canonical: string, annotations: StringMap): string {
  if (Object.keys(annotations).length === 0) return canonical;
  const before = '{"metadata":{';
  const text = `${before}"annotations":${canonicalJson({ ...annotations })}`;
  if (!canonical.startsWith(text)) return canonical;
  const rest = canonical.slice(text.length);
  // Without labels nothing is left of the metadata, and a template without either says so by an empty mapping.
  return before + (rest.startsWith(',') ? rest.slice(1) : rest);
}

function canonicalSizeLimit({ emptyDir }: JsonObject): void {
  if (!isJsonObject(emptyDir) || emptyDir.sizeLimit === undefined) return;
  emptyDir.sizeLimit = canonicalQuantity(emptyDir.sizeLimit as string | number);
}

function canonicalResources(owner: JsonObject): void {
  const resources = objectAt(owner, 'resources');
  canonicalQuantities(resources.requests);
  canonicalQuantities(resources.limits);
}

/** A copy without the fields that equal absent ones. */
function prune(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(prune);
  if (!isJsonObject(value)) return value;
  const result: JsonObject = {};
  for (const key of Object.keys(value)) {
    const inner = MAPS.has(key) ? value[key]! : prune(value[key]!);
    if (!equalsAbsent(key, inner)) setOwn(result, key, isJsonObject(inner) ? { ...inner } : inner);
  }
  return result;
}

function equalsAbsent(key: string, value: JsonValue): boolean {
  if (value === null) return true;
  if (Array.isArray(value)) return value.length === 0;
  if (isJsonObject(value)) return MAPS.has(key) && Object.keys(value).length === 0;
  if (value === '') return !POINTER_STRINGS.has(key);
  if (value === false) return PLAIN_BOOLEANS.has(key);
  return value === 0 && PLAIN_NUMBERS.has(key);
}
