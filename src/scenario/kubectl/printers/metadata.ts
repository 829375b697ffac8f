/** What the API server adds to an object's metadata. */
import type { JsonObject } from '../../../api/types.ts';
import type { Cluster } from '../../../cluster/cluster.ts';
import type { Stored, StoredKind } from '../../../cluster/objects.ts';
import type { PodOwner } from '../../../cluster/podOwner.ts';
import { JOB_TRACKING_FINALIZER } from '../../../cluster/podTable.ts';
import { MICROS_PER_SECOND } from '../../../kernel/time.ts';
import { kinds } from '../kinds.ts';
import type { AnyStored } from '../objects.ts';
import { timestamp } from '../timestamps.ts';

/** Kinds whose objects have no generation. */
const WITHOUT_GENERATION: ReadonlySet<StoredKind> = new Set([
  'Node',
  'Service',
  'ControllerRevision',
  'PersistentVolumeClaim',
  'PersistentVolume',
  'StorageClass',
  'ResourceQuota',
]);

/** Kinds that may control objects. */
const OWNER_KINDS = [
  'Deployment',
  'ReplicaSet',
  'ReplicationController',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'CronJob',
  'Service',
] as const;

export function addServerMetadata(cluster: Cluster, object: AnyStored, metadata: JsonObject): void {
  metadata.creationTimestamp = timestamp(object.creationMicros);
  metadata.resourceVersion = String(object.resourceVersion);
  metadata.uid = String(object.uid);
  if (!WITHOUT_GENERATION.has(object.kind)) metadata.generation = object.generation;
  const references = ownerReferences(cluster, object);
  if (references.length > 0) metadata.ownerReferences = references;
  addDeletion(object, metadata);
}

function addDeletion({ deletionMicros, finalizers }: Stored, metadata: JsonObject): void {
  if (finalizers !== undefined && finalizers.length > 0) metadata.finalizers = [...finalizers];
  if (deletionMicros === undefined) return;
  metadata.deletionTimestamp = timestamp(deletionMicros);
  metadata.deletionGracePeriodSeconds = 0;
}

function ownerReferences(cluster: Cluster, object: AnyStored): JsonObject[] {
  if (object.kind === 'PersistentVolumeClaim' && object.dependsOn !== undefined) {
    return 'setUid' in object.dependsOn
      ? controllerReference(cluster, object.dependsOn.setUid)
      : podReference(cluster, object.dependsOn.podUid);
  }
  return controllerReference(cluster, object.ownerUid);
}

function controllerReference(cluster: Cluster, uid: number): JsonObject[] {
  if (uid === -1) return [];
  for (const kind of OWNER_KINDS) {
    const owner = cluster.tables[kind].get(uid);
    if (owner !== undefined) return [referenceTo(kind, owner.meta.name, uid)];
  }
  return [];
}

function podReference(cluster: Cluster, podUid: number): JsonObject[] {
  const { pods } = cluster;
  for (let pod = 0; pod < pods.rowCount; pod++) {
    if (pods.state[pod] === 0 || pods.uid[pod] !== podUid) continue;
    return [{ apiVersion: 'v1', kind: 'Pod', name: cluster.podName(pod), uid: String(podUid) }];
  }
  return [];
}

function referenceTo(kind: StoredKind, name: string, uid: number): JsonObject {
  const { group } = kinds[kind];
  const apiVersion = group === '' ? 'v1' : `${group}/v1`;
  return { apiVersion, blockOwnerDeletion: true, controller: true, kind, name, uid: String(uid) };
}

/** The same for a pod; its deletionTimestamp is the end of its grace period. */
export function addPodMetadata(cluster: Cluster, pod: number, metadata: JsonObject): void {
  const { pods } = cluster;
  metadata.creationTimestamp = timestamp(pods.createdMicros[pod]!);
  metadata.uid = String(pods.uid[pod]!);
  const owner: PodOwner | undefined = cluster.ownerOf(pod);
  if (owner !== undefined) metadata.ownerReferences = [referenceTo(owner.kind, owner.name, owner.uid)];
  if ((pods.finalizers[pod]! & JOB_TRACKING_FINALIZER) !== 0)
    metadata.finalizers = ['batch.kubernetes.io/job-tracking'];
  const deletionMicros = pods.deletionMicros[pod]!;
  if (deletionMicros === -1) return;
  const graceSeconds = cluster.templateOf(pod).spec.terminationGracePeriodSeconds;
  metadata.deletionTimestamp = timestamp(deletionMicros + graceSeconds * MICROS_PER_SECOND);
  metadata.deletionGracePeriodSeconds = graceSeconds;
}
