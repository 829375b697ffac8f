import type { Cluster } from '../cluster/index.ts';
import type { HandlerId } from '../kernel/kernel.ts';
import type { Micros } from '../kernel/time.ts';

/** Has `handler(pod)` called after a delay, as the one thing that the pod's kubelet waits for. */
export function setPodTimer({ kernel, pods }: Cluster, pod: number, delayMicros: Micros, handler: HandlerId): void {
  pods.kubeletTimer[pod] = kernel.schedule(delayMicros, handler, pod);
}

export function cancelPodTimer({ kernel, pods }: Cluster, pod: number): void {
  const timer = pods.kubeletTimer[pod]!;
  if (timer === -1) return;
  kernel.cancel(timer);
  pods.kubeletTimer[pod] = -1;
}
