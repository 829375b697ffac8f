import {
  type ApiError,
  availableAtMicros,
  batch,
  type Cluster,
  type Condition,
  call,
  findCondition,
  isActiveAndReady,
  isDeleting,
  type ObjectTable,
  POD_READY,
  POD_TERMINATING,
  type PodOwner,
  type Process,
  type ReplicaSetStatus,
  read,
  type StoredByKind,
  truncateToSecond,
} from '../../cluster/index.ts';
import type { HandlerId } from '../../kernel/kernel.ts';
import { MICROS_PER_SECOND } from '../../kernel/time.ts';
import { sameConditions } from '../deployment/conditions.ts';
import { Expectations } from '../expectations.ts';
import { OrphanIndex } from '../orphans.ts';
import { type ClaimResult, claimPods, NO_CLAIM } from '../podClaim.ts';
import { slowStartBatch } from '../slowStartBatch.ts';
import { type ControllerContext, type SyncError, Workers } from '../workers.ts';
import { VictimSelector } from './victims.ts';

/** Creations or deletions of one sync (upstream's `BurstReplicas`). */
const BURST_REPLICAS = 500;

/** The pods that a sync works with, counted. */
type PodCounts = Pick<ReplicaSetStatus, 'replicas' | 'readyReplicas' | 'availableReplicas' | 'terminatingReplicas'>;

/** What the controller keeps: a ReplicationController is a ReplicaSet of another name. */
export type ReplicasKind = 'ReplicaSet' | 'ReplicationController';
type ReplicasObject = StoredByKind[ReplicasKind];

/**
 * Keeps the number of a ReplicaSet's pods at `spec.replicas`, as upstream's pkg/controller/replicaset does: creations in
 * batches that double, deletions by rank, and expectations that hold the next sync back until the informer has seen
 * both. With another kind it does so for ReplicationControllers (pkg/controller/replication wraps the same controller).
 *
 * Left out: namespaces that are being deleted, in which upstream creates nothing more.
 */
export class ReplicaSetController {
  private readonly kind: ReplicasKind;
  private readonly table: ObjectTable<ReplicasObject>;
  private readonly cluster: Cluster;
  private readonly context: ControllerContext;
  private readonly workers: Workers;
  private readonly minReady: HandlerId;
  private readonly expectations = new Expectations();
  private readonly orphans: OrphanIndex;
  private readonly victims: VictimSelector;

  constructor(context: ControllerContext, kind: ReplicasKind = 'ReplicaSet') {
    this.context = context;
    this.cluster = context.cluster;
    this.kind = kind;
    this.table = this.cluster.tables[kind] as unknown as ObjectTable<ReplicasObject>;
    this.orphans = new OrphanIndex(context.cluster);
    this.victims = new VictimSelector(context.cluster, kind);
    const { concurrentReplicasetSyncs, concurrentRcSyncs } = context.controlPlane.kubeControllerManager;
    this.workers = new Workers(context, {
      name: kind === 'ReplicaSet' ? 'replicaset-controller' : 'replication-controller',
      concurrency: kind === 'ReplicaSet' ? concurrentReplicasetSyncs : concurrentRcSyncs,
      sync: (uid) => this.sync(uid),
    });
    this.cluster.sendEventsAbout(kind, this.workers.client);
    this.minReady = this.workers.queue.delay('min-ready');
    this.table.listen((before, after) => this.replicaSetChanged(before, after));
    this.cluster.listenPods(
      (pod, before, after, _at, ownerBefore) => this.podChanged(pod, before, after, ownerBefore),
      kind,
    );
  }

  // ---- what wakes it ----

  private replicaSetChanged(before: ReplicasObject | undefined, after: ReplicasObject | undefined): void {
    const uid = (after ?? before)!.uid;
    if (after === undefined) this.expectations.forget(uid);
    if (before !== undefined && after !== undefined && hasOtherSelector(before, after)) this.selectAnew(before, after);
    else this.orphans.controllerSeen(before, after);
    this.workers.queue.add(uid);
  }

  /** The selector of a ReplicationController may change: all of its pods may have to be released. */
  private selectAnew(before: ReplicasObject, after: ReplicasObject): void {
    this.orphans.controllerSeen(before, undefined);
    this.orphans.controllerSeen(undefined, after);
    const { nextOfOwner } = this.cluster.pods;
    const owner = this.cluster.owners.get(after.uid)!;
    for (let pod = owner.firstPod; pod !== -1; pod = nextOfOwner[pod]!) owner.relabelledPods.add(pod);
  }

