import {
  type Cluster,
  externalController,
  isDeleting,
  isJobFinished,
  JOB_TRACKING_FINALIZER,
  type Job,
  POD_EXISTS,
  POD_TERMINATING,
  type Process,
} from '../../cluster/index.ts';
import { MICROS_PER_SECOND, type Micros } from '../../kernel/time.ts';
import { ConsistencyStore } from '../consistencyStore.ts';
import { Expectations } from '../expectations.ts';
import { OrphanIndex } from '../orphans.ts';
import { OwnedPods } from '../ownedPods.ts';
import { claimPods } from '../podClaim.ts';
import { type ControllerContext, createClient, type SyncError, Workers } from '../workers.ts';
import { BackoffStore } from './backoff.ts';
import { IndexFailureCounts } from './indexFailureCounts.ts';
import { OrphanPods } from './orphanPods.ts';
import { syncJob } from './sync.ts';
import type { JobManager } from './syncContext.ts';

/** Upstream's `syncJobBatchPeriod`: what pods and statuses do is looked at this much later, all of it at once. */
const SYNC_JOB_BATCH_MICROS = MICROS_PER_SECOND;
/** Upstream's `DefaultJobApiBackOff` and `MaxJobApiBackOff`, without a limit on the rate. */
const RATE_LIMITER = {
  baseDelayMicros: MICROS_PER_SECOND,
  maxDelayMicros: 60 * MICROS_PER_SECOND,
  qps: Number.POSITIVE_INFINITY,
};

/** Any pod but one that is gone can be let go; one that terminates is not taken in. */
const exists = (state: number) => (state & POD_EXISTS) !== 0;
const isAdoptable = (state: number) => (state & (POD_EXISTS | POD_TERMINATING)) === POD_EXISTS;

/**
 * Runs a Job's pods until enough of them have succeeded, as upstream's pkg/controller/job does: work queues, fixed
 * completion counts and Indexed Jobs, with back-off, deadline, suspension, and failure, success and replacement policies.
 * Finished pods are counted exactly once by the finalizer `batch.kubernetes.io/job-tracking`. Jobs that `managedBy` leaves
 * to another controller are passed over.
 *
 * Left out: scheduling groups (alpha), and the annotations of pods that tell how often their index has failed, which the
 * controller keeps to itself.
 */
export class JobController {
  private readonly cluster: Cluster;
  private readonly context: ControllerContext;
  private readonly workers: Workers;
  private readonly manager: JobManager;
  private readonly pods: OwnedPods;
  private readonly orphans: OrphanIndex;
  private readonly orphanPods: OrphanPods;

  constructor(context: ControllerContext) {
    const { cluster, controlPlane, kernel, version } = context;
    this.context = context;
    this.cluster = cluster;
    this.pods = new OwnedPods(cluster, 'Job');
    this.orphans = new OrphanIndex(cluster);
    const name = 'job-controller';
    const client = createClient(context, name, controlPlane.kubeControllerManager);
    this.workers = new Workers(context, {
      name,
      concurrency: controlPlane.kubeControllerManager.concurrentJobSyncs,
      sync: (uid) => this.sync(uid),
      rateLimiter: RATE_LIMITER,
      client,
    });
    cluster.sendEventsAbout('Job', client);
    this.orphanPods = new OrphanPods(context, client, RATE_LIMITER);
    this.manager = {
      kernel,
      cluster,
      version,
      expectations: new Expectations(),
      backoff: new BackoffStore(),
      consistency: new ConsistencyStore(),
      indexFailureCounts: new IndexFailureCounts(),
      enqueueWithDelay: (uid, delayMicros) => this.enqueueWithDelay(uid, delayMicros),
      enqueueAfter: (uid, delayMicros) => this.workers.queue.addAfter(uid, delayMicros),
    };
    cluster.tables.Job.listen((before, after) => this.jobChanged(before, after));
    cluster.listenPods(
      (pod, before, after, _at, ownerBefore) => this.podChanged(pod, before, after, ownerBefore),
      'Job',
    );
  }

  // ---- what wakes it ----

  /** A Job that is new, gone or has another spec is synced at once; a new status waits for the batch. */
  private jobChanged(before: Job | undefined, after: Job | undefined): void {
    const { uid } = (after ?? before)!;
    this.orphans.controllerSeen(before, after);
    if (before !== undefined && before.generation === after?.generation) this.enqueueBatched(uid);
    else this.workers.queue.add(uid);
    if (after === undefined || isJobFinished(after)) this.cleanUpPodFinalizers(uid);
    else if (before !== undefined) this.deadlineChanged(before, after);
  }

