/** `metadata.ownerReferences`: whose an object is, as documents have it. */
import type { JsonObject } from '../../api/types.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import type { StoredKind } from '../../cluster/objects.ts';
import { kinds } from './kinds.ts';
import type { AnyStored } from './objects.ts';

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

/** Empty for what belongs to nobody, or to something that has gone. */
export function ownerReferences(cluster: Cluster, object: AnyStored): JsonObject[] {
  if (object.kind === 'PersistentVolumeClaim' && object.dependsOn !== undefined) {
    return 'setUid' in object.dependsOn
      ? controllerReference(cluster, object.dependsOn.setUid)
      : podReference(cluster, object.dependsOn.podUid);
  }
  return controllerReference(cluster, object.ownerUid);
}

/** The same of a pod. */
export function podOwnerReferences(cluster: Cluster, pod: number): JsonObject[] {
  const owner = cluster.ownerOf(pod);
  return owner === undefined ? [] : [referenceTo(owner.kind, owner.name, owner.uid)];
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
