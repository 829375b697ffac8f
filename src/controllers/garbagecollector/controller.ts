import {
  type AnyStored,
  type ApiClient,
  type ApiError,
  batch,
  type Cluster,
  call,
  conflict,
  FOREGROUND_FINALIZER,
  isDeleting,
  ORPHAN_FINALIZER,
  POD_TERMINATING,
  type Process,
  read,
  type StoredKind,
} from '../../cluster/index.ts';
import { type ControllerContext, createClient, type SyncError, Workers } from '../workers.ts';
import { AbsentOwners } from './absentOwners.ts';
import {
  isPodKey,
  isWaitingForDependents,
  keyOfObject,
  keyOfPod,
  type NodeKey,
  numberOf,
  OwnerGraph,
} from './graph.ts';

/** What an owner is to a dependent (upstream's `classifyReferences`). */
type Reference = 'solid' | 'dangling' | 'waitingForDependents';

/**
 * Deletes what belongs to nothing any more, as upstream's pkg/controller/garbagecollector does: in the background when the
 * owner is gone, in the foreground before it goes, or not at all, when the owner leaves its dependents as orphans.
 *
 * A dependent costs a read and a write, and each owner that turns out to be absent one read, which is why this
 * controller's client has twice the others' rate. Left out: owners in a circle, and policies other than background for
 * pods, which own nothing that would wait for them.
 */
export class GarbageCollector {
  private readonly cluster: Cluster;
  private readonly graph: OwnerGraph;
  private readonly deleting: Workers;
  private readonly orphaning: Workers;
  private readonly absentOwners = new AbsentOwners();

  constructor(context: ControllerContext) {
    this.cluster = context.cluster;
    const concurrency = context.controlPlane.kubeControllerManager.concurrentGcSyncs;
    const client = createGarbageCollectorClient(context);
    this.deleting = new Workers(context, {
      name: 'garbage-collector',
      concurrency,
      client,
      sync: (key) => this.attemptToDeleteItem(key),
    });
    this.orphaning = new Workers(context, {
      name: 'garbage-collector-orphans',
      concurrency,
      client,
      sync: (uid) => this.attemptToOrphan(uid),
    });
    this.graph = new OwnerGraph(this.cluster, {
      attemptToDelete: (key) => this.deleting.queue.add(key),
      attemptToOrphan: (uid) => this.orphaning.queue.add(uid),
    });
  }

  private attemptToDeleteItem(key: NodeKey): Process<SyncError> {
    return isPodKey(key) ? this.attemptToDeletePod(numberOf(key)) : this.attemptToDeleteObject(numberOf(key));
  }

  // ---- objects ----

  private *attemptToDeleteObject(uid: number): Process<SyncError> {
    const item = this.graph.cached(uid);
    if (item === undefined) return undefined;
    const isWaiting = isWaitingForDependents(item.object);
    // Whoever asked for its deletion has said how.
    if (isDeleting(item.object) && !isWaiting) return undefined;
    const latest = yield* this.latest(item.kind, uid);
    if (latest === undefined) return undefined;
    if (isWaiting) return yield* this.processDeletingDependents(item.kind, uid);
    const references = yield* this.classifyReferences(latest);
    if (references.length === 0) return undefined;
    if (references.includes('solid')) return undefined;
    const isForeground = references.includes('waitingForDependents') && this.graph.hasDependents(uid);
    const finalizer = isForeground ? FOREGROUND_FINALIZER : ownPolicy(latest);
    const { error } = yield call(() => this.deleteAsRead(item.kind, latest, finalizer));
    return error?.reason === 'NotFound' ? undefined : error;
  }

  private latest(kind: StoredKind, uid: number): Process<AnyStored | undefined> {
    return read((): AnyStored | undefined => this.cluster.tables[kind].get(uid));
  }

  private *classifyReferences(latest: AnyStored): Process<Reference[]> {
    const references: Reference[] = [];
    if (latest.ownerUid !== -1) references.push(yield* this.classifyOwner(latest.ownerUid));
    if (latest.kind !== 'PersistentVolumeClaim' || latest.dependsOn === undefined) return references;
    const { dependsOn } = latest;
    references.push(
      'setUid' in dependsOn ? yield* this.classifyOwner(dependsOn.setUid) : yield* this.classifyPod(dependsOn.podUid),
    );
    return references;
  }

  private *classifyOwner(uid: number): Process<Reference> {
    if (this.absentOwners.has(uid)) return 'dangling';
    const owner = yield* read(() => this.cluster.liveOwner(uid));
    if (owner !== undefined) return isWaitingForDependents(owner) ? 'waitingForDependents' : 'solid';
    this.absentOwners.add(uid);
    return 'dangling';
  }

