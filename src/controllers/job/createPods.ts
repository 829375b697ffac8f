import {
  type ApiError,
  type CompiledTemplate,
  JOB_COMPLETION_INDEX_LABEL,
  JOB_TRACKING_FINALIZER,
  type Job,
  type PodIdentity,
  type PodOwner,
  type Process,
  withoutLabels,
} from '../../cluster/index.ts';
import type { Micros } from '../../kernel/time.ts';
import { slowStartBatch } from '../slowStartBatch.ts';
import { finishedTime, remainingBackoffMicros } from './backoff.ts';
import { firstPendingIndexes } from './indexed.ts';
import { isCounted } from './podFailurePolicy.ts';
import type { JobManager, Managed, SyncContext } from './syncContext.ts';

/** Creates up to `missing` pods, or has the Job wait for its back-off: the second half of upstream's `manageJob`. */
export function* createPods(manager: JobManager, context: SyncContext, missing: number): Process<Managed> {
  const { uid } = context.job;
  const active = context.activePods.length;
  const { delayMicros, count, indexes } = plan(manager, context, missing);
  if (delayMicros > 0) {
    manager.enqueueWithDelay(uid, delayMicros);
    return { active: forgetsActivePods(manager) ? 0 : active, error: undefined };
  }
  if (count === 0) return { active, error: undefined };
  const { cluster, expectations, kernel } = manager;
  const owner = cluster.owners.get(uid)!;
  const template = cluster.templates.intern(withoutLabels(context.job.spec.template));
  expectations.expectCreations(uid, count, kernel.nowMicros);
  const { created, error } = yield* slowStartBatch(count, (number) =>
    createPod(manager, context, { owner, template, index: indexes?.[number] }),
  );
  expectations.lowerCreations(uid, count - created);
  return { active: active + created, error };
}

/** Until 1.33 no pods were reported as active while the Job waited with the next ones, whatever the others did. */
function forgetsActivePods({ version }: JobManager): boolean {
  return version.minor <= 33;
}

interface Plan {
  /** Until a pod may be created; 0: now. */
  readonly delayMicros: Micros;
  readonly count: number;
  /** Undefined for a Job that is not Indexed. */
  readonly indexes: readonly number[] | undefined;
}

function plan(manager: JobManager, context: SyncContext, missing: number): Plan {
  const { job, pods, succeededIndexes, failedIndexes } = context;
  const { spec } = job;
  const isPerIndex = spec.backoffLimitPerIndex !== undefined;
  const delayMicros = isPerIndex ? 0 : remainingBackoff(manager, context);
  if (delayMicros > 0) return { delayMicros, count: 0, indexes: undefined };
  if (succeededIndexes === undefined) return { delayMicros: 0, count: missing, indexes: undefined };
  const done = { succeeded: succeededIndexes, failed: failedIndexes };
  const pending = firstPendingIndexes(spec, pods, done, missing);
  return isPerIndex
    ? planPerIndex(manager, context, pending)
    : { delayMicros: 0, count: pending.length, indexes: pending };
}

function remainingBackoff({ kernel }: JobManager, { newBackoffRecord }: SyncContext): Micros {
  const { failuresAfterLastSuccess, lastFailureMicros } = newBackoffRecord;
  return remainingBackoffMicros(kernel.nowMicros, failuresAfterLastSuccess, lastFailureMicros ?? 0);
}

/** Every index waits for itself; the Job waits when all do (upstream's `getPodCreationInfoForIndependentIndexes`). */
function planPerIndex(manager: JobManager, context: SyncContext, pending: readonly number[]): Plan {
  const { cluster, indexFailureCounts, kernel } = manager;
  const remaining = pending.map((index): Micros => {
    const failed = context.podsWithDelayedDeletion.get(index);
    if (failed === undefined) return 0;
    const failures = indexFailureCounts.of(failed.uid).absolute + 1;
    return remainingBackoffMicros(kernel.nowMicros, failures, finishedTime(cluster, failed.row, failed.state));
  });
  const indexes = pending.filter((_, place) => remaining[place] === 0);
  const delayMicros = indexes.length > 0 || remaining.length === 0 ? 0 : Math.min(...remaining);
  return { delayMicros, count: indexes.length, indexes };
}

interface NewJobPod {
  readonly owner: PodOwner;
  readonly template: CompiledTemplate;
  readonly index: number | undefined;
}

function createPod(manager: JobManager, context: SyncContext, pod: NewJobPod): ApiError | undefined {
  const { cluster } = manager;
  const refusal = cluster.createPod(pod.owner, pod.template, identityOf(context.job, pod.index));
  if (refusal !== undefined) {
    cluster.recordEvent(context.job, 'FailedCreate', `Error creating: ${refusal.message}`);
    return refusal;
  }
  cluster.sendEvent('Job', context.job.uid);
  if (pod.index !== undefined) inheritFailures(manager, context, pod.owner, pod.index);
  return undefined;
}

function identityOf({ spec: { template } }: Job, index: number | undefined): PodIdentity {
  const { labels } = template;
  const finalizers = JOB_TRACKING_FINALIZER;
  if (index === undefined) return { finalizers, labels };
  return { finalizers, index, labels: { ...labels, [JOB_COMPLETION_INDEX_LABEL]: String(index) } };
}

/** The pod that was just made carries on the number of its index's failures. */
function inheritFailures(manager: JobManager, context: SyncContext, owner: PodOwner, index: number): void {
  const failed = context.podsWithDelayedDeletion.get(index);
  if (failed === undefined) return;
  const podUid = manager.cluster.pods.uid[owner.firstPod]!;
  manager.indexFailureCounts.replaced(podUid, failed.uid, failed.failure === undefined || isCounted(failed.failure));
}
