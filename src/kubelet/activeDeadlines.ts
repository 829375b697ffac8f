import type { Cluster } from '../cluster/index.ts';
import type { HandlerId, Kernel } from '../kernel/kernel.ts';
import { MICROS_PER_SECOND, type Micros } from '../kernel/time.ts';

/** Upstream's words for a pod that was active for too long. */
export const DEADLINE_EXCEEDED = {
  reason: 'DeadlineExceeded',
  message: 'Pod was active on the node longer than the specified deadline',
};

/**
 * The deadlines of simple pods. Those that have one when they start are followed container by container, but
 * `activeDeadlineSeconds` may also be set, or lowered, on a pod that runs.
 */
export class ActiveDeadlines {
  private readonly kernel: Kernel;
  private readonly cluster: Cluster;
  private readonly syncMicros: Micros;
  private readonly due: HandlerId;
  /** By pod: what its event is for. */
  private readonly seconds = new Map<number, number>();

  /**
   * @param syncMicros from a pod's binding to the moment from which it counts as active
   * @param exceeded called when a pod has to be stopped
   */
  constructor(kernel: Kernel, cluster: Cluster, syncMicros: Micros, exceeded: (pod: number) => void) {
    this.kernel = kernel;
    this.cluster = cluster;
    this.syncMicros = syncMicros;
    const { pods } = cluster;
    this.due = kernel.register('kubelet/deadline-due', (pod, uid) => {
      // The pod may be gone by now, and its row another one's.
      if (pods.uid[pod] === uid >>> 0 && pods.state[pod] !== 0) exceeded(pod);
    });
  }

  /** A pod was written, and may have another deadline now. */
  follow(pod: number): void {
    const { kernel, cluster } = this;
    const { activeDeadlineSeconds } = cluster.templateOf(pod).spec;
    if (activeDeadlineSeconds === undefined || this.seconds.get(pod) === activeDeadlineSeconds) return;
    this.seconds.set(pod, activeDeadlineSeconds);
    const { boundMicros, uid } = cluster.pods;
    const at = boundMicros[pod]! + this.syncMicros + activeDeadlineSeconds * MICROS_PER_SECOND;
    // A deadline can only be lowered, so that an event of the one before finds nothing to do.
    kernel.scheduleAt(Math.max(at, kernel.nowMicros), this.due, pod, uid[pod]! | 0);
  }

  /** The pod is gone. */
  forget(pod: number): void {
    this.seconds.delete(pod);
  }
}
