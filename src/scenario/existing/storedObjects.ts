/** Documents of existing objects, of all kinds but Pod, as the API server stores them: `kubectl/printers` read backwards. */

import { objectAt, objectsAt, stringAt, stringMap, stringsAt } from '../../api/decode/read.ts';
import { readResourceQuota } from '../../api/decode/resourceQuota.ts';
import { parseCpuMilli } from '../../api/quantity.ts';
import type { JsonObject, Manifest } from '../../api/types.ts';
import {
  type AnyStored,
  type CronJobStatus,
  type DaemonSetStatus,
  type DeploymentStatus,
  FOREGROUND_FINALIZER,
  type HorizontalPodAutoscalerStatus,
  type JobStatus,
  type MetricStatus,
  ORPHAN_FINALIZER,
  type PersistentVolumeClaim,
  type PodDisruptionBudgetStatus,
  PV_PROTECTION_FINALIZER,
  PVC_PROTECTION_FINALIZER,
  type ReplicaSetStatus,
  type ResourceQuotaStatus,
  type StatefulSetStatus,
  type Stored,
} from '../../cluster/index.ts';
import type { Micros } from '../../kernel/time.ts';
import { conditionsOf, controllerOf, countAt, optionalCountAt, type StateClock, uidOf } from './documents.ts';
import type { ExistingObject } from './types.ts';
import type { PodUids } from './uids.ts';

/** What the documents of a state refer to. */
export interface StateNames {
  readonly clock: StateClock;
  /** Numbers of the objects' uids, those of pods apart. */
  readonly uids: ReadonlyMap<string, number>;
  readonly podUids: PodUids;
  /** Number of a pod's uid by `namespace/name`. */
  readonly podUidByName: ReadonlyMap<string, number>;
}

const DAEMON_SET_GENERATION = 'deprecated.daemonset.template.generation';
const KEPT_FINALIZERS: ReadonlySet<string> = new Set([
  FOREGROUND_FINALIZER,
  ORPHAN_FINALIZER,
  PVC_PROTECTION_FINALIZER,
  PV_PROTECTION_FINALIZER,
]);

/** The object to store. Its owner is that of the document, if the state has it. */
export function storedObject(names: StateNames, { manifest, document }: ExistingObject): AnyStored {
  const stored = { resourceVersion: 0, ...storedMeta(names, document) };
  const status = objectAt(document, 'status');
  switch (manifest.kind) {
    case 'Deployment':
      return { ...manifest, ...stored, status: deploymentStatus(status, names.clock) };
    case 'ReplicaSet':
      return { ...manifest, ...stored, status: replicaSetStatus(status, names.clock) };
    case 'ReplicationController':
      return { ...manifest, ...stored, status: replicaSetStatus(status, names.clock) };
    case 'StatefulSet':
      return { ...manifest, ...stored, status: statefulSetStatus(status, names.clock) };
    case 'DaemonSet': {
      const written = Number(manifest.meta.annotations[DAEMON_SET_GENERATION] ?? stored.generation);
      return { ...manifest, ...stored, status: daemonSetStatus(status), templateGeneration: written };
    }
    case 'Job':
      return { ...manifest, ...stored, status: jobStatus(status, names) };
    case 'CronJob':
      return { ...manifest, ...stored, status: cronJobStatus(status, names) };
    case 'PersistentVolumeClaim': {
      const phase = stringAt(status, 'phase') as PersistentVolumeClaim['status']['phase'];
      const dependsOn = dependenceOf(names, document);
      const ownerUid = dependsOn === undefined ? stored.ownerUid : -1;
      return { ...manifest, ...stored, ownerUid, status: { phase: phase || 'Pending' }, dependsOn };
    }
    case 'PersistentVolume': {
      const phase = stringAt(status, 'phase') || 'Pending';
      const claimUid = names.uids.get(stringAt(objectAt(objectAt(document, 'spec'), 'claimRef'), 'uid'));
      return { ...manifest, ...stored, status: { phase: phase as 'Bound' }, claimUid };
    }
    case 'PodDisruptionBudget':
      return { ...manifest, ...stored, status: budgetStatus(status, names, manifest.meta.namespace) };
    case 'ResourceQuota':
      return { ...manifest, ...stored, status: quotaStatus(status) };
    case 'HorizontalPodAutoscaler':
      return { ...manifest, ...stored, status: autoscalerStatus(status, names.clock) };
    default:
      return { ...(manifest as Exclude<Manifest, { kind: 'Pod' }>), ...stored } as AnyStored;
  }
}

