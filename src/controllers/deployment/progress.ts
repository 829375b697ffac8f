import {
  type Condition,
  call,
  type DeploymentStatus,
  findCondition,
  type Process,
  type ReplicaSet,
} from '../../cluster/index.ts';
import { MICROS_PER_SECOND } from '../../kernel/time.ts';
import type { SyncError } from '../workers.ts';
import { newCondition, REASON, removeCondition, setCondition } from './conditions.ts';
import {
  availableReplicas,
  deploymentComplete,
  deploymentProgressing,
  maxUnavailable,
  specReplicas,
} from './replicaMath.ts';
import type { DeploymentSync } from './sync.ts';

/** Status of a sync that takes no rollout step; the Progressing condition stays as it is. */
export function* syncDeploymentStatus(
  sync: DeploymentSync,
  all: readonly ReplicaSet[],
  newReplicaSet: ReplicaSet | undefined,
): Process<SyncError> {
  return yield* writeIfChanged(sync, calculateStatus(sync, all, newReplicaSet));
}

/** Status of a rollout step: complete, progressing or timed out (upstream's `syncRolloutStatus`). */
export function* syncRolloutStatus(
  sync: DeploymentSync,
  all: readonly ReplicaSet[],
  newReplicaSet: ReplicaSet | undefined,
): Process<SyncError> {
  const status = calculateStatus(sync, all, newReplicaSet);
  let conditions = status.conditions;
  if (!sync.hasProgressDeadline) conditions = removeCondition(conditions, 'Progressing');
  else conditions = progressingCondition(sync, status, newReplicaSet);
  conditions = replicaFailureCondition(conditions, all, newReplicaSet);
  const next = { ...status, conditions };
  if (sync.statusIs(next)) {
    requeueStuckDeployment(sync, next);
    return undefined;
  }
  return yield* writeIfChanged(sync, next);
}

function calculateStatus(
  sync: DeploymentSync,
  all: readonly ReplicaSet[],
  newReplicaSet: ReplicaSet | undefined,
): DeploymentStatus {
  const { deployment } = sync;
  const available = availableReplicas(all);
  const enough = available >= deployment.spec.replicas - maxUnavailable(deployment);
  const condition = enough
    ? newCondition(
        'Available',
        'True',
        REASON.minimumReplicasAvailable,
        'Deployment has minimum availability.',
        sync.nowMicros,
      )
    : newCondition(
        'Available',
        'False',
        REASON.minimumReplicasUnavailable,
        'Deployment does not have minimum availability.',
        sync.nowMicros,
      );
  return {
    observedGeneration: deployment.generation,
    replicas: sum(all, (replicaSet) => replicaSet.status.replicas),
    updatedReplicas: newReplicaSet?.status.replicas ?? 0,
    readyReplicas: sum(all, (replicaSet) => replicaSet.status.readyReplicas),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, specReplicas(all) - available),
    terminatingReplicas: reportsTermination(sync) ? terminatingReplicas(all) : undefined,
    collisionCount: deployment.status.collisionCount,
    conditions: setCondition(deployment.status.conditions, condition),
  };
}

function sum(all: readonly ReplicaSet[], field: (replicaSet: ReplicaSet) => number): number {
  let total = 0;
  for (const replicaSet of all) total += field(replicaSet);
  return total;
}

function reportsTermination({ context }: DeploymentSync): boolean {
  const { DeploymentReplicaSetTerminatingReplicas, DeploymentPodReplacementPolicy } = context.gates;
  return DeploymentReplicaSetTerminatingReplicas || DeploymentPodReplacementPolicy;
}

/** Undefined as soon as one ReplicaSet does not report it. */
function terminatingReplicas(all: readonly ReplicaSet[]): number | undefined {
  let total = 0;
  for (const replicaSet of all) {
    if (replicaSet.status.terminatingReplicas === undefined) return undefined;
    total += replicaSet.status.terminatingReplicas;
  }
  return total;
}

