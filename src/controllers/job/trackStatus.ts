import { type ApiError, batch, call, isDeleting, type Process, truncateToSecond } from '../../cluster/index.ts';
import type { SyncError } from '../workers.ts';
import { delaysTerminalCondition, ensureCondition, findTrueCondition, newCondition } from './conditions.ts';
import { hasSucceeded, hasValidIndex, type JobPod } from './jobPods.ts';
import { removeTrackingFinalizer } from './manageJob.ts';
import { isCounted } from './podFailurePolicy.ts';
import type { JobManager, StatusDraft, SyncContext } from './syncContext.ts';

/** Pods that one write of the status may name as finished and not yet counted (upstream's `MaxUncountedPods`). */
const MAX_UNCOUNTED_PODS = 500;

/**
 * Counts finished pods exactly once (upstream's `trackJobStatusAndRemoveFinalizers`): the status names them, their
 * finalizers are removed, and a second write counts them. The second write also brings the Job's end, when all has been
 * counted and no pod is terminating any more.
 *
 * @param isChanged whether the status has to be written anyway
 */
export function* trackJobStatusAndRemoveFinalizers(
  manager: JobManager,
  context: SyncContext,
  isChanged: boolean,
): Process<SyncError> {
  const tracked = new Set(context.pods.filter(({ isTracked }) => isTracked).map(({ uid }) => uid));
  const wasCounted = countPodsWithoutFinalizers(context.status, tracked);
  const { finished, isNoted, reachedMaxUncountedPods } = noteFinishedPods(context);
  const isIndexNoted = noteIndexes(context);
  const isEndNoted = announceEnd(manager, context);
  if (isChanged || wasCounted || isNoted || isIndexNoted || isEndNoted) {
    const error = yield* updateStatus(manager, context);
    if (error !== undefined) return error;
    manager.backoff.update(context.job.uid, context.newBackoffRecord);
  }
  if (finished.length > 0) yield* removeTrackingFinalizers(manager, finished, tracked);
  const isCountedNow = countPodsWithoutFinalizers(context.status, tracked);
  const isFinished = !reachedMaxUncountedPods && enactJobFinished(manager, context);
  if (!isCountedNow && !isFinished) return undefined;
  const error = yield* updateStatus(manager, context);
  if (error === undefined && isFinished) recordJobFinished(manager, context);
  return error;
}

/** Counts pods that the status names and that have no finalizer any more. True when there were some. */
function countPodsWithoutFinalizers(status: StatusDraft, tracked: ReadonlySet<number>): boolean {
  const succeeded = status.uncountedSucceeded.filter((uid) => tracked.has(uid));
  const failed = status.uncountedFailed.filter((uid) => tracked.has(uid));
  const newlySucceeded = status.uncountedSucceeded.length - succeeded.length;
  const newlyFailed = status.uncountedFailed.length - failed.length;
  if (newlySucceeded + newlyFailed === 0) return false;
  status.succeeded += newlySucceeded;
  status.failed += newlyFailed;
  status.uncountedSucceeded = succeeded;
  status.uncountedFailed = failed;
  return true;
}

interface NotedPods {
  /** Pods whose finalizers can go. */
  readonly finished: JobPod[];
  /** Whether the status names more of them than before. */
  readonly isNoted: boolean;
  readonly reachedMaxUncountedPods: boolean;
}

function noteFinishedPods(context: SyncContext): NotedPods {
  const { status } = context;
  const succeeded = [...status.uncountedSucceeded];
  const failed = [...status.uncountedFailed];
  const indexes: number[] = [];
  const finished: JobPod[] = [];
  let reachedMaxUncountedPods = false;
  for (const pod of inOrderOfCounting(context)) {
    if (!canRemoveFinalizer(context, pod)) continue;
    finished.push(pod);
    if (hasSucceeded(pod) && !context.uncountedFailed.has(pod.uid)) {
      // For an index the status itself tells that it is counted.
      if (context.succeededIndexes !== undefined) {
        if (isNewIndex(context, pod)) indexes.push(pod.index);
      } else if (!context.uncountedSucceeded.has(pod.uid)) succeeded.push(pod.uid);
    } else if (isNewFailure(context, pod)) failed.push(pod.uid);
    reachedMaxUncountedPods = indexes.length + succeeded.length + failed.length >= MAX_UNCOUNTED_PODS;
    if (reachedMaxUncountedPods) break;
  }
  const added = succeeded.length - status.uncountedSucceeded.length + failed.length - status.uncountedFailed.length;
  status.uncountedSucceeded = succeeded;
  status.uncountedFailed = failed;
  context.succeededIndexes = context.succeededIndexes?.with(indexes);
  return { finished, isNoted: added + indexes.length > 0, reachedMaxUncountedPods };
}

/** By completion index where there are any, so that the indexes complete in order. */
function inOrderOfCounting({ pods, succeededIndexes }: SyncContext): JobPod[] {
  const tracked = pods.filter(({ isTracked }) => isTracked);
  return succeededIndexes === undefined ? tracked : tracked.sort((a, b) => a.index - b.index);
}

