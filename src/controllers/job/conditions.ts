import { type Condition, findCondition, truncateToSecond } from '../../cluster/index.ts';
import type { Micros } from '../../kernel/time.ts';

/** Why and how a Job ends. `FailureTarget` and `SuccessCriteriaMet` come before what they announce. */
export interface JobEnd {
  readonly type: 'FailureTarget' | 'Failed' | 'SuccessCriteriaMet' | 'Complete';
  readonly reason: string;
  readonly message: string;
}

const MESSAGES = {
  BackoffLimitExceeded: 'Job has reached the specified backoff limit',
  DeadlineExceeded: 'Job was active longer than specified deadline',
  MaxFailedIndexesExceeded: 'Job has exceeded the specified maximal number of failed indexes',
  FailedIndexes: 'Job has failed indexes',
} as const;

/**
 * Until 1.30 a Job was Complete or Failed as soon as its end was decided; since then that is announced first, and comes
 * when all pods have ended (upstream's `delayTerminalCondition`).
 */
export function delaysTerminalCondition(minorVersion: number): boolean {
  return minorVersion >= 31;
}

export function failureEnd(reason: keyof typeof MESSAGES, minorVersion: number): JobEnd {
  return {
    type: delaysTerminalCondition(minorVersion) ? 'FailureTarget' : 'Failed',
    reason,
    message: MESSAGES[reason],
  };
}

export function completionEnd(minorVersion: number): JobEnd {
  if (!delaysTerminalCondition(minorVersion)) return { type: 'Complete', reason: '', message: '' };
  return {
    type: 'SuccessCriteriaMet',
    reason: 'CompletionsReached',
    message: 'Reached expected number of succeeded pods',
  };
}

export function newCondition(
  type: string,
  status: Condition['status'],
  { reason, message }: Pick<Condition, 'reason' | 'message'>,
  nowMicros: Micros,
): Condition {
  const now = truncateToSecond(nowMicros);
  return { type, status, reason, message, lastUpdateMicros: now, lastTransitionMicros: now };
}

/** The condition if it is True. */
export function findTrueCondition(conditions: readonly Condition[], type: string): Condition | undefined {
  const condition = findCondition(conditions, type);
  return condition?.status === 'True' ? condition : undefined;
}

/**
 * The conditions with one set; the same list when nothing changes. A False condition is not added where there is none
 * (upstream's `ensureJobConditionStatus`).
 */
export function ensureCondition(conditions: readonly Condition[], wanted: Condition): readonly Condition[] {
  const present = findCondition(conditions, wanted.type);
  if (present === undefined) return wanted.status === 'False' ? conditions : [...conditions, wanted];
  const isSame =
    present.status === wanted.status && present.reason === wanted.reason && present.message === wanted.message;
  return isSame ? conditions : conditions.map((other) => (other === present ? wanted : other));
}
