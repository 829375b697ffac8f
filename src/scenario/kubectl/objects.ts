/** Objects of the simulated API server as kubectl finds them by name, and reads them as documents. */
import { cloneJson, getOwn, isJsonObject, setOwn } from '../../api/canonical.ts';
import type { JsonObject, ObjectMeta, StringMap } from '../../api/types.ts';
import { type ApiError, notFound } from '../../cluster/apiError.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import type { AnyStored, StoredByKind } from '../../cluster/objects.ts';
import type { ObjectTable } from '../../cluster/objectTable.ts';
import { POD_EXISTS } from '../../cluster/podTable.ts';
import { kinds, type ResourceKind } from './kinds.ts';
import { ownerReferences, podOwnerReferences } from './ownerReferences.ts';
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
  const stored = tableOf(cluster, kind).list();
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

/** The object as a user would edit it: without status and without what the server owns, but for whose it is. */
export function documentOf(cluster: Cluster, target: Target): JsonObject {
  if (target.kind.kind !== 'Pod') return ownedDocument(cluster, tableOf(cluster, target.kind).get(target.key)!);
  const document = podDocument(cluster, target.key);
  return withOwners(document, podOwnerReferences(cluster, target.key));
}

/** The same of one version of an object of any kind but Pod. */
export function ownedDocument(cluster: Cluster, live: AnyStored): JsonObject {
  return withOwners(storedDocument(live), ownerReferences(cluster, live));
}

function withOwners(document: JsonObject, references: JsonObject[]): JsonObject {
  const metadata = objectIn(document, 'metadata');
  if (references.length > 0) metadata.ownerReferences = references;
  else delete metadata.ownerReferences;
  return document;
}

/** Controllers write annotations into `meta`, and sizes, templates and bindings into `spec`: those win over `manifest`. */
export function storedDocument(live: AnyStored): JsonObject {
  const document = withMeta(live);
  if (live.kind === 'Node') setNodeSpec(live, objectIn(document, 'spec'));
  if (live.kind === 'PersistentVolumeClaim' && live.spec.volumeName !== '') {
    objectIn(document, 'spec').volumeName = live.spec.volumeName;
  }
  if (live.kind === 'PersistentVolume') setClaimRef(live.spec.claimRef, objectIn(document, 'spec'));
  if (!('spec' in live)) return document;
  const spec = isJsonObject(document.spec) ? document.spec : {};
  if ('replicas' in live.spec) spec.replicas = live.spec.replicas;
  if ('template' in live.spec) spec.template = cloneJson(live.spec.template.manifest);
  if ('suspend' in live.spec) spec.suspend = live.spec.suspend;
  if ('minReadySeconds' in live.spec) {
    if (live.spec.minReadySeconds !== 0) spec.minReadySeconds = live.spec.minReadySeconds;
    else delete spec.minReadySeconds;
  }
  return document;
}

/** What `cordon`, `taint` and the node controllers change. */
function setNodeSpec({ unschedulable, taints }: StoredByKind['Node'], spec: JsonObject): void {
  if (unschedulable) spec.unschedulable = true;
  else delete spec.unschedulable;
  if (taints.length === 0) delete spec.taints;
  else spec.taints = taints.map(({ key, value, effect }) => (value === '' ? { key, effect } : { key, value, effect }));
}

function setClaimRef(claimRef: string | undefined, spec: JsonObject): void {
  if (claimRef === undefined) {
    delete spec.claimRef;
    return;
  }
  const [namespace = '', name = ''] = claimRef.split('/');
  const reference = objectIn(spec, 'claimRef');
  Object.assign(reference, { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name });
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

/**
 * The table of a kind, for what is alike for all kinds.
 *
 * @throws Error for pods, which have no table.
 */
export function tableOf(cluster: Cluster, kind: ResourceKind): ObjectTable<AnyStored> {
  if (kind.kind === 'Pod') throw new Error('pods have no table');
  return cluster.tables[kind.kind] as unknown as ObjectTable<AnyStored>;
}

function storedTarget(kind: ResourceKind, object: AnyStored): Target {
  return { kind, namespace: object.meta.namespace, name: object.meta.name, key: object.uid, podUid: 0 };
}

function podTarget(cluster: Cluster, pod: number, namespace: string): Target {
  return { kind: kinds.Pod, namespace, name: cluster.podName(pod), key: pod, podUid: cluster.pods.uid[pod]! };
}
