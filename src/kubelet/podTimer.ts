import type { Cluster } from '../cluster/index.ts';
import type { HandlerId, Kernel } from '../kernel/kernel.ts';
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

/**
 * What is scheduled from here on follows from the arrival of an image, which is known before it happens.
 *
 * @param askedMicros when the kubelet asked for it
 * @returns what to give to `kernel.resumeCause`
 */
export function followPull(kernel: Kernel, pod: number, askedMicros: Micros, presentMicros: Micros): number {
  const before = kernel.continueFrom(kernel.cause, kernel.link('kubelet/sync'), pod, 0, askedMicros);
  kernel.continueFrom(kernel.cause, kernel.link('kubelet/image'), pod, 0, presentMicros);
  return before;
}
