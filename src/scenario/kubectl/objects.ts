/**
 * Objects of the simulated API server as kubectl deals with them: found by name, read as documents, written as documents.
 *
 * What the API server does with a write is done here: decoding with defaults and validation, immutable fields, the
 * generation, and no write at all when nothing changes.
 */
import { canonicalJson, cloneJson, getOwn, isJsonObject, setOwn } from '../../api/canonical.ts';
import { decodeObject } from '../../api/decode/decode.ts';
import { InputError } from '../../api/errors.ts';
import type { JsonObject, Manifest, ObjectMeta, StringMap } from '../../api/types.ts';
import { type ApiError, alreadyExists, notFound } from '../../cluster/apiError.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import {
  type Deployment,
  EMPTY_DEPLOYMENT_STATUS,
  EMPTY_REPLICA_SET_STATUS,
  type Node,
  type ReplicaSet,
} from '../../cluster/objects.ts';
import type { ObjectTable } from '../../cluster/objectTable.ts';
import { POD_EXISTS } from '../../cluster/podTable.ts';
import { kinds, type ResourceKind } from './kinds.ts';
import { podDocument } from './podDocument.ts';

/** An object that existed when it was looked up. */
export interface Target {
  readonly kind: ResourceKind;
  /** Empty for what belongs to no namespace. */
  readonly namespace: string;
  readonly name: string;
  /** Uid, or the row of a pod. */
  readonly key: number;
  /** Tells a pod from a later one in the same row. */
  readonly podUid: number;
}

export interface WriteResult {
  readonly error: ApiError | undefined;
  /** False when the object was as asked already. */
  readonly isChanged: boolean;
}

const UNCHANGED: WriteResult = { error: undefined, isChanged: false };

/** `deployment.apps/web`, as kubectl's answers begin. */
export function printedName(target: Pick<Target, 'kind' | 'name'>): string {
  return `${target.kind.printed}/${target.name}`;
}

// ---- finding ----

export function findObject(cluster: Cluster, kind: ResourceKind, namespace: string, name: string): Target | undefined {
  if (kind.kind === 'Pod') {
    const pod = cluster.findPod(namespace, name);
    return pod === -1 ? undefined : podTarget(cluster, pod, namespace);
  }
  const found = tableOf(cluster, kind).find(kind.isNamespaced ? namespace : '', name);
  return found === undefined ? undefined : storedTarget(kind, found);
}

/** All objects of a kind: those of one namespace, or of all, by namespace and name. */
export function listObjects(cluster: Cluster, kind: ResourceKind, namespace: string | undefined): Target[] {
  if (kind.kind === 'Pod') {
    const namespaces = namespace === undefined ? namespacesOf(cluster, kind) : [namespace];
    return namespaces.flatMap((own) => cluster.listPods(own).map((pod) => podTarget(cluster, pod, own)));
  }
  const stored: readonly (Deployment | ReplicaSet | Node)[] = tableOf(cluster, kind).list();
  const isWanted = (object: { meta: ObjectMeta }) =>
    namespace === undefined || !kind.isNamespaced || object.meta.namespace === namespace;
  return stored
    .filter(isWanted)
    .map((object) => storedTarget(kind, object))
    .sort((a, b) => compareText(a.namespace, b.namespace) || compareText(a.name, b.name));
}

/** Namespaces that have an object of the kind, sorted. */
export function namespacesOf(cluster: Cluster, kind: ResourceKind): string[] {
  const found = new Set<string>();
  if (kind.kind === 'Pod') {
    for (let pod = 0; pod < cluster.pods.rowCount; pod++) {
      if ((cluster.pods.state[pod]! & POD_EXISTS) !== 0) found.add(cluster.podNamespace(pod));
    }
  } else {
    for (const object of tableOf(cluster, kind).list()) found.add(object.meta.namespace);
  }
  return [...found].sort();
}

export function exists(cluster: Cluster, target: Target): boolean {
  if (target.kind.kind !== 'Pod') return tableOf(cluster, target.kind).get(target.key) !== undefined;
  return (cluster.pods.state[target.key]! & POD_EXISTS) !== 0 && cluster.pods.uid[target.key] === target.podUid;
}

export function notFoundError(target: Target): ApiError {
  return notFound(target.kind.resource, target.name);
}

export function labelsOf(cluster: Cluster, target: Target): StringMap {
  if (target.kind.kind === 'Pod') return cluster.labelsOf(target.key);
  return tableOf(cluster, target.kind).get(target.key)!.meta.labels;
}

// ---- reading ----

/** The object as a user would edit it: without status and without what the server owns. */
export function documentOf(cluster: Cluster, target: Target): JsonObject {
  switch (target.kind.kind) {
    case 'Deployment':
      return deploymentDocument(cluster.deployments.get(target.key)!);
    case 'ReplicaSet':
      return replicaSetDocument(cluster.replicaSets.get(target.key)!);
    case 'Node':
      return withMeta(cluster.nodeObjects.get(target.key)!);
    case 'Pod':
      return podDocument(cluster, target.key);
  }
}

