import {
  type Cluster,
  call,
  FOREGROUND_FINALIZER,
  finishedCondition,
  isDeleting,
  type Job,
  type Process,
  read,
} from '../../cluster/index.ts';
import { MICROS_PER_SECOND, type Micros } from '../../kernel/time.ts';
import { type ControllerContext, type SyncError, Workers } from '../workers.ts';

/**
 * Deletes finished Jobs, and with them their pods, when `ttlSecondsAfterFinished` is over (upstream's
 * pkg/controller/ttlafterfinished). Only Jobs that have finished keep a clock running.
 */
export class TtlAfterFinishedController {
  private readonly cluster: Cluster;
  private readonly context: ControllerContext;
  private readonly workers: Workers;

  constructor(context: ControllerContext) {
    this.context = context;
    this.cluster = context.cluster;
    this.workers = new Workers(context, {
      name: 'ttl-after-finished-controller',
      concurrency: context.controlPlane.kubeControllerManager.concurrentTtlAfterFinishedSyncs,
      sync: (uid) => this.sync(uid),
    });
    this.cluster.tables.Job.listen((_before, after) => {
      if (after !== undefined && expiryMicros(after) !== undefined) this.workers.queue.add(after.uid);
    });
  }

  private *sync(uid: number): Process<SyncError> {
    const jobs = this.cluster.tables.Job;
    if (!this.hasExpired(jobs.cached(uid))) return undefined;
    // The informer may be behind: the Job itself is asked again.
    const job = yield* read(() => jobs.get(uid));
    if (!this.hasExpired(job)) return undefined;
    const { nowMicros } = this.context.kernel;
    const { error } = yield call(() => jobs.delete(uid, nowMicros, FOREGROUND_FINALIZER));
    return error;
  }

  /** True when the Job is to go now; one that is to go later is looked at again then. */
  private hasExpired(job: Job | undefined): boolean {
    const expiry = job && expiryMicros(job);
    if (expiry === undefined) return false;
    const remaining = expiry - this.context.kernel.nowMicros;
    if (remaining > 0) this.workers.queue.addAfter(job!.uid, remaining);
    return remaining <= 0;
  }
}

/** When the Job is to be deleted; undefined: never, not yet known, or it is being deleted. */
function expiryMicros(job: Job): Micros | undefined {
  const { ttlSecondsAfterFinished } = job.spec;
  const finished = finishedCondition(job.status);
  if (ttlSecondsAfterFinished === undefined || finished === undefined || isDeleting(job)) return undefined;
  return finished.lastTransitionMicros + ttlSecondsAfterFinished * MICROS_PER_SECOND;
}
