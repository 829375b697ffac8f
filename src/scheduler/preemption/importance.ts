import { truncateToSecond } from '../../cluster/availability.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { POD_BOUND } from '../../cluster/podTable.ts';
import type { Micros } from '../../kernel/time.ts';

/**
 * `status.startTime` as informers show it, which the API has in whole seconds. Infinity for a pod that has not started:
 * upstream takes such a pod for one that starts now.
 */
export function startMicrosOf({ pods }: Cluster, pod: number): Micros {
  const hasStarted = (pods.observed[pod]! & POD_BOUND) !== 0;
  return hasStarted ? truncateToSecond(pods.boundMicros[pod]!) : Number.POSITIVE_INFINITY;
}

/** Upstream's MoreImportantPod as a comparison: the higher priority first, then the earlier start. */
export function compareImportance(cluster: Cluster, a: number, b: number): number {
  const { priority } = cluster.pods;
  const difference = priority[b]! - priority[a]!;
  if (difference !== 0) return difference;
  const [startA, startB] = [startMicrosOf(cluster, a), startMicrosOf(cluster, b)];
  return startA === startB ? 0 : startA - startB;
}