/** What the API server keeps of every object. */
export function storedMeta({ clock, uids }: StateNames, document: JsonObject): Omit<Stored, 'resourceVersion'> {
  const metadata = objectAt(document, 'metadata');
  const finalizers = stringsAt(metadata, 'finalizers').filter((name) => KEPT_FINALIZERS.has(name));
  return {
    uid: uids.get(uidOf(document))!,
    generation: optionalCountAt(metadata, 'generation') ?? 1,
    creationMicros: clock.timeAt(metadata, 'creationTimestamp') ?? 0,
    ownerUid: uids.get(controllerOf(document)?.uid ?? '') ?? -1,
    ...(finalizers.length > 0 && { finalizers }),
    ...(finalizers.length > 0 && { deletionMicros: clock.timeAt(metadata, 'deletionTimestamp') }),
  };
}

function deploymentStatus(status: JsonObject, clock: StateClock): DeploymentStatus {
  return {
    observedGeneration: countAt(status, 'observedGeneration'),
    replicas: countAt(status, 'replicas'),
    updatedReplicas: countAt(status, 'updatedReplicas'),
    readyReplicas: countAt(status, 'readyReplicas'),
    availableReplicas: countAt(status, 'availableReplicas'),
    unavailableReplicas: countAt(status, 'unavailableReplicas'),
    terminatingReplicas: optionalCountAt(status, 'terminatingReplicas'),
    collisionCount: countAt(status, 'collisionCount'),
    conditions: conditionsOf(status, clock),
  };
}

function replicaSetStatus(status: JsonObject, clock: StateClock): ReplicaSetStatus {
  return {
    observedGeneration: countAt(status, 'observedGeneration'),
    replicas: countAt(status, 'replicas'),
    readyReplicas: countAt(status, 'readyReplicas'),
    availableReplicas: countAt(status, 'availableReplicas'),
    terminatingReplicas: optionalCountAt(status, 'terminatingReplicas'),
    conditions: conditionsOf(status, clock),
  };
}

function statefulSetStatus(status: JsonObject, clock: StateClock): StatefulSetStatus {
  return {
    observedGeneration: countAt(status, 'observedGeneration'),
    replicas: countAt(status, 'replicas'),
    readyReplicas: countAt(status, 'readyReplicas'),
    availableReplicas: countAt(status, 'availableReplicas'),
    currentReplicas: countAt(status, 'currentReplicas'),
    updatedReplicas: countAt(status, 'updatedReplicas'),
    currentRevision: stringAt(status, 'currentRevision'),
    updateRevision: stringAt(status, 'updateRevision'),
    collisionCount: countAt(status, 'collisionCount'),
    conditions: conditionsOf(status, clock),
  };
}

function daemonSetStatus(status: JsonObject): DaemonSetStatus {
  return {
    observedGeneration: countAt(status, 'observedGeneration'),
    desiredNumberScheduled: countAt(status, 'desiredNumberScheduled'),
    currentNumberScheduled: countAt(status, 'currentNumberScheduled'),
    numberMisscheduled: countAt(status, 'numberMisscheduled'),
    numberReady: countAt(status, 'numberReady'),
    updatedNumberScheduled: countAt(status, 'updatedNumberScheduled'),
    numberAvailable: countAt(status, 'numberAvailable'),
    numberUnavailable: countAt(status, 'numberUnavailable'),
    collisionCount: countAt(status, 'collisionCount'),
  };
}

