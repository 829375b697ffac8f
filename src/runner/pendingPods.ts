import { referenceTo } from '../api/reference.ts';
import { type Cluster, POD_BOUND, POD_EXISTS, POD_TERMINATING } from '../cluster/index.ts';

/**
 * Remembers what the scheduler last said of pods that found no node, to be told if they still wait when the run ends; and
 * finds those for which there is no scheduler.
 */
export class PendingPods {
  private readonly cluster: Cluster;
  private readonly schedulerNames: ReadonlySet<string>;
  private readonly messages = new Map<number, string>();

  /** @param schedulerNames of the profiles that the scheduler has */
  constructor(cluster: Cluster, schedulerNames: Iterable<string>) {
    this.cluster = cluster;
    this.schedulerNames = new Set(schedulerNames);
    cluster.observePods((pod, _before, after) => {
      if (this.messages.size > 0 && ((after & POD_BOUND) !== 0 || after === 0)) this.messages.delete(pod);
    });
  }

  failedScheduling(pod: number, message: string): void {
    this.messages.set(pod, message);
  }

  /** One sentence for each workload with waiting pods. */
  warnings(): string[] {
    return [...this.unschedulable(), ...this.unclaimed()];
  }

  /** With the scheduler's words about one of the pods. */
  private unschedulable(): string[] {
    const byWorkload = new Map<string, { count: number; message: string }>();
    for (const [pod, message] of this.messages) {
      if (!this.isWaiting(pod)) continue;
      const workload = this.workloadOf(pod);
      const known = byWorkload.get(workload);
      if (known === undefined) byWorkload.set(workload, { count: 1, message });
      else known.count++;
    }
    return [...byWorkload].map(([workload, { count, message }]) => {
      const pods = count === 1 ? '1 pod fits no node' : `${count} pods fit no node`;
      return `${workload}: ${pods}: ${message}`;
    });
  }

  /** Pods that name a scheduler that is not there: nobody ever looks at them. */
  private unclaimed(): string[] {
    const { pods } = this.cluster;
    const byCause = new Map<string, { count: number; workload: string; schedulerName: string }>();
    for (let pod = 0; pod < pods.rowCount; pod++) {
      if (!this.isWaiting(pod)) continue;
      const { schedulerName } = this.cluster.templateOf(pod).spec;
      if (this.schedulerNames.has(schedulerName)) continue;
      const workload = this.workloadOf(pod);
      const key = `${workload} ${schedulerName}`;
      const known = byCause.get(key);
      if (known === undefined) byCause.set(key, { count: 1, workload, schedulerName });
      else known.count++;
    }
    const names = [...this.schedulerNames].join(', ');
    return [...byCause.values()].map(({ count, workload, schedulerName }) => {
      const pods = count === 1 ? '1 pod waits' : `${count} pods wait`;
      return `${workload}: ${pods} for a scheduler named ${JSON.stringify(schedulerName)}; there is only ${names}`;
    });
  }

  private isWaiting(pod: number): boolean {
    return (this.cluster.pods.state[pod]! & (POD_EXISTS | POD_BOUND | POD_TERMINATING)) === POD_EXISTS;
  }

  private workloadOf(pod: number): string {
    const { cluster } = this;
    const owner = cluster.ownerOf(pod);
    if (owner === undefined) {
      return referenceTo('Pod', { namespace: cluster.podNamespace(pod), name: cluster.podName(pod) });
    }
    const workload = cluster.workloadOf(owner);
    return referenceTo(workload.kind, workload);
  }
}
