import {
  availableAtMicros,
  type Cluster,
  isDeleting,
  Lister,
  type PersistentVolumeClaim,
  POD_READY,
  type Process,
  type StatefulSet,
  type StatefulSetStatus,
} from '../../cluster/index.ts';
import type { HandlerId } from '../../kernel/kernel.ts';
import { MICROS_PER_SECOND, type Micros } from '../../kernel/time.ts';
import { ConsistencyStore, STALE_PODS } from '../consistencyStore.ts';
import { OrphanIndex } from '../orphans.ts';
import { OwnedPods } from '../ownedPods.ts';
import { type ClaimResult, claimPods } from '../podClaim.ts';
import { type ControllerContext, type SyncError, Workers } from '../workers.ts';
import { type StatefulSetControl, updateStatefulSet } from './control.ts';
import { parentNameAndOrdinal } from './identity.ts';
import { StatefulPodControl } from './podControl.ts';
import { NewReplicas, PodViews, type Replica } from './replicas.ts';
import { adoptOrphanRevisions } from './revisions.ts';

/**
 * Keeps the pods of StatefulSets, each in its place, as upstream's pkg/controller/statefulset does: claims and then pods
 * are created in the order of ordinals and deleted in the reverse one, or side by side in Parallel mode; updates go from
 * the highest ordinal down.
 *
 * Left out: the strategy Recreate (alpha in 1.37). A set that waits for a claim of an earlier pod to go is woken when it has
 * gone; upstream's waits for whatever wakes it next.
 */
export class StatefulSetController {
  private readonly cluster: Cluster;
  private readonly context: ControllerContext;
  private readonly workers: Workers;
  private readonly minReady: HandlerId;
  private readonly orphans: OrphanIndex;
  private readonly ownedPods: OwnedPods;
  private readonly views: PodViews;
  private readonly control: StatefulSetControl;
  /** Uids of sets that wait for a claim to go, by its uid. */
  private readonly waitingForClaim = new Map<number, Set<number>>();

  constructor(context: ControllerContext) {
    const { cluster } = context;
    this.context = context;
    this.cluster = cluster;
    this.orphans = new OrphanIndex(cluster);
    this.ownedPods = new OwnedPods(cluster, 'StatefulSet');
    this.views = new PodViews(cluster);
    const claims = new Lister(cluster.tables.PersistentVolumeClaim);
    this.control = {
      context,
      podControl: new StatefulPodControl(cluster, claims),
      consistency: new ConsistencyStore(),
      newReplicas: new NewReplicas(),
      waitForClaim: (set, claimUid) => this.waitForClaim(set, claimUid),
    };
    this.workers = new Workers(context, {
      name: 'statefulset-controller',
      concurrency: context.controlPlane.kubeControllerManager.concurrentStatefulsetSyncs,
      sync: (uid) => this.sync(uid),
    });
    this.minReady = this.workers.queue.delay('min-ready');
    cluster.sendEventsAbout('StatefulSet', this.workers.client);
    cluster.tables.StatefulSet.listen((before, after) => this.statefulSetChanged(before, after));
    cluster.tables.PersistentVolumeClaim.listen((before, after) => this.claimChanged(before, after));
    cluster.listenPods(
      (pod, before, after, _at, ownerBefore) => this.podChanged(pod, before, after, ownerBefore),
      'StatefulSet',
    );
  }

  // ---- what wakes it ----

  private statefulSetChanged(before: StatefulSet | undefined, after: StatefulSet | undefined): void {
    this.orphans.controllerSeen(before, after);
    if (after === undefined) this.control.consistency.clear(before!.uid);
    this.workers.queue.add((after ?? before)!.uid);
  }

  private podChanged(pod: number, before: number, after: number, ownerBefore: number): void {
    const uid = this.cluster.pods.observedOwner[pod]!;
    if (ownerBefore !== uid && this.isStatefulSet(ownerBefore)) this.workers.queue.add(ownerBefore);
    if (uid === -1 && after !== 0) {
      for (const candidate of this.orphans.orphanSeen(pod)) this.workers.queue.add(candidate);
      return;
    }
    this.orphans.orphanGone(pod);
    if (!this.isStatefulSet(uid)) return;
    if (before === 0) this.control.podControl.creationObserved(uid);
    this.workers.queue.add(uid);
    if ((after & POD_READY) === 0 || (before & POD_READY) !== 0 || this.hasExactAvailability) return;
    // Before 1.35 the controller looks again a second after the pod would be available.
    const minReadySeconds = this.cluster.tables.StatefulSet.cached(uid)?.spec.minReadySeconds ?? 0;
    if (minReadySeconds > 0) this.workers.queue.addAfter(uid, (minReadySeconds + 1) * MICROS_PER_SECOND, this.minReady);
  }