function jobStatus(status: JsonObject, { clock, podUids }: StateNames): JobStatus {
  const uncounted = objectAt(status, 'uncountedTerminatedPods');
  const numbers = (field: string) => stringsAt(uncounted, field).map((uid) => podUids.of(uid));
  return {
    active: countAt(status, 'active'),
    ready: optionalCountAt(status, 'ready'),
    succeeded: countAt(status, 'succeeded'),
    failed: countAt(status, 'failed'),
    terminating: optionalCountAt(status, 'terminating'),
    completedIndexes: stringAt(status, 'completedIndexes'),
    failedIndexes: typeof status.failedIndexes === 'string' ? status.failedIndexes : undefined,
    uncountedSucceeded: numbers('succeeded'),
    uncountedFailed: numbers('failed'),
    startMicros: clock.timeAt(status, 'startTime'),
    completionMicros: clock.timeAt(status, 'completionTime'),
    conditions: conditionsOf(status, clock),
  };
}

function cronJobStatus(status: JsonObject, { clock, uids }: StateNames): CronJobStatus {
  return {
    active: objectsAt(status, 'active').flatMap((reference) => uids.get(stringAt(reference, 'uid')) ?? []),
    lastScheduleMicros: clock.timeAt(status, 'lastScheduleTime'),
    lastSuccessfulMicros: clock.timeAt(status, 'lastSuccessfulTime'),
  };
}

/** A claim belongs to a StatefulSet, or to the pod that it is an ephemeral volume of. */
function dependenceOf({ uids, podUids }: StateNames, document: JsonObject): PersistentVolumeClaim['dependsOn'] {
  for (const reference of objectsAt(objectAt(document, 'metadata'), 'ownerReferences')) {
    const kind = stringAt(reference, 'kind');
    const uid = stringAt(reference, 'uid');
    if (kind === 'Pod') return { podUid: podUids.of(uid) };
    const setUid = kind === 'StatefulSet' ? uids.get(uid) : undefined;
    if (setUid !== undefined) return { setUid };
  }
  return undefined;
}

function budgetStatus(status: JsonObject, names: StateNames, namespace: string): PodDisruptionBudgetStatus {
  const disruptedPods = new Map<number, Micros>();
  const disrupted = objectAt(status, 'disruptedPods');
  for (const name of Object.keys(disrupted)) {
    const uid = names.podUidByName.get(`${namespace}/${name}`);
    if (uid !== undefined) disruptedPods.set(uid, names.clock.timeAt(disrupted, name) ?? 0);
  }
  return {
    observedGeneration: countAt(status, 'observedGeneration'),
    disruptionsAllowed: countAt(status, 'disruptionsAllowed'),
    currentHealthy: countAt(status, 'currentHealthy'),
    desiredHealthy: countAt(status, 'desiredHealthy'),
    expectedPods: countAt(status, 'expectedPods'),
    disruptedPods,
    conditions: conditionsOf(status, names.clock),
  };
}

/** The amounts of a quota's status are written as those of its spec. */
function quotaStatus(status: JsonObject): ResourceQuotaStatus {
  const amounts = (field: string) => {
    const document = { metadata: { name: 'quota' }, spec: { hard: objectAt(status, field) } };
    const context = { place: () => ({ file: 'status' }), defaultNamespace: '', notSimulated: () => {} };
    return readResourceQuota(context, document).spec.hard;
  };
  return { hard: amounts('hard'), used: amounts('used') };
}

function autoscalerStatus(status: JsonObject, clock: StateClock): HorizontalPodAutoscalerStatus {
  return {
    currentReplicas: countAt(status, 'currentReplicas'),
    desiredReplicas: countAt(status, 'desiredReplicas'),
    currentMetrics: objectsAt(status, 'currentMetrics').map(metricStatus),
    lastScaleMicros: clock.timeAt(status, 'lastScaleTime'),
    conditions: conditionsOf(status, clock),
  };
}

function metricStatus(metric: JsonObject): MetricStatus | undefined {
  const type = stringAt(metric, 'type');
  if (type !== 'Resource' && type !== 'ContainerResource') return undefined;
  const source = objectAt(metric, type === 'Resource' ? 'resource' : 'containerResource');
  const current = objectAt(source, 'current');
  const name = stringAt(source, 'name');
  if (name !== 'cpu' && name !== 'memory') return undefined;
  return {
    resource: name,
    container: stringAt(source, 'container'),
    averageUtilization: optionalCountAt(current, 'averageUtilization'),
    averageValueMilli: parseCpuMilli(stringMap(current).averageValue ?? '0'),
  };
}
