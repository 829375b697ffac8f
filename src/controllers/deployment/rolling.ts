import type { Process, ReplicaSet } from '../../cluster/index.ts';
import type { SyncError } from '../workers.ts';
import { cleanupDeployment } from './cleanup.ts';
import { isComplete, syncRolloutStatus } from './progress.ts';
import {
  availableReplicas,
  isActiveReplicaSet,
  maxUnavailable,
  newReplicaSetReplicas,
  specReplicas,
} from './replicaMath.ts';
import { type DeploymentSync, type Outcome, ok } from './sync.ts';

/** One step of a rolling update (upstream's `rolloutRolling`): scale up, or scale down, never both. */
export function* rolloutRolling(sync: DeploymentSync, list: readonly ReplicaSet[]): Process<SyncError> {
  const found = yield* sync.replicaSets(list, true);
  if (found.error !== undefined) return found.error;
  const { newReplicaSet, oldReplicaSets } = found.value;
  if (newReplicaSet === undefined) return undefined;
  const all = [...oldReplicaSets, newReplicaSet];

  // The status tells of the sizes before this step's own: upstream computes it from the list that it read.
  const up = yield* reconcileNewReplicaSet(sync, all, newReplicaSet);
  if (up.error !== undefined) return up.error;
  if (up.value.scaled) return yield* syncRolloutStatus(sync, all, newReplicaSet);

  const isScaledDown = yield* reconcileOldReplicaSets(sync, oldReplicaSets.filter(isActiveReplicaSet), newReplicaSet);
  if (isScaledDown) return yield* syncRolloutStatus(sync, all, newReplicaSet);

  if (isComplete(sync, sync.deployment.status)) {
    const error = yield* cleanupDeployment(sync, oldReplicaSets);
    if (error !== undefined) return error;
  }
  return yield* syncRolloutStatus(sync, all, newReplicaSet);
}

function* reconcileNewReplicaSet(
  sync: DeploymentSync,
  all: readonly ReplicaSet[],
  newReplicaSet: ReplicaSet,
): Process<Outcome<{ scaled: boolean; replicaSet: ReplicaSet }>> {
  const { replicas } = sync.deployment.spec;
  const size = newReplicaSet.spec.replicas;
  if (size === replicas) return ok({ scaled: false, replicaSet: newReplicaSet });
  const next = size > replicas ? replicas : newReplicaSetReplicas(sync.deployment, sync.countedReplicas(all), size);
  return yield* sync.scaleAndRecord(newReplicaSet, next);
}

/**
 * Takes pods away from active old ReplicaSets and returns whether it did. Errors in here only end the step: upstream
 * logs and goes on with the status.
 */
function* reconcileOldReplicaSets(
  sync: DeploymentSync,
  oldReplicaSets: readonly ReplicaSet[],
  newReplicaSet: ReplicaSet,
): Process<boolean> {
  const oldPods = specReplicas(oldReplicaSets);
  if (oldPods === 0) return false;
  const minAvailable = sync.deployment.spec.replicas - maxUnavailable(sync.deployment);
  const newUnavailable = newReplicaSet.spec.replicas - newReplicaSet.status.availableReplicas;
  const maxScaledDown = oldPods + newReplicaSet.spec.replicas - minAvailable - newUnavailable;
  if (maxScaledDown <= 0) return false;
  const cleaned = yield* cleanupUnhealthyReplicas(sync, oldReplicaSets, maxScaledDown);
  if (cleaned.failed) return false;
  const lowered = yield* scaleDownOldReplicaSets(sync, cleaned.oldReplicaSets, newReplicaSet, minAvailable);
  return !lowered.failed && cleaned.removed + lowered.removed > 0;
}

interface Lowered {
  readonly removed: number;
  readonly failed: boolean;
  /** As they are now. */
  readonly oldReplicaSets: readonly ReplicaSet[];
}

/** Takes unavailable pods of old ReplicaSets away first, the oldest ReplicaSet's first. */
function* cleanupUnhealthyReplicas(
  sync: DeploymentSync,
  oldReplicaSets: readonly ReplicaSet[],
  maxCleanup: number,
): Process<Lowered> {
  return yield* lowerInTurn(
    sync,
    oldReplicaSets,
    maxCleanup,
    (replicaSet) => replicaSet.spec.replicas - replicaSet.status.availableReplicas,
  );
}

/** Takes as many pods away as stay available beyond the minimum. */
function* scaleDownOldReplicaSets(
  sync: DeploymentSync,
  oldReplicaSets: readonly ReplicaSet[],
  newReplicaSet: ReplicaSet,
  minAvailable: number,
): Process<Lowered> {
  const available = availableReplicas(oldReplicaSets) + newReplicaSet.status.availableReplicas;
  const budget = available - minAvailable;
  if (budget <= 0) return { removed: 0, failed: false, oldReplicaSets };
  return yield* lowerInTurn(sync, oldReplicaSets, budget, (replicaSet) => replicaSet.spec.replicas);
}

/**
 * Lowers ReplicaSets, oldest first, each by at most `removable`, until `budget` is used up. A ReplicaSet whose status
 * still tells of more pods than it may have by now ends the step: upstream finds it an invalid request.
 */
function* lowerInTurn(
  sync: DeploymentSync,
  oldReplicaSets: readonly ReplicaSet[],
  budget: number,
  removable: (replicaSet: ReplicaSet) => number,
): Process<Lowered> {
  const next = [...oldReplicaSets];
  let removed = 0;
  for (let i = 0; i < next.length && removed < budget; i++) {
    const replicaSet = next[i]!;
    const count = Math.min(budget - removed, removable(replicaSet));
    if (replicaSet.spec.replicas === 0 || count === 0) continue;
    if (count < 0) return { removed, failed: true, oldReplicaSets: next };
    const outcome = yield* sync.scaleAndRecord(replicaSet, replicaSet.spec.replicas - count);
    if (outcome.error !== undefined) return { removed, failed: true, oldReplicaSets: next };
    next[i] = outcome.value.replicaSet;
    removed += count;
  }
  return { removed, failed: false, oldReplicaSets: next };
}
