import {
  type ControllerRevision,
  isDeleting,
  type Process,
  type StatefulSet,
  type StatefulSetStatus,
} from '../../cluster/index.ts';
import type { Micros } from '../../kernel/time.ts';
import type { ConsistencyStore } from '../consistencyStore.ts';
import { together } from '../together.ts';
import type { ControllerContext, SyncError } from '../workers.ts';
import { isOfEarlierPod } from './claims.ts';
import type { StatefulPodControl } from './podControl.ts';
import {
  isCreated,
  isFinished,
  isPending,
  isRunningAndAvailable,
  isRunningAndReady,
  isTerminating,
  type NewReplicas,
  partitionPods,
  type Replica,
  type Replicas,
  type Revisions,
} from './replicas.ts';
import { getStatefulSetRevisions, revisionsOf, truncateHistory } from './revisions.ts';
import { completeUpdate, countReplicas, type StatusHead, statusHead, updateStatefulSetStatus } from './status.ts';
import { rollingUpdate } from './update.ts';

/** Most replicas that a Parallel set works on at a time (upstream's `MaxBatchSize`). */
const MAX_BATCH_SIZE = 500;

/** What the control of a set needs, the same for all syncs. */
export interface StatefulSetControl {
  readonly context: ControllerContext;
  readonly podControl: StatefulPodControl;
  readonly consistency: ConsistencyStore;
  readonly newReplicas: NewReplicas;
  /** A pod cannot be created before this claim is gone. */
  readonly waitForClaim: (set: StatefulSet, claimUid: number) => void;
}

/** How a sync ended; the status is undefined where it did not come so far. */
export interface SyncOutcome {
  readonly error: SyncError;
  readonly status: StatefulSetStatus | undefined;
}

/** What became of one replica: nothing is done after it when it blocks, or failed. */
interface Step {
  readonly isBlocking: boolean;
  readonly error: SyncError;
}

const NEXT: Step = { isBlocking: false, error: undefined };
const BLOCK: Step = { isBlocking: true, error: undefined };

function blockOr(error: SyncError): Step {
  return error === undefined ? BLOCK : { isBlocking: true, error };
}

/**
 * Brings a set's pods to what it asks for, writes its status and deletes old revisions (upstream's `UpdateStatefulSet`).
 *
 * @param pods the set's pods as they are now
 */
export function* updateStatefulSet(
  control: StatefulSetControl,
  set: StatefulSet,
  pods: readonly Replica[],
): Process<SyncOutcome> {
  const beganMicros = control.context.kernel.nowMicros;
  const { cluster, version } = control.context;
  const sorted = revisionsOf(cluster, set);
  const found = yield* getStatefulSetRevisions(cluster, set, sorted);
  if (found.error !== undefined) {
    yield* truncate(control, set, sorted, undefined, pods);
    return { error: found.error, status: undefined };
  }
  const { revisions, collisionCount } = found;
  const replicas = partitionPods(set, pods, revisions, control.newReplicas);
  const sync = new Sync(control, set, revisions, { replicas, beganMicros });
  const head = statusHead(set, revisions, collisionCount);
  const { error, deleted } = yield* sync.run();
  const counted = sync.count(head);
  const status = completeUpdate(set, { ...counted, currentReplicas: counted.currentReplicas - deleted }, version.minor);
  const statusError = yield* updateStatefulSetStatus(cluster.tables.StatefulSet, set, status, control.consistency);
  const truncateError = yield* truncate(control, set, sorted, revisions, pods);
  return { error: error ?? statusError ?? truncateError, status };
}

function truncate(
  { context }: StatefulSetControl,
  set: StatefulSet,
  sorted: readonly ControllerRevision[],
  revisions: Revisions | undefined,
  pods: readonly Replica[],
): Process<SyncError> {
  return truncateHistory(context.cluster, set, sorted, () => {
    const names = revisions === undefined ? [] : [revisions.current.meta.name, revisions.update.meta.name];
    return new Set([...names, ...pods.map(({ revision }) => revision)]);
  });
}

