import type { JobSpec } from '../../api/types.ts';
import { type ApiError, batch, type Cluster, type Process } from '../../cluster/index.ts';
import { activePodsForRemoval } from './activePods.ts';
import { createPods } from './createPods.ts';
import { isReadyPod, isStillThere, type JobPod, onlyReplaceFailedPods } from './jobPods.ts';
import { type JobManager, MAX_POD_CREATE_DELETE_PER_SYNC, type Managed, type SyncContext } from './syncContext.ts';

/** Brings the number of running pods to what the Job wants (upstream's `manageJob`): it deletes, or else it creates. */
export function* manageJob(manager: JobManager, context: SyncContext): Process<Managed> {
  const { spec } = context.job;
  const active = context.activePods.length;
  const want = spec.suspend ? 0 : wantActive(spec, context);
  const surplus = Math.max(0, active - want);
  const removal = activePodsForRemoval(manager.cluster, spec, context.activePods, surplus);
  if (removal.length > 0) {
    // Suspending knows no limit.
    const pods = spec.suspend ? removal : removal.slice(0, MAX_POD_CREATE_DELETE_PER_SYNC);
    return yield* deleteJobPods(manager, context, pods);
  }
  const terminating = onlyReplaceFailedPods(spec) ? context.terminating : 0;
  const missing = want - terminating - active;
  if (missing <= 0) return { active, error: undefined };
  return yield* createPods(manager, context, Math.min(missing, MAX_POD_CREATE_DELETE_PER_SYNC));
}

/** Pods that should be active. A work queue starts no more of them once one has succeeded. */
function wantActive({ completions, parallelism }: JobSpec, { succeeded, activePods }: SyncContext): number {
  if (completions === undefined) return succeeded > 0 ? activePods.length : parallelism;
  return Math.max(0, Math.min(parallelism, completions - succeeded));
}

// ---- deleting ----

/** Deletes pods that are not to be counted: their finalizers go first. */
function* deleteJobPods(manager: JobManager, context: SyncContext, pods: readonly JobPod[]): Process<Managed> {
  const { cluster, expectations, kernel } = manager;
  const rows = pods.map(({ row }) => row);
  expectations.expectDeletions(context.job.uid, rows, kernel.nowMicros);
  const tracked = pods.filter(({ isTracked }) => isTracked);
  if (tracked.length > 0) yield batch(tracked.length, (index) => removeTrackingFinalizer(cluster, tracked[index]!));
  return yield* deletePods(manager, context, pods);
}

/** Deletes pods and leaves them their finalizers, as `deleteActivePods` does with those of a Job that ends. */
export function* deletePods(
  { cluster, expectations }: JobManager,
  context: SyncContext,
  pods: readonly JobPod[],
): Process<Managed> {
  const { job } = context;
  if (pods.length === 0) return { active: context.activePods.length, error: undefined };
  const { error, failed } = yield batch(pods.length, (index) => {
    const pod = pods[index]!;
    if (!isStillThere(cluster, pod)) {
      expectations.deletionObserved(job.uid, pod.row);
      return undefined;
    }
    cluster.sendEvent('Job', job.uid);
    return cluster.deletePod(pod.row);
  });
  const deleted = pods.length - failed;
  context.terminating += deleted;
  context.ready -= pods.filter(isReadyPod).length;
  return { active: context.activePods.length - deleted, error };
}

/** Removes the finalizer of a pod; one that is gone has none. */
export function removeTrackingFinalizer(cluster: Cluster, pod: JobPod): ApiError | undefined {
  return isStillThere(cluster, pod) ? cluster.removePodFinalizers(pod.row) : undefined;
}
