import { type Cluster, type CronJob, call, type Job, type Process } from '../../cluster/index.ts';
import { type ControllerContext, type SyncError, Workers } from '../workers.ts';
import { cleanupFinishedJobs } from './history.ts';
import { syncCronJob } from './sync.ts';
import type { CronJobManager, SyncContext } from './syncContext.ts';
import { Timetable } from './timetable.ts';

/**
 * Starts a Job at each time of a CronJob's schedule, as upstream's pkg/controller/cronjob (`ControllerV2`) does: time
 * zones, starting deadline, concurrency policy, suspension and the limits of the history.
 *
 * Left out: the Events for schedules and time zones that make no sense, which the API server refuses.
 */
export class CronJobController {
  private readonly cluster: Cluster;
  private readonly context: ControllerContext;
  private readonly workers: Workers;
  private readonly manager: CronJobManager;
  private readonly timetables = new Map<number, { readonly spec: CronJob['spec']; readonly timetable: Timetable }>();

  constructor(context: ControllerContext) {
    const { cluster, kernel, controlPlane } = context;
    this.context = context;
    this.cluster = cluster;
    this.workers = new Workers(context, {
      name: 'cronjob-controller',
      concurrency: controlPlane.kubeControllerManager.concurrentCronJobSyncs,
      sync: (uid) => this.sync(uid),
    });
    cluster.sendEventsAbout('CronJob', this.workers.client);
    const timetableOf = (cronJob: CronJob) => this.timetableOf(cronJob);
    this.manager = { kernel, cluster, jobNames: new Map(), timetableOf };
    cluster.tables.CronJob.listen((before, after) => this.cronJobChanged(before, after));
    cluster.tables.Job.listen((before, after) => this.jobChanged(before, after));
  }

  // ---- what wakes it ----

  /** Another schedule only sets the alarm clock; any other change is looked at now. */
  private cronJobChanged(before: CronJob | undefined, after: CronJob | undefined): void {
    const { uid } = (after ?? before)!;
    if (after === undefined) this.timetables.delete(uid);
    for (const job of before?.status.active ?? []) if (!after?.status.active.includes(job)) this.forgetName(job, uid);
    const isRescheduled =
      before !== undefined &&
      after !== undefined &&
      (before.spec.schedule !== after.spec.schedule || before.spec.timeZone !== after.spec.timeZone);
    if (!isRescheduled) this.workers.queue.add(uid);
    else {
      const delayMicros = this.timetableOf(after).delayMicros(after, this.context.kernel.nowMicros);
      this.workers.queue.addAfter(uid, delayMicros);
    }
  }

  private jobChanged(before: Job | undefined, after: Job | undefined): void {
    const owners = new Set([before?.ownerUid ?? -1, after?.ownerUid ?? -1]);
    for (const uid of owners) {
      if (this.cluster.tables.CronJob.cached(uid) !== undefined) this.workers.queue.add(uid);
    }
    if (after === undefined) this.forgetName(before!.uid, before!.ownerUid);
  }

  /** A Job's name is needed as long as it is there, or a status lists it. */
  private forgetName(uid: number, cronJobUid: number): void {
    const { CronJob: cronJobs, Job: jobs } = this.cluster.tables;
    const isListed = cronJobs.cached(cronJobUid)?.status.active.includes(uid);
    if (!isListed && jobs.cached(uid) === undefined) this.manager.jobNames.delete(uid);
  }

  private timetableOf(cronJob: CronJob): Timetable {
    const known = this.timetables.get(cronJob.uid);
    if (known?.spec === cronJob.spec) return known.timetable;
    const timetable = new Timetable(cronJob, this.manager.cluster.startEpochSeconds);
    this.timetables.set(cronJob.uid, { spec: cronJob.spec, timetable });
    return timetable;
  }

  // ---- sync ----

  private *sync(uid: number): Process<SyncError> {
    const cronJob = this.cluster.tables.CronJob.cached(uid);
    if (cronJob === undefined) return undefined;
    const jobs = this.cluster.tables.Job.cachedOwnedBy(uid);
    const context: SyncContext = { cronJob, jobs, status: cronJob.status, isChanged: false };
    yield* cleanupFinishedJobs(this.manager, context);
    const { requeueAfterMicros, error } = yield* syncCronJob(this.manager, context);
    if (context.isChanged) {
      const { error: refusal } = yield call(() => {
        return this.cluster.tables.CronJob.update({ ...context.cronJob, status: context.status });
      });
      if (refusal !== undefined) return refusal;
    }
    if (requeueAfterMicros !== undefined) this.workers.queue.addAfter(uid, requeueAfterMicros);
    return error;
  }
}
