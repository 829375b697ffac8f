import type { Cluster } from '../cluster/cluster.ts';
import { findCondition, type Job } from '../cluster/objects.ts';
import { isActive } from '../cluster/podTable.ts';
import { MICROS_PER_SECOND, type Micros } from '../kernel/time.ts';
import type { JobOutcome, JobResult } from './result.ts';

/** What is noted down of one Job. */
interface Watched {
  job: Job;
  readonly startMicros: Micros;
  endMicros: Micros | undefined;
  isDeleted: boolean;
  podsCreated: number;
  active: number;
  activeMax: number;
}

/** Measures every Job. It must be made before the first object is written. */
export class JobObserver {
  private readonly cluster: Cluster;
  /** By uid, in the order of creation. */
  private readonly jobs = new Map<number, Watched>();

  constructor(cluster: Cluster) {
    this.cluster = cluster;
    cluster.tables.Job.observe((before, after) => this.jobWritten(before, after));
    cluster.observePods((pod, before, after) => this.podWritten(pod, before, after));
  }

  /** All Jobs of the run in the order of their creation, deleted ones included. */
  finish(): JobResult[] {
    return [...this.jobs.values()].map((watched) => resultOf(this.cluster, watched));
  }

  private jobWritten(before: Job | undefined, after: Job | undefined): void {
    const { nowMicros } = this.cluster.kernel;
    const { uid } = (after ?? before)!;
    let watched = this.jobs.get(uid);
    if (watched === undefined) {
      const counts = { podsCreated: 0, active: 0, activeMax: 0 };
      watched = { job: after!, startMicros: nowMicros, endMicros: undefined, isDeleted: false, ...counts };
      this.jobs.set(uid, watched);
    }
    if (after === undefined) watched.isDeleted = true;
    else watched.job = after;
    if (watched.endMicros === undefined && endOf(watched.job) !== undefined) watched.endMicros = nowMicros;
  }

  private podWritten(pod: number, before: number, after: number): void {
    if (this.jobs.size === 0) return;
    const watched = this.jobs.get(this.cluster.pods.owner[pod]!);
    if (watched === undefined) return;
    if (before === 0) watched.podsCreated++;
    if (isActive(before) === isActive(after)) return;
    watched.active += isActive(after) ? 1 : -1;
    watched.activeMax = Math.max(watched.activeMax, watched.active);
  }
}

function resultOf(cluster: Cluster, watched: Watched): JobResult {
  const { job, startMicros, endMicros } = watched;
  const { namespace, name } = job.meta;
  return {
    job: namespace === 'default' ? `job/${name}` : `${namespace}/job/${name}`,
    cronJob: cluster.tables.CronJob.get(job.ownerUid)?.meta.name ?? '',
    outcome: outcomeOf(watched),
    reason: endOf(job)?.reason ?? '',
    startSeconds: startMicros / MICROS_PER_SECOND,
    durationSeconds: endMicros === undefined ? null : (endMicros - startMicros) / MICROS_PER_SECOND,
    podsCreated: watched.podsCreated,
    succeeded: job.status.succeeded,
    failed: job.status.failed,
    activeMax: watched.activeMax,
  };
}

function endOf({ status }: Job) {
  const condition = findCondition(status.conditions, 'Complete') ?? findCondition(status.conditions, 'Failed');
  return condition?.status === 'True' ? condition : undefined;
}

function outcomeOf({ job, isDeleted }: Watched): JobOutcome {
  const end = endOf(job);
  if (end !== undefined) return end.type === 'Complete' ? 'complete' : 'failed';
  if (isDeleted) return 'deleted';
  return job.spec.suspend ? 'suspended' : 'unfinished';
}