  private isStatefulSet(uid: number): boolean {
    return this.cluster.owners.get(uid)?.kind === 'StatefulSet';
  }

  private waitForClaim(set: StatefulSet, claimUid: number): void {
    const sets = this.waitingForClaim.get(claimUid);
    if (sets === undefined) this.waitingForClaim.set(claimUid, new Set([set.uid]));
    else sets.add(set.uid);
  }

  private claimChanged(before: PersistentVolumeClaim | undefined, after: PersistentVolumeClaim | undefined): void {
    if (after !== undefined) return;
    for (const uid of this.waitingForClaim.get(before!.uid) ?? []) this.workers.queue.add(uid);
    this.waitingForClaim.delete(before!.uid);
  }

  // ---- sync ----

  private *sync(uid: number): Process<SyncError> {
    const set = this.cluster.tables.StatefulSet.cached(uid);
    if (set === undefined) return undefined;
    const staleError = this.ensureReady(set);
    if (staleError !== undefined) return staleError;
    const adoptionError = yield* adoptOrphanRevisions(this.cluster, set);
    if (adoptionError !== undefined) return adoptionError;
    const owner = this.cluster.owners.get(uid)!;
    const claim = yield* claimPods(this.cluster, set, set.spec.selector, owner, this.orphansOf(set));
    if (claim.error !== undefined) return claim.error;
    const pods = this.views.of(set, this.podsAfter(uid, claim));
    const beganMicros = this.context.kernel.nowMicros;
    const { error, status } = yield* updateStatefulSet(this.control, set, pods);
    if (error !== undefined) return error;
    if (status !== undefined) this.enqueueForAvailability(set, status, pods, beganMicros);
    return undefined;
  }

  /** Rows of the set's pods, with what a claim changed and informers do not show yet. */
  private podsAfter(uid: number, { adopted, released }: ClaimResult): Iterable<number> {
    const owned = this.ownedPods.of(uid);
    if (adopted.length === 0 && released.length === 0) return owned;
    return [...[...owned].filter((pod) => !released.includes(pod)), ...adopted];
  }

  /** Upstream's `EnsureReady`, for the set itself and for the pods that were created. */
  private ensureReady(set: StatefulSet): SyncError {
    if (!this.context.gates.StaleControllerConsistencyStatefulSet) return undefined;
    if (this.control.podControl.unseenOf(set.uid) > 0) return STALE_PODS;
    return this.control.consistency.ensureReady(set);
  }

  /** Only pods that have a name of the set's making are adopted, and none by a set that goes. */
  private orphansOf(set: StatefulSet): number[] {
    if (isDeleting(set)) return [];
    const isMember = (pod: number) => parentNameAndOrdinal(this.cluster.podName(pod)).parent === set.meta.name;
    return this.orphans.of(set.uid).filter(isMember);
  }

  /** From 1.35 on a sync is due at the very moment in which the next pod becomes available. */
  private get hasExactAvailability(): boolean {
    return this.context.version.minor >= 35;
  }

  private enqueueForAvailability(
    { uid, spec }: StatefulSet,
    status: StatefulSetStatus,
    pods: readonly Replica[],
    beganMicros: Micros,
  ): void {
    const { minReadySeconds, replicas } = spec;
    if (minReadySeconds === 0) return;
    if (!this.hasExactAvailability) {
      if (status.availableReplicas === replicas) return;
      this.workers.queue.addAfter(uid, minReadySeconds * MICROS_PER_SECOND, this.minReady);
      return;
    }
    if (status.availableReplicas === status.readyReplicas) return;
    let nextMicros = Number.POSITIVE_INFINITY;
    for (const { state, readyMicros } of pods) {
      if ((state & POD_READY) === 0) continue;
      const availableMicros = availableAtMicros(readyMicros, minReadySeconds);
      if (availableMicros > beganMicros) nextMicros = Math.min(nextMicros, availableMicros);
    }
    if (nextMicros === Number.POSITIVE_INFINITY) return;
    this.workers.queue.addAfter(uid, nextMicros - this.context.kernel.nowMicros, this.minReady);
  }
}
