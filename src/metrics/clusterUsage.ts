import type { Cluster } from '../cluster/cluster.ts';
import { ZONE_LABEL } from '../cluster/nodeTable.ts';
import type { Node } from '../cluster/objects.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Micros } from '../kernel/time.ts';
import { isPresentOnNode } from './podPresence.ts';
import { ResourceUsage } from './resourceUsage.ts';
import type { ClusterResult } from './result.ts';

/**
 * Measures how full the cluster is, in all and per zone. Counts the pods that are bound, terminating ones included, as
 * the API server has them: a pod that the scheduler has only assumed is not there yet. It must be made before the first
 * node is written.
 */
export class ClusterUsage {
  private readonly kernel: Kernel;
  private readonly cluster: Cluster;
  private readonly total = new ResourceUsage();
  private readonly zones = new Map<string, ResourceUsage>();
  /** By node row: where its pods are counted. */
  private readonly zoneOfRow: (ResourceUsage | undefined)[] = [];
  /** By node row. */
  private readonly podsOnRow: number[] = [];

  constructor(options: { kernel: Kernel; cluster: Cluster }) {
    this.kernel = options.kernel;
    this.cluster = options.cluster;
    this.cluster.nodeObjects.observe((before, after) => this.onNode(before, after));
    this.cluster.observePods((pod, before, after, atMicros) => {
      const wasOnNode = isPresentOnNode(before);
      if (wasOnNode !== isPresentOnNode(after)) this.onPod(pod, wasOnNode ? -1 : 1, atMicros);
    });
  }

  /** Shares, means over the whole run, which ended at `endMicros`, and the state at its end. */
  finish(endMicros: Micros = this.kernel.nowMicros): ClusterResult {
    const { total } = this;
    const means = total.meanShares(endMicros);
    return {
      nodes: total.nodes,
      cpuMaxShare: total.cpuMaxShare,
      memoryMaxShare: total.memoryMaxShare,
      cpuMeanShare: means.cpu,
      memoryMeanShare: means.memory,
      podSkewAtEnd: this.podSkew(),
      zones: [...this.zones.keys()].sort().map((zone) => {
        const { nodes, podsMax, cpuMaxShare, memoryMaxShare } = this.zones.get(zone)!;
        return { zone, nodes, podsMax, cpuMaxShare, memoryMaxShare };
      }),
    };
  }

  private onPod(pod: number, sign: 1 | -1, atMicros: Micros): void {
    const row = this.cluster.pods.node[pod]!;
    const { requests } = this.cluster.templateOf(pod);
    const zone = (this.zoneOfRow[row] ??= this.zoneOfNode(row));
    this.podsOnRow[row] = (this.podsOnRow[row] ?? 0) + sign;
    this.total.countPod(requests, sign, atMicros);
    zone.countPod(requests, sign, atMicros);
    if (sign === -1) return;
    this.total.notePeaks();
    zone.notePeaks();
  }

  private onNode(before: Node | undefined, after: Node | undefined): void {
    const now = this.kernel.nowMicros;
    const zoneBefore = before && this.zoneNamed(before.meta.labels[ZONE_LABEL]);
    const zoneAfter = after && this.zoneNamed(after.meta.labels[ZONE_LABEL]);
    if (before !== undefined) {
      this.total.countNode(before.allocatable, -1, now);
      zoneBefore!.countNode(before.allocatable, -1, now);
    }
    if (after !== undefined) {
      this.total.countNode(after.allocatable, 1, now);
      zoneAfter!.countNode(after.allocatable, 1, now);
    }
    // The pods of a deleted node stay where they were counted.
    if (zoneBefore !== undefined && zoneAfter !== undefined && zoneBefore !== zoneAfter) {
      this.movePods(after!.meta.name, zoneBefore, zoneAfter, now);
    }
    this.total.notePeaks();
    zoneBefore?.notePeaks();
    zoneAfter?.notePeaks();
  }

  /** A node's zone label changed. */
  private movePods(node: string, from: ResourceUsage, to: ResourceUsage, nowMicros: Micros): void {
    const { nodes, pods } = this.cluster;
    const row = nodes.rowOf(node);
    if (row === -1) return;
    this.zoneOfRow[row] = to;
    for (let pod = nodes.firstPod[row]!; pod !== -1; pod = pods.nextOnNode[pod]!) {
      if (!isPresentOnNode(pods.state[pod]!)) continue;
      const { requests } = this.cluster.templateOf(pod);
      from.countPod(requests, -1, nowMicros);
      to.countPod(requests, 1, nowMicros);
    }
  }

  /** The zone that the node's live object names; the informers' row may be a moment behind. */
  private zoneOfNode(row: number): ResourceUsage {
    const { nodes, nodeObjects } = this.cluster;
    const uid = nodes.objects[row]?.uid;
    const live = uid === undefined ? undefined : nodeObjects.get(uid);
    return this.zoneNamed(live === undefined ? nodes.zones[row] : live.meta.labels[ZONE_LABEL]);
  }

  private zoneNamed(name = ''): ResourceUsage {
    let zone = this.zones.get(name);
    if (zone === undefined) {
      zone = new ResourceUsage();
      this.zones.set(name, zone);
    }
    return zone;
  }

  /** Fullest node minus emptiest, over the nodes that exist. */
  private podSkew(): number {
    let fewest = Number.POSITIVE_INFINITY;
    let most = 0;
    for (const node of this.cluster.nodeObjects.list()) {
      const count = this.podsOnRow[this.cluster.nodes.rowOf(node.meta.name)] ?? 0;
      fewest = Math.min(fewest, count);
      most = Math.max(most, count);
    }
    return fewest === Number.POSITIVE_INFINITY ? 0 : most - fewest;
  }
}
