import { rfc1123z } from '../../api/dateTime.ts';
import {
  type CronJob,
  call,
  isDeleting,
  isJobFinished,
  type Job,
  notFound,
  type Process,
  read,
} from '../../cluster/index.ts';
import { MICROS_PER_SECOND, type Micros } from '../../kernel/time.ts';
import type { SyncError } from '../workers.ts';
import { deleteJob } from './history.ts';
import { createJob, jobName } from './newJob.ts';
import {
  type CronJobManager,
  changeStatus,
  deleteFromActiveList,
  finishedStatus,
  type SyncContext,
} from './syncContext.ts';
import { epochSeconds } from './timetable.ts';

/** What comes of a sync. */
export interface SyncOutcome {
  /** Until the next one; undefined: it takes an event. */
  readonly requeueAfterMicros?: Micros;
  readonly error?: SyncError;
}

/** Follows the CronJob's Jobs, and starts the next one when it is due (upstream's `syncCronJob`). */
export function* syncCronJob(manager: CronJobManager, context: SyncContext): Process<SyncOutcome> {
  const now = manager.kernel.nowMicros;
  for (const job of context.jobs) yield* followJob(manager, context, job);
  yield* dropMissingJobs(manager, context);
  const { cronJob } = context;
  if (isDeleting(cronJob) || cronJob.spec.suspend) return {};
  const timetable = manager.timetableOf(cronJob);
  const due = timetable.due(cronJob, now, true);
  if (due === undefined) {
    const message = `invalid schedule: ${cronJob.spec.schedule} : time difference between two schedules is less than 1 second`;
    manager.cluster.recordEvent(cronJob, 'InvalidSchedule', message);
    return {};
  }
  const next: SyncOutcome = { requeueAfterMicros: timetable.delayMicros(cronJob, now) };
  if (due.mostRecentMicros === undefined) return next;
  if (due.missed === 'many') {
    const message = 'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew';
    manager.cluster.recordEvent(cronJob, 'TooManyMissedTimes', message);
  }
  if (!mayStart(manager, context, due.mostRecentMicros, now)) return next;
  return yield* startJob(manager, context, due.mostRecentMicros, now);
}

// ---- the Jobs that there are ----

function* followJob(manager: CronJobManager, context: SyncContext, job: Job): Process<void> {
  const isActive = context.status.active.includes(job.uid);
  const { completionMicros } = job.status;
  if (!isActive && !isJobFinished(job)) {
    yield* readAgain(manager, context, job);
  } else if (isActive && isJobFinished(job)) {
    deleteFromActiveList(context, job.uid);
    const message = `Saw completed job: ${job.meta.name}, status: ${finishedStatus(job)}`;
    manager.cluster.recordEvent(context.cronJob, 'SawCompletedJob', message);
  } else if (finishedStatus(job) === 'Complete' && completionMicros !== undefined) {
    const { lastSuccessfulMicros = -1 } = context.status;
    if (completionMicros > lastSuccessfulMicros) changeStatus(context, { lastSuccessfulMicros: completionMicros });
  }
}

/** A Job that the CronJob does not list: the informers may be behind, or somebody else made it. */
function* readAgain(manager: CronJobManager, context: SyncContext, job: Job): Process<void> {
  const { cluster } = manager;
  const live = yield* read(() => cluster.tables.CronJob.get(context.cronJob.uid));
  if (live?.status.active.includes(job.uid)) {
    context.cronJob = live;
    context.status = live.status;
    context.isChanged = false;
    return;
  }
  const message = `Saw a job that the controller did not create or forgot: ${job.meta.name}`;
  manager.cluster.recordEvent(context.cronJob, 'UnexpectedJob', message);
}

