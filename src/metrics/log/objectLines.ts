import type { StringMap } from '../../api/types.ts';
import { readyStatus } from '../../cluster/nodeReadiness.ts';
import {
  type Condition,
  type DaemonSet,
  DESIRED_REPLICAS_ANNOTATION,
  type Deployment,
  type HorizontalPodAutoscaler,
  type Job,
  MAX_REPLICAS_ANNOTATION,
  type Node,
  type PodDisruptionBudget,
  REVISION_ANNOTATION,
  type ReplicaSet,
  type StatefulSet,
} from '../../cluster/objects.ts';
import type {
  DaemonSetLine,
  DeploymentLine,
  HorizontalPodAutoscalerLine,
  JobLine,
  NodeLine,
  PodDisruptionBudgetLine,
  ReplicaSetLine,
  StatefulSetLine,
} from './logLine.ts';

/** What a line says besides its time and name. */
type Fields<L> = Omit<L, 't' | 'kind' | 'name'>;

const DELETED = { deleted: true } as const;

export function deploymentFields(deployment: Deployment, isDeleted: boolean): Fields<DeploymentLine> {
  const { spec, status, meta } = deployment;
  return {
    available: status.availableReplicas,
    conditions: conditionTexts(status.conditions),
    ...(isDeleted && DELETED),
    generation: deployment.generation,
    observed: status.observedGeneration,
    ready: status.readyReplicas,
    replicas: status.replicas,
    revision: meta.annotations[REVISION_ANNOTATION] ?? '',
    spec: spec.replicas,
    ...terminatingField(status.terminatingReplicas),
    unavailable: status.unavailableReplicas,
    updated: status.updatedReplicas,
  };
}

export function replicaSetFields(replicaSet: ReplicaSet, isDeleted: boolean): Fields<ReplicaSetLine> {
  const { spec, status, meta } = replicaSet;
  return {
    available: status.availableReplicas,
    ...(isDeleted && DELETED),
    desired: meta.annotations[DESIRED_REPLICAS_ANNOTATION] ?? '',
    image: spec.template.spec.containers[0]?.image ?? '',
    max: meta.annotations[MAX_REPLICAS_ANNOTATION] ?? '',
    ready: status.readyReplicas,
    replicas: status.replicas,
    revision: meta.annotations[REVISION_ANNOTATION] ?? '',
    spec: spec.replicas,
    ...terminatingField(status.terminatingReplicas),
  };
}

export function statefulSetFields({ spec, status }: StatefulSet, isDeleted: boolean): Fields<StatefulSetLine> {
  return {
    available: status.availableReplicas,
    current: status.currentReplicas,
    currentRevision: status.currentRevision,
    ...(isDeleted && DELETED),
    ready: status.readyReplicas,
    replicas: status.replicas,
    spec: spec.replicas,
    updateRevision: status.updateRevision,
    updated: status.updatedReplicas,
  };
}

export function daemonSetFields({ status }: DaemonSet, isDeleted: boolean): Fields<DaemonSetLine> {
  return {
    available: status.numberAvailable,
    current: status.currentNumberScheduled,
    ...(isDeleted && DELETED),
    desired: status.desiredNumberScheduled,
    misscheduled: status.numberMisscheduled,
    ready: status.numberReady,
    unavailable: status.numberUnavailable,
    updated: status.updatedNumberScheduled,
  };
}

export function jobFields({ status }: Job, isDeleted: boolean): Fields<JobLine> {
  return {
    active: status.active,
    completedIndexes: status.completedIndexes,
    conditions: conditionTexts(status.conditions),
    ...(isDeleted && DELETED),
    failed: status.failed,
    ...(status.ready === undefined ? {} : { ready: status.ready }),
    succeeded: status.succeeded,
    ...terminatingField(status.terminating),
  };
}

export function autoscalerFields(
  { status }: HorizontalPodAutoscaler,
  isDeleted: boolean,
): Fields<HorizontalPodAutoscalerLine> {
  const used = status.currentMetrics.find((metric) => metric?.averageUtilization !== undefined);
  return {
    ...conditionTexts(status.conditions),
    current: status.currentReplicas,
    ...(isDeleted && DELETED),
    desired: status.desiredReplicas,
    ...(used !== undefined && { utilization: used.averageUtilization! }),
  };
}

export function budgetFields({ status }: PodDisruptionBudget, isDeleted: boolean): Fields<PodDisruptionBudgetLine> {
  return {
    allowed: status.disruptionsAllowed,
    ...(isDeleted && DELETED),
    desired: status.desiredHealthy,
    expected: status.expectedPods,
    healthy: status.currentHealthy,
  };
}

export function nodeFields(node: Node, isDeleted: boolean): Fields<NodeLine> {
  return {
    ...(isDeleted && DELETED),
    ready: readyStatus(node),
    taints: node.taints.map((taint) => `${taint.key}:${taint.effect}`),
    unschedulable: node.unschedulable,
  };
}

function terminatingField(terminating: number | undefined): { terminating?: number } {
  return terminating === undefined ? {} : { terminating };
}

function conditionTexts(conditions: readonly Condition[]): StringMap {
  const texts = conditions.map(({ type, status, reason }): [string, string] => [type, `${status}/${reason}`]);
  return Object.fromEntries(texts.sort(([a], [b]) => (a < b ? -1 : 1)));
}
