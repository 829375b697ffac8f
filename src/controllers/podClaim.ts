import type { LabelSelector } from '../api/selector.ts';
import {
  type ApiError,
  type Cluster,
  call,
  isActive,
  isDeleting,
  notFound,
  type PodController,
  type PodOwner,
  type Process,
} from '../cluster/index.ts';

/** What a claim changed and the informer does not show yet. */
export interface ClaimResult {
  /** Active pods that are the owner's by now. */
  readonly adopted: readonly number[];
  /** Active pods that still show as the owner's. */
  readonly released: readonly number[];
  readonly error: ApiError | undefined;
}

/**
 * Upstream's `PodControllerRefManager.ClaimPods`: a matching pod without a controller is adopted, a pod whose labels
 * match no longer is released. Looks only at the given orphans, which match, and at pods whose labels changed.
 */
export function* claimPods(
  cluster: Cluster,
  controller: PodController,
  selector: LabelSelector,
  owner: PodOwner,
  orphans: readonly number[],
): Process<ClaimResult> {
  yield* releasePods(cluster, selector, owner);
  const error = yield* adoptPods(cluster, controller, owner, orphans);
  const { pods } = cluster;
  const isOwned = (pod: number) => pods.owner[pod] === owner.uid;
  const isSeenOwned = (pod: number) => pods.observedOwner[pod] === owner.uid;
  const isSeenActive = (pod: number) => isActive(pods.observed[pod]!);
  return {
    adopted: orphans.filter((pod) => isOwned(pod) && !isSeenOwned(pod) && isSeenActive(pod)),
    released: [...owner.relabelledPods].filter((pod) => !isOwned(pod) && isSeenOwned(pod) && isSeenActive(pod)),
    error,
  };
}

function* releasePods(cluster: Cluster, labels: LabelSelector, owner: PodOwner): Process<void> {
  const { pods } = cluster;
  const selector = cluster.labels.compile(labels);
  for (const pod of [...owner.relabelledPods]) {
    const isOwned = pods.owner[pod] === owner.uid;
    const isStranger = !isOwned && pods.observedOwner[pod] !== owner.uid;
    if (isStranger || (isOwned && selector.matches(pods.labelSet[pod]!))) owner.relabelledPods.delete(pod);
    else if (isOwned && isActive(pods.observed[pod]!)) yield call(() => release(cluster, pod, owner));
  }
}

function* adoptPods(
  cluster: Cluster,
  controller: PodController,
  owner: PodOwner,
  orphans: readonly number[],
): Process<ApiError | undefined> {
  if (orphans.length === 0) return undefined;
  const podUids = orphans.map((pod) => cluster.pods.uid[pod]!);
  // Adoption reads the controller from the API server first, not from the cache.
  const { error: gone } = yield call(() => stillThere(cluster, controller));
  if (gone !== undefined) return gone;
  for (const [index, pod] of orphans.entries()) {
    const { error } = yield call(() => adopt(cluster, pod, podUids[index]!, owner));
    if (error !== undefined && error.reason !== 'NotFound') return error;
  }
  return undefined;
}

function stillThere(cluster: Cluster, { kind, uid, meta }: PodController): ApiError | undefined {
  const live = cluster.tables[kind].get(uid);
  if (live === undefined) {
    return { reason: 'Conflict', message: `original ${kind} ${meta.namespace}/${meta.name} is gone` };
  }
  if (!isDeleting(live)) return undefined;
  return { reason: 'Conflict', message: `${meta.namespace}/${meta.name} has just been deleted` };
}

/** The row may belong to another pod by the time the request arrives. */
function adopt(cluster: Cluster, pod: number, podUid: number, owner: PodOwner): ApiError | undefined {
  if (cluster.pods.state[pod] === 0 || cluster.pods.uid[pod] !== podUid) return notFound('pods', String(pod));
  if (cluster.pods.owner[pod] === owner.uid) return undefined;
  if (cluster.pods.owner[pod] !== -1) return { reason: 'NotFound', message: 'the pod has another controller by now' };
  cluster.setPodOwner(pod, owner);
  // Its labels may have changed while the request was under way.
  owner.relabelledPods.add(pod);
  return undefined;
}

function release(cluster: Cluster, pod: number, owner: PodOwner): ApiError | undefined {
  if (cluster.pods.state[pod] === 0 || cluster.pods.owner[pod] !== owner.uid) return undefined;
  cluster.setPodOwner(pod, undefined);
  return undefined;
}
