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

/**
 * Sorts pods by upstream's MoreImportantPod: the higher priority first, then the earlier start. Equally important ones keep
 * their order. By insertion, since a node has few pods and they mostly stand in order.
 */
export function sortByImportance(cluster: Cluster, pods: number[]): void {
  for (let i = 1; i < pods.length; i++) {
    const pod = pods[i]!;
    let place = i;
    while (place > 0 && isMoreImportant(cluster, pod, pods[place - 1]!)) {
      pods[place] = pods[place - 1]!;
      place--;
    }
    pods[place] = pod;
  }
}

function isMoreImportant(cluster: Cluster, a: number, b: number): boolean {
  const { pods } = cluster;
  if (pods.priority[a] !== pods.priority[b]) return pods.priority[a]! > pods.priority[b]!;
  // Most pods of a node that came together started together.
  const isSameStart = pods.boundMicros[a] === pods.boundMicros[b] && pods.observed[a] === pods.observed[b];
  return !isSameStart && startMicrosOf(cluster, a) < startMicrosOf(cluster, b);
}
