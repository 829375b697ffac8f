import {
  type ApiError,
  type Cluster,
  call,
  isActive,
  notFound,
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
 * match no longer is released. Looks only at the given orphans, which match, and at pods whose labels changed.
 */
export function* claimPods(
  cluster: Cluster,
  replicaSet: ReplicaSet,
  owner: PodOwner,
  orphans: readonly number[],
): Process<ClaimResult> {
  const adopted: number[] = [];
  let released = 0;
  for (const pod of [...owner.relabelledPods]) {
    owner.relabelledPods.delete(pod);
    if (cluster.labels.compile(replicaSet.spec.selector).matches(cluster.pods.labelSet[pod]!)) continue;
    const wasActive = isActive(cluster.pods.observed[pod]!);
    const { error } = yield call(() => release(cluster, pod, owner));
    if (error !== undefined) return { adopted, released, error };
    if (wasActive) released++;
  }
  let mayAdopt = false;
  for (const pod of orphans) {
    const podUid = cluster.pods.uid[pod]!;
    if (!mayAdopt) {
      // Adoption reads the ReplicaSet from the API server first, not from the cache.
      const { error } = yield call(() => stillThere(cluster, replicaSet));
      if (error !== undefined) return { adopted, released, error };
      mayAdopt = true;
    }
    const { error } = yield call(() => adopt(cluster, pod, podUid, owner));
    if (error === undefined) adopted.push(pod);
    else if (error.reason !== 'NotFound') return { adopted, released, error };
  }
  return { adopted, released, error: undefined };
}

function stillThere(cluster: Cluster, replicaSet: ReplicaSet): ApiError | undefined {
  if (cluster.replicaSets.get(replicaSet.uid) !== undefined) return undefined;
  return {
    reason: 'Conflict',
    message: `original ReplicaSet ${replicaSet.meta.namespace}/${replicaSet.meta.name} is gone`,
  };
}

/** The row may belong to another pod by the time the request arrives. */
function adopt(cluster: Cluster, pod: number, podUid: number, owner: PodOwner): ApiError | undefined {
  if (cluster.pods.state[pod] === 0 || cluster.pods.uid[pod] !== podUid) return notFound('pods', String(pod));
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
