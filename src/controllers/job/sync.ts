import type { JobSpec } from '../../api/types.ts';
import { type Cluster, isDeleting, isTerminating, type Job, POD_FINISHED, type Process } from '../../cluster/index.ts';
import { MICROS_PER_SECOND } from '../../kernel/time.ts';
import type { SyncError } from '../workers.ts';
import { finishedTime } from './backoff.ts';
import {
  completionEnd,
  ensureCondition,
  failureEnd,
  findTrueCondition,
  type JobEnd,
  newCondition,
} from './conditions.ts';
import { IndexSet, newlyFailedIndexes, newlySucceededIndexes, podsWithDelayedDeletion } from './indexed.ts';
import { hasSucceeded, hasValidIndex, isActivePod, isReadyPod, type JobPod, listJobPods } from './jobPods.ts';
import { deletePods, manageJob } from './manageJob.ts';
import { isCounted } from './podFailurePolicy.ts';
import { matchSuccessPolicy } from './successPolicy.ts';
import type { JobManager, Managed, SyncContext } from './syncContext.ts';
import { trackJobStatusAndRemoveFinalizers } from './trackStatus.ts';

/**
 * One sync of a Job that has not finished (upstream's `syncJob` from the list of pods on).
 *
 * @param rows the Job's pods as informers show them, and those that it has just adopted
 * @param isSatisfied whether the informers had shown all that earlier syncs created and deleted
 */
export function* syncJob(
  manager: JobManager,
  job: Job,
  rows: Iterable<number>,
  isSatisfied: boolean,
): Process<SyncError> {
  const context = newContext(manager, job, rows);
  evaluateFailures(manager, context);
  if (job.spec.completionMode === 'Indexed') evaluateIndexes(manager, context);
  const { status } = context;
  const before = { active: status.active, ready: status.ready, terminating: status.terminating };
  const conditions = status.conditions;
  const managed =
    context.end === undefined
      ? yield* manage(manager, context, isSatisfied)
      : yield* stopPods(manager, context, isSatisfied);
  status.active = managed.active;
  status.ready = context.ready;
  status.terminating = context.terminating;
  const isChanged =
    conditions !== status.conditions ||
    before.active !== status.active ||
    before.ready !== status.ready ||
    before.terminating !== status.terminating;
  const error = yield* trackJobStatusAndRemoveFinalizers(manager, context, isChanged);
  return error ?? managed.error;
}

// ---- what there is ----

function newContext(manager: JobManager, job: Job, rows: Iterable<number>): SyncContext {
  const { cluster, kernel } = manager;
  const { spec } = job;
  const pods = listJobPods(cluster, spec, rows);
  const activePods = pods.filter(isActivePod);
  const uncountedSucceeded = new Set(job.status.uncountedSucceeded);
  const uncountedFailed = new Set(job.status.uncountedFailed);
  const isNew = (pod: JobPod, uncounted: ReadonlySet<number>) =>
    pod.isTracked && !uncounted.has(pod.uid) && hasValidIndex(pod, spec);
  const newSucceeded = pods.filter((pod) => hasSucceeded(pod) && isNew(pod, uncountedSucceeded));
  const newFailed = pods.filter((pod) => pod.failure !== undefined && isNew(pod, uncountedFailed));
  const timesOf = (list: readonly JobPod[]) => list.map((pod) => finishedTime(cluster, pod.row, pod.state));
  const newlyFailed = newFailed.filter(({ failure }) => isCounted(failure!)).length;
  const startMicros = job.status.startMicros ?? (spec.suspend ? undefined : kernel.nowMicros);
  return {
    job,
    pods,
    activePods,
    status: { ...job.status, startMicros },
    uncountedSucceeded,
    uncountedFailed,
    succeeded: job.status.succeeded + newSucceeded.length + uncountedSucceeded.size,
    failed: job.status.failed + newlyFailed + uncountedFailed.size,
    ready: activePods.filter(isReadyPod).length,
    terminating: pods.filter(({ state }) => isTerminating(state)).length,
    end: undefined,
    newBackoffRecord: manager.backoff.newRecord(job.uid, timesOf(newSucceeded), timesOf(newFailed)),
    previousSucceededIndexes: undefined,
    succeededIndexes: undefined,
    failedIndexes: undefined,
    podsWithDelayedDeletion: new Map(),
  };
}

// ---- how it ends ----

/** What was decided in an earlier sync stands; otherwise the pods, the back-off limit and the deadline are looked at. */
function evaluateFailures(manager: JobManager, context: SyncContext): void {
  const { spec } = context.job;
  const { minor } = manager.version;
  context.end = decidedEnd(context) ?? podFailureEnd(context);
  if (context.end !== undefined) return;
  if (context.failed > spec.backoffLimit || isPastBackoffLimitOnFailure(manager.cluster, spec, context.pods)) {
    context.end = failureEnd('BackoffLimitExceeded', minor);
    return;
  }
  const { startMicros } = context.status;
  if (spec.activeDeadlineSeconds === undefined || spec.suspend || startMicros === undefined) return;
  const remaining = spec.activeDeadlineSeconds * MICROS_PER_SECOND - (manager.kernel.nowMicros - startMicros);
  if (remaining <= 0) context.end = failureEnd('DeadlineExceeded', minor);
  else manager.enqueueAfter(context.job.uid, remaining);
}

