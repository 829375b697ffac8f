import { resolveRoundDown, resolveRoundUp } from '../../api/intOrPercent.ts';
import {
  type Deployment,
  type DeploymentStatus,
  MAX_REPLICAS_ANNOTATION,
  REPLICAS_BEFORE_SCALE_ANNOTATION,
  type ReplicaSet,
  truncateToSecond,
} from '../../cluster/index.ts';

/** Upstream's `ResolveFenceposts`: surge rounds up, unavailable rounds down, and they are never both zero. */
export function resolveFenceposts(deployment: Deployment): { maxSurge: number; maxUnavailable: number } {
  const { replicas } = deployment.spec;
  const maxSurge = resolveRoundUp(deployment.spec.maxSurge, replicas);
  const maxUnavailable = resolveRoundDown(deployment.spec.maxUnavailable, replicas);
  return maxSurge === 0 && maxUnavailable === 0 ? { maxSurge, maxUnavailable: 1 } : { maxSurge, maxUnavailable };
}

/** Pods beyond `replicas` that a rolling update may ask for. */
export function maxSurge(deployment: Deployment): number {
  return deployment.spec.strategyType === 'RollingUpdate' ? resolveFenceposts(deployment).maxSurge : 0;
}

/** Pods below `replicas` that may be missing; never more than there are. */
export function maxUnavailable(deployment: Deployment): number {
  const { replicas, strategyType } = deployment.spec;
  if (strategyType !== 'RollingUpdate' || replicas === 0) return 0;
  return Math.min(resolveFenceposts(deployment).maxUnavailable, replicas);
}

/** Upstream's `FilterActiveReplicaSets` keeps it: it may have pods. One that was just set to zero may still have some. */
export function isActiveReplicaSet(replicaSet: ReplicaSet): boolean {
  return replicaSet.spec.replicas > 0;
}

/**
 * Upstream's `ReplicaSetsByCreationTimestamp`: older first, and by name within one second, since that is as fine as
 * creation times are stored.
 */
export function compareCreation(a: ReplicaSet, b: ReplicaSet): number {
  const byTime = truncateToSecond(a.creationMicros) - truncateToSecond(b.creationMicros);
  if (byTime !== 0) return byTime;
  return a.meta.name < b.meta.name ? -1 : 1;
}

/** Sum of `spec.replicas`. */
export function specReplicas(replicaSets: readonly ReplicaSet[]): number {
  let sum = 0;
  for (const replicaSet of replicaSets) sum += replicaSet.spec.replicas;
  return sum;
}

/** Sum of `status.availableReplicas`. */
export function availableReplicas(replicaSets: readonly ReplicaSet[]): number {
  let sum = 0;
  for (const replicaSet of replicaSets) sum += replicaSet.status.availableReplicas;
  return sum;
}

/** Sum of `status.terminatingReplicas`. */
export function terminatingReplicas(replicaSets: readonly ReplicaSet[]): number {
  let sum = 0;
  for (const replicaSet of replicaSets) sum += replicaSet.status.terminatingReplicas ?? 0;
  return sum;
}

/** Pods that there are or will be, with those that are about to go: what TerminationComplete keeps within bounds. */
export function presentReplicas(replicaSets: readonly ReplicaSet[]): number {
  let sum = terminatingReplicas(replicaSets);
  for (const { spec, status } of replicaSets) sum += Math.max(spec.replicas, status.replicas);
  return sum;
}

/**
 * Upstream's `NewRSNewReplicas`: how large the new ReplicaSet may be now, given how many pods all of them count as (by
 * `specReplicas`, or under TerminationComplete by `presentReplicas`).
 */
export function newReplicaSetReplicas(deployment: Deployment, total: number, newReplicas: number): number {
  const { replicas } = deployment.spec;
  if (deployment.spec.strategyType === 'Recreate') return replicas;
  const maxTotal = replicas + maxSurge(deployment);
  if (total >= maxTotal) return newReplicas;
  return newReplicas + Math.min(maxTotal - total, replicas - newReplicas);
}

/**
 * Upstream's `GetReplicaSetProportion`: the share of `toAdd` (negative: to remove) that falls to a ReplicaSet, by its
 * size against the total that was allowed when it was last written.
 */
export function replicaSetProportion(
  replicaSet: ReplicaSet,
  deployment: Deployment,
  toAdd: number,
  added: number,
): number {
  if (replicaSet.spec.replicas === 0 || toAdd === 0 || toAdd === added) return 0;
  const fraction = replicaSetFraction(replicaSet, deployment);
  const allowed = toAdd - added;
  return toAdd > 0 ? Math.min(fraction, allowed) : Math.max(fraction, allowed);
}

function replicaSetFraction(replicaSet: ReplicaSet, deployment: Deployment): number {
  const size = replicaSet.spec.replicas;
  if (deployment.spec.replicas === 0) return -size;
  const beforeScale = Number(replicaSet.meta.annotations[REPLICAS_BEFORE_SCALE_ANNOTATION] ?? Number.NaN);
  const maxTotal = deployment.spec.replicas + maxSurge(deployment);
  const annotated = Number(replicaSet.meta.annotations[MAX_REPLICAS_ANNOTATION] ?? Number.NaN);
  const before = Number.isInteger(annotated) && annotated !== 0 ? annotated : deployment.status.replicas;
  if (before === 0) return 0;
  // A scaling that was begun is carried on from where it began; what went beyond a share was left over.
  if (Number.isInteger(beforeScale))
    return Math.max(0, roundHalfAwayFromZero((beforeScale * maxTotal) / before) - size);
  return roundHalfAwayFromZero((size * maxTotal) / before) - size;
}

function roundHalfAwayFromZero(value: number): number {
  return Math.sign(value) * Math.floor(Math.abs(value) + 0.5);
}

/** Upstream's `DeploymentComplete`. */
export function deploymentComplete(deployment: Deployment, status: DeploymentStatus): boolean {
  const { replicas } = deployment.spec;
  return (
    status.updatedReplicas === replicas &&
    status.replicas === replicas &&
    status.availableReplicas === replicas &&
    status.observedGeneration >= deployment.generation
  );
}

/** Upstream's `DeploymentProgressing`: something moved forward between the two. */
export function deploymentProgressing(before: DeploymentStatus, after: DeploymentStatus): boolean {
  const oldBefore = before.replicas - before.updatedReplicas;
  const oldAfter = after.replicas - after.updatedReplicas;
  return (
    after.updatedReplicas > before.updatedReplicas ||
    oldAfter < oldBefore ||
    after.readyReplicas > before.readyReplicas ||
    after.availableReplicas > before.availableReplicas
  );
}
