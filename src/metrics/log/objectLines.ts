import type { StringMap } from '../../api/types.ts';
import {
  type Condition,
  DESIRED_REPLICAS_ANNOTATION,
  type Deployment,
  MAX_REPLICAS_ANNOTATION,
  type Node,
  REVISION_ANNOTATION,
  type ReplicaSet,
} from '../../cluster/objects.ts';
import type { DeploymentLine, NodeLine, ReplicaSetLine } from './logLine.ts';

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

export function nodeFields(node: Node, isDeleted: boolean): Fields<NodeLine> {
  return {
    ...(isDeleted && DELETED),
    // Nodes that stop reporting are not simulated yet.
    ready: 'True',
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