  private *classifyPod(podUid: number): Process<Reference> {
    const isThere = yield* read(() => this.cluster.podOfUid(podUid) !== -1);
    return isThere ? 'solid' : 'dangling';
  }

  /** A DELETE that holds only for the object as it was read: it may have been adopted meanwhile. */
  private deleteAsRead(kind: StoredKind, latest: AnyStored, finalizer: string | undefined): ApiError | undefined {
    const table = this.cluster.tables[kind];
    const live = table.get(latest.uid);
    if (live !== undefined && live.resourceVersion !== latest.resourceVersion) {
      return conflict(table.resource, latest.meta.name);
    }
    return table.delete(latest.uid, this.cluster.kernel.nowMicros, finalizer);
  }

  /** The owner waits: dependents that nobody deletes yet are seen to, and when none is left it goes. */
  private *processDeletingDependents(kind: StoredKind, uid: number): Process<SyncError> {
    const objects = this.graph.blockingObjects(uid);
    if (objects.length === 0 && !this.graph.hasPods(uid)) {
      return yield* this.removeFinalizer(kind, uid, FOREGROUND_FINALIZER);
    }
    for (const object of objects) {
      if (!isWaitingForDependents(object)) this.deleting.queue.add(keyOfObject(object.uid));
    }
    for (const pod of this.graph.podsOf(uid)) this.deleting.queue.add(keyOfPod(pod));
    return undefined;
  }

  private *removeFinalizer(kind: StoredKind, uid: number, finalizer: string): Process<SyncError> {
    const latest = yield* this.latest(kind, uid);
    if (latest?.finalizers?.includes(finalizer) !== true) return undefined;
    const { error } = yield call(() => this.cluster.tables[kind].removeFinalizer(uid, finalizer));
    return error?.reason === 'NotFound' ? undefined : error;
  }

  // ---- pods ----

  private *attemptToDeletePod(pod: number): Process<SyncError> {
    const { pods } = this.cluster;
    if (pods.observed[pod] === 0 || (pods.observed[pod]! & POD_TERMINATING) !== 0) return undefined;
    const podUid = pods.uid[pod]!;
    const isThere = () => pods.state[pod] !== 0 && pods.uid[pod] === podUid;
    const owner = yield* read(() => (isThere() ? pods.owner[pod]! : -1));
    if (owner === -1 || (yield* this.classifyOwner(owner)) === 'solid') return undefined;
    yield call(() => (isThere() && pods.owner[pod] === owner ? this.cluster.deletePod(pod) : undefined));
    return undefined;
  }

  // ---- orphans ----

  /** Takes the owner off all of its dependents at once, and then lets it go. */
  private *attemptToOrphan(uid: number): Process<SyncError> {
    const item = this.graph.cached(uid);
    if (item === undefined) return undefined;
    const dependents = this.graph.dependents(uid);
    if (dependents.length > 0) {
      const { error } = yield batch(dependents.length, (index) => this.orphan(dependents[index]!, uid));
      if (error !== undefined) return error;
    }
    return yield* this.removeFinalizer(item.kind, uid, ORPHAN_FINALIZER);
  }

  private orphan(key: NodeKey, ownerUid: number): ApiError | undefined {
    if (isPodKey(key)) {
      const pod = numberOf(key);
      const { pods } = this.cluster;
      if (pods.state[pod] !== 0 && pods.owner[pod] === ownerUid) this.cluster.setPodOwner(pod, undefined);
      return undefined;
    }
    const item = this.graph.cached(numberOf(key));
    if (item === undefined) return undefined;
    const table = this.cluster.tables[item.kind];
    const live: AnyStored | undefined = table.get(numberOf(key));
    if (live === undefined) return undefined;
    if (live.kind === 'PersistentVolumeClaim') return table.update({ ...live, dependsOn: undefined } as never);
    return live.ownerUid === ownerUid ? table.update({ ...live, ownerUid: -1 } as never) : undefined;
  }
}

function createGarbageCollectorClient(context: ControllerContext): ApiClient {
  const { kubeApiQps, kubeApiBurst } = context.controlPlane.kubeControllerManager;
  return createClient(context, 'garbage-collector', { kubeApiQps: 2 * kubeApiQps, kubeApiBurst });
}

/** An object that already has a finalizer of the garbage collector's is deleted by that policy. */
function ownPolicy({ finalizers = [] }: AnyStored): string | undefined {
  return [ORPHAN_FINALIZER, FOREGROUND_FINALIZER].find((finalizer) => finalizers.includes(finalizer));
}
