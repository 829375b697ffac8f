import { type Condition, truncateToSecond } from '../../cluster/index.ts';
import type { Micros } from '../../kernel/time.ts';

/** What happened to a status of conditions in the course of one sync. */
export class Conditions {
  private list: readonly Condition[];
  private readonly before: readonly Condition[];
  private readonly nowMicros: Micros;

  constructor(conditions: readonly Condition[], nowMicros: Micros) {
    this.list = conditions;
    this.before = conditions;
    this.nowMicros = nowMicros;
  }

  /** The transition time moves only with the status; a condition that is new comes last. */
  set(type: ConditionType, status: Condition['status'], reason: string, message: string): void {
    const present = this.list.find((condition) => condition.type === type);
    if (present?.status === status && present.reason === reason && present.message === message) return;
    const now = truncateToSecond(this.nowMicros);
    const since = present?.status === status ? present.lastTransitionMicros : now;
    const next = { type, status, reason, message, lastUpdateMicros: since, lastTransitionMicros: since };
    this.list = present === undefined ? [...this.list, next] : this.list.map((one) => (one === present ? next : one));
  }

  /** The very list that it began with where nothing is different in the end. */
  get all(): readonly Condition[] {
    const { list, before } = this;
    const isSame = list.length === before.length && list.every((one, index) => isSameCondition(one, before[index]!));
    return isSame ? before : list;
  }
}

function isSameCondition(a: Condition, b: Condition): boolean {
  return a.status === b.status && a.reason === b.reason && a.message === b.message;
}

export type ConditionType = 'AbleToScale' | 'ScalingActive' | 'ScalingLimited' | 'ScaledToZero';
