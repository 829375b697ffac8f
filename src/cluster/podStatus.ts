import type { PodSpec } from '../api/types.ts';
import type { Micros } from '../kernel/time.ts';

/** One container as the kubelet reports it (`v1.ContainerStatus`). */
export interface ContainerStatus {
  readonly name: string;
  readonly state: 'waiting' | 'running' | 'terminated';
  /** Of a waiting or terminated container: `ContainerCreating`, `CrashLoopBackOff`, `Completed`, `Error` … */
  readonly reason: string;
  /** Of its last end; -1 before the first. */
  readonly exitCode: number;
  readonly ready: boolean;
  /** Running, with its startup probe passed. */
  readonly started: boolean;
  readonly restartCount: number;
  /** When it last ended; -1 before. */
  readonly finishedMicros: Micros;
}

/**
 * What the kubelet reports of a pod beyond its phase and conditions. Pods of which nothing of this differs from what
 * their phase says, those with one container that runs for ever, have none.
 */
export interface PodStatus {
  readonly initContainers: readonly ContainerStatus[];
  readonly containers: readonly ContainerStatus[];
  /** Why the pod failed as a whole: `DeadlineExceeded`, `Evicted`; empty otherwise. */
  readonly reason: string;
  readonly message: string;
}

/** Most restarts of any of a pod's sidecars. */
export function sidecarRestarts(status: PodStatus, { spec }: { readonly spec: PodSpec }): number {
  const counts = status.initContainers.map(({ restartCount }, place) =>
    spec.initContainers[place]?.isSidecar === true ? restartCount : 0,
  );
  return Math.max(0, ...counts);
}

/** Condition `PodScheduled` as the scheduler patches it of a pod that it found no node for. */
export interface UnschedulableCondition {
  readonly message: string;
  /** When it first said so. */
  readonly sinceMicros: Micros;
}

/** Reason of the condition of a pod that its node's taints drove away. */
export const DELETION_BY_TAINT_MANAGER = 'DeletionByTaintManager';

/** Reason of a preempted pod's condition. */
export const PREEMPTION_BY_SCHEDULER = 'PreemptionByScheduler';

/** Condition `DisruptionTarget`, which is never anything but True. */
export interface PodDisruption {
  readonly reason: string;
  readonly message: string;
  readonly sinceMicros: Micros;
}

/** Exit code of the first of the named containers that failed; 0 when none did. */
export function failedExitCode(status: PodStatus): number {
  return status.containers.find((container) => container.exitCode > 0)?.exitCode ?? 0;
}
