import type { Cluster, PodControllerKind } from '../cluster/index.ts';

/**
 * The pods of each controller of one kind as informers see them, in the order in which they were first seen. To be made
 * before the controller listens to pods itself.
 */
export class OwnedPods {
  private readonly cluster: Cluster;
  private readonly kind: PodControllerKind;
  private readonly byOwner = new Map<number, Set<number>>();

  constructor(cluster: Cluster, kind: PodControllerKind) {
    this.cluster = cluster;
    this.kind = kind;
    cluster.listenPods((pod, before, after, _at, ownerBefore) => {
      const owner = cluster.pods.observedOwner[pod]!;
      if (before !== 0 && (after === 0 || owner !== ownerBefore)) this.leave(ownerBefore, pod);
      if (after !== 0 && (before === 0 || owner !== ownerBefore)) this.enter(owner, pod);
    }, kind);
  }

  /** Rows of the controller's pods, whatever their state. Not to be kept: it changes with the next notice. */
  of(uid: number): ReadonlySet<number> {
    return this.byOwner.get(uid) ?? NONE;
  }

  private enter(uid: number, pod: number): void {
    if (this.cluster.owners.get(uid)?.kind !== this.kind) return;
    const pods = this.byOwner.get(uid);
    if (pods === undefined) this.byOwner.set(uid, new Set([pod]));
    else pods.add(pod);
  }

  private leave(uid: number, pod: number): void {
    const pods = this.byOwner.get(uid);
    if (pods === undefined) return;
    pods.delete(pod);
    if (pods.size === 0) this.byOwner.delete(uid);
  }
}

const NONE: ReadonlySet<number> = new Set();
