import type { Cluster } from '../cluster/cluster.ts';
import type { CompiledTemplate } from '../cluster/templateTable.ts';
import type { CycleState } from './framework.ts';

/** The pod whose turn it is; its namespace is only looked up where a plugin asks for it. */
export class Turn implements CycleState {
  pod = -1;
  template!: CompiledTemplate;
  labelSet = -1;
  priority = 0;
  private readonly cluster: Cluster;

  constructor(cluster: Cluster) {
    this.cluster = cluster;
  }

  get namespace(): string {
    return this.cluster.podNamespace(this.pod);
  }

  of(pod: number): void {
    this.pod = pod;
    this.template = this.cluster.placementOf(pod);
    this.labelSet = this.cluster.pods.labelSet[pod]!;
    this.priority = this.cluster.pods.priority[pod]!;
  }
}
