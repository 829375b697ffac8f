import type { JobSpec } from '../../api/types.ts';
import {
  type Cluster,
  isActive,
  isActiveAndReady,
  JOB_TRACKING_FINALIZER,
  POD_FAILED,
  POD_SUCCEEDED,
  POD_TERMINATING,
} from '../../cluster/index.ts';
import { COUNTED_FAILURE, matchPodFailurePolicy, type PodFailure } from './podFailurePolicy.ts';

/** A pod of a Job as informers showed it when a sync began. By the end of the sync its row may be another pod's. */
export interface JobPod {
  readonly row: number;
  readonly uid: number;
  readonly state: number;
  /** Completion index; -1 for a pod without one. */
  readonly index: number;
  /** It has the finalizer `batch.kubernetes.io/job-tracking`: it is not counted yet. */
  readonly isTracked: boolean;
  /** What the Job's `podFailurePolicy` makes of it; undefined for a pod that has not failed. */
  readonly failure: PodFailure | undefined;
}

/** Looks at the pods of a Job. */
export function listJobPods(cluster: Cluster, spec: JobSpec, rows: Iterable<number>): JobPod[] {
  const { pods } = cluster;
  const list: JobPod[] = [];
  for (const row of rows) {
    const state = pods.observed[row]!;
    const isFailed = isPodFailed(state, spec);
    list.push({
      row,
      uid: pods.uid[row]!,
      state,
      index: pods.index[row]!,
      // Nobody but this controller removes it, so that no pod is counted twice while its notice is under way.
      isTracked: (pods.finalizers[row]! & JOB_TRACKING_FINALIZER) !== 0,
      failure: isFailed ? failureOf(cluster, spec, row, state) : undefined,
    });
  }
  return list;
}

function failureOf(cluster: Cluster, { podFailurePolicy }: JobSpec, row: number, state: number): PodFailure {
  return podFailurePolicy === undefined
    ? COUNTED_FAILURE
    : matchPodFailurePolicy(cluster, podFailurePolicy, row, state);
}

/**
 * Upstream's `isPodFailed`. A deleted pod counts as failed before it has ended, for it may never get to report its phase,
 * unless it is to be replaced only then.
 */
function isPodFailed(state: number, spec: JobSpec): boolean {
  if ((state & POD_FAILED) !== 0) return true;
  return !onlyReplaceFailedPods(spec) && (state & POD_TERMINATING) !== 0 && (state & POD_SUCCEEDED) === 0;
}

/** Whether a pod that is terminating still takes its place. */
export function onlyReplaceFailedPods(spec: JobSpec): boolean {
  return spec.podReplacementPolicy === 'Failed' || spec.podFailurePolicy !== undefined;
}

export function hasSucceeded(pod: JobPod): boolean {
  return (pod.state & POD_SUCCEEDED) !== 0;
}

export function isActivePod(pod: JobPod): boolean {
  return isActive(pod.state);
}

export function isReadyPod(pod: JobPod): boolean {
  return isActiveAndReady(pod.state);
}

/** Pods of an Indexed Job count only with an index that the Job has. */
export function hasValidIndex(pod: JobPod, spec: JobSpec): boolean {
  return spec.completionMode !== 'Indexed' || (pod.index !== -1 && pod.index < spec.completions!);
}

/** The pod is still there, and its row is still its own. */
export function isStillThere(cluster: Cluster, pod: JobPod): boolean {
  return cluster.pods.uid[pod.row] === pod.uid && cluster.pods.state[pod.row] !== 0;
}
