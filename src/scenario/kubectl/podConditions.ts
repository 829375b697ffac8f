/** A pod's conditions, from what the API server has of it (upstream's `pkg/kubelet/status/generate.go`). */
import type { Cluster } from '../../cluster/cluster.ts';
import type { PodStatus } from '../../cluster/podStatus.ts';
import { POD_BOUND, POD_DISRUPTED, POD_FAILED, POD_READY, POD_SUCCEEDED } from '../../cluster/podTable.ts';
import type { Micros } from '../../kernel/time.ts';
import { reportedStatus } from './podState.ts';

export interface PodCondition {
  readonly type: string;
  readonly status: 'True' | 'False';
  /** Empty where upstream gives none. */
  readonly reason: string;
  readonly message: string;
  /** Undefined where the simulation does not keep it. */
  readonly lastTransitionMicros: Micros | undefined;
}

/** In the order in which a kubelet writes them. */
export function podConditions(cluster: Cluster, pod: number): PodCondition[] {
  const { pods } = cluster;
  const state = pods.state[pod]!;
  const conditions: PodCondition[] = [];
  if ((state & POD_DISRUPTED) !== 0) conditions.push(disruption(cluster, pod));
  if ((state & POD_BOUND) !== 0) {
    conditions.push(
      initialized(cluster, pod),
      readiness(cluster, pod, 'Ready'),
      readiness(cluster, pod, 'ContainersReady'),
      isTrue('PodScheduled', pods.boundMicros[pod]!),
    );
  } else if (cluster.templateOf(pod).spec.schedulingGates.length > 0) {
    const message = 'Scheduling is blocked due to non-empty scheduling gates';
    conditions.push(isFalse('PodScheduled', 'SchedulingGated', message, pods.createdMicros[pod]!));
  } else {
    const unschedulable = cluster.unschedulableCondition(pod);
    if (unschedulable !== undefined) {
      const { message, sinceMicros } = unschedulable;
      conditions.push(isFalse('PodScheduled', 'Unschedulable', message, sinceMicros));
    }
  }
  return conditions;
}

function disruption(cluster: Cluster, pod: number): PodCondition {
  const why = cluster.podDisruption(pod);
  const condition = isTrue('DisruptionTarget', why?.sinceMicros);
  return why === undefined ? condition : { ...condition, reason: why.reason, message: why.message };
}

function initialized(cluster: Cluster, pod: number): PodCondition {
  const status = reportedStatus(cluster, pod);
  const { initContainers } = cluster.templateOf(pod).spec;
  if ((cluster.pods.state[pod]! & POD_SUCCEEDED) !== 0) {
    return { ...isTrue('Initialized', undefined), reason: 'PodCompleted' };
  }
  const open = initContainers.filter(({ name, isSidecar }) => !isInitialized(status, name, isSidecar));
  if (open.length === 0) return isTrue('Initialized', undefined);
  const names = open.map(({ name }) => name).join(' ');
  const message = `containers with incomplete status: [${names}]`;
  return isFalse('Initialized', 'ContainersNotInitialized', message, undefined);
}

function isInitialized(status: PodStatus, name: string, isSidecar: boolean): boolean {
  const container = status.initContainers.find((one) => one.name === name);
  if (container === undefined) return false;
  return isSidecar ? container.started : container.state === 'terminated' && container.exitCode === 0;
}

function readiness(cluster: Cluster, pod: number, type: string): PodCondition {
  const { pods } = cluster;
  const state = pods.state[pod]!;
  if ((state & POD_READY) !== 0) return isTrue(type, pods.readyMicros[pod]!);
  if ((state & POD_SUCCEEDED) !== 0) return isFalse(type, 'PodCompleted', '', pods.finishedMicros[pod]!);
  if ((state & POD_FAILED) !== 0) return isFalse(type, 'PodFailed', '', pods.finishedMicros[pod]!);
  const status = reportedStatus(cluster, pod);
  const { initContainers, containers } = cluster.templateOf(pod).spec;
  const counting = [...initContainers.filter(({ isSidecar }) => isSidecar), ...containers];
  const reports = [...status.initContainers, ...status.containers];
  const unready = counting.filter(({ name }) => reports.find((one) => one.name === name)?.ready !== true);
  const names = unready.map(({ name }) => name).join(' ');
  return isFalse(type, 'ContainersNotReady', `containers with unready status: [${names}]`, undefined);
}

function isTrue(type: string, lastTransitionMicros: Micros | undefined): PodCondition {
  return { type, status: 'True', reason: '', message: '', lastTransitionMicros };
}

function isFalse(
  type: string,
  reason: string,
  message: string,
  lastTransitionMicros: Micros | undefined,
): PodCondition {
  return { type, status: 'False', reason, message, lastTransitionMicros };
}
