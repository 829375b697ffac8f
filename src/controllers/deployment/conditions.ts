import { type Condition, findCondition, truncateToSecond } from '../../cluster/index.ts';
import type { Micros } from '../../kernel/time.ts';

/** Reasons of the conditions Progressing and Available, in upstream's words. */
export const REASON = {
  replicaSetUpdated: 'ReplicaSetUpdated',
  replicaSetCreateError: 'ReplicaSetCreateError',
  newReplicaSetCreated: 'NewReplicaSetCreated',
  foundNewReplicaSet: 'FoundNewReplicaSet',
  newReplicaSetAvailable: 'NewReplicaSetAvailable',
  progressDeadlineExceeded: 'ProgressDeadlineExceeded',
  deploymentPaused: 'DeploymentPaused',
  deploymentResumed: 'DeploymentResumed',
  minimumReplicasAvailable: 'MinimumReplicasAvailable',
  minimumReplicasUnavailable: 'MinimumReplicasUnavailable',
} as const;

export function newCondition(
  type: string,
  status: Condition['status'],
  reason: string,
  message: string,
  nowMicros: Micros,
): Condition {
  const now = truncateToSecond(nowMicros);
  return { type, status, reason, message, lastUpdateMicros: now, lastTransitionMicros: now };
}

/**
 * Upstream's `SetDeploymentCondition`: a condition with the same status and reason is left alone; one with the same
 * status keeps its transition time.
 */
export function setCondition(conditions: readonly Condition[], condition: Condition): readonly Condition[] {
  const current = findCondition(conditions, condition.type);
  if (current === undefined) return [...conditions, condition];
  if (current.status === condition.status && current.reason === condition.reason) return conditions;
  const next =
    current.status === condition.status
      ? { ...condition, lastTransitionMicros: current.lastTransitionMicros }
      : condition;
  return [...removeCondition(conditions, condition.type), next];
}

export function removeCondition(conditions: readonly Condition[], type: string): readonly Condition[] {
  return findCondition(conditions, type) === undefined ? conditions : conditions.filter((other) => other.type !== type);
}

/** The same conditions, in any order, times included. */
export function sameConditions(a: readonly Condition[], b: readonly Condition[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  return a.every((condition) => {
    const other = findCondition(b, condition.type);
    return (
      other !== undefined &&
      other.status === condition.status &&
      other.reason === condition.reason &&
      other.message === condition.message &&
      other.lastUpdateMicros === condition.lastUpdateMicros &&
      other.lastTransitionMicros === condition.lastTransitionMicros
    );
  });
}
