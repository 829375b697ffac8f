import {
  type Cluster,
  mix32,
  POD_BOUND,
  POD_READY,
  POD_RUNNING,
  type PodOwner,
  sidecarRestarts,
  truncateToSecond,
} from '../../cluster/index.ts';
import type { ReplicasKind } from './controller.ts';
import { PodRanks, type RankedPods } from './podRanks.ts';

/** Nodes of one rank that are looked at one by one; more of them are sampled. */
const FEW_NODES = 16;
/** Tries to hit a pod on a node of the highest rank before looking at all of them. */
const SAMPLES = 32;
/** From this share of the pods on, choosing looks at all of them. */
const LARGE_SHARE = 1 / 8;

/**
 * Chooses which of a ReplicaSet's pods a scale-down deletes, in the order of upstream's `ActivePodsWithRanks`:
 * unassigned before assigned, Pending before Running, not Ready before Ready, lower deletion cost, more related pods on
 * the node, ready for a shorter time, more restarts, created later. Ages are compared by power of two, and within one power
 * by uid, which upstream draws at random: there, any pod is as right as another, and one is drawn here too, so that
 * choosing a few of many does not look at all. Without the gate LogarithmicScaleDown the younger one goes first.
 */
export class VictimSelector {
  private readonly cluster: Cluster;
  private readonly ranks: PodRanks;
  private nowNanos = 0;
  private owner!: PodOwner;
  private ranked: RankedPods | undefined;
  private draws = 0;
  private readonly isLogarithmic: boolean;

  /** To be made before the first pod is written. */
  constructor(cluster: Cluster, kind: ReplicasKind = 'ReplicaSet') {
    this.cluster = cluster;
    this.isLogarithmic = cluster.gates.LogarithmicScaleDown;
    this.ranks = new PodRanks(cluster, kind);
  }

  /**
   * Rows of `count` active pods of `owner`; all of them when there are no more.
   *
   * @param adopted pods that this sync adopted, which the informer does not show as the owner's yet
   * @param released pods that it let go, which the informer still shows as the owner's
   */
  select(owner: PodOwner, adopted: readonly number[], count: number, released: readonly number[] = []): number[] {
    this.nowNanos = this.cluster.kernel.nowMicros * 1000;
    this.owner = owner;
    const ranked = this.ranks.of(owner.uid);
    this.ranked = ranked;
    const unready = [...(ranked?.unready ?? []), ...adopted];
    if (ranked === undefined) return this.smallest(unready, count);
    const total = unready.length + ranked.ready.count;
    const isDrawn = this.cluster.stopsFirst === undefined;
    const isAsKept = adopted.length === 0 && released.length === 0;
    const isPlain = ranked.costly === 0 && isAsKept && isDrawn && this.isLogarithmic && !this.cluster.hasRestarts;
    if (!isPlain || count > total * LARGE_SHARE) {
      const all = [...unready, ...readyPods(ranked)];
      return this.smallest(released.length === 0 ? all : all.filter((pod) => !released.includes(pod)), count);
    }
    if (unready.length >= count) return this.smallest(unready, count);
    return [...unready, ...this.selectReady(ranked, count - unready.length)];
  }

  // ---- ready pods ----

  private selectReady(ranked: RankedPods, count: number): number[] {
    const chosen = new Set<number>();
    for (let rank = ranked.nodesByRank.length - 1; rank >= 0 && chosen.size < count; rank--) {
      const nodes = ranked.nodesByRank[rank]!;
      while (nodes.size > FEW_NODES && chosen.size < count) {
        const pod = this.sample(ranked, rank, chosen);
        if (pod === -1) break;
        chosen.add(pod);
      }
      if (nodes.size === 0 || chosen.size === count) continue;
      const rest = this.readyPodsOn(nodes, ranked).filter((pod) => !chosen.has(pod));
      for (const pod of this.smallest(rest, count - chosen.size)) chosen.add(pod);
    }
    return [...chosen];
  }

  /** A pod of the youngest age class on some node of this rank, drawn at random; -1 when none is hit. */
  private sample(ranked: RankedPods, rank: number, chosen: ReadonlySet<number>): number {
    const { pods } = ranked.ready;
    const first = this.youngestClassFrom(pods);
    for (let i = 0; i < SAMPLES; i++) {
      const draw = mix32(this.cluster.seed ^ mix32(this.draws++));
      const pod = pods[first + (draw % (pods.length - first))]!;
      if (pod === -1 || chosen.has(pod)) continue;
      if (this.rank(this.cluster.pods.node[pod]!) === rank) return pod;
    }
    return -1;
  }

  /** Index of the first pod whose time since ready has the same power of two as that of the last one. */
  private youngestClassFrom(pods: readonly number[]): number {
    let last = pods.length - 1;
    while (pods[last] === -1) last--;
    const youngest = this.ageClass(pods[last]!);
    let low = 0;
    let high = last;
    while (low < high) {
      const middle = (low + high) >> 1;
      let probe = middle;
      while (pods[probe] === -1) probe++;
      if (this.ageClass(pods[probe]!) === youngest) high = middle;
      else low = probe + 1;
    }
    return low;
  }

