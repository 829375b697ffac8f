/**
 * Writes to the simulated API server, with what the server does about them: decoding with defaults and validation,
 * immutable fields, the generation, and no write at all when nothing changes. To be called when the request arrives.
 */
import { canonicalJson, isJsonObject } from '../../api/canonical.ts';
import { decodeObject } from '../../api/decode/decode.ts';
import { InputError } from '../../api/errors.ts';
import { isSimulatedKind } from '../../api/kinds.ts';
import type { JsonObject, JsonValue, Manifest, ObjectMeta, StringMap } from '../../api/types.ts';
import { type ApiError, alreadyExists } from '../../cluster/apiError.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { admitNode } from '../../cluster/nodeTaints.ts';
import type { AnyStored, DaemonSet } from '../../cluster/objects.ts';
import { secondDefault } from '../../cluster/podPriorities.ts';
import { POD_BOUND } from '../../cluster/podTable.ts';
import { immutableProblem } from './immutable.ts';
import { keepClusterIP } from './immutableStorage.ts';
import { initialObject } from './initialObjects.ts';
import { updatedJob } from './jobUpdates.ts';
import { kinds, type ResourceKind } from './kinds.ts';
import {
  documentOf,
  exists,
  findObject,
  notFoundError,
  objectIn,
  storedDocument,
  type Target,
  tableOf,
} from './objects.ts';
import { podDocument } from './podDocument.ts';
import { type PodManifest, podSpecProblem } from './podUpdates.ts';

export interface WriteResult {
  readonly error: ApiError | undefined;
  /** False when the object was as asked already. */
  readonly isChanged: boolean;
}

const UNCHANGED: WriteResult = { error: undefined, isChanged: false };

/** A PUT or PATCH of the whole object, with the server's validation; to be called when the request arrives. */
export function writeDocument(cluster: Cluster, target: Target, next: JsonObject): WriteResult {
  if (!exists(cluster, target)) return { error: notFoundError(target), isChanged: false };
  const { document, owners } = splitOwners(cluster, target, next);
  if (owners === 'changed') {
    const message = 'Forbidden: the simulation plays no change of owners but that an object gets none';
    return { error: invalid(target.kind, target.name, 'metadata.ownerReferences', message), isChanged: false };
  }
  const result = isSimulatedKind(target.kind.kind)
    ? writeSimulated(cluster, target, asServerTakesIt(cluster, target, document))
    : writeMetadata(cluster, target, document);
  if (result.error !== undefined || owners === 'same') return result;
  leaveOwner(cluster, target);
  return { error: undefined, isChanged: true };
}

function writeSimulated(cluster: Cluster, target: Target, next: JsonObject): WriteResult {
  const decoded = decodeNext(target, next);
  if ('error' in decoded) return { error: decoded.error, isChanged: false };
  const { manifest } = decoded;
  if (manifest.kind === 'Pod') return writePod(cluster, target, manifest);
  return writeStored(cluster, target, manifest);
}

/** Whose an object is stands beside its manifest, not in it. */
function splitOwners(
  cluster: Cluster,
  target: Target,
  next: JsonObject,
): { readonly document: JsonObject; readonly owners: 'same' | 'none' | 'changed' } {
  if (!isJsonObject(next.metadata)) return { document: next, owners: 'same' };
  const { ownerReferences, ...metadata } = next.metadata;
  const wanted = Array.isArray(ownerReferences) ? ownerReferences : [];
  const present = objectIn(documentOf(cluster, target), 'metadata').ownerReferences;
  // Owners that a manifest names change nothing, as when the object was created.
  const isSame = present === undefined || canonicalJson(wanted) === canonicalJson(present);
  return { document: { ...next, metadata }, owners: isSame ? 'same' : wanted.length === 0 ? 'none' : 'changed' };
}

function leaveOwner(cluster: Cluster, target: Target): void {
  if (target.kind.kind === 'Pod') {
    cluster.setPodOwner(target.key, undefined);
    return;
  }
  const table = tableOf(cluster, target.kind);
  const live = table.get(target.key)!;
  const dependsOn = live.kind === 'PersistentVolumeClaim' ? { dependsOn: undefined } : {};
  table.update({ ...live, ownerUid: -1, ...dependsOn } as AnyStored);
}

/** What the server itself fills in from the object as it is. */
function asServerTakesIt(cluster: Cluster, target: Target, next: JsonObject): JsonObject {
  if (target.kind !== kinds.Service) return next;
  return keepClusterIP(cluster.tables.Service.get(target.key)!.manifest, next);
}