function decidedEnd({ job }: SyncContext): JobEnd | undefined {
  const { conditions } = job.status;
  const success = findTrueCondition(conditions, 'SuccessCriteriaMet');
  if (success !== undefined) {
    return { type: 'SuccessCriteriaMet', reason: success.reason, message: success.message };
  }
  const failure = findTrueCondition(conditions, 'FailureTarget');
  return failure && { type: 'Failed', reason: failure.reason, message: failure.message };
}

function podFailureEnd({ pods }: SyncContext): JobEnd | undefined {
  const failed = pods.find(({ failure }) => failure?.failJobMessage !== undefined);
  const message = failed?.failure?.failJobMessage;
  return message === undefined ? undefined : { type: 'FailureTarget', reason: 'PodFailurePolicy', message };
}

/** Containers that restart in place count as failures, all together. */
function isPastBackoffLimitOnFailure(cluster: Cluster, spec: JobSpec, pods: readonly JobPod[]): boolean {
  if (spec.template.spec.restartPolicy !== 'OnFailure') return false;
  let restarts = 0;
  for (const { row, state } of pods) {
    if ((state & POD_FINISHED) === 0) restarts += restartsOf(cluster, row);
  }
  return spec.backoffLimit === 0 ? restarts > 0 : restarts >= spec.backoffLimit;
}

function restartsOf(cluster: Cluster, row: number): number {
  const status = cluster.podStatus(row);
  if (status === undefined) return cluster.pods.restarts[row]!;
  return [...status.initContainers, ...status.containers].reduce((sum, { restartCount }) => sum + restartCount, 0);
}

function evaluateIndexes(manager: JobManager, context: SyncContext): void {
  const { job, pods } = context;
  const { spec, status } = job;
  const completions = spec.completions!;
  const { indexFailureCounts, cluster } = manager;
  context.previousSucceededIndexes = IndexSet.parse(status.completedIndexes, completions);
  context.succeededIndexes = context.previousSucceededIndexes.with(newlySucceededIndexes(spec, pods));
  context.succeeded = context.succeededIndexes.size;
  if (spec.backoffLimitPerIndex !== undefined) {
    const failed = IndexSet.parse(status.failedIndexes ?? '', completions);
    context.failedIndexes = failed.with(newlyFailedIndexes(spec, pods, indexFailureCounts));
    context.end ??= failedIndexesEnd(manager, context, completions);
    const done = { succeeded: context.succeededIndexes, failed: context.failedIndexes };
    const timeOf = ({ row, state }: JobPod) => finishedTime(cluster, row, state);
    context.podsWithDelayedDeletion = podsWithDelayedDeletion(spec, pods, done, indexFailureCounts, timeOf);
  }
  if (context.end === undefined) context.end = successPolicyEnd(manager, context, completions);
}

function failedIndexesEnd({ version }: JobManager, context: SyncContext, completions: number): JobEnd | undefined {
  const { maxFailedIndexes } = context.job.spec;
  const failed = context.failedIndexes!.size;
  if (maxFailedIndexes !== undefined && failed > maxFailedIndexes) {
    return failureEnd('MaxFailedIndexesExceeded', version.minor);
  }
  const isOver = failed > 0 && failed + context.succeededIndexes!.size >= completions;
  return isOver ? failureEnd('FailedIndexes', version.minor) : undefined;
}

/** The field counts from 1.31. */
function successPolicyEnd({ version }: JobManager, context: SyncContext, completions: number): JobEnd | undefined {
  if (version.minor < 31) return undefined;
  const rule = matchSuccessPolicy(context.job.spec.successPolicy, completions, context.succeededIndexes!);
  if (rule === -1) return undefined;
  return { type: 'SuccessCriteriaMet', reason: 'SuccessPolicy', message: `Matched rules at index ${rule}` };
}

// ---- what is done about it ----

/** The Job ends: its pods go. That cannot be said yet where some could not be deleted, or may not have been seen. */
function* stopPods(manager: JobManager, context: SyncContext, isSatisfied: boolean): Process<Managed> {
  const managed = yield* deletePods(manager, context, context.activePods);
  if (managed.active > 0 || !isSatisfied) context.end = undefined;
  return managed;
}

function* manage(manager: JobManager, context: SyncContext, isSatisfied: boolean): Process<Managed> {
  const isManaging = isSatisfied && !isDeleting(context.job);
  const managed: Managed = isManaging
    ? yield* manageJob(manager, context)
    : { active: context.activePods.length, error: undefined };
  if (isComplete(context, managed.active)) context.end = completionEnd(manager.version.minor);
  else if (isManaging) noteSuspension(manager, context);
  return managed;
}

/** A work queue is complete once a pod has succeeded and all have ended. */
function isComplete({ job, succeeded }: SyncContext, active: number): boolean {
  return active === 0 && succeeded >= (job.spec.completions ?? 1);
}

/** Keeps the condition Suspended. The deadline counts from the last time that the Job was resumed. */
function noteSuspension(manager: JobManager, context: SyncContext): void {
  const { job, status } = context;
  const { kernel, cluster, version } = manager;
  const before = status.conditions;
  const [state, reason, message] = job.spec.suspend
    ? (['True', 'JobSuspended', 'Job suspended'] as const)
    : (['False', 'JobResumed', 'Job resumed'] as const);
  const condition = newCondition('Suspended', state, { reason, message }, kernel.nowMicros);
  status.conditions = ensureCondition(before, condition);
  if (status.conditions === before) return;
  if (!job.spec.suspend) status.startMicros = kernel.nowMicros;
  else if (version.minor >= 36) status.startMicros = undefined;
  cluster.recordEvent(job, job.spec.suspend ? 'Suspended' : 'Resumed', message);
}