  private ageClass(pod: number): number {
    return floorLog2(this.nowNanos - truncateToSecond(this.cluster.pods.readyMicros[pod]!) * 1000);
  }

  private readyPodsOn(nodes: ReadonlySet<number>, ranked: RankedPods): number[] {
    if (nodes.size > FEW_NODES) {
      return readyPods(ranked).filter((pod) => nodes.has(this.cluster.pods.node[pod]!));
    }
    const { firstPod } = this.cluster.nodes;
    const { nextOnNode } = this.cluster.pods;
    const found: number[] = [];
    for (const node of nodes) {
      for (let pod = firstPod[node]!; pod !== -1; pod = nextOnNode[pod]!) {
        if (this.ranks.isReadyOf(this.owner.uid, pod)) found.push(pod);
      }
    }
    return found;
  }

  private rank(node: number): number {
    return this.ranked === undefined ? 0 : this.ranks.rank(this.ranked, node);
  }

  // ---- order ----

  /** The `count` first pods of the order, by a heap whose top is the last of those kept: one pass over the others. */
  private smallest(candidates: readonly number[], count: number): number[] {
    if (count >= candidates.length) return [...candidates];
    const kept = candidates.slice(0, count);
    for (let i = (count >> 1) - 1; i >= 0; i--) this.sink(kept, i);
    for (let i = count; i < candidates.length; i++) {
      const pod = candidates[i]!;
      if (this.compare(pod, kept[0]!) >= 0) continue;
      kept[0] = pod;
      this.sink(kept, 0);
    }
    return kept;
  }

  private sink(heap: number[], from: number): void {
    const pod = heap[from]!;
    let hole = from;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && this.compare(heap[child + 1]!, heap[child]!) > 0) child++;
      if (this.compare(heap[child]!, pod) <= 0) break;
      heap[hole] = heap[child]!;
      hole = child;
    }
    heap[hole] = pod;
  }

  /** Negative: `a` is deleted before `b`. */
  private compare(a: number, b: number): number {
    const { pods } = this.cluster;
    const stateA = pods.observed[a]!;
    const stateB = pods.observed[b]!;
    const byState =
      (stateA & POD_BOUND) - (stateB & POD_BOUND) ||
      (stateA & POD_RUNNING) - (stateB & POD_RUNNING) ||
      (stateA & POD_READY) - (stateB & POD_READY);
    if (byState !== 0) return byState;
    const byCost = this.cluster.templateOf(a).deletionCost - this.cluster.templateOf(b).deletionCost;
    if (byCost !== 0) return byCost;
    const byRank = this.rank(pods.node[b]!) - this.rank(pods.node[a]!);
    if (byRank !== 0) return byRank;
    if ((stateA & POD_READY) !== 0) {
      const byReady = this.compareAge(a, b, pods.readyMicros[a]!, pods.readyMicros[b]!);
      if (byReady !== 0) return byReady;
    }
    return (
      this.compareRestarts(a, b) ||
      this.compareAge(a, b, pods.createdMicros[a]!, pods.createdMicros[b]!) ||
      this.compareByChance(a, b)
    );
  }

  /** More restarts first; from 1.32 on, those of sidecars break a tie. */
  private compareRestarts(a: number, b: number): number {
    const { cluster } = this;
    if (!cluster.hasRestarts) return 0;
    const byContainers = cluster.pods.restarts[b]! - cluster.pods.restarts[a]!;
    if (byContainers !== 0 || cluster.minorVersion < 32) return byContainers;
    return this.sidecarRestartsOf(b) - this.sidecarRestartsOf(a);
  }

  private sidecarRestartsOf(pod: number): number {
    const status = this.cluster.podStatus(pod);
    return status === undefined ? 0 : sidecarRestarts(status, this.cluster.templateOf(pod));
  }

  /** Younger first by power of two of the age in nanoseconds; within one power by uid; equal times: a tie. */
  private compareAge(a: number, b: number, sinceA: number, sinceB: number): number {
    const secondA = truncateToSecond(sinceA);
    const secondB = truncateToSecond(sinceB);
    if (secondA === secondB) return 0;
    if (!this.isLogarithmic) return secondB - secondA;
    const byAge = floorLog2(this.nowNanos - secondA * 1000) - floorLog2(this.nowNanos - secondB * 1000);
    if (byAge !== 0) return byAge;
    return this.compareByChance(a, b) || this.cluster.pods.uid[a]! - this.cluster.pods.uid[b]!;
  }

  /** As the run does that this one follows, if it does. */
  private compareByChance(a: number, b: number): number {
    return this.cluster.stopsFirst?.(a, b) ?? 0;
  }
}

function readyPods(ranked: RankedPods): number[] {
  return ranked.ready.pods.filter((pod) => pod !== -1);
}

/** Exact floor(log2(n)); -1 for n < 1. */
export function floorLog2(n: number): number {
  if (n < 1) return -1;
  const high = Math.floor(n / 2 ** 32);
  return high > 0 ? 63 - Math.clz32(high) : 31 - Math.clz32(n);
}
