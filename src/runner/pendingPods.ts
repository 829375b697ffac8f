import { referenceTo } from '../api/reference.ts';
import { type Cluster, POD_BOUND, POD_EXISTS, POD_TERMINATING } from '../cluster/index.ts';

/** Remembers what the scheduler last said of pods that found no node, to be told if they still wait when the run ends. */
export class PendingPods {
  private readonly cluster: Cluster;
  private readonly messages = new Map<number, string>();

  constructor(cluster: Cluster) {
    this.cluster = cluster;
    cluster.observePods((pod, _before, after) => {
      if (this.messages.size > 0 && ((after & POD_BOUND) !== 0 || after === 0)) this.messages.delete(pod);
    });
  }

  failedScheduling(pod: number, message: string): void {
    this.messages.set(pod, message);
  }

  /** One sentence for each workload with waiting pods, with the scheduler's words about one of them. */
  warnings(): string[] {
    const byWorkload = new Map<string, { count: number; message: string }>();
    for (const [pod, message] of this.messages) {
      const state = this.cluster.pods.state[pod]!;
      if ((state & (POD_EXISTS | POD_BOUND | POD_TERMINATING)) !== POD_EXISTS) continue;
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
