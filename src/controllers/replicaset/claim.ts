import { labelsMatch } from '../../api/selector.ts';
import {
  type ApiError,
  type Cluster,
  call,
  isActive,
  type PodOwner,
  type Process,
  type ReplicaSet,
} from '../../cluster/index.ts';

/** What a claim changed beside what the informer shows of the owner's pods. */
export interface ClaimResult {
  readonly adopted: readonly number[];
  /** Active pods that were let go. */
  readonly released: number;
  readonly error: ApiError | undefined;
}

/**
 * Upstream's `PodControllerRefManager.ClaimPods`: a matching pod without a controller is adopted, a pod whose labels
 * match no longer is released. Looks only at orphans and at pods whose labels changed.
 */
export function* claimPods(cluster: Cluster, replicaSet: ReplicaSet, owner: PodOwner): Process<ClaimResult> {
  const adopted: number[] = [];
  let released = 0;
  for (const pod of [...owner.relabelledPods]) {
    owner.relabelledPods.delete(pod);
    if (labelsMatch(replicaSet.spec.selector, cluster.labelsOf(pod))) continue;
    const wasActive = isActive(cluster.pods.observed[pod]!);
    const { error } = yield call(() => release(cluster, pod, owner));
    if (error !== undefined) return { adopted, released, error };
    if (wasActive) released++;
  }
  let mayAdopt = false;
  for (const pod of orphansOf(cluster, replicaSet)) {
    if (!mayAdopt) {
      // Adoption reads the ReplicaSet from the API server first, not from the cache.
      const { error } = yield call(() => stillThere(cluster, replicaSet));
      if (error !== undefined) return { adopted, released, error };
      mayAdopt = true;
    }
    const { error } = yield call(() => adopt(cluster, pod, owner));
    if (error === undefined) adopted.push(pod);
    else if (error.reason !== 'NotFound') return { adopted, released, error };
  }
  return { adopted, released, error: undefined };
}

function orphansOf(cluster: Cluster, replicaSet: ReplicaSet): number[] {
  const orphans: number[] = [];
  for (const pod of cluster.orphanPods) {
    if (!isActive(cluster.pods.observed[pod]!)) continue;
    if (cluster.podNamespace(pod) !== replicaSet.meta.namespace) continue;
    if (labelsMatch(replicaSet.spec.selector, cluster.labelsOf(pod))) orphans.push(pod);
  }
  return orphans;
}

function stillThere(cluster: Cluster, replicaSet: ReplicaSet): ApiError | undefined {
  if (cluster.replicaSets.get(replicaSet.uid) !== undefined) return undefined;
  return {
    reason: 'Conflict',
    message: `original ReplicaSet ${replicaSet.meta.namespace}/${replicaSet.meta.name} is gone`,
  };
}

function adopt(cluster: Cluster, pod: number, owner: PodOwner): ApiError | undefined {
  if (cluster.pods.state[pod] === 0) return { reason: 'NotFound', message: `pods "${pod}" not found` };
  if (cluster.pods.owner[pod] === owner.uid) return undefined;
  if (cluster.pods.owner[pod] !== -1) return { reason: 'NotFound', message: 'the pod has another controller by now' };
  cluster.setPodOwner(pod, owner);
  return undefined;
}

function release(cluster: Cluster, pod: number, owner: PodOwner): ApiError | undefined {
  if (cluster.pods.state[pod] === 0 || cluster.pods.owner[pod] !== owner.uid) return undefined;
  cluster.setPodOwner(pod, undefined);
  return undefined;
}
