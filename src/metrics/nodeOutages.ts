import type { Cluster } from '../cluster/cluster.ts';
import { DELETION_BY_TAINT_MANAGER } from '../cluster/podStatus.ts';
import { POD_TERMINATING } from '../cluster/podTable.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { MICROS_PER_SECOND, type Micros } from '../kernel/time.ts';
import type { NodeOutagesResult } from './result.ts';

/** Counts the nodes that fall silent and return, and the pods that are driven away from nodes. */
export class NodeOutageObserver {
  private readonly kernel: Kernel;
  private readonly cluster: Cluster;
  private readonly down = new Set<string>();
  private sinceMicros: Micros = 0;
  private failed = 0;
  private returned = 0;
  private downMax = 0;
  private downMicros: Micros = 0;
  private podsEvicted = 0;

  constructor(kernel: Kernel, cluster: Cluster) {
    this.kernel = kernel;
    this.cluster = cluster;
    cluster.leases.observe((name, isRenewed) => this.onLease(name, isRenewed));
    cluster.observePods((pod, before, after) => this.onPod(pod, before, after));
  }

  private onLease(name: string, isRenewed: boolean): void {
    this.advance(this.kernel.nowMicros);
    if (isRenewed) {
      this.down.delete(name);
      this.returned++;
    } else {
      this.down.add(name);
      this.failed++;
      this.downMax = Math.max(this.downMax, this.down.size);
    }
  }

  private advance(nowMicros: Micros): void {
    this.downMicros += this.down.size * (nowMicros - this.sinceMicros);
    this.sinceMicros = nowMicros;
  }

  private onPod(pod: number, before: number, after: number): void {
    if (before === 0 || (before & POD_TERMINATING) !== 0 || (after !== 0 && (after & POD_TERMINATING) === 0)) return;
    if (this.cluster.podDisruption(pod)?.reason === DELETION_BY_TAINT_MANAGER) this.podsEvicted++;
  }

  /** To be called once, after the run. */
  finish(endMicros: Micros): NodeOutagesResult {
    this.advance(Math.max(endMicros, this.sinceMicros));
    const { failed, returned, downMax, podsEvicted } = this;
    return { failed, returned, downMax, downNodeSeconds: this.downMicros / MICROS_PER_SECOND, podsEvicted };
  }
}
