import { podRequests } from '../../api/podRequests.ts';
import type { PodSpec, ResourceAmounts } from '../../api/types.ts';
import {
  type Cluster,
  HOSTNAME_LABEL,
  type Node,
  POD_FINISHED,
  TAINT_NODE_NOT_READY,
  ZONE_LABEL,
} from '../../cluster/index.ts';
import { addOrUpdateDaemonPodTolerations } from '../daemonset/daemonPodTemplate.ts';
import { nodeShouldRunDaemonPod, SHOULD_RUN } from '../daemonset/nodeShouldRun.ts';
import { FirstFit } from './firstFit.ts';
import type { NodeGroup } from './nodeGroup.ts';
import { SimulatedNode, type SimulatedPod } from './simulatedNode.ts';
import { Topology } from './topology.ts';

/** The cluster at a moment, in which it can be tried where pods would go. */
export class Snapshot {
  /** Nodes that are there, then those on their way, in that order. */
  readonly nodes: SimulatedNode[] = [];
  private readonly cluster: Cluster;
  private readonly topology: Topology;
  /** Some pod may refuse to be with others. */
  private readonly hasAntiAffinity: boolean;
  private readonly daemonSets: readonly { spec: PodSpec; requests: ResourceAmounts }[];

  constructor(cluster: Cluster) {
    const { nodes, templates } = cluster;
    this.cluster = cluster;
    this.topology = new Topology(cluster);
    for (let row = 0; row < nodes.count; row++) if (nodes.present[row] !== 0) this.nodes.push(this.existing(row));
    let hasAntiAffinity = false;
    for (let id = 0; id < templates.count && !hasAntiAffinity; id++) {
      hasAntiAffinity = templates.get(id).spec.podAntiAffinity.required.length > 0;
    }
    this.hasAntiAffinity = hasAntiAffinity;
    this.daemonSets = cluster.tables.DaemonSet.cachedList().map((set) => {
      const spec = addOrUpdateDaemonPodTolerations(set.spec.template.spec);
      return { spec, requests: podRequests(spec) };
    });
  }

  /** A node as the group would make it, without the pods of anything but DaemonSets. */
  templateNode({ allocatable, labels, taints }: NodeGroup, name: string, zone: string): SimulatedNode {
    const place = zone === '' ? {} : { [ZONE_LABEL]: zone };
    const node = new SimulatedNode({
      name,
      labels: { [HOSTNAME_LABEL]: name, ...place, ...labels },
      taints,
      free: allocatable,
    });
    const asNode = { meta: { name, labels: node.labels }, taints } as Node;
    for (const { spec, requests } of this.daemonSets) {
      if ((nodeShouldRunDaemonPod(spec, asNode) & SHOULD_RUN) !== 0) node.take(requests);
    }
    return node;
  }

  /** Why the pod does not fit the node, in the scheduler's words; empty when it fits. */
  reasonsAgainst(pod: SimulatedPod, node: SimulatedNode, others: readonly SimulatedNode[] = []): readonly string[] {
    const reasons = node.reasonsAgainst(pod);
    if (reasons.length > 0 || !(this.hasAntiAffinity || looksAtPods(pod))) return reasons;
    const reason = this.topology.reasonAgainst(pod, node, [...this.nodes, ...others]);
    return reason === undefined ? [] : [reason];
  }

  /** Puts every pod that fits on the first node that takes it, and returns the others: upstream's filter-out-schedulable. */
  filterOutSchedulable(pods: readonly SimulatedPod[]): SimulatedPod[] {
    const firstFit = new FirstFit(this.nodes, (pod, node) => this.reasonsAgainst(pod, node).length === 0);
    return pods.filter((pod) => {
      const node = firstFit.find(pod);
      node?.place(pod);
      return node === undefined;
    });
  }

  private existing(row: number): SimulatedNode {
    const { nodes } = this.cluster;
    const { meta, taints } = nodes.objects[row]!;
    const extended = new Map<string, number>();
    for (const [name, { allocatable, requested }] of nodes.extended) {
      extended.set(name, allocatable[row]! - requested[row]!);
    }
    return new SimulatedNode({
      name: meta.name,
      labels: meta.labels,
      // A node that has just joined is about to be ready.
      taints: taints.filter(({ key }) => key !== TAINT_NODE_NOT_READY),
      free: {
        cpuMilli: nodes.allocatableCpuMilli[row]! - nodes.requestedCpuMilli[row]!,
        memoryBytes: nodes.allocatableMemoryBytes[row]! - nodes.requestedMemoryBytes[row]!,
        ephemeralStorageBytes:
          nodes.allocatableEphemeralStorageBytes[row]! - nodes.requestedEphemeralStorageBytes[row]!,
        extended,
        pods: nodes.allocatablePods[row]! - nodes.podCount[row]!,
      },
      pods: () =>
        this.cluster
          .podsOnNode(row)
          .filter((pod) => (this.cluster.pods.observed[pod]! & POD_FINISHED) === 0)
          .map((pod) => simulatedPod(this.cluster, pod)),
    });
  }
}

export function simulatedPod(cluster: Cluster, pod: number): SimulatedPod {
  return {
    pod,
    template: cluster.templateOf(pod),
    labelSet: cluster.pods.labelSet[pod]!,
    namespace: cluster.podNamespace(pod),
  };
}

function looksAtPods({ template: { spec } }: SimulatedPod): boolean {
  const { podAffinity, podAntiAffinity, topologySpreadConstraints } = spec;
  return podAffinity.required.length > 0 || podAntiAffinity.required.length > 0 || topologySpreadConstraints.length > 0;
}