/** Of what only controllers write, a user may change labels and annotations. */
function writeMetadata(cluster: Cluster, target: Target, next: JsonObject): WriteResult {
  const table = tableOf(cluster, target.kind);
  const live = table.get(target.key)!;
  const { metadata: before, ...fixed } = storedDocument(live);
  const { metadata: after, ...wanted } = next;
  if (canonicalJson(fixed) !== canonicalJson(wanted)) {
    const message = `Forbidden: only labels and annotations of a ${target.kind.kind} can be changed`;
    return { error: invalid(target.kind, target.name, '', message), isChanged: false };
  }
  if (canonicalJson(before!) === canonicalJson(after ?? null)) return UNCHANGED;
  const meta = { ...live.meta, labels: textsIn(after, 'labels'), annotations: textsIn(after, 'annotations') };
  return changed(table.update({ ...live, meta } as AnyStored));
}

function textsIn(metadata: JsonValue | undefined, field: string): StringMap {
  const map = isJsonObject(metadata) ? metadata[field] : undefined;
  return isJsonObject(map) ? Object.fromEntries(Object.entries(map).map(([key, value]) => [key, String(value)])) : {};
}

type Decoded = { readonly manifest: Manifest } | { readonly error: ApiError };

function decodeNext(target: Target, next: JsonObject): Decoded {
  const { kind, name, namespace } = target;
  const metadata = isJsonObject(next.metadata) ? next.metadata : {};
  if (metadata.name !== name) {
    const message = `the name of the object (${String(metadata.name)}) does not match the name on the URL (${name})`;
    return { error: { reason: 'BadRequest', message } };
  }
  const { status: _, ...rest } = next;
  try {
    // A Node's status says how large it is.
    const manifest = decodeObject(kind.kind === 'Node' ? next : rest, { defaultNamespace: namespace });
    if (manifest.kind === kind.kind && manifest.meta.namespace === namespace) return { manifest };
    const message = 'the kind and the namespace of an object cannot change';
    return { error: { reason: 'BadRequest', message } };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { error: invalid(kind, name, error.place?.path ?? '', error.message) };
  }
}

/** In the API server's words: `The Deployment "web" is invalid: spec.replicas: must be greater than or equal to 0`. */
function invalid(kind: ResourceKind, name: string, path: string, message: string): ApiError {
  const where = path === '' ? '' : `${path}: `;
  return { reason: 'Invalid', message: `The ${kind.kind} "${name}" is invalid: ${where}${message}` };
}

type StoredManifest = Exclude<Manifest, { kind: 'Pod' }>;

function writeStored(cluster: Cluster, target: Target, given: StoredManifest): WriteResult {
  const { kind } = target;
  const live = tableOf(cluster, kind).get(target.key)!;
  const taken = cluster.admitted(given);
  const next = live.kind === 'Job' && taken.kind === 'Job' ? updatedJob(live, taken) : taken;
  const problem = immutableProblem(live, next, cluster.gates);
  if (problem !== undefined) {
    return { error: invalid(kind, next.meta.name, problem.path, problem.message), isChanged: false };
  }
  const refusal = next.kind === 'PriorityClass' ? secondDefault(cluster.tables.PriorityClass, next) : undefined;
  if (refusal !== undefined) return { error: refusal, isChanged: false };
  const specChanged = !isSameSpec(live, next);
  const annotationsChanged = !isSameMap(live.meta.annotations, next.meta.annotations);
  if (!specChanged && isSameMetadata(live, next)) return UNCHANGED;
  // A Deployment's annotations count as part of what its controller has to observe.
  const isNewGeneration = specChanged || (kind === kinds.Deployment && annotationsChanged);
  const generation = live.generation + (isNewGeneration ? 1 : 0);
  return changed(
    tableOf(cluster, kind).update({ ...live, ...next, ...templateGeneration(live, next), generation } as AnyStored),
  );
}

/** A DaemonSet counts its templates too. */
function templateGeneration(live: AnyStored, next: StoredManifest): Partial<DaemonSet> {
  if (live.kind !== 'DaemonSet' || next.kind !== 'DaemonSet' || isSameTemplate(live, next)) return {};
  return { templateGeneration: live.templateGeneration + 1 };
}

