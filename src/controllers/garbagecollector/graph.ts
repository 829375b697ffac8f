import {
  type AnyStored,
  type Cluster,
  FOREGROUND_FINALIZER,
  isHeldBy,
  ORPHAN_FINALIZER,
  type PersistentVolumeClaim,
  RESOURCES,
  type StoredKind,
} from '../../cluster/index.ts';

/** An object of the graph in one number, for work queues: twice its uid, or twice the row of a pod and one. */
export type NodeKey = number;

export function keyOfObject(uid: number): NodeKey {
  return 2 * uid;
}

export function keyOfPod(pod: number): NodeKey {
  return 2 * pod + 1;
}

export function isPodKey(key: NodeKey): boolean {
  return (key & 1) === 1;
}

/** Uid of an object, or row of a pod. */
export function numberOf(key: NodeKey): number {
  return key >>> 1;
}

const ALL_KINDS = Object.keys(RESOURCES) as StoredKind[];

/** Kinds whose objects controllers make for other objects. */
const DEPENDENT_KINDS = ['ReplicaSet', 'Job', 'ControllerRevision', 'EndpointSlice'] as const;

/** What the graph asks the garbage collector to look at. */
export interface GraphListener {
  attemptToDelete(key: NodeKey): void;
  attemptToOrphan(uid: number): void;
}

/**
 * What belongs to what, as informers see it (upstream's `GraphBuilder`). Every object says whose it is; the graph knows
 * the way back, and sends the objects to the garbage collector whose turn may have come.
 */
export class OwnerGraph {
  private readonly cluster: Cluster;
  private readonly listener: GraphListener;
  private readonly kinds = new Map<number, StoredKind>();
  /** By uid of a controller: how many pods it is seen with. */
  private podCounts = new Int32Array(64);
  /** Uids of claims by the uid of the StatefulSet, or of the pod, whose end is theirs. */
  private readonly claimsOfSet = new Map<number, Set<number>>();
  private readonly claimsOfPod = new Map<number, Set<number>>();

  constructor(cluster: Cluster, listener: GraphListener) {
    this.cluster = cluster;
    this.listener = listener;
    for (const kind of ALL_KINDS) {
      cluster.tables[kind].listen((before?: AnyStored, after?: AnyStored) => this.objectChanged(kind, before, after));
    }
    cluster.tables.PersistentVolumeClaim.listen((before, after) => this.claimChanged(before, after));
    cluster.listenPods((pod, before, after, _at, ownerBefore) => this.podChanged(pod, before, after, ownerBefore));
  }

  /** The object as it was last seen; undefined when it is gone. */
  cached(uid: number): { readonly kind: StoredKind; readonly object: AnyStored } | undefined {
    const kind = this.kinds.get(uid);
    return kind === undefined ? undefined : { kind, object: this.cluster.tables[kind].cached(uid)! };
  }

  /** Objects that the owner has to wait for when it is deleted in the foreground, and that are not pods. */
  blockingObjects(uid: number): AnyStored[] {
    return DEPENDENT_KINDS.flatMap((kind): AnyStored[] => this.cluster.tables[kind].cachedOwnedBy(uid));
  }

  hasPods(uid: number): boolean {
    return (this.podCounts[uid] ?? 0) > 0;
  }

  hasDependents(uid: number): boolean {
    return this.hasPods(uid) || this.claimsOfSet.has(uid) || this.blockingObjects(uid).length > 0;
  }

  /** Rows of the owner's pods that informers have seen. */
  podsOf(uid: number): number[] {
    const rows: number[] = [];
    const { pods } = this.cluster;
    for (let pod = this.cluster.owners.get(uid)?.firstPod ?? -1; pod !== -1; pod = pods.nextOfOwner[pod]!) {
      if (pods.observed[pod] !== 0) rows.push(pod);
    }
    return rows;
  }

  /** Everything that belongs to the object, claims included. */
  dependents(uid: number): NodeKey[] {
    const objects = this.blockingObjects(uid).map((object) => keyOfObject(object.uid));
    const claims = [...(this.claimsOfSet.get(uid) ?? [])].map(keyOfObject);
    return [...objects, ...claims, ...this.podsOf(uid).map(keyOfPod)];
  }

  // ---- what changes it ----

