/** A pod's status as a document. */
import type { JsonObject } from '../../../api/types.ts';
import type { Cluster } from '../../../cluster/cluster.ts';
import type { ContainerStatus } from '../../../cluster/podStatus.ts';
import { POD_BOUND } from '../../../cluster/podTable.ts';
import { phaseOf } from '../fieldSelector.ts';
import { type PodCondition, podConditions } from '../podConditions.ts';
import { reportedStatus } from '../podState.ts';
import { timestamp } from '../timestamps.ts';

export function podStatusDocument(cluster: Cluster, pod: number): JsonObject {
  const { pods } = cluster;
  const state = pods.state[pod]!;
  const { reason, message, initContainers, containers } = reportedStatus(cluster, pod);
  const document: JsonObject = { phase: phaseOf(state) };
  const conditions = podConditions(cluster, pod);
  if (conditions.length > 0) document.conditions = conditions.map(conditionDocument);
  const nominated = cluster.nominatedNodeOf(pod);
  if (nominated !== -1) document.nominatedNodeName = cluster.nodes.names[nominated]!;
  if (reason !== '') document.reason = reason;
  if (message !== '') document.message = message;
  if ((state & POD_BOUND) !== 0) document.startTime = timestamp(pods.boundMicros[pod]!);
  const { spec } = cluster.templateOf(pod);
  const images = new Map([...spec.initContainers, ...spec.containers].map(({ name, image }) => [name, image]));
  const describe = (container: ContainerStatus) => containerDocument(container, images.get(container.name) ?? '');
  if (initContainers.length > 0) document.initContainerStatuses = initContainers.map(describe);
  if (containers.length > 0) document.containerStatuses = containers.map(describe);
  return document;
}

function conditionDocument({ type, status, reason, message, lastTransitionMicros }: PodCondition): JsonObject {
  return {
    type,
    status,
    ...(reason === '' ? {} : { reason }),
    ...(message === '' ? {} : { message }),
    ...(lastTransitionMicros === undefined ? {} : { lastTransitionTime: timestamp(lastTransitionMicros) }),
  };
}

function containerDocument(container: ContainerStatus, image: string): JsonObject {
  const { name, ready, restartCount, started } = container;
  const { state, lastState } = statesOf(container);
  return { name, image, ready, restartCount, started, state, lastState };
}

/** Of the ends of a container only the last is kept. */
function statesOf({ state, reason, exitCode, finishedMicros }: ContainerStatus): {
  state: JsonObject;
  lastState: JsonObject;
} {
  const finishedAt = finishedMicros === -1 ? {} : { finishedAt: timestamp(finishedMicros) };
  if (state === 'terminated') return { state: { terminated: { exitCode, reason, ...finishedAt } }, lastState: {} };
  const hasEnded = finishedMicros !== -1;
  const lastReason = exitCode === 0 ? 'Completed' : 'Error';
  const lastState: JsonObject = hasEnded ? { terminated: { exitCode, reason: lastReason, ...finishedAt } } : {};
  return { state: state === 'waiting' ? { waiting: { reason } } : { running: {} }, lastState };
}
