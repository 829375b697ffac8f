import {
  type Cluster,
  isActive,
  POD_BOUND,
  POD_READY,
  POD_RUNNING,
  type PodOwner,
  truncateToSecond,
} from '../../cluster/index.ts';

/**
 * Chooses which of a ReplicaSet's pods a scale-down deletes, in the order of upstream's `ActivePodsWithRanks`:
 * unassigned before assigned, Pending before Running, not Ready before Ready, lower deletion cost, more pods of the
 * same owner on the node, ready for a shorter time, created later. The last two compare ages by power of two and fall
 * back to the uid, so that pods of similar age go in no particular order.
 */
export class VictimSelector {
  private readonly cluster: Cluster;
  private nowNanos = 0;
  /** Active pods per node of the ReplicaSets under the same root; filled only when the order depends on it. */
  private readonly related = new Map<number, number>();

  constructor(cluster: Cluster) {
    this.cluster = cluster;
  }

  /** Rows of `count` active pods of `owner`. `owners` are the ReplicaSets under the same root, `owner` included. */
  select(owner: PodOwner, owners: readonly PodOwner[], count: number): number[] {
    const candidates = this.activePods(owner);
    if (count >= candidates.length) return candidates;
    this.nowNanos = this.cluster.kernel.nowMicros * 1000;
    this.countRelated(owners);
    return this.smallest(candidates, count);
  }

  private activePods(owner: PodOwner): number[] {
    const { observed, nextOfOwner } = this.cluster.pods;
    const active: number[] = [];
    for (let pod = owner.firstPod; pod !== -1; pod = nextOfOwner[pod]!) {
      if (isActive(observed[pod]!)) active.push(pod);
    }
    return active;
  }

  private countRelated(owners: readonly PodOwner[]): void {
    const { observed, node, nextOfOwner } = this.cluster.pods;
    this.related.clear();
    for (const owner of owners) {
      for (let pod = owner.firstPod; pod !== -1; pod = nextOfOwner[pod]!) {
        const row = node[pod]!;
        if (row !== -1 && isActive(observed[pod]!)) this.related.set(row, (this.related.get(row) ?? 0) + 1);
      }
    }
  }

  /** The `count` first pods of the order, by a heap whose top is the last of those kept: one pass over the others. */
  private smallest(candidates: readonly number[], count: number): number[] {
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
    const byRank = (this.related.get(pods.node[b]!) ?? 0) - (this.related.get(pods.node[a]!) ?? 0);
    if (byRank !== 0) return byRank;
    if ((stateA & POD_READY) !== 0) {
      const byReady = this.compareAge(a, b, pods.readyMicros[a]!, pods.readyMicros[b]!);
      if (byReady !== 0) return byReady;
    }
    return this.compareAge(a, b, pods.createdMicros[a]!, pods.createdMicros[b]!);
  }

  /** Younger first by power of two of the age in nanoseconds; within one power by uid; equal times: a tie. */
  private compareAge(a: number, b: number, sinceA: number, sinceB: number): number {
    const secondA = truncateToSecond(sinceA);
    const secondB = truncateToSecond(sinceB);
    if (secondA === secondB) return 0;
    const byAge = floorLog2(this.nowNanos - secondA * 1000) - floorLog2(this.nowNanos - secondB * 1000);
    return byAge !== 0 ? byAge : this.cluster.pods.uid[a]! - this.cluster.pods.uid[b]!;
  }
}

/** Exact floor(log2(n)); -1 for n < 1. */
export function floorLog2(n: number): number {
  if (n < 1) return -1;
  const high = Math.floor(n / 2 ** 32);
  return high > 0 ? 63 - Math.clz32(high) : 31 - Math.clz32(n);
}
