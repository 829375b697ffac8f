import { call, type Job, type Process } from '../../cluster/index.ts';
import { type CronJobManager, deleteFromActiveList, finishedStatus, type SyncContext } from './syncContext.ts';

/** Deletes the oldest finished Jobs beyond the history limits (upstream's `cleanupFinishedJobs`). */
export function* cleanupFinishedJobs(manager: CronJobManager, context: SyncContext): Process<void> {
  const { successfulJobsHistoryLimit, failedJobsHistoryLimit } = context.cronJob.spec;
  yield* removeOldestJobs(manager, context, 'Complete', successfulJobsHistoryLimit);
  yield* removeOldestJobs(manager, context, 'Failed', failedJobsHistoryLimit);
}

function* removeOldestJobs(
  manager: CronJobManager,
  context: SyncContext,
  status: string,
  limit: number,
): Process<void> {
  const jobs = context.jobs.filter((job) => finishedStatus(job) === status).sort(byJobStartTime);
  for (const job of jobs.slice(0, Math.max(0, jobs.length - limit))) yield* deleteJob(manager, context, job);
}

/** Those that never started come last; Jobs of one second go by name. */
function byJobStartTime(a: Job, b: Job): number {
  const [startA, startB] = [a, b].map(({ status }) => status.startMicros ?? Number.POSITIVE_INFINITY) as [
    number,
    number,
  ];
  if (startA !== startB) return startA - startB;
  return a.meta.name < b.meta.name ? -1 : 1;
}

/** Deletes a Job, in the background what belongs to it. False when it could not be. */
export function* deleteJob(manager: CronJobManager, context: SyncContext, job: Job): Process<boolean> {
  const { cluster, kernel } = manager;
  const { error } = yield call(() => cluster.tables.Job.delete(job.uid, kernel.nowMicros));
  if (error !== undefined) {
    manager.cluster.recordEvent(context.cronJob, 'FailedDelete', `Deleted job: ${error.message}`);
    return false;
  }
  deleteFromActiveList(context, job.uid);
  manager.cluster.recordEvent(context.cronJob, 'SuccessfulDelete', `Deleted job ${job.meta.name}`);
  return true;
}
