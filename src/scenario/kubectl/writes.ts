/**
 * Writes to the simulated API server, with what the server does about them: decoding with defaults and validation,
 * immutable fields, the generation, and no write at all when nothing changes. To be called when the request arrives.
 */
import { canonicalJson, isJsonObject } from '../../api/canonical.ts';
import { decodeObject } from '../../api/decode/decode.ts';
import { InputError } from '../../api/errors.ts';
import type { JsonObject, Manifest, ObjectMeta, StringMap } from '../../api/types.ts';
import { type ApiError, alreadyExists } from '../../cluster/apiError.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import {
  type Deployment,
  EMPTY_DEPLOYMENT_STATUS,
  EMPTY_REPLICA_SET_STATUS,
  type Node,
  type ReplicaSet,
} from '../../cluster/objects.ts';
import { kinds, type ResourceKind } from './kinds.ts';
import {
  deploymentDocument,
  exists,
  findObject,
  nodeDocument,
  notFoundError,
  replicaSetDocument,
  type Target,
} from './objects.ts';
import { podDocument } from './podDocument.ts';

export interface WriteResult {
  readonly error: ApiError | undefined;
  /** False when the object was as asked already. */
  readonly isChanged: boolean;
}

const UNCHANGED: WriteResult = { error: undefined, isChanged: false };

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
function invalid(kind: ResourceKind, name: string, path: string, message: string): ApiError {
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
  if (isSameMetadata(live, next) && canonicalJson(nodeDocument(live)) === canonicalJson(next.manifest))
    return UNCHANGED;
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
