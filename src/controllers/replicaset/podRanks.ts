import { type Cluster, isActive, POD_BOUND, POD_EXISTS, POD_READY } from '../../cluster/index.ts';

/** Bits of a pod's state that decide how it counts. */
const RELEVANT = POD_EXISTS | POD_BOUND | POD_READY;

/** The ready pods of one ReplicaSet, in the order in which they became ready. Places of pods that left hold -1. */
class ReadyPods {
  pods: number[] = [];
  count = 0;

  add(pod: number, places: Int32Array): void {
    places[pod] = this.pods.length;
    this.pods.push(pod);
    this.count++;
  }

  /** Brings the pods back into order after one was added that has long been ready: an adopted one. */
  sort(readyMicros: Float64Array, places: Int32Array): void {
    this.pods = this.pods.filter((pod) => pod !== -1).sort((a, b) => readyMicros[a]! - readyMicros[b]!);
    this.reindex(places);
  }

  remove(pod: number, places: Int32Array): void {
    this.pods[places[pod]!] = -1;
    this.count--;
    if (this.pods.length < 64 || this.count * 2 > this.pods.length) return;
    this.pods = this.pods.filter((other) => other !== -1);
    this.reindex(places);
  }

  private reindex(places: Int32Array): void {
    for (let place = 0; place < this.pods.length; place++) places[this.pods[place]!] = place;
  }
}

/** What is kept of one ReplicaSet. */
export interface RankedPods {
  readonly ready: ReadyPods;
  /** Active pods that are not ready: they go first. */
  readonly unready: Set<number>;
  /** How many ready pods are on a node. */
  readonly readyOnNode: Map<number, number>;
  /** Nodes with ready pods, by the number of related pods there. */
  readonly nodesByRank: Set<number>[];
  /** Pods with a deletion cost. */
  costly: number;
}

/**
 * For every ReplicaSet, how its pods spread over the nodes, kept up to date pod by pod: on each node the rank is the
 * number of active pods of all ReplicaSets under the same root (upstream's `getPodsRankedByRelatedPodsOnSameNode`).
 * With it a scale-down finds the pods that go first without looking at the others.
 */
export class PodRanks {
  private readonly cluster: Cluster;
  private readonly byOwner = new Map<number, RankedPods>();
  /** By root: related pods on each node. */
  private readonly related = new Map<number, Map<number, number>>();
  /** By root: its ReplicaSets that have had pods. */
  private readonly siblings = new Map<number, RankedPods[]>();
  /** By pod: the owner that it counts for, -1 for none, the state in which it does, and 1 for a deletion cost. */
  private countedOwner = new Int32Array(0);
  private countedState = new Uint8Array(0);
  private countedCost = new Uint8Array(0);
  private places = new Int32Array(0);

  constructor(cluster: Cluster) {
    this.cluster = cluster;
    cluster.listenPods((pod, _before, after) => this.podChanged(pod, after));
  }

  /** Undefined for a ReplicaSet that never had a pod. */
  of(ownerUid: number): RankedPods | undefined {
    return this.byOwner.get(ownerUid);
  }

  /** Active pods of the root's ReplicaSets on a node. */
  rank(rootUid: number, node: number): number {
    return this.related.get(rootUid)?.get(node) ?? 0;
  }

  /** The pod counts as a ready one of the ReplicaSet. */
  isReadyOf(ownerUid: number, pod: number): boolean {
    return this.countedOwner[pod] === ownerUid && (this.countedState[pod]! & POD_READY) !== 0;
  }

  private podChanged(pod: number, after: number): void {
    this.ensure(pod);
    const owner = isActive(after) ? this.cluster.pods.observedOwner[pod]! : -1;
    const state = after & RELEVANT;
    // An annotation may come at any time.
    const cost = this.cluster.templateOf(pod).deletionCost === 0 ? 0 : 1;
    const { countedOwner, countedState, countedCost } = this;
    if (countedOwner[pod] === owner && countedState[pod] === state && countedCost[pod] === cost) return;
    const onlyReadiness =
      countedOwner[pod] === owner && countedCost[pod] === cost && (countedState[pod]! ^ state) === POD_READY;
    this.leave(pod, onlyReadiness);
    countedOwner[pod] = owner;
    countedState[pod] = state;
    countedCost[pod] = cost;
    this.enter(pod, onlyReadiness);
  }

