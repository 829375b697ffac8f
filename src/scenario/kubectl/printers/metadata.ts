/** What the API server adds to an object's metadata. */
import type { JsonObject } from '../../../api/types.ts';
import type { Cluster } from '../../../cluster/cluster.ts';
import type { AnyStored, Stored, StoredKind } from '../../../cluster/objects.ts';
import { JOB_TRACKING_FINALIZER } from '../../../cluster/podTable.ts';
import { MICROS_PER_SECOND } from '../../../kernel/time.ts';
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
  'LimitRange',
  'HorizontalPodAutoscaler',
]);

export function addServerMetadata(object: AnyStored, metadata: JsonObject): void {
  metadata.creationTimestamp = timestamp(object.creationMicros);
  metadata.resourceVersion = String(object.resourceVersion);
  metadata.uid = String(object.uid);
  if (!WITHOUT_GENERATION.has(object.kind)) metadata.generation = object.generation;
  addDeletion(object, metadata);
}

function addDeletion({ deletionMicros, finalizers }: Stored, metadata: JsonObject): void {
  if (finalizers !== undefined && finalizers.length > 0) metadata.finalizers = [...finalizers];
  if (deletionMicros === undefined) return;
  metadata.deletionTimestamp = timestamp(deletionMicros);
  metadata.deletionGracePeriodSeconds = 0;
}

/** The same for a pod; its deletionTimestamp is the end of its grace period. */
export function addPodMetadata(cluster: Cluster, pod: number, metadata: JsonObject): void {
  const { pods } = cluster;
  metadata.creationTimestamp = timestamp(pods.createdMicros[pod]!);
  metadata.uid = String(pods.uid[pod]!);
  if ((pods.finalizers[pod]! & JOB_TRACKING_FINALIZER) !== 0)
    metadata.finalizers = ['batch.kubernetes.io/job-tracking'];
  const deletionMicros = pods.deletionMicros[pod]!;
  if (deletionMicros === -1) return;
  const graceSeconds = cluster.templateOf(pod).spec.terminationGracePeriodSeconds;
  metadata.deletionTimestamp = timestamp(deletionMicros + graceSeconds * MICROS_PER_SECOND);
  metadata.deletionGracePeriodSeconds = graceSeconds;
}