/** Everything that has ended, and all pods of a Job that ends; but a failed pod that its successor waits for stays. */
function canRemoveFinalizer({ job, end, podsWithDelayedDeletion }: SyncContext, pod: JobPod): boolean {
  if (isDeleting(job) || end !== undefined || hasSucceeded(pod)) return true;
  return pod.failure !== undefined && podsWithDelayedDeletion.get(pod.index)?.uid !== pod.uid;
}

function isNewIndex({ job, previousSucceededIndexes }: SyncContext, pod: JobPod): boolean {
  return pod.index !== -1 && hasValidIndex(pod, job.spec) && !previousSucceededIndexes!.has(pod.index);
}

/** When a Job fails, every pod that has not succeeded has failed. */
function isNewFailure({ job, end, uncountedFailed }: SyncContext, pod: JobPod): boolean {
  const failsWithJob = end !== undefined && end.type !== 'SuccessCriteriaMet';
  if (pod.failure === undefined && !failsWithJob) return false;
  if (uncountedFailed.has(pod.uid) || !hasValidIndex(pod, job.spec)) return false;
  return pod.failure === undefined || isCounted(pod.failure);
}

/** Puts the indexes into the status. True when that changes it. */
function noteIndexes({ status, succeededIndexes, failedIndexes }: SyncContext): boolean {
  if (succeededIndexes === undefined) return false;
  const completed = succeededIndexes.toString();
  const failed = failedIndexes?.toString();
  const isChanged = completed !== status.completedIndexes || failed !== status.failedIndexes;
  status.succeeded = succeededIndexes.size;
  status.completedIndexes = completed;
  status.failedIndexes = failed;
  return isChanged;
}

/** Puts the announcement of the Job's end into the status, and turns it into the end. True for a new announcement. */
function announceEnd({ kernel }: JobManager, context: SyncContext): boolean {
  const { end, status } = context;
  if (end === undefined || end.type === 'Failed' || end.type === 'Complete') return false;
  context.end = { ...end, type: end.type === 'FailureTarget' ? 'Failed' : 'Complete' };
  if (findTrueCondition(status.conditions, end.type) !== undefined) return false;
  status.conditions = [...status.conditions, newCondition(end.type, 'True', end, kernel.nowMicros)];
  return true;
}

function* removeTrackingFinalizers(
  { cluster }: JobManager,
  pods: readonly JobPod[],
  tracked: Set<number>,
): Process<void> {
  yield batch(pods.length, (number) => {
    const pod = pods[number]!;
    tracked.delete(pod.uid);
    return removeTrackingFinalizer(cluster, pod);
  });
}

/** Sets Complete or Failed, unless pods are still to be counted, or terminate. True when it is set. */
function enactJobFinished({ kernel, version }: JobManager, context: SyncContext): boolean {
  const { end, status } = context;
  if (end === undefined || status.uncountedSucceeded.length + status.uncountedFailed.length > 0) return false;
  if (delaysTerminalCondition(version.minor) && context.terminating > 0) return false;
  const condition = newCondition(end.type, 'True', end, kernel.nowMicros);
  status.conditions = ensureCondition(status.conditions, condition);
  if (end.type === 'Complete') status.completionMicros = condition.lastTransitionMicros;
  return true;
}

function recordJobFinished({ cluster }: JobManager, { end, job }: SyncContext): void {
  const { completions } = job.spec;
  if (end!.type === 'Failed') {
    cluster.recordEvent(job, end!.reason, end!.message);
    return;
  }
  if (completions !== undefined && job.status.succeeded > completions) {
    const message = 'Too many succeeded pods running after completion count reached';
    cluster.recordEvent(job, 'TooManySucceededPods', message);
  }
  cluster.recordEvent(job, 'Completed', 'Job completed');
}

/** Writes the status; a Job that somebody else wrote since is a conflict, and the sync is tried again. */
function* updateStatus(
  { cluster, consistency, version }: JobManager,
  context: SyncContext,
): Process<ApiError | undefined> {
  const jobs = cluster.tables.Job;
  const { error } = yield call(() => {
    const startMicros = context.status.startMicros && truncateToSecond(context.status.startMicros);
    const invalid = version.minor >= 32 ? invalidStatus(context) : undefined;
    const refusal = invalid ?? jobs.update({ ...context.job, status: { ...context.status, startMicros } });
    if (refusal === undefined) {
      context.job = jobs.get(context.job.uid)!;
      consistency.wroteAt(context.job.uid, context.job.resourceVersion);
    }
    return refusal;
  });
  return error;
}

/** Upstream's `RejectMoreReadyThanActivePods`, which only the controller's own error of those days runs into. */
function invalidStatus({ job, status }: SyncContext): ApiError | undefined {
  const { active, ready } = status;
  if (ready === undefined || ready <= active) return undefined;
  const message = `Job.batch "${job.meta.name}" is invalid: status.ready: Invalid value: ${ready}: cannot set more ready pods than active`;
  return { reason: 'Invalid', message };
}
