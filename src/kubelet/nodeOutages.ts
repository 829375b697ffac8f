import {
  admitNode,
  type Cluster,
  kubeletReady,
  type Node,
  POD_READY,
  readyStatus,
  withTaints,
} from '../cluster/index.ts';
import type { HandlerId, Kernel } from '../kernel/kernel.ts';

/** What the kubelet puts on its own node is not there when it registers it anew. */
const CONTROL_PLANE_TAINTS = 'node.kubernetes.io/';

/** A node whose kubelet is silent. */
interface Outage {
  /** As it was when it fell silent. */
  readonly node: Node;
  /** Pods that were ready then. */
  readonly readyPods: ReadonlySet<number>;
}

/** Nodes whose kubelets are silent: they renew no lease, report nothing, and start nothing. */
export class NodeOutages {
  private readonly kernel: Kernel;
  private readonly cluster: Cluster;
  private readonly posted: HandlerId;
  private readonly outages = new Map<number, Outage>();
  /** What nodes that came back were before. */
  private readonly returning = new Map<number, Node>();

  constructor(kernel: Kernel, cluster: Cluster) {
    this.kernel = kernel;
    this.cluster = cluster;
    this.posted = kernel.register('kubelet/node-status', (row) => this.postNodeStatus(row));
  }

  /** Whether the kubelet of the node in that row is silent. */
  isDown(row: number): boolean {
    return this.outages.size > 0 && this.outages.has(row);
  }

  /** The kubelet falls silent; false when there is none, or it was silent already. */
  begin(row: number): boolean {
    const { nodes, pods } = this.cluster;
    const node = nodes.objects[row];
    if (node === undefined || this.outages.has(row)) return false;
    const ready = this.cluster.podsOnNode(row).filter((pod) => (pods.state[pod]! & POD_READY) !== 0);
    this.outages.set(row, { node, readyPods: new Set(ready) });
    this.cluster.leases.stop(node, this.kernel.nowMicros, this.kernel.cause);
    return true;
  }

  /** The kubelet is back: it renews its lease and posts its node's status. Returns the pods that were ready before. */
  end(row: number): ReadonlySet<number> | undefined {
    const outage = this.outages.get(row);
    if (outage === undefined) return undefined;
    this.outages.delete(row);
    this.returning.set(row, outage.node);
    this.cluster.leases.start(outage.node.meta.name, this.kernel.nowMicros, this.kernel.cause);
    this.cluster.apiServer.send(this.posted, row, 0);
    return outage.readyPods;
  }

  /** A node that was deleted meanwhile is registered anew. */
  private postNodeStatus(row: number): void {
    const { cluster } = this;
    const before = this.returning.get(row)!;
    this.returning.delete(row);
    const node = cluster.nodeObjects.find('', before.meta.name);
    if (node === undefined) this.register(before);
    else if (readyStatus(node) !== 'True')
      cluster.nodeObjects.update({ ...node, readiness: kubeletReady(this.kernel.nowMicros) });
  }

  private register(before: Node): void {
    const { readiness: _, ...node } = before;
    const taints = node.taints.filter(({ key }) => !key.startsWith(CONTROL_PLANE_TAINTS));
    this.cluster.nodeObjects.create({
      ...admitNode(withTaints({ ...node, unschedulable: false }, taints)),
      uid: this.cluster.allocateUid(),
      generation: 1,
      creationMicros: this.kernel.nowMicros,
      ownerUid: -1,
    });
  }
}