/** Of a pod's spec only some can change, and of that the simulation plays what it says in `podUpdates.ts`. */
function writePod(cluster: Cluster, target: Target, given: PodManifest): WriteResult {
  const template = cluster.withDefaultTolerations(cluster.templates.intern(given.template));
  const manifest = { ...given.manifest, spec: template.manifest.spec! };
  const next = { ...given, template: { ...given.template, spec: template.spec }, manifest };
  const document = podDocument(cluster, target.key);
  const before = decodeObject(document, { defaultNamespace: target.namespace }) as PodManifest;
  const isBound = (cluster.pods.state[target.key]! & POD_BOUND) !== 0;
  const refused = podSpecProblem(before, next, isBound);
  if (refused !== undefined) {
    return { error: invalid(kinds.Pod, target.name, refused.path, refused.message), isChanged: false };
  }
  const specChanged = canonicalJson(before.manifest.spec!) !== canonicalJson(next.manifest.spec!);
  const labelsChanged = !isSameMap(before.meta.labels, next.meta.labels);
  const annotationsChanged = !isSameMap(before.meta.annotations, next.meta.annotations);
  if (specChanged) cluster.setPodSpec(target.key, template, manifest);
  if (labelsChanged) cluster.setPodLabels(target.key, next.meta.labels);
  if (annotationsChanged) cluster.setPodAnnotations(target.key, next.meta.annotations);
  return { error: undefined, isChanged: specChanged || labelsChanged || annotationsChanged };
}

function changed(error: ApiError | undefined): WriteResult {
  return { error, isChanged: error === undefined };
}

/** A template is compared by meaning (`100m` is `0.1`), the rest, being defaulted, by text. */
function isSameSpec(live: AnyStored, next: StoredManifest): boolean {
  return isSameTemplate(live, next) && withoutTemplate(storedDocument(live)) === withoutTemplate(next.manifest);
}

function isSameTemplate(live: AnyStored, next: StoredManifest): boolean {
  if (!('spec' in live && 'template' in live.spec && 'spec' in next && 'template' in next.spec)) return true;
  const [before, after] = [live.spec.template, next.spec.template];
  return before.canonical === after.canonical && isSameMap(before.labels, after.labels);
}

/** All but metadata, and what the typed form does not keep in one place with the document: selectors are compared apart. */
function withoutTemplate(document: JsonObject): string {
  const { metadata: _, status, ...own } = document;
  // Of all kinds only a Node's status is written by users.
  const whole: JsonObject = document.kind === 'Node' && status !== undefined ? { ...own, status } : own;
  if (!isJsonObject(document.spec)) return canonicalJson(whole);
  const { template: __, selector, ...rest } = document.spec;
  if (rest.minReadySeconds === 0) delete rest.minReadySeconds;
  if (rest.paused === false) delete rest.paused;
  const keepsSelector = selector !== undefined && SELECTOR_MAY_CHANGE.has(String(document.kind));
  return canonicalJson({ ...whole, spec: keepsSelector ? { ...rest, selector } : rest });
}

const SELECTOR_MAY_CHANGE: ReadonlySet<string> = new Set(['Service', 'PodDisruptionBudget', 'ReplicationController']);

function isSameMetadata(live: { readonly meta: ObjectMeta }, next: { readonly meta: ObjectMeta }): boolean {
  return isSameMap(live.meta.labels, next.meta.labels) && isSameMap(live.meta.annotations, next.meta.annotations);
}

function isSameMap(a: StringMap, b: StringMap): boolean {
  return canonicalJson({ ...a }) === canonicalJson({ ...b });
}

/** A user's POST, with admission; to be called when the request arrives. */
export function postObject(cluster: Cluster, manifest: Manifest): ApiError | undefined {
  return createObject(cluster, manifest.kind === 'Node' ? admitNode(manifest) : manifest);
}

/**
 * A POST, whatever admission would make of the object; to be called when the request arrives.
 *
 * @param ownerUid of what controls the object, -1 for nothing; pods that users make have no controller
 */
export function createObject(cluster: Cluster, manifest: Manifest, ownerUid = -1): ApiError | undefined {
  const kind = kinds[manifest.kind];
  const { namespace, name } = manifest.meta;
  if (findObject(cluster, kind, namespace, name) !== undefined) return alreadyExists(kind.resource, name);
  if (manifest.kind === 'Pod') {
    const template = cluster.templates.internPod(manifest.template);
    return cluster.createBarePod(template, { meta: manifest.meta, manifest: manifest.manifest });
  }
  return tableOf(cluster, kind).create(initialObject(cluster, cluster.admitted(manifest), ownerUid));
}
