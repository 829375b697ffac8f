/** Statuses as documents: upstream's field names, with what `omitempty` leaves out left out. */
import type { JsonObject, JsonValue } from '../../../api/types.ts';
import type { Cluster } from '../../../cluster/cluster.ts';
import type {
  AnyStored,
  Condition,
  CronJob,
  Job,
  PersistentVolumeClaim,
  PodDisruptionBudget,
  ResourceQuota,
} from '../../../cluster/objects.ts';
import type { Micros } from '../../../kernel/time.ts';
import { formatAmount } from '../amounts.ts';
import { timestamp } from '../timestamps.ts';
import { autoscalerStatus } from './autoscaling.ts';
import { nodeStatus } from './nodes.ts';
import { capacityOf } from './storage.ts';

/** The status of an object; undefined where its manifest has all that there is, or it has none. */
export function statusDocument(cluster: Cluster, object: AnyStored): JsonObject | undefined {
  switch (object.kind) {
    case 'Deployment':
      return countsDocument(object.status, [], (one) => ({ ...transition(one), ...lastUpdate(one) }));
    case 'ReplicaSet':
    case 'ReplicationController':
      return countsDocument(object.status, ['replicas'], transition);
    case 'StatefulSet':
      return countsDocument(object.status, ['replicas', 'availableReplicas', 'collisionCount'], transition);
    case 'DaemonSet':
      return countsDocument(object.status, DAEMON_SET_COUNTS, transition);
    case 'Job':
      return jobStatus(object);
    case 'CronJob':
      return cronJobStatus(cluster, object);
    case 'Node':
      return nodeStatus(object);
    case 'Service':
      return { loadBalancer: {} };
    case 'PersistentVolumeClaim':
      return claimStatus(cluster, object);
    case 'PersistentVolume':
      return { phase: object.status.phase };
    case 'PodDisruptionBudget':
      return budgetStatus(cluster, object);
    case 'HorizontalPodAutoscaler': {
      const document = autoscalerStatus(object);
      addConditions(document, object.status.conditions, transition);
      return document;
    }
    case 'ResourceQuota':
      return quotaStatus(object);
    default:
      return undefined;
  }
}

const DAEMON_SET_COUNTS = ['currentNumberScheduled', 'desiredNumberScheduled', 'numberMisscheduled', 'numberReady'];

/**
 * A status of counts, texts and conditions. What is undefined is left out, and so are zeroes and empty texts.
 *
 * @param always fields that stay when they are 0; an undefined count that became 0 stays anyway.
 */
function countsDocument(
  status: object,
  always: readonly string[],
  describeTimes: (condition: Condition) => JsonObject,
): JsonObject {
  const document: JsonObject = {};
  for (const [key, value] of Object.entries(status)) {
    if (key === 'conditions') addConditions(document, value as readonly Condition[], describeTimes);
    else if (value !== undefined && (isPresent(value) || always.includes(key) || key === 'terminatingReplicas')) {
      document[key] = value as JsonValue;
    }
  }
  return document;
}

function isPresent(value: unknown): boolean {
  return value !== 0 && value !== '';
}

function addConditions(
  document: JsonObject,
  conditions: readonly Condition[],
  describeTimes: (condition: Condition) => JsonObject,
): void {
  if (conditions.length === 0) return;
  document.conditions = conditions.map((condition) => {
    const { type, status, reason, message } = condition;
    return {
      type,
      status,
      ...(reason ? { reason } : {}),
      ...(message ? { message } : {}),
      ...describeTimes(condition),
    };
  });
}

function transition({ lastTransitionMicros }: Condition): JsonObject {
  return { lastTransitionTime: timestamp(lastTransitionMicros) };
}

function lastUpdate({ lastUpdateMicros }: Condition): JsonObject {
  return { lastUpdateTime: timestamp(lastUpdateMicros) };
}

function jobStatus({ status }: Job): JsonObject {
  const document: JsonObject = {};
  for (const count of ['active', 'succeeded', 'failed'] as const)
    if (status[count] !== 0) document[count] = status[count];
  if (status.ready !== undefined) document.ready = status.ready;
  if (status.terminating !== undefined) document.terminating = status.terminating;
  if (status.completedIndexes !== '') document.completedIndexes = status.completedIndexes;
  if (status.failedIndexes !== undefined) document.failedIndexes = status.failedIndexes;
  addTime(document, 'startTime', status.startMicros);
  addTime(document, 'completionTime', status.completionMicros);
  const uncounted: JsonObject = {};
  if (status.uncountedSucceeded.length > 0) uncounted.succeeded = status.uncountedSucceeded.map(String);
  if (status.uncountedFailed.length > 0) uncounted.failed = status.uncountedFailed.map(String);
  document.uncountedTerminatedPods = uncounted;
  addConditions(document, status.conditions, (one) => ({
    ...transition(one),
    lastProbeTime: timestamp(one.lastUpdateMicros),
  }));
  return document;
}

function cronJobStatus(cluster: Cluster, { status }: CronJob): JsonObject {
  const document: JsonObject = {};
  const active = status.active.flatMap((uid) => cluster.tables.Job.get(uid) ?? []);
  if (active.length > 0) {
    document.active = active.map(({ meta, uid, resourceVersion }) => ({
      apiVersion: 'batch/v1',
      kind: 'Job',
      name: meta.name,
      namespace: meta.namespace,
      resourceVersion: String(resourceVersion),
      uid: String(uid),
    }));
  }
  addTime(document, 'lastScheduleTime', status.lastScheduleMicros);
  addTime(document, 'lastSuccessfulTime', status.lastSuccessfulMicros);
  return document;
}

function claimStatus(cluster: Cluster, { spec, status }: PersistentVolumeClaim): JsonObject {
  const document: JsonObject = { phase: status.phase };
  const volume = cluster.tables.PersistentVolume.find('', spec.volumeName);
  if (volume === undefined) return document;
  document.accessModes = [...volume.spec.accessModes];
  document.capacity = { storage: capacityOf(volume) };
  return document;
}

function budgetStatus(cluster: Cluster, { status }: PodDisruptionBudget): JsonObject {
  const { observedGeneration, disruptionsAllowed, currentHealthy, desiredHealthy, expectedPods } = status;
  const document: JsonObject = { disruptionsAllowed, currentHealthy, desiredHealthy, expectedPods };
  if (observedGeneration !== 0) document.observedGeneration = observedGeneration;
  const { pods } = cluster;
  const disrupted: JsonObject = {};
  for (let pod = 0; pod < pods.rowCount && status.disruptedPods.size > 0; pod++) {
    const atMicros = pods.state[pod] === 0 ? undefined : status.disruptedPods.get(pods.uid[pod]!);
    if (atMicros !== undefined) disrupted[cluster.podName(pod)] = timestamp(atMicros);
  }
  if (Object.keys(disrupted).length > 0) document.disruptedPods = disrupted;
  addConditions(document, status.conditions, transition);
  return document;
}

function quotaStatus({ status }: ResourceQuota): JsonObject {
  const document: JsonObject = {};
  for (const field of ['hard', 'used'] as const) {
    if (status[field].size === 0) continue;
    const amounts = [...status[field]].map(([resource, amount]) => [resource, formatAmount(resource, amount)]);
    document[field] = Object.fromEntries(amounts);
  }
  return document;
}

function addTime(document: JsonObject, field: string, micros: Micros | undefined): void {
  if (micros !== undefined) document[field] = timestamp(micros);
}
