import {
  type ApiClient,
  type Cluster,
  call,
  externalController,
  isJobFinished,
  JOB_TRACKING_FINALIZER,
  type Process,
} from '../../cluster/index.ts';
import { type ControllerContext, type RateLimiter, type SyncError, Workers } from '../workers.ts';

/**
 * Removes the tracking finalizer of pods that no Job will count any more: the Job is gone or has finished, or the pod has
 * left it (upstream's `orphanWorker`).
 */
export class OrphanPods {
  private readonly cluster: Cluster;
  private readonly workers: Workers;

  constructor(context: ControllerContext, client: ApiClient, rateLimiter: RateLimiter) {
    this.cluster = context.cluster;
    this.workers = new Workers(context, {
      name: 'job-controller/orphan',
      concurrency: 1,
      sync: (pod) => this.syncOrphanPod(pod),
      client,
      rateLimiter,
    });
  }

  /** @param pod its row; another pod that has the row by then is judged by itself */
  enqueue(pod: number): void {
    this.workers.queue.add(pod);
  }

  private *syncOrphanPod(pod: number): Process<SyncError> {
    const { pods } = this.cluster;
    if (pods.observed[pod] === 0 || !this.isOrphan(pod)) return undefined;
    const uid = pods.uid[pod]!;
    const { error } = yield call(() => {
      if (pods.uid[pod] !== uid || (pods.finalizers[pod]! & JOB_TRACKING_FINALIZER) === 0) return undefined;
      return this.cluster.removePodFinalizers(pod);
    });
    return error?.reason === 'NotFound' ? undefined : error;
  }

  private isOrphan(pod: number): boolean {
    const owner = this.cluster.pods.observedOwner[pod]!;
    if (owner === -1) return true;
    if (this.cluster.owners.get(owner)?.kind !== 'Job') return false;
    const job = this.cluster.tables.Job.cached(owner);
    if (job === undefined) return true;
    return externalController(job) === undefined && isJobFinished(job);
  }
}
