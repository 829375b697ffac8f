/** Columns of what runs to completion. */
import type { Job, JobStatus } from '../../../cluster/objects.ts';
import { findCondition, isDeleting } from '../../../cluster/objects.ts';
import type { Micros } from '../../../kernel/time.ts';
import { humanAge } from '../timestamps.ts';
import { ageOf, type Columns, columnsOf, containerCells, NONE } from './columns.ts';

export const jobColumns: Columns = columnsOf(
  'Job',
  ['STATUS', 'COMPLETIONS', 'DURATION', 'AGE'],
  ['CONTAINERS', 'IMAGES', 'SELECTOR'],
  (job, cluster) => [
    jobStatus(job),
    completions(job),
    duration(job.status, cluster.kernel.nowMicros),
    ageOf(cluster, job.creationMicros),
    ...containerCells(job.spec.template.spec),
    job.spec.selector?.canonical || NONE,
  ],
);

/** Conditions that say how a Job stands that has not ended, in upstream's order (`printJob`). */
const PENDING_CONDITIONS = ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'];

function jobStatus(job: Job): string {
  const has = (type: string) => findCondition(job.status.conditions, type)?.status === 'True';
  if (has('Complete')) return 'Complete';
  if (has('Failed')) return 'Failed';
  if (isDeleting(job)) return 'Terminating';
  return PENDING_CONDITIONS.find(has) ?? 'Running';
}

function completions({ spec, status }: Job): string {
  if (spec.completions !== undefined) return `${status.succeeded}/${spec.completions}`;
  return spec.parallelism > 1 ? `${status.succeeded}/1 of ${spec.parallelism}` : `${status.succeeded}/1`;
}

/** Empty before the Job has started. */
function duration({ startMicros, completionMicros }: JobStatus, nowMicros: Micros): string {
  return startMicros === undefined ? '' : humanAge((completionMicros ?? nowMicros) - startMicros);
}

export const cronJobColumns: Columns = columnsOf(
  'CronJob',
  ['SCHEDULE', 'TIMEZONE', 'SUSPEND', 'ACTIVE', 'LAST SCHEDULE', 'AGE'],
  ['CONTAINERS', 'IMAGES', 'SELECTOR'],
  ({ spec, status, creationMicros }, cluster) => [
    spec.schedule,
    spec.timeZone ?? NONE,
    spec.suspend ? 'True' : 'False',
    String(status.active.length),
    status.lastScheduleMicros === undefined ? NONE : ageOf(cluster, status.lastScheduleMicros),
    ageOf(cluster, creationMicros),
    ...containerCells(spec.jobTemplate.spec.template.spec),
    spec.jobTemplate.spec.selector?.canonical || NONE,
  ],
);
