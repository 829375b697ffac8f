import type { Cluster, Job, JobStatus } from '../../cluster/index.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Micros } from '../../kernel/time.ts';
import type { ConsistencyStore } from '../consistencyStore.ts';
import type { Expectations } from '../expectations.ts';
import type { VersionProfile } from '../options.ts';
import type { SyncError } from '../workers.ts';
import type { BackoffRecord, BackoffStore } from './backoff.ts';
import type { JobEnd } from './conditions.ts';
import type { IndexSet } from './indexed.ts';
import type { IndexFailureCounts } from './indexFailureCounts.ts';
import type { JobPod } from './jobPods.ts';

/** Creations or deletions of one sync (upstream's `MaxPodCreateDeletePerSync`). */
export const MAX_POD_CREATE_DELETE_PER_SYNC = 500;

/** What the parts of a sync need of the controller. */
export interface JobManager {
  readonly kernel: Kernel;
  readonly cluster: Cluster;
  readonly version: VersionProfile;
  readonly expectations: Expectations;
  readonly backoff: BackoffStore;
  readonly consistency: ConsistencyStore;
  readonly indexFailureCounts: IndexFailureCounts;
  /** Has the Job synced again in that time, and not before the batch period is over. */
  readonly enqueueWithDelay: (uid: number, delayMicros: Micros) => void;
  /** Has the Job synced again in that time. */
  readonly enqueueAfter: (uid: number, delayMicros: Micros) => void;
}

/** How many pods are active after creating and deleting, as the status tells it. */
export interface Managed {
  readonly active: number;
  readonly error: SyncError;
}

/** A status that is being worked out. */
export type StatusDraft = { -readonly [K in keyof JobStatus]: JobStatus[K] };

/** What one sync of a Job knows and works out (upstream's `syncJobCtx`). */
export interface SyncContext {
  /** As last written or seen. */
  job: Job;
  readonly pods: readonly JobPod[];
  readonly activePods: readonly JobPod[];
  /** What will be written; starts as what informers show. */
  readonly status: StatusDraft;
  /** Uids of pods that the status names as finished and does not count yet. */
  readonly uncountedSucceeded: ReadonlySet<number>;
  readonly uncountedFailed: ReadonlySet<number>;
  /** Counts with the pods that have just been found finished. */
  succeeded: number;
  failed: number;
  ready: number;
  terminating: number;
  /** Undefined while the Job goes on. */
  end: JobEnd | undefined;
  newBackoffRecord: BackoffRecord;
  /** Undefined for a Job that is not Indexed. */
  previousSucceededIndexes: IndexSet | undefined;
  succeededIndexes: IndexSet | undefined;
  /** Undefined without `backoffLimitPerIndex`. */
  failedIndexes: IndexSet | undefined;
  /** By index; see `podsWithDelayedDeletion`. */
  podsWithDelayedDeletion: ReadonlyMap<number, JobPod>;
}
