import type { Process, ReplicaSet } from '../../cluster/index.ts';
import type { SyncError } from '../workers.ts';
import { cleanupDeployment } from './cleanup.ts';
import { syncRolloutStatus } from './progress.ts';
import { deploymentComplete } from './replicaMath.ts';
import type { DeploymentSync } from './sync.ts';

/** One step of a Recreate rollout: all old pods go, and only when none is left the new ReplicaSet is made. */
export function* rolloutRecreate(sync: DeploymentSync, list: readonly ReplicaSet[]): Process<SyncError> {
  const before = yield* sync.replicaSets(list, false);
  if (before.error !== undefined) return before.error;
  const scaled = yield* scaleDownAll(sync, before.value.oldReplicaSets);
  if (scaled.error !== undefined) return scaled.error;
  if (scaled.any)
    return yield* syncRolloutStatus(
      sync,
      withNew(scaled.oldReplicaSets, before.value.newReplicaSet),
      before.value.newReplicaSet,
    );
  if (oldPodsRunning(sync, list, before.value.newReplicaSet)) {
    return yield* syncRolloutStatus(
      sync,
      withNew(before.value.oldReplicaSets, before.value.newReplicaSet),
      before.value.newReplicaSet,
    );
  }

  let newReplicaSet = before.value.newReplicaSet;
  if (newReplicaSet === undefined) {
    const created = yield* sync.replicaSets(list, true);
    if (created.error !== undefined) return created.error;
    newReplicaSet = created.value.newReplicaSet;
    if (newReplicaSet === undefined) return undefined;
  }
  const up = yield* sync.scaleAndRecord(newReplicaSet, sync.deployment.spec.replicas);
  if (up.error !== undefined) return up.error;
  newReplicaSet = up.value.replicaSet;
  if (deploymentComplete(sync.deployment, sync.deployment.status)) {
    const error = yield* cleanupDeployment(sync, before.value.oldReplicaSets);
    if (error !== undefined) return error;
  }
  return yield* syncRolloutStatus(sync, withNew(before.value.oldReplicaSets, newReplicaSet), newReplicaSet);
}

function withNew(oldReplicaSets: readonly ReplicaSet[], newReplicaSet: ReplicaSet | undefined): readonly ReplicaSet[] {
  return newReplicaSet === undefined ? oldReplicaSets : [...oldReplicaSets, newReplicaSet];
}

function* scaleDownAll(
  sync: DeploymentSync,
  oldReplicaSets: readonly ReplicaSet[],
): Process<{ error: SyncError; any: boolean; oldReplicaSets: readonly ReplicaSet[] }> {
  const next = [...oldReplicaSets];
  let any = false;
  for (let i = 0; i < next.length; i++) {
    if (next[i]!.spec.replicas === 0) continue;
    const outcome = yield* sync.scaleAndRecord(next[i]!, 0);
    if (outcome.error !== undefined) return { error: outcome.error, any, oldReplicaSets: next };
    next[i] = outcome.value.replicaSet;
    any ||= outcome.value.scaled;
  }
  return { error: undefined, any, oldReplicaSets: next };
}

/** Upstream's `oldPodsRunning`: a pod that is still stopping counts, a finished one doesn't. */
function oldPodsRunning(
  sync: DeploymentSync,
  list: readonly ReplicaSet[],
  newReplicaSet: ReplicaSet | undefined,
): boolean {
  return list.some((replicaSet) => {
    if (replicaSet.uid === newReplicaSet?.uid) return false;
    const owner = sync.context.cluster.owners.get(replicaSet.uid);
    return replicaSet.status.replicas > 0 || (owner !== undefined && owner.present > 0);
  });
}
