/** PriorityClasses that every API server has, and what they set apart. */

/** Most that a class of a user's may be worth. */
export const HIGHEST_USER_DEFINABLE_PRIORITY = 1_000_000_000;

/** Pods of at least this priority are critical: the kubelet makes room for them (`SystemCriticalPriority`). */
export const SYSTEM_CRITICAL_PRIORITY = 2 * HIGHEST_USER_DEFINABLE_PRIORITY;

/** What the names of the API server's own classes begin with, and no others'. */
export const SYSTEM_PRIORITY_CLASS_PREFIX = 'system-';

export interface SystemPriorityClass {
  readonly name: string;
  readonly value: number;
  readonly description: string;
}

export const SYSTEM_PRIORITY_CLASSES: readonly SystemPriorityClass[] = [
  {
    name: 'system-cluster-critical',
    value: SYSTEM_CRITICAL_PRIORITY,
    description:
      'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
  },
  {
    name: 'system-node-critical',
    value: SYSTEM_CRITICAL_PRIORITY + 1000,
    description: 'Used for system critical pods that must not be moved from their current node.',
  },
];