  private podChanged(pod: number, before: number, after: number, ownerBefore: number): void {
    const uid = this.cluster.pods.observedOwner[pod]!;
    if (ownerBefore !== uid && this.isReplicaSet(ownerBefore)) this.workers.queue.add(ownerBefore);
    if (uid === -1 && after !== 0) {
      for (const candidate of this.orphans.orphanSeen(pod)) this.workers.queue.add(candidate);
      return;
    }
    this.orphans.orphanGone(pod);
    if (!this.isReplicaSet(uid)) return;
    if (before === 0) this.expectations.creationObserved(uid);
    if (after === 0 || (after & POD_TERMINATING) !== 0) this.expectations.deletionObserved(uid, pod);
    this.workers.queue.add(uid);
    if ((after & POD_READY) !== 0 && (before & POD_READY) === 0) {
      const minReadySeconds = this.table.cached(uid)?.spec.minReadySeconds ?? 0;
      if (minReadySeconds > 0) this.enqueueAfterReady(uid, minReadySeconds);
    }
  }

  private isReplicaSet(uid: number): boolean {
    return this.cluster.owners.get(uid)?.kind === this.kind;
  }

  /** A pod became ready. Before 1.34 the controller looks again a second after it would be available. */
  private enqueueAfterReady(uid: number, minReadySeconds: number): void {
    if (this.hasExactAvailability) this.enqueueWhenAvailable(uid);
    else this.workers.queue.addAfter(uid, (minReadySeconds + 1) * MICROS_PER_SECOND, this.minReady);
  }

  /** At the end of a sync with pods that are ready and not available yet. */
  private enqueueForAvailability(replicaSet: ReplicasObject, status: ReplicaSetStatus): void {
    if (this.hasExactAvailability) {
      if (status.availableReplicas !== status.readyReplicas) this.enqueueWhenAvailable(replicaSet.uid);
      return;
    }
    const { replicas, minReadySeconds } = replicaSet.spec;
    if (minReadySeconds > 0 && status.readyReplicas === replicas && status.availableReplicas !== replicas) {
      this.workers.queue.addAfter(replicaSet.uid, minReadySeconds * MICROS_PER_SECOND, this.minReady);
    }
  }

  /** From 1.34 a sync is due at the very moment in which the next pod becomes available. */
  private get hasExactAvailability(): boolean {
    return this.context.version.minor >= 34;
  }

  private enqueueWhenAvailable(uid: number): void {
    const now = this.context.kernel.nowMicros;
    const next = this.cluster.owners.get(uid)!.availability.nextChangeMicros();
    if (next !== Number.POSITIVE_INFINITY) this.workers.queue.addAfter(uid, Math.max(0, next - now), this.minReady);
  }

  // ---- sync ----

  private *sync(uid: number): Process<SyncError> {
    const replicaSet = this.table.cached(uid);
    if (replicaSet === undefined) return undefined;
    const owner = this.cluster.owners.get(uid)!;
    const needsSync = this.expectations.satisfied(uid, this.context.kernel.nowMicros);
    const isGoing = isDeleting(replicaSet);
    const claim = isGoing
      ? NO_CLAIM
      : yield* claimPods(this.cluster, replicaSet, replicaSet.spec.selector, owner, this.orphans.of(uid));
    if (claim.error !== undefined) return claim.error;
    // The status tells of the pods before this sync's own creations and deletions.
    const list = this.listPods(owner, claim);
    let manageError: ApiError | undefined;
    // One that is being deleted only tells of the pods that it still has.
    if (needsSync && !isGoing) manageError = yield* this.manageReplicas(replicaSet, owner, list.replicas, claim);
    const { DeploymentReplicaSetTerminatingReplicas, DeploymentPodReplacementPolicy } = this.context.gates;
    const isGateOn = DeploymentReplicaSetTerminatingReplicas || DeploymentPodReplacementPolicy;
    const isReporting = this.kind === 'ReplicaSet' && isGateOn;
    const status: ReplicaSetStatus = {
      replicas: list.replicas,
      readyReplicas: list.readyReplicas,
      availableReplicas: this.availableNow(owner, list),
      terminatingReplicas: isReporting ? list.terminatingReplicas : undefined,
      observedGeneration: replicaSet.generation,
      conditions: this.failureCondition(replicaSet, list.replicas, manageError),
    };
    const statusError = yield* this.updateStatus(replicaSet, status);
    if (manageError !== undefined) return manageError;
    if (statusError !== undefined) return statusError;
    this.enqueueForAvailability(replicaSet, status);
    return undefined;
  }

  /** Counts the owner's pods as the informer shows them, corrected by what the claim did. */
  private listPods(owner: PodOwner, claim: ClaimResult): PodCounts {
    const { pods } = this.cluster;
    const now = this.context.kernel.nowMicros;
    const isReady = (pod: number) => isActiveAndReady(pods.observed[pod]!);
    const { minReadySeconds } = owner.availability;
    const isAvailable = (pod: number) =>
      isReady(pod) && availableAtMicros(pods.readyMicros[pod]!, minReadySeconds) <= now;
    const net = (counts: (pod: number) => boolean) =>
      claim.adopted.filter(counts).length - claim.released.filter(counts).length;
    return {
      replicas: owner.active + net(() => true),
      readyReplicas: owner.ready + net(isReady),
      availableReplicas: owner.availability.available(now) + net(isAvailable),
      terminatingReplicas: owner.terminating,
    };
  }

