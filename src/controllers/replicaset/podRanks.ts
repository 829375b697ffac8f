import { type Cluster, isActive, POD_BOUND, POD_EXISTS, POD_READY, type Stored } from '../../cluster/index.ts';
import type { Micros } from '../../kernel/time.ts';
import type { ReplicasKind } from './controller.ts';

/** Bits of a pod's state that decide how it counts. */
const RELEVANT = POD_EXISTS | POD_BOUND | POD_READY;

/** The ready pods of one ReplicaSet, in the order in which they became ready. Places of pods that left hold -1. */
class ReadyPods {
  pods: number[] = [];
  count = 0;
  /** When the pod that was ready last became so, whether it is still there or not. */
  latestMicros: Micros = 0;

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
  /** Uid of its controller, whose ReplicaSets' pods are related; -1: none, and no pods are. */
  controller: number;
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
 * number of active pods of all ReplicaSets of the same controller (upstream's `getPodsRankedByRelatedPodsOnSameNode`),
 * and 0 without a controller, since `getReplicaSetsWithSameController` then finds not even the ReplicaSet itself.
 * With it a scale-down finds the pods that go first without looking at the others.
 */
export class PodRanks {
  private readonly cluster: Cluster;
  private readonly kind: ReplicasKind;
  private readonly byOwner = new Map<number, RankedPods>();
  /** By controller: related pods on each node. */
  private readonly related = new Map<number, Map<number, number>>();
  /** By controller: its ReplicaSets that have had pods. */
  private readonly siblings = new Map<number, Set<RankedPods>>();
  /** By pod: the owner that it counts for, -1 for none, the state in which it does, and 1 for a deletion cost. */
  private countedOwner = new Int32Array(0);
  private countedState = new Uint8Array(0);
  private countedCost = new Uint8Array(0);
  private places = new Int32Array(0);

  /** @param kind ReplicationControllers have pods of the same sort, and never a controller */
  constructor(cluster: Cluster, kind: ReplicasKind = 'ReplicaSet') {
    this.cluster = cluster;
    this.kind = kind;
    cluster.listenPods((pod, _before, after) => this.podChanged(pod, after), kind);
    cluster.tables[kind].listen((before?: Stored, after?: Stored) => {
      if (after === undefined) this.forgetIfEmpty(before!.uid);
      else if (before !== undefined && before.ownerUid !== after.ownerUid) this.controllerChanged(after);
    });
  }

  /** Undefined for a ReplicaSet that never had a pod. */
  of(ownerUid: number): RankedPods | undefined {
    return this.byOwner.get(ownerUid);
  }

  /** Active pods on a node that are related to those of the ReplicaSet. */
  rank({ controller }: RankedPods, node: number): number {
    return this.related.get(controller)?.get(node) ?? 0;
  }

  /** The pod counts as a ready one of the ReplicaSet. */
  isReadyOf(ownerUid: number, pod: number): boolean {
    return this.countedOwner[pod] === ownerUid && (this.countedState[pod]! & POD_READY) !== 0;
  }

  private podChanged(pod: number, after: number): void {
    const owner = isActive(after) ? this.replicaSetOf(pod) : -1;
    if (owner === -1 && (this.countedOwner[pod] ?? -1) === -1) return;
    this.ensure(pod);
    const state = after & RELEVANT;
    // An annotation may come at any time.
    const cost = this.cluster.templateOf(pod).deletionCost === 0 ? 0 : 1;
    const { countedOwner, countedState, countedCost } = this;
    if (countedOwner[pod] === owner && countedState[pod] === state && countedCost[pod] === cost) return;
    const onlyReadiness =
      countedOwner[pod] === owner && countedCost[pod] === cost && (countedState[pod]! ^ state) === POD_READY;
    const ownerBefore = countedOwner[pod]!;
    this.leave(pod, onlyReadiness);
    if (owner !== ownerBefore) this.forgetIfEmpty(ownerBefore);
    countedOwner[pod] = owner;
    countedState[pod] = state;
    countedCost[pod] = cost;
    this.enter(pod, onlyReadiness);
  }

  /** Uid of the ReplicaSet that the pod is seen with; -1 for none, or another kind of controller. */
  private replicaSetOf(pod: number): number {
    const uid = this.cluster.pods.observedOwner[pod]!;
    return this.cluster.owners.get(uid)?.kind === this.kind ? uid : -1;
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
    if (!keepsRank) this.changeRank(ranked, node, 1);
    if ((state & POD_READY) === 0) return;
    ranked.ready.add(pod, this.places);
    const { readyMicros } = this.cluster.pods;
    if (readyMicros[pod]! < ranked.ready.latestMicros) ranked.ready.sort(readyMicros, this.places);
    else ranked.ready.latestMicros = readyMicros[pod]!;
    this.changeReady(ranked, node, 1);
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
      this.changeReady(ranked, node, -1);
    }
    if (!keepsRank) this.changeRank(ranked, node, -1);
  }

  private ranked(uid: number): RankedPods {
    let ranked = this.byOwner.get(uid);
    if (ranked === undefined) {
      const controller = this.cluster.tables[this.kind].cached(uid)?.ownerUid ?? -1;
      const ready = new ReadyPods();
      ranked = { controller, ready, unready: new Set(), readyOnNode: new Map(), nodesByRank: [], costly: 0 };
      this.byOwner.set(uid, ranked);
      this.siblingsUnder(controller).add(ranked);
    }
    return ranked;
  }

  private siblingsUnder(controller: number): Set<RankedPods> {
    let siblings = this.siblings.get(controller);
    if (siblings === undefined) {
      siblings = new Set();
      this.siblings.set(controller, siblings);
    }
    return siblings;
  }

  /** The ReplicaSet was adopted or released: its pods count for another group. */
  private controllerChanged(replicaSet: Stored): void {
    const ranked = this.byOwner.get(replicaSet.uid);
    if (ranked === undefined) return;
    const pods = [...ranked.unready, ...ranked.ready.pods.filter((pod) => pod !== -1)];
    for (const pod of pods) this.leave(pod, false);
    this.leaveSiblings(ranked);
    ranked.controller = replicaSet.ownerUid;
    this.siblingsUnder(ranked.controller).add(ranked);
    for (const pod of pods) this.enter(pod, false);
  }

  /** A ReplicaSet that is gone and has no pods any more needs no place here. */
  private forgetIfEmpty(uid: number): void {
    const ranked = this.byOwner.get(uid);
    if (ranked === undefined || ranked.ready.count + ranked.unready.size > 0) return;
    if (this.cluster.tables[this.kind].cached(uid) !== undefined) return;
    this.byOwner.delete(uid);
    this.leaveSiblings(ranked);
  }

  private leaveSiblings(ranked: RankedPods): void {
    const siblings = this.siblings.get(ranked.controller)!;
    siblings.delete(ranked);
    if (siblings.size > 0) return;
    this.siblings.delete(ranked.controller);
    this.related.delete(ranked.controller);
  }

  private changeRank({ controller }: RankedPods, node: number, change: 1 | -1): void {
    if (controller === -1) return;
    let counts = this.related.get(controller);
    if (counts === undefined) {
      counts = new Map();
      this.related.set(controller, counts);
    }
    const before = counts.get(node) ?? 0;
    if (before + change === 0) counts.delete(node);
    else counts.set(node, before + change);
    for (const sibling of this.siblings.get(controller)!) {
      if (!sibling.readyOnNode.has(node)) continue;
      sibling.nodesByRank[before]!.delete(node);
      nodesOfRank(sibling, before + change).add(node);
    }
  }

  private changeReady(ranked: RankedPods, node: number, change: 1 | -1): void {
    const before = ranked.readyOnNode.get(node) ?? 0;
    const nodes = nodesOfRank(ranked, this.rank(ranked, node));
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