/** One sync: upstream's `updateStatefulSet` up to the counting, with what it keeps in local variables. */
class Sync {
  readonly replicas: Replicas;
  private readonly control: StatefulSetControl;
  private readonly set: StatefulSet;
  private readonly revisions: Revisions;
  private readonly isMonotonic: boolean;
  private readonly beganMicros: Micros;

  constructor(
    control: StatefulSetControl,
    set: StatefulSet,
    revisions: Revisions,
    seen: { readonly replicas: Replicas; readonly beganMicros: Micros },
  ) {
    this.control = control;
    this.set = set;
    this.revisions = revisions;
    this.isMonotonic = set.spec.podManagementPolicy === 'OrderedReady';
    this.replicas = seen.replicas;
    this.beganMicros = seen.beganMicros;
  }

  count(head: StatusHead): StatefulSetStatus {
    return countReplicas(head, this.replicas, this.set.spec.minReadySeconds, this.nowMicros);
  }

  /** @returns what ended it before its end, and how many pods the update deleted */
  *run(): Process<{ readonly error: SyncError; readonly deleted: number }> {
    const { set } = this;
    const { replicas, condemned } = this.replicas;
    if (isDeleting(set)) return { error: undefined, deleted: 0 };
    const steps = [
      () => this.runForAll(replicas, this.isSettled, (replica) => this.processReplica(replica)),
      () => this.runForAll(condemned, this.hasItsClaimsRight, (replica) => this.fixPodClaim(replica)),
      () => this.runForAll(condemned, undefined, (replica) => this.processCondemned(replica)),
    ];
    for (const step of steps) {
      const { isBlocking, error } = yield* step();
      if (isBlocking) return { error, deleted: 0 };
    }
    // With OnDelete pods are replaced when somebody deletes them.
    if (set.spec.updateStrategyType === 'OnDelete') return { error: undefined, deleted: 0 };
    return yield* rollingUpdate({
      context: this.control.context,
      podControl: this.control.podControl,
      set,
      replicas,
      updateRevision: this.revisions.update.meta.name,
      isUnavailable: (replica) => this.isUnavailable(replica),
      nowMicros: this.nowMicros,
    });
  }

  /** From 1.35 on one moment counts for a whole sync. */
  private get nowMicros(): Micros {
    const { version, kernel } = this.control.context;
    return version.minor >= 35 ? this.beganMicros : kernel.nowMicros;
  }

  private isAvailable(replica: Replica): boolean {
    return isRunningAndAvailable(replica, this.set.spec.minReadySeconds, this.nowMicros);
  }

  /** Before 1.35 `minReadySeconds` did not count here (upstream's `isHealthy` then, `isUnavailable` since). */
  private isUnavailable(replica: Replica): boolean {
    if (isTerminating(replica)) return true;
    return this.control.context.version.minor >= 35 ? !this.isAvailable(replica) : !isRunningAndReady(replica);
  }

  /**
   * Looks at one after the other until one blocks; in Parallel mode at all, in batches of 1, 2, 4 … that run side by side,
   * where only an error stops it.
   *
   * @param isDone nothing is to be done about the replica, or waited for; undefined: there always is
   */
  private *runForAll(
    replicas: readonly Replica[],
    isDone: ((replica: Replica) => boolean) | undefined,
    process: (replica: Replica) => Process<Step>,
  ): Process<Step> {
    if (this.isMonotonic) {
      for (const replica of replicas) {
        if (isDone?.(replica) === true) continue;
        const step = yield* process(replica);
        if (step.isBlocking) return step;
      }
      return NEXT;
    }
    for (let begin = 0, size = 1; begin < replicas.length; begin += size, size = Math.min(2 * size, MAX_BATCH_SIZE)) {
      const some: Replica[] = [];
      for (let index = begin; index < Math.min(begin + size, replicas.length); index++) {
        if (isDone?.(replicas[index]!) !== true) some.push(replicas[index]!);
      }
      if (some.length === 0) continue;
      const steps = yield* together(some.map(process));
      const failed = steps.find(({ error }) => error !== undefined);
      if (failed !== undefined) return failed;
    }
    return NEXT;
  }

