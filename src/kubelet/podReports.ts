import { type Cluster, POD_FAILED, POD_SUCCEEDED } from '../cluster/index.ts';
import type { HandlerId, Kernel } from '../kernel/kernel.ts';
import type { NodeClients } from './nodeClients.ts';
import type { PodReport } from './podReport.ts';

/** The kubelets' status manager: status updates on their way to the API server. Those of a pod arrive in order. */
export class PodReports {
  private readonly cluster: Cluster;
  private readonly clients: NodeClients;
  private readonly reported: HandlerId;
  /** By pod, the oldest first. */
  private readonly sent = new Map<number, PodReport[]>();

  constructor(kernel: Kernel, cluster: Cluster, clients: NodeClients) {
    this.cluster = cluster;
    this.clients = clients;
    this.reported = kernel.register('kubelet/pod-status', (pod, uid) => {
      // The pod may be gone by now, and its row another one's.
      if (cluster.pods.uid[pod] === uid >>> 0 && cluster.pods.state[pod] !== 0) this.arrive(pod);
    });
  }

  send(pod: number, report: PodReport): void {
    const sent = this.sent.get(pod);
    if (sent === undefined) this.sent.set(pod, [report]);
    else sent.push(report);
    const { pods } = this.cluster;
    this.clients.send(pods.node[pod]!, this.reported, pod, pods.uid[pod]! | 0);
  }

  /** The pod is gone. */
  forget(pod: number): void {
    this.sent.delete(pod);
  }

  private arrive(pod: number): void {
    const sent = this.sent.get(pod)!;
    const { phase, isReady, status } = sent.shift()!;
    if (sent.length === 0) this.sent.delete(pod);
    if (phase === 'Succeeded') this.cluster.setPodFinished(pod, POD_SUCCEEDED, status);
    else if (phase === 'Failed') this.cluster.setPodFinished(pod, POD_FAILED, status);
    else this.cluster.setPodStatus(pod, phase === 'Running', isReady, status);
  }
}
