import { formatIndexes, parseIndexes } from '../../api/indexes.ts';
import type { JobSpec } from '../../api/types.ts';
import { isTerminating } from '../../cluster/index.ts';
import type { Micros } from '../../kernel/time.ts';
import type { IndexFailureCounts } from './indexFailureCounts.ts';
import { hasSucceeded, hasValidIndex, isActivePod, type JobPod, onlyReplaceFailedPods } from './jobPods.ts';
import { isCounted } from './podFailurePolicy.ts';

/** Indexes that have succeeded, or that have failed. */
export class IndexSet {
  private readonly indexes: ReadonlySet<number>;
  private text: string | undefined;

  private constructor(indexes: ReadonlySet<number>, text?: string) {
    this.indexes = indexes;
    this.text = text;
  }

  /** Reads `0-2,5`; indexes from `completions` on are left out, as that number may have been lowered. */
  static parse(text: string, completions: number): IndexSet {
    const all = parseIndexes(text, Number.POSITIVE_INFINITY);
    const valid = all.filter((index) => index < completions);
    return new IndexSet(new Set(valid), valid.length === all.length ? text : undefined);
  }

  get size(): number {
    return this.indexes.size;
  }

  has(index: number): boolean {
    return this.indexes.has(index);
  }

  with(more: readonly number[]): IndexSet {
    return more.every((index) => this.has(index)) ? this : new IndexSet(new Set([...this.indexes, ...more]));
  }

  /** As the status of a Job has it. */
  toString(): string {
    this.text ??= formatIndexes([...this.indexes].sort((a, b) => a - b));
    return this.text;
  }
}

/** The indexes of pods that succeeded and are not counted yet. */
export function newlySucceededIndexes(spec: JobSpec, pods: readonly JobPod[]): number[] {
  return pods.filter((pod) => pod.isTracked && hasSucceeded(pod) && hasIndex(pod, spec)).map(({ index }) => index);
}

/**
 * The indexes that failed for good with pods that are not counted yet (upstream's `isIndexFailed`): by the action
 * FailIndex, or with one failure more than `backoffLimitPerIndex`.
 */
export function newlyFailedIndexes(spec: JobSpec, pods: readonly JobPod[], counts: IndexFailureCounts): number[] {
  const isIndexFailed = ({ failure, uid }: JobPod): boolean => {
    if (failure === undefined) return false;
    if (failure.action === 'FailIndex') return true;
    return isCounted(failure) && counts.of(uid).counted >= spec.backoffLimitPerIndex!;
  };
  return pods.filter((pod) => pod.isTracked && hasIndex(pod, spec) && isIndexFailed(pod)).map(({ index }) => index);
}

function hasIndex(pod: JobPod, spec: JobSpec): boolean {
  return pod.index !== -1 && hasValidIndex(pod, spec);
}

/** Which indexes need no pod. */
export interface IndexesDone {
  readonly succeeded: IndexSet;
  readonly failed: IndexSet | undefined;
}

/**
 * Of each index that awaits another pod, its last failed one. It is kept until that pod exists, which takes over its
 * number of failures (upstream's `getPodsWithDelayedDeletionPerIndex`).
 *
 * @param finishedTimeOf when a failed pod ended
 */
export function podsWithDelayedDeletion(
  spec: JobSpec,
  pods: readonly JobPod[],
  { succeeded, failed }: IndexesDone,
  counts: IndexFailureCounts,
  finishedTimeOf: (pod: JobPod) => Micros,
): Map<number, JobPod> {
  const active = new Set(pods.filter(isActivePod).map(({ index }) => index));
  const delayed = new Map<number, JobPod>();
  for (const pod of pods) {
    if (!pod.isTracked || pod.failure === undefined || !hasIndex(pod, spec)) continue;
    const { index } = pod;
    if (succeeded.has(index) || failed?.has(index) || active.has(index)) continue;
    const last = delayed.get(index);
    const isLater =
      last === undefined ||
      (counts.of(last.uid).absolute <= counts.of(pod.uid).absolute && finishedTimeOf(pod) >= finishedTimeOf(last));
    if (isLater) delayed.set(index, pod);
  }
  return delayed;
}

/** The lowest `count` indexes that need a pod and have none (upstream's `firstPendingIndexes`). */
export function firstPendingIndexes(
  spec: JobSpec,
  pods: readonly JobPod[],
  { succeeded, failed }: IndexesDone,
  count: number,
): number[] {
  const waitsForTerminating = onlyReplaceFailedPods(spec);
  const takesPlace = (pod: JobPod) => isActivePod(pod) || (waitsForTerminating && isTerminating(pod.state));
  const taken = new Set(pods.filter(takesPlace).map(({ index }) => index));
  const pending: number[] = [];
  for (let index = 0; index < spec.completions! && pending.length < count; index++) {
    if (!succeeded.has(index) && !failed?.has(index) && !taken.has(index)) pending.push(index);
  }
  return pending;
}

/**
 * Splits active pods into those that must go whatever their number, because their index is another's too or none of the
 * Job's, and the rest (upstream's `appendDuplicatedIndexPodsForRemoval`).
 *
 * @param compare order of deletion; the last one of an index stays
 */
export function duplicatedIndexPods(
  spec: JobSpec,
  active: readonly JobPod[],
  compare: (a: JobPod, b: JobPod) => number,
): { readonly removed: JobPod[]; readonly left: JobPod[] } {
  const byIndex = new Map<number, JobPod[]>();
  for (const pod of [...active].sort((a, b) => a.index - b.index)) {
    const same = byIndex.get(pod.index);
    if (same === undefined) byIndex.set(pod.index, [pod]);
    else same.push(pod);
  }
  const removed: JobPod[] = [];
  const left: JobPod[] = [];
  for (const [index, same] of byIndex) {
    const sorted = same.sort(compare);
    if (index !== -1 && index < spec.completions!) left.push(sorted.pop()!);
    removed.push(...sorted);
  }
  return { removed, left };
}