  private deadlineChanged(before: Job, after: Job): void {
    const { activeDeadlineSeconds } = after.spec;
    const { startMicros } = after.status;
    if (startMicros === undefined || activeDeadlineSeconds === undefined) return;
    if (before.spec.activeDeadlineSeconds === activeDeadlineSeconds) return;
    const passed = this.context.kernel.nowMicros - startMicros;
    this.workers.queue.addAfter(after.uid, activeDeadlineSeconds * MICROS_PER_SECOND - passed);
  }

  private podChanged(pod: number, before: number, after: number, ownerBefore: number): void {
    const uid = this.cluster.pods.observedOwner[pod]!;
    if (after === 0 || (after & POD_TERMINATING) !== 0) {
      this.podDeleted(pod, after, uid);
      return;
    }
    if (ownerBefore !== uid && this.isJob(ownerBefore)) this.enqueueBatched(ownerBefore);
    if (uid === -1) {
      this.orphanChanged(pod);
      return;
    }
    this.orphans.orphanGone(pod);
    if (!this.isJob(uid)) return;
    if (before === 0) this.manager.expectations.creationObserved(uid);
    this.enqueueBatched(uid);
  }

  /** A pod was told to terminate, or is gone. */
  private podDeleted(pod: number, after: number, uid: number): void {
    if (after === 0) {
      this.orphans.orphanGone(pod);
      this.manager.indexFailureCounts.forget(this.cluster.pods.uid[pod]!);
    }
    const job = this.cluster.tables.Job.cached(uid);
    if (job === undefined || isJobFinished(job)) {
      if (this.isTracked(pod)) this.orphanPods.enqueue(pod);
      return;
    }
    this.manager.expectations.deletionObserved(uid, pod);
    this.enqueueBatched(uid);
  }

  private orphanChanged(pod: number): void {
    if (this.isTracked(pod)) this.orphanPods.enqueue(pod);
    for (const candidate of this.orphans.orphanSeen(pod)) this.enqueueBatched(candidate);
  }

  private isJob(uid: number): boolean {
    return this.cluster.owners.get(uid)?.kind === 'Job';
  }

  private isTracked(pod: number): boolean {
    return (this.cluster.pods.finalizers[pod]! & JOB_TRACKING_FINALIZER) !== 0;
  }

  private enqueueBatched(uid: number): void {
    this.workers.queue.addAfter(uid, SYNC_JOB_BATCH_MICROS);
  }

  private enqueueWithDelay(uid: number, delayMicros: Micros): void {
    this.workers.queue.addAfter(uid, Math.max(delayMicros, SYNC_JOB_BATCH_MICROS));
  }

  /** Nobody will count these pods any more. */
  private cleanUpPodFinalizers(uid: number): void {
    for (const pod of this.pods.of(uid)) {
      if (this.isTracked(pod)) this.orphanPods.enqueue(pod);
    }
  }

  // ---- sync ----

  private *sync(uid: number): Process<SyncError> {
    const { backoff, consistency, expectations } = this.manager;
    const job = this.cluster.tables.Job.cached(uid);
    if (job === undefined || isJobFinished(job)) {
      backoff.remove(uid);
      consistency.clear(uid);
      if (job === undefined) expectations.forget(uid);
      return undefined;
    }
    if (externalController(job) !== undefined) return undefined;
    const stale = this.context.gates.StaleControllerConsistencyJob ? consistency.ensureReady(job) : undefined;
    if (stale !== undefined) return stale;
    const isSatisfied = expectations.satisfied(uid, this.context.kernel.nowMicros);
    const claim = yield* this.claimPods(job);
    if ('error' in claim) return claim.error;
    return yield* syncJob(this.manager, job, claim.rows, isSatisfied);
  }

  /** The Job's pods. One that is being deleted takes in and lets go no more. */
  private *claimPods(job: Job): Process<{ readonly rows: readonly number[] } | { readonly error: SyncError }> {
    const { uid, spec } = job;
    if (isDeleting(job) || spec.selector === undefined) return { rows: [...this.pods.of(uid)] };
    const orphans = this.orphans.of(uid, isAdoptable);
    const owner = this.cluster.owners.get(uid)!;
    const options = { isClaimable: exists, finalizers: JOB_TRACKING_FINALIZER };
    const claim = yield* claimPods(this.cluster, job, spec.selector, owner, orphans, options);
    if (claim.error !== undefined) return { error: claim.error };
    const released = new Set(claim.released);
    return { rows: [...[...this.pods.of(uid)].filter((pod) => !released.has(pod)), ...claim.adopted] };
  }
}
