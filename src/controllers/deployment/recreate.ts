import type { Process, ReplicaSet } from '../../cluster/index.ts';
import type { SyncError } from '../workers.ts';
import { cleanupDeployment } from './cleanup.ts';
import { isComplete, syncRolloutStatus } from './progress.ts';
import { isActiveReplicaSet } from './replicaMath.ts';
import { type DeploymentSync, type Outcome, ok } from './sync.ts';

/** One step of a Recreate rollout: all old pods go, and only when none is left the new ReplicaSet is made. */
export function* rolloutRecreate(sync: DeploymentSync, list: readonly ReplicaSet[]): Process<SyncError> {
  const found = yield* sync.replicaSets(list, false);
  if (found.error !== undefined) return found.error;
  const { oldReplicaSets } = found.value;
  let { newReplicaSet } = found.value;
  const scaledDown = yield* scaleDownOldReplicaSets(sync, oldReplicaSets);
  if (scaledDown.error !== undefined) return scaledDown.error;
  if (scaledDown.value || oldPodsRunning(sync, list, newReplicaSet)) {
    return yield* syncRolloutStatus(sync, withNew(oldReplicaSets, newReplicaSet), newReplicaSet);
  }

  if (newReplicaSet === undefined) {
    const created = yield* sync.replicaSets(list, true);
    if (created.error !== undefined) return created.error;
    newReplicaSet = created.value.newReplicaSet;
    if (newReplicaSet === undefined) return undefined;
  }
  const wanted = sync.withinRoom(withNew(oldReplicaSets, newReplicaSet), newReplicaSet, sync.deployment.spec.replicas);
  const scaledUp = yield* sync.scaleAndRecord(newReplicaSet, wanted);
  if (scaledUp.error !== undefined) return scaledUp.error;
  if (isComplete(sync, sync.deployment.status)) {
    const error = yield* cleanupDeployment(sync, oldReplicaSets);
    if (error !== undefined) return error;
  }
  return yield* syncRolloutStatus(sync, withNew(oldReplicaSets, newReplicaSet), newReplicaSet);
}

function withNew(oldReplicaSets: readonly ReplicaSet[], newReplicaSet: ReplicaSet | undefined): readonly ReplicaSet[] {
  return newReplicaSet === undefined ? oldReplicaSets : [...oldReplicaSets, newReplicaSet];
}

/** Upstream's `scaleDownOldReplicaSetsForRecreate`: all of them to zero. Returns whether one had to be. */
function* scaleDownOldReplicaSets(
  sync: DeploymentSync,
  oldReplicaSets: readonly ReplicaSet[],
): Process<Outcome<boolean>> {
  let isScaled = false;
  for (const replicaSet of oldReplicaSets) {
    if (!isActiveReplicaSet(replicaSet)) continue;
    const outcome = yield* sync.scaleAndRecord(replicaSet, 0);
    if (outcome.error !== undefined) return outcome;
    isScaled ||= outcome.value.scaled;
  }
  return ok(isScaled);
}

/**
 * Upstream's `oldPodsRunning`: a pod that is still stopping counts, unless the Deployment says otherwise, and a finished
 * one doesn't.
 */
function oldPodsRunning(
  sync: DeploymentSync,
  list: readonly ReplicaSet[],
  newReplicaSet: ReplicaSet | undefined,
): boolean {
  return list.some((replicaSet) => {
    if (replicaSet.uid === newReplicaSet?.uid) return false;
    const owner = sync.context.cluster.owners.get(replicaSet.uid);
    const remaining = sync.replacesTerminating ? owner?.active : owner?.present;
    return replicaSet.status.replicas > 0 || (remaining !== undefined && remaining > 0);
  });
}