/** Controllers write annotations into `meta` and sizes into `spec`: those win over `manifest`. */
export function deploymentDocument(live: Deployment): JsonObject {
  const document = withMeta(live);
  const spec = objectIn(document, 'spec');
  spec.replicas = live.spec.replicas;
  spec.template = cloneJson(live.spec.template.manifest);
  return document;
}

export function replicaSetDocument(live: ReplicaSet): JsonObject {
  const document = withMeta(live);
  const spec = objectIn(document, 'spec');
  spec.replicas = live.spec.replicas;
  if (live.spec.minReadySeconds !== 0) spec.minReadySeconds = live.spec.minReadySeconds;
  else delete spec.minReadySeconds;
  spec.template = cloneJson(live.spec.template.manifest);
  return document;
}

function withMeta(live: { readonly meta: ObjectMeta; readonly manifest: JsonObject }): JsonObject {
  const document = cloneJson(live.manifest);
  const metadata = objectIn(document, 'metadata');
  metadata.name = live.meta.name;
  if (live.meta.namespace !== '') metadata.namespace = live.meta.namespace;
  setMap(metadata, 'labels', live.meta.labels);
  setMap(metadata, 'annotations', live.meta.annotations);
  return document;
}

// ---- writing ----

/** A PUT or PATCH of the whole object, with the server's validation; to be called when the request arrives. */
export function writeDocument(cluster: Cluster, target: Target, next: JsonObject): WriteResult {
  if (!exists(cluster, target)) return { error: notFoundError(target), isChanged: false };
  const decoded = decodeNext(target, next);
  if ('error' in decoded) return { error: decoded.error, isChanged: false };
  const { manifest } = decoded;
  switch (manifest.kind) {
    case 'Deployment':
      return writeDeployment(cluster, cluster.deployments.get(target.key)!, manifest);
    case 'ReplicaSet':
      return writeReplicaSet(cluster, cluster.replicaSets.get(target.key)!, manifest);
    case 'Node':
      return writeNode(cluster, cluster.nodeObjects.get(target.key)!, manifest);
    case 'Pod':
      return writePod(cluster, target, manifest);
  }
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
export function invalid(kind: ResourceKind, name: string, path: string, message: string): ApiError {
  const where = path === '' ? '' : `${path}: `;
  return { reason: 'Invalid', message: `The ${kind.kind} "${name}" is invalid: ${where}${message}` };
}

type ManifestOf<K> = Extract<Manifest, { kind: K }>;

function writeDeployment(cluster: Cluster, live: Deployment, next: ManifestOf<'Deployment'>): WriteResult {
  const refused = refuseSelectorChange(kinds.Deployment, live, next);
  if (refused !== undefined) return { error: refused, isChanged: false };
  const specChanged = !isSameSpec(live, deploymentDocument(live), next);
  const annotationsChanged = !isSameMap(live.meta.annotations, next.meta.annotations);
  if (!specChanged && isSameMetadata(live, next)) return UNCHANGED;
  const generation = live.generation + (specChanged || annotationsChanged ? 1 : 0);
  return changed(cluster.deployments.update({ ...live, ...next, generation }));
}

function writeReplicaSet(cluster: Cluster, live: ReplicaSet, next: ManifestOf<'ReplicaSet'>): WriteResult {
  const refused = refuseSelectorChange(kinds.ReplicaSet, live, next);
  if (refused !== undefined) return { error: refused, isChanged: false };
  const specChanged = !isSameSpec(live, replicaSetDocument(live), next);
  if (!specChanged && isSameMetadata(live, next)) return UNCHANGED;
  const generation = live.generation + (specChanged ? 1 : 0);
  return changed(cluster.replicaSets.update({ ...live, ...next, generation }));
}

function writeNode(cluster: Cluster, live: Node, next: ManifestOf<'Node'>): WriteResult {
  if (isSameMetadata(live, next) && canonicalJson(withMeta(live)) === canonicalJson(next.manifest)) return UNCHANGED;
  return changed(cluster.nodeObjects.update({ ...live, ...next }));
}

/** Labels and annotations can change; of the rest nothing that the simulation acts on. */
function writePod(cluster: Cluster, target: Target, next: ManifestOf<'Pod'>): WriteResult {
  const document = podDocument(cluster, target.key);
  const before = decodeObject(document, { defaultNamespace: target.namespace });
  if (canonicalJson(before.manifest.spec ?? null) !== canonicalJson(next.manifest.spec ?? null)) {
    const message = 'Forbidden: the simulation does not play changes of a running pod';
    return { error: invalid(kinds.Pod, target.name, 'spec', message), isChanged: false };
  }
  const labelsChanged = !isSameMap(before.meta.labels, next.meta.labels);
  const annotationsChanged = !isSameMap(before.meta.annotations, next.meta.annotations);
  if (labelsChanged) cluster.setPodLabels(target.key, next.meta.labels);
  if (annotationsChanged) cluster.setPodAnnotations(target.key, next.meta.annotations);
  return { error: undefined, isChanged: labelsChanged || annotationsChanged };
}

function changed(error: ApiError | undefined): WriteResult {
  return { error, isChanged: error === undefined };
}

function refuseSelectorChange(
  kind: ResourceKind,
  live: Deployment | ReplicaSet,
  next: ManifestOf<'Deployment' | 'ReplicaSet'>,
): ApiError | undefined {
  if (live.spec.selector.canonical === next.spec.selector.canonical) return undefined;
  const selector = isJsonObject(next.manifest.spec) ? (next.manifest.spec.selector ?? {}) : {};
  return invalid(
    kind,
    next.meta.name,
    'spec.selector',
    `Invalid value: ${JSON.stringify(selector)}: field is immutable`,
  );
}

/** The template is compared by meaning (`100m` is `0.1`), the rest, being defaulted, by text. */
function isSameSpec(
  live: Deployment | ReplicaSet,
  document: JsonObject,
  next: ManifestOf<'Deployment' | 'ReplicaSet'>,
): boolean {
  const [before, after] = [live.spec.template, next.spec.template];
  if (before.canonical !== after.canonical || !isSameMap(before.labels, after.labels)) return false;
  return specWithoutTemplate(document) === specWithoutTemplate(next.manifest);
}

/** What the typed form does not keep in one place with the document is left out: the selector has been compared. */
function specWithoutTemplate(document: JsonObject): string {
  if (!isJsonObject(document.spec)) return '';
  const { template: _, selector: __, ...rest } = document.spec;
  if (rest.minReadySeconds === 0) delete rest.minReadySeconds;
  if (rest.paused === false) delete rest.paused;
  return canonicalJson(rest);
}

function isSameMetadata(live: { readonly meta: ObjectMeta }, next: { readonly meta: ObjectMeta }): boolean {
  return isSameMap(live.meta.labels, next.meta.labels) && isSameMap(live.meta.annotations, next.meta.annotations);
}

function isSameMap(a: StringMap, b: StringMap): boolean {
  return canonicalJson({ ...a }) === canonicalJson({ ...b });
}

// ---- creating ----

/** A POST; to be called when the request arrives. */
export function createObject(cluster: Cluster, manifest: Manifest): ApiError | undefined {
  const kind = kinds[manifest.kind];
  const { namespace, name } = manifest.meta;
  if (findObject(cluster, kind, namespace, name) !== undefined) return alreadyExists(kind.resource, name);
  if (manifest.kind === 'Pod') return createPod(cluster, manifest);
  const stored = { uid: cluster.allocateUid(), creationMicros: cluster.kernel.nowMicros, generation: 1, ownerUid: -1 };
  switch (manifest.kind) {
    case 'Deployment':
      return cluster.deployments.create({ ...manifest, ...stored, status: EMPTY_DEPLOYMENT_STATUS });
    case 'ReplicaSet':
      return cluster.replicaSets.create({ ...manifest, ...stored, status: EMPTY_REPLICA_SET_STATUS });
    case 'Node':
      return cluster.nodeObjects.create({ ...manifest, ...stored });
  }
}

function createPod(cluster: Cluster, manifest: ManifestOf<'Pod'>): ApiError | undefined {
  const template = cluster.templates.intern(manifest.template);
  return cluster.createBarePod(template, { meta: manifest.meta, manifest: manifest.manifest });
}

// ---- small things ----

/** The mapping at a field, made when there is none. */
export function objectIn(object: JsonObject, key: string): JsonObject {
  const value = getOwn(object, key);
  if (isJsonObject(value)) return value;
  const made: JsonObject = {};
  setOwn(object, key, made);
  return made;
}

/** Sets a string map; an empty one is left out. */
export function setMap(object: JsonObject, key: string, map: StringMap): void {
  if (Object.keys(map).length === 0) delete object[key];
  else setOwn(object, key, cloneJson({ ...map }));
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function tableOf(
  cluster: Cluster,
  kind: ResourceKind,
): ObjectTable<Deployment> | ObjectTable<ReplicaSet> | ObjectTable<Node> {
  if (kind.kind === 'Deployment') return cluster.deployments;
  return kind.kind === 'ReplicaSet' ? cluster.replicaSets : cluster.nodeObjects;
}

function storedTarget(kind: ResourceKind, object: Deployment | ReplicaSet | Node): Target {
  return { kind, namespace: object.meta.namespace, name: object.meta.name, key: object.uid, podUid: 0 };
}

function podTarget(cluster: Cluster, pod: number, namespace: string): Target {
  return { kind: kinds.Pod, namespace, name: cluster.podName(pod), key: pod, podUid: cluster.pods.uid[pod]! };
}
