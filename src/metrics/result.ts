/** How a rollout ended. */
export type RolloutOutcome = 'complete' | 'stalled' | 'superseded' | 'unfinished';

/** Percentiles over pods. */
export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/**
 * One rollout: from a change of a Deployment's pod template to the moment in which `kubectl rollout status` would say
 * that it is done. All times are simulated seconds.
 */
export interface RolloutResult {
  /** `deployment/web`; with its namespace in front, `shop/deployment/web`, where that is not `default`. */
  readonly workload: string;
  /** Value of the revision annotation, as text since it may pass 2^53. */
  readonly revision: string;
  /** `create`: the Deployment's first; `update`: a later change. */
  readonly cause: 'create' | 'update';
  readonly outcome: RolloutOutcome;
  readonly startSeconds: number;
  /** `spec.replicas` at the end of the rollout; a warning of the run tells when it changed on the way. */
  readonly desiredReplicas: number;
  /** Template change to completion; null unless complete. */
  readonly durationSeconds: number | null;
  /**
   * Fewest available pods: Ready for the Deployment's minReadySeconds and not terminating, as the API server has them. Of
   * this and the other extremes, what holds at the start counts, and also what lasts less than a microsecond.
   */
  readonly availableMin: number;
  /** Weighted by time. */
  readonly availableMean: number;
  /** Integral of max(0, desired - available), each as they were at the moment. */
  readonly unavailablePodSeconds: number;
  /** Most pods at once, terminating ones left out. */
  readonly podsMax: number;
  readonly podsMaxWithTerminating: number;
  /** Requests of all existing pods, terminating ones included, at their peak: cores. */
  readonly requestedCpuMax: number;
  /** The same for memory: bytes. */
  readonly requestedMemoryMax: number;
  /** Integral of max(0, existing pods, terminating included - desired). */
  readonly surgePodSeconds: number;
  /**
   * Longest time between two signs of progress, to hold against progressDeadlineSeconds. Signs are what the Deployment
   * controller takes for progress: in the status, more updated, fewer old, more ready or more available pods; a
   * ReplicaSet made or found for the template. Start and end bound gaps too; time spent paused belongs to none.
   */
  readonly noProgressMaxSeconds: number;
  readonly progressDeadlineSeconds: number | null;
  /** Created to bound, over the pods made by the rollout; null when none was bound. */
  readonly pendingSeconds: Percentiles | null;
  /** Pods of the rollout that the scheduler could not place at least once. */
  readonly unschedulable: number;
}

export interface ZoneUtilisation {
  /** Empty: nodes without a zone label. */
  readonly zone: string;
  /** At the end of the run. */
  readonly nodes: number;
  readonly podsMax: number;
  readonly cpuMaxShare: number;
  readonly memoryMaxShare: number;
}

/** The cluster over the whole run. */
export interface ClusterResult {
  /** At the end of the run. */
  readonly nodes: number;
  /** Requested of allocatable at the peak over time, all nodes together: 0 to 1. */
  readonly cpuMaxShare: number;
  readonly memoryMaxShare: number;
  /** Weighted by time, over the whole run. */
  readonly cpuMeanShare: number;
  readonly memoryMeanShare: number;
  /** Fullest node at the end minus emptiest, in pods. */
  readonly podSkewAtEnd: number;
  readonly zones: readonly ZoneUtilisation[];
}

/** What a step did. */
export interface StepResult {
  readonly kubectl: string;
  readonly beganSeconds: number;
  readonly endedSeconds: number;
  readonly out: string;
  /** Empty when it succeeded. */
  readonly error: string;
}

/** Everything that one run yields; a plain object, ready for JSON. */
export interface RunResult {
  readonly scenario: string;
  /** Version of Kubernetes that was played. */
  readonly kubernetes: string;
  readonly seed: number;
  /** `quiet`: nothing could happen any more. */
  readonly end: 'quiet' | 'until' | 'eventLimit';
  readonly simulatedSeconds: number;
  readonly events: number;
  readonly pods: { readonly created: number; readonly maxAtOnce: number };
  readonly rollouts: readonly RolloutResult[];
  readonly cluster: ClusterResult;
  readonly steps: readonly StepResult[];
  /** Things the user should know: a step that ran although not all was ready, pods that no node could take. */
  readonly warnings: readonly string[];
}