  private objectChanged(kind: StoredKind, before: AnyStored | undefined, after: AnyStored | undefined): void {
    const { uid } = (after ?? before)!;
    if (after === undefined) {
      this.kinds.delete(uid);
      for (const dependent of this.dependents(uid)) this.listener.attemptToDelete(dependent);
      this.ownerLost(before!.ownerUid);
      return;
    }
    this.kinds.set(uid, kind);
    if (before !== undefined && before.ownerUid !== after.ownerUid) this.ownerLost(before.ownerUid);
    if (before?.ownerUid !== after.ownerUid && this.isAbsent(after.ownerUid)) {
      this.listener.attemptToDelete(keyOfObject(uid));
    }
    if (startsWaiting(before, after, ORPHAN_FINALIZER)) this.listener.attemptToOrphan(uid);
    if (startsWaiting(before, after, FOREGROUND_FINALIZER)) {
      for (const dependent of this.dependents(uid)) this.listener.attemptToDelete(dependent);
      this.listener.attemptToDelete(keyOfObject(uid));
    }
  }

  private claimChanged(before: PersistentVolumeClaim | undefined, after: PersistentVolumeClaim | undefined): void {
    if (before?.dependsOn === after?.dependsOn) return;
    const { uid } = (after ?? before)!;
    if (before?.dependsOn !== undefined) this.unfile(before.dependsOn, uid);
    const owner = after?.dependsOn;
    if (owner === undefined) return;
    const [claims, key] = 'setUid' in owner ? [this.claimsOfSet, owner.setUid] : [this.claimsOfPod, owner.podUid];
    const known = claims.get(key);
    if (known === undefined) claims.set(key, new Set([uid]));
    else known.add(uid);
    const isThere = 'setUid' in owner ? !this.isAbsent(owner.setUid) : this.cluster.podOfUid(owner.podUid) !== -1;
    if (!isThere) this.listener.attemptToDelete(keyOfObject(uid));
  }

  private unfile(owner: NonNullable<PersistentVolumeClaim['dependsOn']>, claimUid: number): void {
    const [claims, key] = 'setUid' in owner ? [this.claimsOfSet, owner.setUid] : [this.claimsOfPod, owner.podUid];
    const known = claims.get(key)!;
    known.delete(claimUid);
    if (known.size === 0) claims.delete(key);
  }

  private podChanged(pod: number, before: number, after: number, ownerBefore: number): void {
    const owner = this.cluster.pods.observedOwner[pod]!;
    if (before !== 0 && (after === 0 || owner !== ownerBefore)) {
      this.countPod(ownerBefore, -1);
      this.ownerLost(ownerBefore);
    }
    if (after === 0) {
      const claims = this.claimsOfPod.get(this.cluster.pods.uid[pod]!);
      for (const claim of claims ?? []) this.listener.attemptToDelete(keyOfObject(claim));
    } else if (before === 0 || owner !== ownerBefore) {
      this.countPod(owner, 1);
      if (this.isAbsent(owner)) this.listener.attemptToDelete(keyOfPod(pod));
    }
  }

  private countPod(owner: number, change: 1 | -1): void {
    if (owner === -1) return;
    if (owner >= this.podCounts.length) {
      const larger = new Int32Array(Math.max(owner + 1, 2 * this.podCounts.length));
      larger.set(this.podCounts);
      this.podCounts = larger;
    }
    this.podCounts[owner]! += change;
  }

  /** An owner that waits for its dependents to be gone has one less. */
  private ownerLost(uid: number): void {
    if (uid === -1) return;
    const owner = this.cached(uid);
    if (owner !== undefined && isWaitingForDependents(owner.object)) this.listener.attemptToDelete(keyOfObject(uid));
  }

  /** Nobody has seen the owner, or it is gone. */
  private isAbsent(uid: number): boolean {
    return uid !== -1 && !this.kinds.has(uid);
  }
}

/** Deleted in the foreground: it goes when its dependents are gone. */
export function isWaitingForDependents(object: AnyStored): boolean {
  return isHeldBy(object, FOREGROUND_FINALIZER);
}

/** Upstream's `deletionStartsWithFinalizer`. */
function startsWaiting(before: AnyStored | undefined, after: AnyStored, finalizer: string): boolean {
  return isHeldBy(after, finalizer) && (before === undefined || !isHeldBy(before, finalizer));
}
