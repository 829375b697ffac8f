import { DESIRED_REPLICAS_ANNOTATION, type Process, type ReplicaSet } from '../../cluster/index.ts';
import type { SyncError } from '../workers.ts';
import { cleanupDeployment } from './cleanup.ts';
import { syncDeploymentStatus } from './progress.ts';
import {
  compareCreation,
  isActiveReplicaSet,
  maxSurge,
  replicaSetProportion,
  specReplicas,
  terminatingReplicas,
} from './replicaMath.ts';
import { rollbackTarget } from './rollback.ts';
import type { DeploymentSync, ReplicaSets } from './sync.ts';

/** Upstream's `isScalingEvent`: an active ReplicaSet remembers another number of replicas. */
export function isScalingEvent(sync: DeploymentSync, { newReplicaSet, oldReplicaSets }: ReplicaSets): boolean {
  const all = newReplicaSet === undefined ? oldReplicaSets : [...oldReplicaSets, newReplicaSet];
  return all.filter(isActiveReplicaSet).some((replicaSet) => {
    const desired = Number(replicaSet.meta.annotations[DESIRED_REPLICAS_ANNOTATION] ?? Number.NaN);
    return Number.isInteger(desired) && desired !== sync.deployment.spec.replicas;
  });
}

/**
 * A sync of a paused Deployment, or of one that was scaled: no new ReplicaSet, no rollout step. The status tells of the
 * sizes before.
 */
export function* syncScaleOnly(sync: DeploymentSync, list: readonly ReplicaSet[]): Process<SyncError> {
  const found = yield* sync.replicaSets(list, false);
  if (found.error !== undefined) return found.error;
  const { newReplicaSet, oldReplicaSets } = found.value;
  const all = newReplicaSet === undefined ? oldReplicaSets : [...oldReplicaSets, newReplicaSet];
  const scaleError = yield* scale(sync, all, newReplicaSet);
  if (scaleError !== undefined) return scaleError;
  if (sync.deployment.spec.paused && rollbackTarget(sync) === undefined) {
    const error = yield* cleanupDeployment(sync, oldReplicaSets);
    if (error !== undefined) return error;
  }
  return yield* syncDeploymentStatus(sync, all, newReplicaSet);
}

/** A sync of a Deployment that waits for its dependents to be deleted: it only tells of them. */
export function* syncStatusOnly(sync: DeploymentSync, list: readonly ReplicaSet[]): Process<SyncError> {
  const found = yield* sync.replicaSets(list, false);
  if (found.error !== undefined) return found.error;
  const { newReplicaSet, oldReplicaSets } = found.value;
  const all = newReplicaSet === undefined ? oldReplicaSets : [...oldReplicaSets, newReplicaSet];
  return yield* syncDeploymentStatus(sync, all, newReplicaSet);
}

/** Brings the ReplicaSets to a changed number of replicas, in proportion when several are active. */
function* scale(
  sync: DeploymentSync,
  all: readonly ReplicaSet[],
  newReplicaSet: ReplicaSet | undefined,
): Process<SyncError> {
  const { replicas, strategyType } = sync.deployment.spec;
  const single = activeOrLatest(all, newReplicaSet);
  if (single !== undefined) return (yield* sync.scaleAndRecord(single, sync.withinRoom(all, single, replicas))).error;
  if (newReplicaSet !== undefined && isSaturated(sync, newReplicaSet)) {
    for (const replicaSet of all.filter(isActiveReplicaSet)) {
      if (replicaSet.uid === newReplicaSet.uid) continue;
      const { error } = yield* sync.scaleAndRecord(replicaSet, 0);
      if (error !== undefined) return error;
    }
    return undefined;
  }
  if (strategyType !== 'RollingUpdate') return undefined;
  const { sizes, isPartial } = proportionalSizes(sync, all);
  for (const [replicaSet, size] of sizes) {
    const { error } = yield* sync.scale(replicaSet, size, isPartial);
    if (error !== undefined) return error;
  }
  return undefined;
}

/** Upstream's `FindActiveOrLatest`: the only active ReplicaSet, or without any the new or else the newest one. */
function activeOrLatest(all: readonly ReplicaSet[], newReplicaSet: ReplicaSet | undefined): ReplicaSet | undefined {
  const active = all.filter(isActiveReplicaSet);
  if (active.length === 0) return newReplicaSet ?? all.at(-1);
  return active.length === 1 ? active[0] : undefined;
}

/** Upstream's `IsSaturated`. */
function isSaturated(sync: DeploymentSync, newReplicaSet: ReplicaSet): boolean {
  const { replicas } = sync.deployment.spec;
  return (
    newReplicaSet.spec.replicas === replicas &&
    newReplicaSet.meta.annotations[DESIRED_REPLICAS_ANNOTATION] === String(replicas) &&
    newReplicaSet.status.availableReplicas === replicas
  );
}

interface Proportional {
  readonly sizes: ReadonlyMap<ReplicaSet, number>;
  /** Terminating pods take room that the ReplicaSets will get later. */
  readonly isPartial: boolean;
}

/** Shares of the active ReplicaSets, largest first; what rounding leaves over falls to the first. */
function proportionalSizes(sync: DeploymentSync, all: readonly ReplicaSet[]): Proportional {
  const { deployment } = sync;
  const { replicas } = deployment.spec;
  const active = all.filter(isActiveReplicaSet);
  const allowed = replicas > 0 ? replicas + maxSurge(deployment) : 0;
  const missing = allowed - specReplicas(active);
  const terminating = sync.waitsForTermination ? terminatingReplicas(all) : 0;
  const isPartial = missing > 0 && terminating > 0;
  const toAdd = isPartial ? Math.max(0, missing - terminating) : missing;
  const newerFirst = missing > 0;
  active.sort(
    (a, b) => b.spec.replicas - a.spec.replicas || (newerFirst ? compareCreation(b, a) : compareCreation(a, b)),
  );
  const sizes = new Map<ReplicaSet, number>();
  let added = 0;
  for (const replicaSet of active) {
    const share = toAdd === 0 ? 0 : replicaSetProportion(replicaSet, deployment, toAdd, added);
    sizes.set(replicaSet, replicaSet.spec.replicas + share);
    added += share;
  }
  const first = active[0];
  if (first !== undefined) sizes.set(first, Math.max(0, sizes.get(first)! + toAdd - added));
  return { sizes, isPartial };
}