function progressingCondition(
  sync: DeploymentSync,
  status: DeploymentStatus,
  newReplicaSet: ReplicaSet | undefined,
): readonly Condition[] {
  const { deployment, nowMicros } = sync;
  const current = findCondition(deployment.status.conditions, 'Progressing');
  const completeAlready =
    status.replicas === status.updatedReplicas && current?.reason === REASON.newReplicaSetAvailable;
  if (completeAlready) return status.conditions;
  const subject =
    newReplicaSet === undefined ? `Deployment "${deployment.meta.name}"` : `ReplicaSet "${newReplicaSet.meta.name}"`;
  if (isComplete(sync, status)) {
    const message = `${subject} has successfully progressed.`;
    return setCondition(
      status.conditions,
      newCondition('Progressing', 'True', REASON.newReplicaSetAvailable, message, nowMicros),
    );
  }
  if (deploymentProgressing(deployment.status, status) || isTerminationProgress(sync, status)) {
    const fresh = newCondition(
      'Progressing',
      'True',
      REASON.replicaSetUpdated,
      `${subject} is progressing.`,
      nowMicros,
    );
    const lastTransitionMicros = current?.status === 'True' ? current.lastTransitionMicros : fresh.lastTransitionMicros;
    // Removed and added anew, so that the deadline counts from this progress even when the reason is the same.
    return [...removeCondition(status.conditions, 'Progressing'), { ...fresh, lastTransitionMicros }];
  }
  if (deploymentTimedOut(sync, current)) {
    const message = `${subject} has timed out progressing.`;
    return setCondition(
      status.conditions,
      newCondition('Progressing', 'False', REASON.progressDeadlineExceeded, message, nowMicros),
    );
  }
  return status.conditions;
}

/** Nothing is left to do; under TerminationComplete no pod is about to go either. */
export function isComplete(sync: DeploymentSync, status: DeploymentStatus): boolean {
  if (!deploymentComplete(sync.deployment, status)) return false;
  return !sync.waitsForTermination || (status.terminatingReplicas ?? 0) === 0;
}

/** Under TerminationComplete the deadline counts from the last pod that went, too. */
function isTerminationProgress(sync: DeploymentSync, status: DeploymentStatus): boolean {
  const before = sync.deployment.status.terminatingReplicas ?? 0;
  return sync.waitsForTermination && (status.terminatingReplicas ?? 0) < before;
}

/** Upstream's `DeploymentTimedOut`: the deadline counts from the last progress, and never once a rollout was complete. */
function deploymentTimedOut(sync: DeploymentSync, current: Condition | undefined): boolean {
  if (current === undefined || current.reason === REASON.newReplicaSetAvailable) return false;
  if (current.reason === REASON.progressDeadlineExceeded) return true;
  return current.lastUpdateMicros + deadlineMicros(sync) < sync.nowMicros;
}

function deadlineMicros(sync: DeploymentSync): number {
  return (sync.deployment.spec.progressDeadlineSeconds ?? 0) * MICROS_PER_SECOND;
}

/** A ReplicaSet's ReplicaFailure shows on the Deployment, the new ReplicaSet's before the old ones'. */
function replicaFailureCondition(
  conditions: readonly Condition[],
  all: readonly ReplicaSet[],
  newReplicaSet: ReplicaSet | undefined,
): readonly Condition[] {
  const failures = all
    .filter((replicaSet) => findCondition(replicaSet.status.conditions, 'ReplicaFailure') !== undefined)
    .sort((a, b) => Number(b.uid === newReplicaSet?.uid) - Number(a.uid === newReplicaSet?.uid));
  const failure = failures[0] && findCondition(failures[0].status.conditions, 'ReplicaFailure');
  return failure === undefined ? removeCondition(conditions, 'ReplicaFailure') : setCondition(conditions, failure);
}

/** Looks at a rollout without news again when its deadline has passed (upstream's `requeueStuckDeployment`). */
function requeueStuckDeployment(sync: DeploymentSync, status: DeploymentStatus): void {
  const current = findCondition(sync.deployment.status.conditions, 'Progressing');
  if (!sync.hasProgressDeadline || current === undefined) return;
  if (isComplete(sync, status) || current.reason === REASON.progressDeadlineExceeded) return;
  // Once complete it never times out. Upstream looks again ten times a second all the same, and finds nothing.
  if (current.reason === REASON.newReplicaSetAvailable) return;
  const remaining = current.lastUpdateMicros + deadlineMicros(sync) - sync.nowMicros;
  if (remaining < MICROS_PER_SECOND) sync.requeueRateLimited();
  else sync.requeueAfter(remaining + MICROS_PER_SECOND);
}

function* writeIfChanged(sync: DeploymentSync, status: DeploymentStatus): Process<SyncError> {
  if (sync.statusIs(status)) return undefined;
  const written = { ...sync.deployment, status };
  const { error } = yield call(() => sync.context.cluster.deployments.update(written));
  return error;
}
