import { type Condition, findCondition, truncateToSecond } from '../../cluster/index.ts';
import type { Micros } from '../../kernel/time.ts';

/** The only condition of a budget. */
const DISRUPTION_ALLOWED = 'DisruptionAllowed';

export const REASON = {
  sufficientPods: 'SufficientPods',
  insufficientPods: 'InsufficientPods',
  syncFailed: 'SyncFailed',
} as const;

/** The condition by what the budget allows (upstream's `UpdateDisruptionAllowedCondition`). */
export function withDisruptionAllowed(
  conditions: readonly Condition[],
  disruptionsAllowed: number,
  nowMicros: Micros,
): readonly Condition[] {
  return disruptionsAllowed > 0
    ? withCondition(conditions, 'True', REASON.sufficientPods, '', nowMicros)
    : withCondition(conditions, 'False', REASON.insufficientPods, '', nowMicros);
}

export function withSyncFailed(
  conditions: readonly Condition[],
  message: string,
  nowMicros: Micros,
): readonly Condition[] {
  return withCondition(conditions, 'False', REASON.syncFailed, message, nowMicros);
}

/** `conditions` itself when nothing changes; the transition time moves only with the status. */
function withCondition(
  conditions: readonly Condition[],
  status: Condition['status'],
  reason: string,
  message: string,
  nowMicros: Micros,
): readonly Condition[] {
  const present = findCondition(conditions, DISRUPTION_ALLOWED);
  if (present?.status === status && present.reason === reason && present.message === message) return conditions;
  const now = truncateToSecond(nowMicros);
  const since = present?.status === status ? present.lastTransitionMicros : now;
  const condition = {
    type: DISRUPTION_ALLOWED,
    status,
    reason,
    message,
    lastUpdateMicros: since,
    lastTransitionMicros: since,
  };
  return [...conditions.filter((other) => other !== present), condition];
}
