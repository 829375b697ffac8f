import type { Cluster } from '../../cluster/index.ts';
import type { Micros } from '../../kernel/time.ts';

/**
 * Autoscalers whose next syncs would find what the last one found: as long as nothing changes, and no load and no window
 * will either, they are left out, so that a run can end before its time is up. Whatever changes wakes them at the moment
 * in which their next sync is due.
 */
export class RestingAutoscalers {
  private readonly cluster: Cluster;
  private readonly periodMicros: Micros;
  private readonly wake: (uid: number, delayMicros: Micros, lastMicros: Micros) => void;
  /** By uid: when the last sync ended that was not left out. */
  private readonly resting = new Map<number, Micros>();

  /** @param wake given the time of the next sync that is due, and of the last one that was left out */
  constructor(
    cluster: Cluster,
    periodMicros: Micros,
    wake: (uid: number, delayMicros: Micros, lastMicros: Micros) => void,
  ) {
    this.cluster = cluster;
    this.periodMicros = periodMicros;
    this.wake = wake;
    // The load that pods share depends on pods of other workloads too.
    cluster.listenPods(() => this.wakeAll());
    const { Deployment, ReplicaSet, ReplicationController, StatefulSet, HorizontalPodAutoscaler } = cluster.tables;
    // Another autoscaler may stand in its way, or no longer do so.
    for (const table of [Deployment, ReplicaSet, ReplicationController, StatefulSet, HorizontalPodAutoscaler]) {
      table.listen(() => this.wakeAll());
    }
  }

  rest(uid: number): void {
    this.resting.set(uid, this.cluster.kernel.nowMicros);
  }

  forget(uid: number): void {
    this.resting.delete(uid);
  }

  private wakeAll(): void {
    if (this.resting.size === 0) return;
    const now = this.cluster.kernel.nowMicros;
    for (const [uid, sinceMicros] of this.resting) {
      const left = Math.floor((now - sinceMicros) / this.periodMicros);
      const lastMicros = sinceMicros + left * this.periodMicros;
      this.wake(uid, lastMicros + this.periodMicros - now, lastMicros);
    }
    this.resting.clear();
  }
}
