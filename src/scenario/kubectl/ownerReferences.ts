/** `metadata.ownerReferences`: whose an object is, as documents have it. */
import type { JsonObject } from '../../api/types.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import type { AnyStored, StoredKind } from '../../cluster/objects.ts';
import { kinds } from './kinds.ts';

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
  const owner = cluster.liveOwner(uid);
  return owner === undefined ? [] : [referenceTo(owner.kind, owner.meta.name, uid)];
}

function podReference(cluster: Cluster, podUid: number): JsonObject[] {
  const pod = cluster.podOfUid(podUid);
  return pod === -1 ? [] : [{ apiVersion: 'v1', kind: 'Pod', name: cluster.podName(pod), uid: String(podUid) }];
}

function referenceTo(kind: StoredKind, name: string, uid: number): JsonObject {
  const { group } = kinds[kind];
  const apiVersion = group === '' ? 'v1' : `${group}/v1`;
  return { apiVersion, blockOwnerDeletion: true, controller: true, kind, name, uid: String(uid) };
}
