import { referenceTo } from '../api/reference.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { finishedCondition } from '../cluster/jobs.ts';
import type { Job } from '../cluster/objects.ts';
import { isActive } from '../cluster/podTable.ts';
import { MICROS_PER_SECOND, type Micros } from '../kernel/time.ts';
import type { JobOutcome, JobResult } from './result.ts';

/** What is noted down of one Job. Not the Job itself: a CronJob makes very many. */
interface Watched {
  readonly job: string;
  readonly cronJob: string;
  readonly startMicros: Micros;
  endMicros: Micros | undefined;
  outcome: JobOutcome;
  reason: string;
  succeeded: number;
  failed: number;
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
    cluster.onExistingState(() => this.forgetPast());
  }

  /** Jobs that were over before the run are none of its own, and neither are the pods that were there. */
  private forgetPast(): void {
    for (const [uid, watched] of this.jobs) {
      watched.podsCreated = 0;
      if (watched.endMicros !== undefined) this.jobs.delete(uid);
    }
  }

  /** All Jobs of the run in the order of their creation, deleted ones included. */
  finish(): JobResult[] {
    return [...this.jobs.values()].map(resultOf);
  }

  private jobWritten(before: Job | undefined, after: Job | undefined): void {
    if (before === undefined) this.jobs.set(after!.uid, this.watch(after!));
    const watched = this.jobs.get((after ?? before)!.uid);
    if (watched === undefined) return;
    if (after === undefined) noteDeletion(watched);
    else noteStatus(watched, after, this.cluster.kernel.nowMicros);
  }

  private watch({ meta, ownerUid, creationMicros }: Job): Watched {
    return {
      job: referenceTo('Job', meta),
      cronJob: this.cluster.tables.CronJob.get(ownerUid)?.meta.name ?? '',
      startMicros: creationMicros,
      endMicros: undefined,
      outcome: 'unfinished',
      reason: '',
      succeeded: 0,
      failed: 0,
      podsCreated: 0,
      active: 0,
      activeMax: 0,
    };
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

function noteStatus(watched: Watched, { spec, status }: Job, nowMicros: Micros): void {
  const end = finishedCondition(status);
  watched.succeeded = status.succeeded;
  watched.failed = status.failed;
  watched.reason = end?.reason ?? '';
  if (end === undefined) watched.outcome = spec.suspend ? 'suspended' : 'unfinished';
  else watched.outcome = end.type === 'Complete' ? 'complete' : 'failed';
  if (end !== undefined) watched.endMicros ??= nowMicros;
}

function noteDeletion(watched: Watched): void {
  if (watched.endMicros === undefined) watched.outcome = 'deleted';
}

function resultOf({ job, cronJob, outcome, reason, startMicros, endMicros, ...counts }: Watched): JobResult {
  const { podsCreated, succeeded, failed, activeMax } = counts;
  return {
    job,
    cronJob,
    outcome,
    reason,
    startSeconds: startMicros / MICROS_PER_SECOND,
    durationSeconds: endMicros === undefined ? null : (endMicros - startMicros) / MICROS_PER_SECOND,
    podsCreated,
    succeeded,
    failed,
    activeMax,
  };
}
