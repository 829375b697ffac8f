import { DESIRED_REPLICAS_ANNOTATION, type Process, type ReplicaSet } from '../../cluster/index.ts';
import type { SyncError } from '../workers.ts';
import { cleanupDeployment } from './cleanup.ts';
import { syncDeploymentStatus } from './progress.ts';
import { maxSurge, replicaSetProportion, specReplicas } from './replicaMath.ts';
import type { DeploymentSync } from './sync.ts';

/** Upstream's `isScalingEvent`: an active ReplicaSet remembers another number of replicas. */
export function isScalingEvent(sync: DeploymentSync, list: readonly ReplicaSet[]): boolean {
  return list.some((replicaSet) => {
    if (replicaSet.spec.replicas === 0) return false;
    const desired = Number(replicaSet.meta.annotations[DESIRED_REPLICAS_ANNOTATION] ?? Number.NaN);
    return Number.isInteger(desired) && desired !== sync.deployment.spec.replicas;
  });
}

/** A sync of a paused Deployment, or of one that was scaled: no new ReplicaSet, no rollout step. */
export function* syncScaleOnly(sync: DeploymentSync, list: readonly ReplicaSet[]): Process<SyncError> {
  const found = yield* sync.replicaSets(list, false);
  if (found.error !== undefined) return found.error;
  const { newReplicaSet, oldReplicaSets } = found.value;
  const all = newReplicaSet === undefined ? oldReplicaSets : [...oldReplicaSets, newReplicaSet];
  const scaled = yield* scale(sync, all, newReplicaSet);
  if (scaled.error !== undefined) return scaled.error;
  if (sync.deployment.spec.paused) {
    const error = yield* cleanupDeployment(sync, oldReplicaSets);
    if (error !== undefined) return error;
  }
  const current = scaled.replicaSets;
  return yield* syncDeploymentStatus(
    sync,
    current,
    current.find((replicaSet) => replicaSet.uid === newReplicaSet?.uid),
  );
}

interface Scaled {
  readonly error: SyncError;
  readonly replicaSets: readonly ReplicaSet[];
}

/** Brings the ReplicaSets to a changed number of replicas, in proportion when several are active. */
function* scale(
  sync: DeploymentSync,
  all: readonly ReplicaSet[],
  newReplicaSet: ReplicaSet | undefined,
): Process<Scaled> {
  const { replicas, strategyType } = sync.deployment.spec;
  const single = activeOrLatest(all, newReplicaSet);
  if (single !== undefined) return yield* scaleEach(sync, all, new Map([[single.uid, replicas]]), false);
  if (newReplicaSet !== undefined && isSaturated(sync, newReplicaSet)) {
    const old = all.filter((replicaSet) => replicaSet.uid !== newReplicaSet.uid && replicaSet.spec.replicas > 0);
    return yield* scaleEach(sync, all, new Map(old.map((replicaSet) => [replicaSet.uid, 0])), false);
  }
  if (strategyType === 'RollingUpdate') return yield* scaleEach(sync, all, proportionalSizes(sync, all), true);
  return { error: undefined, replicaSets: all };
}

/** Upstream's `FindActiveOrLatest`: the only active ReplicaSet, or without any the new or else the newest one. */
function activeOrLatest(all: readonly ReplicaSet[], newReplicaSet: ReplicaSet | undefined): ReplicaSet | undefined {
  const active = all.filter((replicaSet) => replicaSet.spec.replicas > 0);
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

/** Shares of the active ReplicaSets, largest first; what rounding leaves over falls to the first. */
function proportionalSizes(sync: DeploymentSync, all: readonly ReplicaSet[]): Map<number, number> {
  const { deployment } = sync;
  const { replicas } = deployment.spec;
  const active = all.filter((replicaSet) => replicaSet.spec.replicas > 0);
  const allowed = replicas > 0 ? replicas + maxSurge(deployment) : 0;
  const toAdd = allowed - specReplicas(active);
  const newerFirst = toAdd > 0;
  active.sort((a, b) => b.spec.replicas - a.spec.replicas || (newerFirst ? b.uid - a.uid : a.uid - b.uid));
  const sizes = new Map<number, number>();
  let added = 0;
  for (const replicaSet of active) {
    const share = toAdd === 0 ? 0 : replicaSetProportion(replicaSet, deployment, toAdd, added);
    sizes.set(replicaSet.uid, replicaSet.spec.replicas + share);
    added += share;
  }
  const first = active[0];
  if (first !== undefined) sizes.set(first.uid, Math.max(0, sizes.get(first.uid)! + toAdd - added));
  return sizes;
}

function* scaleEach(
  sync: DeploymentSync,
  all: readonly ReplicaSet[],
  sizes: ReadonlyMap<number, number>,
  refreshAnnotations: boolean,
): Process<Scaled> {
  const next = new Map(all.map((replicaSet) => [replicaSet.uid, replicaSet]));
  for (const [uid, size] of sizes) {
    const replicaSet = next.get(uid)!;
    const outcome = refreshAnnotations
      ? yield* sync.scale(replicaSet, size)
      : yield* sync.scaleAndRecord(replicaSet, size);
    if (outcome.error !== undefined) return { error: outcome.error, replicaSets: [...next.values()] };
    next.set(uid, outcome.value.replicaSet);
  }
  return { error: undefined, replicaSets: [...next.values()] };
}
