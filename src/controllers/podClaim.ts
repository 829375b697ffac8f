import type { LabelSelector } from '../api/selector.ts';
import {
  type ApiError,
  type Cluster,
  call,
  isActive,
  notFound,
  type PodController,
  type PodOwner,
  type Process,
} from '../cluster/index.ts';
import { recheckDeletionTimestamp } from './adoption.ts';

/** What a claim changed and the informer does not show yet. */
export interface ClaimResult {
  /** Pods that are the owner's by now. */
  readonly adopted: readonly number[];
  /** Pods that still show as the owner's. */
  readonly released: readonly number[];
  readonly error: ApiError | undefined;
}

/** A claim that found nothing to do, as nearly all do. */
export const NO_CLAIM: ClaimResult = { adopted: [], released: [], error: undefined };

export interface ClaimOptions {
  /** Which pods are looked at, by their state; by default active ones. */
  readonly isClaimable?: (state: number) => boolean;
  /** What adopted pods get, and released ones lose; none by default. */
  readonly finalizers?: number;
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
  { isClaimable = isActive, finalizers = 0 }: ClaimOptions = {},
): Process<ClaimResult> {
  if (orphans.length === 0 && owner.relabelledPods.size === 0) return NO_CLAIM;
  yield* releasePods(cluster, selector, owner, { isClaimable, finalizers });
  const error = yield* adoptPods(cluster, controller, owner, orphans, finalizers);
  const { pods } = cluster;
  const isOwned = (pod: number) => pods.owner[pod] === owner.uid;
  const isSeenOwned = (pod: number) => pods.observedOwner[pod] === owner.uid;
  const isSeenClaimable = (pod: number) => isClaimable(pods.observed[pod]!);
  return {
    adopted: orphans.filter((pod) => isOwned(pod) && !isSeenOwned(pod) && isSeenClaimable(pod)),
    released: [...owner.relabelledPods].filter((pod) => !isOwned(pod) && isSeenOwned(pod) && isSeenClaimable(pod)),
    error,
  };
}

function* releasePods(
  cluster: Cluster,
  labels: LabelSelector,
  owner: PodOwner,
  { isClaimable, finalizers }: Required<ClaimOptions>,
): Process<void> {
  const { pods } = cluster;
  const selector = cluster.labels.compile(labels);
  for (const pod of [...owner.relabelledPods]) {
    const isOwned = pods.owner[pod] === owner.uid;
    const isStranger = !isOwned && pods.observedOwner[pod] !== owner.uid;
    if (isStranger || (isOwned && selector.matches(pods.labelSet[pod]!))) owner.relabelledPods.delete(pod);
    else if (isOwned && isClaimable(pods.observed[pod]!)) yield call(() => release(cluster, pod, owner, finalizers));
  }
}

function* adoptPods(
  cluster: Cluster,
  controller: PodController,
  owner: PodOwner,
  orphans: readonly number[],
  finalizers: number,
): Process<ApiError | undefined> {
  if (orphans.length === 0) return undefined;
  const podUids = orphans.map((pod) => cluster.pods.uid[pod]!);
  const gone = yield* recheckDeletionTimestamp(cluster, controller);
  if (gone !== undefined) return gone;
  for (const [index, pod] of orphans.entries()) {
    const { error } = yield call(() => adopt(cluster, pod, podUids[index]!, owner, finalizers));
    if (error !== undefined && error.reason !== 'NotFound') return error;
  }
  return undefined;
}

/** The row may belong to another pod by the time the request arrives. */
function adopt(
  cluster: Cluster,
  pod: number,
  podUid: number,
  owner: PodOwner,
  finalizers: number,
): ApiError | undefined {
  if (cluster.pods.state[pod] === 0 || cluster.pods.uid[pod] !== podUid) return notFound('pods', String(pod));
  if (cluster.pods.owner[pod] === owner.uid) return undefined;
  if (cluster.pods.owner[pod] !== -1) return { reason: 'NotFound', message: 'the pod has another controller by now' };
  cluster.pods.finalizers[pod]! |= finalizers;
  cluster.setPodOwner(pod, owner);
  // Its labels may have changed while the request was under way.
  owner.relabelledPods.add(pod);
  return undefined;
}

function release(cluster: Cluster, pod: number, owner: PodOwner, finalizers: number): ApiError | undefined {
  const { pods } = cluster;
  if (pods.state[pod] === 0 || pods.owner[pod] !== owner.uid) return undefined;
  pods.finalizers[pod]! &= ~finalizers;
  cluster.setPodOwner(pod, undefined);
  if (pods.isHeld[pod] !== 0 && pods.finalizers[pod] === 0) cluster.removePod(pod);
  return undefined;
}