  /** Most replicas of most syncs: what `processReplica` would find out step by step. */
  private readonly isSettled = (replica: Replica): boolean => {
    if (!isCreated(replica) || isFinished(replica)) return false;
    if (isPending(replica) && this.set.spec.volumeClaimTemplates.length > 0) return false;
    if (this.isMonotonic && this.isInTheWay(replica)) return false;
    return this.control.podControl.isAsItShouldBe(this.set, replica);
  };

  /** Those above it wait for it in OrderedReady mode. */
  private isInTheWay(replica: Replica): boolean {
    return isTerminating(replica) || !isRunningAndReady(replica) || !this.isAvailable(replica);
  }

  private readonly hasItsClaimsRight = (replica: Replica): boolean => {
    return this.control.podControl.claimsMatchRetentionPolicy(this.set, replica);
  };

  private *processReplica(replica: Replica): Process<Step> {
    const { set, isMonotonic } = this;
    const { podControl } = this.control;
    if (isFinished(replica)) {
      // Its name is free only when it is gone.
      return blockOr(isTerminating(replica) ? undefined : yield* podControl.deleteStatefulPod(set, replica));
    }
    if (!isCreated(replica)) {
      if (this.waitsForClaim(replica)) return BLOCK;
      const error = yield* podControl.createStatefulPod(set, replica, this.revisions);
      return error !== undefined || isMonotonic ? blockOr(error) : NEXT;
    }
    if (isPending(replica)) {
      const error = yield* podControl.createMissingPersistentVolumeClaims(set, replica);
      if (error !== undefined) return blockOr(error);
    }
    if (isMonotonic && this.isInTheWay(replica)) return BLOCK;
    if (podControl.isAsItShouldBe(set, replica)) return NEXT;
    const error = yield* podControl.updateStatefulPod(set, replica);
    return error === undefined ? NEXT : blockOr(error);
  }

  /** A claim that goes with an earlier pod of the ordinal has to be gone first (upstream's `PodClaimIsStale`). */
  private waitsForClaim(replica: Replica): boolean {
    if (this.set.spec.whenScaled !== 'Delete') return false;
    const claims = this.control.podControl.claimsOf(this.set, replica.ordinal);
    const stale = claims.filter((claim) => isOfEarlierPod(claim, replica));
    for (const claim of stale) this.control.waitForClaim(this.set, claim.uid);
    return stale.length > 0;
  }

  private *fixPodClaim(replica: Replica): Process<Step> {
    if (this.hasItsClaimsRight(replica)) return NEXT;
    const error = yield* this.control.podControl.updatePodClaimForRetentionPolicy(this.set, replica);
    return error === undefined ? NEXT : blockOr(error);
  }

  private *processCondemned(replica: Replica): Process<Step> {
    if (isTerminating(replica)) return this.isMonotonic ? BLOCK : NEXT;
    const isBroken = !isRunningAndReady(replica) || !this.isAvailable(replica);
    if (this.isMonotonic && isBroken && replica !== this.firstUnavailable()) return BLOCK;
    return blockOr(yield* this.control.podControl.deleteStatefulPod(this.set, replica));
  }

  /** Of all places the lowest, then of the condemned pods the one with the lowest ordinal. */
  private firstUnavailable(): Replica | undefined {
    const { replicas, condemned } = this.replicas;
    const isUnavailable = (replica: Replica) => this.isUnavailable(replica);
    return replicas.find(isUnavailable) ?? condemned.findLast(isUnavailable);
  }
}
