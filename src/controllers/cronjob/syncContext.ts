import { type Cluster, type CronJob, type CronJobStatus, finishedCondition, type Job } from '../../cluster/index.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Timetable } from './timetable.ts';

/** What the parts of a sync need of the controller. */
export interface CronJobManager {
  readonly kernel: Kernel;
  readonly cluster: Cluster;
  /** Names of the Jobs that were started, by uid. */
  readonly jobNames: Map<number, string>;
  readonly timetableOf: (cronJob: CronJob) => Timetable;
}

/** What one sync of a CronJob knows and works out. */
export interface SyncContext {
  /** As last read. */
  cronJob: CronJob;
  /** Its Jobs as informers show them. */
  readonly jobs: readonly Job[];
  /** What will be written. */
  status: CronJobStatus;
  isChanged: boolean;
}

export function changeStatus(context: SyncContext, change: Partial<CronJobStatus>): void {
  context.status = { ...context.status, ...change };
  context.isChanged = true;
}

/** Takes a Job out of the list of those that run. */
export function deleteFromActiveList(context: SyncContext, uid: number): void {
  const { active } = context.status;
  if (active.includes(uid)) changeStatus(context, { active: active.filter((other) => other !== uid) });
}

/** `Complete` or `Failed`; undefined while the Job runs. */
export function finishedStatus(job: Job): string | undefined {
  return finishedCondition(job.status)?.type;
}
