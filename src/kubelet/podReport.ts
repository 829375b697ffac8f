import type { ContainerStatus, PodStatus } from '../cluster/index.ts';

/** What the kubelet tells the API server of a pod. */
export interface PodReport {
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed';
  readonly isReady: boolean;
  readonly status: PodStatus;
}

/** True when nothing is new. */
export function isSameReport(a: PodReport, b: PodReport): boolean {
  return (
    a.phase === b.phase &&
    a.isReady === b.isReady &&
    a.status.reason === b.status.reason &&
    areSame(a.status.initContainers, b.status.initContainers) &&
    areSame(a.status.containers, b.status.containers)
  );
}

function areSame(a: readonly ContainerStatus[], b: readonly ContainerStatus[]): boolean {
  return a.every((status, index) => isSameStatus(status, b[index]!));
}

function isSameStatus(a: ContainerStatus, b: ContainerStatus): boolean {
  return (
    a.state === b.state &&
    a.reason === b.reason &&
    a.ready === b.ready &&
    a.started === b.started &&
    a.restartCount === b.restartCount &&
    a.finishedMicros === b.finishedMicros
  );
}