/** Takes Jobs off the list that exist no more. */
function* dropMissingJobs(manager: CronJobManager, context: SyncContext): Process<void> {
  const { tables } = manager.cluster;
  const known = new Set(context.jobs.map(({ uid }) => uid));
  for (const uid of context.status.active.filter((active) => !known.has(active))) {
    // Informers may not show it yet.
    const job = yield* read(() => tables.Job.get(uid));
    if (job !== undefined) continue;
    const message = `Active job went missing: ${manager.jobNames.get(uid)}`;
    manager.cluster.recordEvent(context.cronJob, 'MissingJob', message);
    deleteFromActiveList(context, uid);
  }
}

// ---- the next Job ----

/** It is too late, the time has been dealt with, or its predecessor still runs. */
function mayStart(manager: CronJobManager, context: SyncContext, scheduledMicros: Micros, now: Micros): boolean {
  const { cronJob, status } = context;
  const { startingDeadlineSeconds, concurrencyPolicy } = cronJob.spec;
  if (startingDeadlineSeconds !== undefined && scheduledMicros + startingDeadlineSeconds * MICROS_PER_SECOND < now) {
    const message = `Missed scheduled time to start a job: ${rfc1123z(epochSeconds(scheduledMicros, manager.cluster.startEpochSeconds))}`;
    manager.cluster.recordEvent(cronJob, 'MissSchedule', message);
    return false;
  }
  const name = jobName(cronJob, scheduledMicros, manager.cluster.startEpochSeconds);
  if (status.active.some((uid) => manager.jobNames.get(uid) === name)) return false;
  if (status.lastScheduleMicros === scheduledMicros) return false;
  if (concurrencyPolicy !== 'Forbid' || status.active.length === 0) return true;
  const message = 'Not starting job because prior execution is running and concurrency policy is Forbid';
  manager.cluster.recordEvent(cronJob, 'JobAlreadyActive', message);
  return false;
}

function* startJob(
  manager: CronJobManager,
  context: SyncContext,
  scheduledMicros: Micros,
  now: Micros,
): Process<SyncOutcome> {
  const { cluster, jobNames } = manager;
  const { cronJob } = context;
  if (cronJob.spec.concurrencyPolicy === 'Replace') {
    const error = yield* deleteActiveJobs(manager, context);
    if (error !== undefined) return { error };
  }
  const name = jobName(cronJob, scheduledMicros, manager.cluster.startEpochSeconds);
  const { error } = yield call(() => createJob(cluster, cronJob, scheduledMicros));
  if (error !== undefined && error.reason !== 'AlreadyExists') {
    manager.cluster.recordEvent(cronJob, 'FailedCreate', `Error creating job: ${error.message}`);
    return { error };
  }
  const job = cluster.tables.Job.find(cronJob.meta.namespace, name);
  if (error === undefined) manager.cluster.recordEvent(cronJob, 'SuccessfulCreate', `Created job ${name}`);
  else if (job?.ownerUid !== cronJob.uid || context.status.active.includes(job.uid)) return {};
  if (job !== undefined) {
    jobNames.set(job.uid, name);
    const active = [...context.status.active, job.uid];
    changeStatus(context, { active, lastScheduleMicros: scheduledMicros });
  }
  const scheduled: CronJob = { ...cronJob, status: context.status };
  return { requeueAfterMicros: manager.timetableOf(cronJob).delayMicros(scheduled, now) };
}

function* deleteActiveJobs(manager: CronJobManager, context: SyncContext): Process<SyncError> {
  const { tables } = manager.cluster;
  for (const uid of context.status.active) {
    const job = yield* read(() => tables.Job.get(uid));
    if (job === undefined) {
      const error = notFound(tables.Job.resource, manager.jobNames.get(uid) ?? '');
      manager.cluster.recordEvent(context.cronJob, 'FailedGet', `Get job: ${error.message}`);
      return error;
    }
    if (!(yield* deleteJob(manager, context, job))) {
      const { namespace, name } = job.meta;
      return { reason: 'Conflict', message: `could not replace job ${namespace}/${name}` };
    }
  }
  return undefined;
}