  /** @param keepsRank the pod was on its node before and counts there already */
  private enter(pod: number, keepsRank: boolean): void {
    const uid = this.countedOwner[pod]!;
    if (uid === -1) return;
    const ranked = this.ranked(uid);
    const state = this.countedState[pod]!;
    ranked.costly += this.countedCost[pod]!;
    if ((state & POD_READY) === 0) ranked.unready.add(pod);
    if ((state & POD_BOUND) === 0) return;
    const node = this.cluster.pods.node[pod]!;
    if (!keepsRank) this.changeRank(uid, node, 1);
    if ((state & POD_READY) === 0) return;
    ranked.ready.add(pod, this.places);
    const { readyMicros } = this.cluster.pods;
    const before = ranked.ready.pods.at(-2) ?? -1;
    if (before !== -1 && readyMicros[before]! > readyMicros[pod]!) ranked.ready.sort(readyMicros, this.places);
    this.changeReady(uid, ranked, node, 1);
  }

  private leave(pod: number, keepsRank: boolean): void {
    const uid = this.countedOwner[pod]!;
    if (uid === -1) return;
    const ranked = this.ranked(uid);
    const state = this.countedState[pod]!;
    ranked.costly -= this.countedCost[pod]!;
    if ((state & POD_READY) === 0) ranked.unready.delete(pod);
    if ((state & POD_BOUND) === 0) return;
    const node = this.cluster.pods.node[pod]!;
    if ((state & POD_READY) !== 0) {
      ranked.ready.remove(pod, this.places);
      this.changeReady(uid, ranked, node, -1);
    }
    if (!keepsRank) this.changeRank(uid, node, -1);
  }

  private ranked(uid: number): RankedPods {
    let ranked = this.byOwner.get(uid);
    if (ranked === undefined) {
      ranked = { ready: new ReadyPods(), unready: new Set(), readyOnNode: new Map(), nodesByRank: [], costly: 0 };
      this.byOwner.set(uid, ranked);
      const root = this.rootOf(uid);
      const siblings = this.siblings.get(root);
      if (siblings === undefined) this.siblings.set(root, [ranked]);
      else siblings.push(ranked);
    }
    return ranked;
  }

  private rootOf(uid: number): number {
    return this.cluster.owners.get(uid)?.rootUid ?? uid;
  }

  private changeRank(uid: number, node: number, change: 1 | -1): void {
    const root = this.rootOf(uid);
    let counts = this.related.get(root);
    if (counts === undefined) {
      counts = new Map();
      this.related.set(root, counts);
    }
    const before = counts.get(node) ?? 0;
    if (before + change === 0) counts.delete(node);
    else counts.set(node, before + change);
    for (const sibling of this.siblings.get(root)!) {
      if (!sibling.readyOnNode.has(node)) continue;
      sibling.nodesByRank[before]!.delete(node);
      nodesOfRank(sibling, before + change).add(node);
    }
  }

  private changeReady(uid: number, ranked: RankedPods, node: number, change: 1 | -1): void {
    const before = ranked.readyOnNode.get(node) ?? 0;
    const nodes = nodesOfRank(ranked, this.rank(this.rootOf(uid), node));
    if (before + change === 0) {
      ranked.readyOnNode.delete(node);
      nodes.delete(node);
      return;
    }
    ranked.readyOnNode.set(node, before + change);
    if (before === 0) nodes.add(node);
  }

  private ensure(pod: number): void {
    if (pod < this.countedOwner.length) return;
    const capacity = Math.max(256, pod + 1, this.countedOwner.length * 2);
    const owner = new Int32Array(capacity).fill(-1);
    owner.set(this.countedOwner);
    const state = new Uint8Array(capacity);
    state.set(this.countedState);
    const cost = new Uint8Array(capacity);
    cost.set(this.countedCost);
    const places = new Int32Array(capacity);
    places.set(this.places);
    this.countedOwner = owner;
    this.countedState = state;
    this.countedCost = cost;
    this.places = places;
  }
}

function nodesOfRank(ranked: RankedPods, rank: number): Set<number> {
  while (ranked.nodesByRank.length <= rank) ranked.nodesByRank.push(new Set());
  return ranked.nodesByRank[rank]!;
}