  /** Creating and deleting may have taken long: pods of the list may have become available, but none has left it. */
  private availableNow(owner: PodOwner, list: PodCounts): number {
    const available = owner.availability.available(this.context.kernel.nowMicros);
    return Math.max(list.availableReplicas, Math.min(list.readyReplicas, available));
  }

  private *manageReplicas(
    replicaSet: ReplicasObject,
    owner: PodOwner,
    active: number,
    claim: ClaimResult,
  ): Process<SyncError> {
    const difference = active - replicaSet.spec.replicas;
    if (difference < 0) return yield* this.createPods(replicaSet, owner, Math.min(-difference, BURST_REPLICAS));
    if (difference === 0) return undefined;
    const count = Math.min(difference, BURST_REPLICAS);
    const pods = this.victims.select(owner, claim.adopted, count, claim.released);
    return pods.length === 0 ? undefined : yield* this.deletePods(replicaSet, owner, pods);
  }

  private *createPods(replicaSet: ReplicasObject, owner: PodOwner, count: number): Process<SyncError> {
    const template = this.cluster.templates.intern(replicaSet.spec.template);
    this.expectations.expectCreations(owner.uid, count, this.context.kernel.nowMicros);
    const { created, error } = yield* slowStartBatch(count, () => {
      const refusal = this.cluster.createPod(owner, template);
      if (refusal === undefined) this.cluster.sendEvent(this.kind, owner.uid);
      else this.cluster.recordEvent(replicaSet, 'FailedCreate', `Error creating: ${refusal.message}`);
      return refusal;
    });
    this.expectations.lowerCreations(owner.uid, count - created);
    return error;
  }

  private *deletePods(replicaSet: ReplicasObject, owner: PodOwner, pods: readonly number[]): Process<SyncError> {
    const uids = pods.map((pod) => this.cluster.pods.uid[pod]!);
    this.expectations.expectDeletions(owner.uid, pods, this.context.kernel.nowMicros);
    const { error } = yield batch(pods.length, (index) => {
      const pod = pods[index]!;
      // The row may belong to another pod by the time the request arrives.
      if (this.cluster.pods.uid[pod] !== uids[index] || this.cluster.pods.state[pod] === 0) {
        this.expectations.deletionObserved(owner.uid, pod);
        return undefined;
      }
      this.cluster.deletePod(pod);
      this.cluster.sendEvent(this.kind, owner.uid);
      return undefined;
    });
    if (error !== undefined) this.cluster.recordEvent(replicaSet, 'FailedDelete', `Error deleting: ${error.message}`);
    return error;
  }

  // ---- status ----

  /** ReplicaFailure is set with the first error's message and cleared by the first sync without one. */
  private failureCondition(replicaSet: ReplicasObject, active: number, error: SyncError): readonly Condition[] {
    const { conditions } = replicaSet.status;
    const present = findCondition(conditions, 'ReplicaFailure');
    if (error === undefined)
      return present === undefined ? conditions : conditions.filter((other) => other !== present);
    if (present !== undefined) return conditions;
    const now = truncateToSecond(this.context.kernel.nowMicros);
    const reason = active < replicaSet.spec.replicas ? 'FailedCreate' : 'FailedDelete';
    return [
      ...conditions,
      {
        type: 'ReplicaFailure',
        status: 'True',
        reason,
        message: error.message,
        lastUpdateMicros: now,
        lastTransitionMicros: now,
      },
    ];
  }

  /** Writes the status if it changed; after a conflict once more on the live object. */
  private *updateStatus(replicaSet: ReplicasObject, status: ReplicaSetStatus): Process<SyncError> {
    if (sameStatus(replicaSet.status, status)) return undefined;
    let { error } = yield call(() => this.table.update({ ...replicaSet, status }));
    if (error?.reason === 'Conflict') error = yield* this.updateStatusOfLive(replicaSet.uid, status);
    if (error !== undefined) return error.reason === 'NotFound' ? undefined : error;
    // The answer and the watch event leave the API server together: the next sync does not start without the latter.
    yield { kind: 'sleep', micros: this.context.controlPlane.latency.watchMicros };
    return undefined;
  }

  private *updateStatusOfLive(uid: number, status: ReplicaSetStatus): Process<SyncError> {
    const live = yield* read(() => this.table.get(uid));
    if (live === undefined) return undefined;
    return (yield call(() => {
      // The API server does not write what changes nothing.
      return sameStatus(live.status, status) ? undefined : this.table.update({ ...live, status });
    })).error;
  }
}

function hasOtherSelector(before: ReplicasObject, after: ReplicasObject): boolean {
  return before.spec.selector.canonical !== after.spec.selector.canonical;
}

function sameStatus(a: ReplicaSetStatus, b: ReplicaSetStatus): boolean {
  return (
    a.observedGeneration === b.observedGeneration &&
    a.replicas === b.replicas &&
    a.readyReplicas === b.readyReplicas &&
    a.availableReplicas === b.availableReplicas &&
    a.terminatingReplicas === b.terminatingReplicas &&
    sameConditions(a.conditions, b.conditions)
  );
}
