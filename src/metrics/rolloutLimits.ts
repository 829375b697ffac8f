import { resolveRoundDown, resolveRoundUp } from '../api/intOrPercent.ts';
import type { DaemonSet, Deployment, StatefulSet } from '../cluster/objects.ts';
import { desiredPods, type RollingWorkload } from './rolloutStatus.ts';

/** What a workload's strategy lets an update do, in pods. */
export interface RolloutLimits {
  /** Fewest pods that it leaves available, once all were. */
  readonly fewestAvailable: number;
  /** Most pods that it asks for, those that terminate left out. */
  readonly mostPods: number;
}

/**
 * The limits that `maxSurge` and `maxUnavailable` mean for the pods wanted now, as the controllers round them.
 *
 * @param countsMaxUnavailable whether the gate MaxUnavailableStatefulSet is on
 */
export function rolloutLimits(workload: RollingWorkload, countsMaxUnavailable: boolean): RolloutLimits {
  const desired = desiredPods(workload);
  const { surge, unavailable } = allowances(workload, desired, countsMaxUnavailable);
  return { fewestAvailable: Math.max(0, desired - unavailable), mostPods: desired + surge };
}

interface Allowances {
  readonly surge: number;
  readonly unavailable: number;
}

function allowances(workload: RollingWorkload, desired: number, countsMaxUnavailable: boolean): Allowances {
  switch (workload.kind) {
    case 'Deployment':
      return ofDeployment(workload, desired);
    case 'StatefulSet':
      return { surge: 0, unavailable: countsMaxUnavailable ? ofStatefulSet(workload) : 1 };
    case 'DaemonSet':
      return ofDaemonSet(workload, desired);
  }
}

/** Recreate stops everything first. */
function ofDeployment({ spec }: Deployment, desired: number): Allowances {
  if (spec.strategyType === 'Recreate') return { surge: 0, unavailable: desired };
  const surge = resolveRoundUp(spec.maxSurge, desired);
  const unavailable = resolveRoundDown(spec.maxUnavailable, desired);
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

function ofStatefulSet({ spec }: StatefulSet): number {
  const maxUnavailable = spec.rollingUpdate?.maxUnavailable;
  return maxUnavailable === undefined ? 1 : Math.max(1, resolveRoundDown(maxUnavailable, spec.replicas));
}

/** A DaemonSet with a surge starts each new pod beside the old one, and stops that when the new one is available. */
function ofDaemonSet({ spec }: DaemonSet, desired: number): Allowances {
  if (spec.updateStrategyType !== 'RollingUpdate') return { surge: 0, unavailable: 0 };
  const surge = resolveRoundUp(spec.maxSurge, desired);
  const unavailable = resolveRoundUp(spec.maxUnavailable, desired);
  return { surge, unavailable: surge === 0 && unavailable === 0 && desired > 0 ? 1 : unavailable };
}
