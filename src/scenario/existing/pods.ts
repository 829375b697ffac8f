/** Documents of existing pods as rows of the cluster's table. */
import { objectAt, objectsAt, stringAt, stringsAt } from '../../api/decode/read.ts';
import type { JsonObject, PodManifest } from '../../api/types.ts';
import {
  type Cluster,
  type ContainerStatus,
  type ExistingPod,
  JOB_COMPLETION_INDEX_LABEL,
  JOB_TRACKING_FINALIZER,
  POD_BOUND,
  POD_DISRUPTED,
  POD_EXISTS,
  POD_FAILED,
  POD_READY,
  POD_RUNNING,
  POD_SUCCEEDED,
  POD_TERMINATING,
  type PodOwner,
  type PodStatus,
} from '../../cluster/index.ts';
import { MICROS_PER_SECOND, type Micros } from '../../kernel/time.ts';
import { controllerOf, countAt, type StateClock, uidOf } from './documents.ts';
import type { StateNames } from './storedObjects.ts';

const PHASES: Readonly<Record<string, number>> = {
  Running: POD_RUNNING,
  Succeeded: POD_SUCCEEDED,
  Failed: POD_FAILED,
};

/** What a container waits for that runs as a rule sooner or later. */
const ON_ITS_WAY: ReadonlySet<string> = new Set(['', 'ContainerCreating', 'PodInitializing']);
const JOB_TRACKING = 'batch.kubernetes.io/job-tracking';

/**
 * The pod to add.
 *
 * @param manifest without node: that is in the document.
 */
export function existingPod(
  cluster: Cluster,
  names: StateNames,
  manifest: PodManifest,
  document: JsonObject,
): ExistingPod {
  const { clock, uids, podUids } = names;
  const metadata = objectAt(document, 'metadata');
  const status = objectAt(document, 'status');
  const owner = cluster.owners.get(uids.get(controllerOf(document)?.uid ?? '') ?? -1);
  const node = rowOf(cluster, stringAt(objectAt(document, 'spec'), 'nodeName'));
  const state = stateOf(metadata, status, node);
  const createdMicros = clock.timeAt(metadata, 'creationTimestamp') ?? 0;
  const startMicros = clock.timeAt(status, 'startTime') ?? createdMicros;
  const containers = statusesOf(status, 'containerStatuses', clock);
  const initContainers = statusesOf(status, 'initContainerStatuses', clock);
  const ready = conditionOf(status, 'Ready');
  const isOver = (state & (POD_SUCCEEDED | POD_FAILED)) !== 0;
  return {
    named: { meta: manifest.meta, manifest: owner === undefined ? manifest.manifest : undefined },
    template: cluster.templates.internPod(manifest.template),
    uid: podUids.of(uidOf(document)),
    owner,
    state,
    node,
    index: indexOf(manifest, owner),
    pinnedNode: owner?.kind === 'DaemonSet' ? node : -1,
    finalizers: stringsAt(metadata, 'finalizers').includes(JOB_TRACKING) ? JOB_TRACKING_FINALIZER : 0,
    createdMicros,
    boundMicros: node === -1 ? -1 : (sinceTrue(status, 'PodScheduled', clock) ?? startMicros),
    readyMicros: (state & POD_READY) === 0 ? -1 : (sinceTrue(status, 'Ready', clock) ?? startMicros),
    finishedMicros: isOver ? finishedAt(containers, ready && clock.timeAt(ready, 'lastTransitionTime')) : -1,
    deletionMicros: (state & POD_TERMINATING) === 0 ? -1 : deletionOf(metadata, clock),
    past: {
      startedMicros: startedAt(status, clock),
      isStuck: !isOver && [...initContainers, ...containers].some(isStuck),
      isForeign: owner === undefined && controllerOf(document) !== undefined,
    },
    status: reported(status, { initContainers, containers }),
    unschedulable: unschedulableOf(status, clock),
    disruption: disruptionOf(status, clock),
    nominatedNode: rowOf(cluster, stringAt(status, 'nominatedNodeName')),
  };
}

/** The pinned node and the name of an unbound pod of a DaemonSet are not needed: it is made for that node alone. */
function rowOf({ nodes }: Cluster, name: string): number {
  return name === '' ? -1 : nodes.rowOf(name);
}

function stateOf(metadata: JsonObject, status: JsonObject, node: number): number {
  const phase = PHASES[stringAt(status, 'phase')] ?? 0;
  const isTrue = (type: string) => stringAt(conditionOf(status, type) ?? {}, 'status') === 'True';
  return (
    POD_EXISTS |
    phase |
    (node === -1 ? 0 : POD_BOUND) |
    (phase === POD_RUNNING && isTrue('Ready') ? POD_READY : 0) |
    (isTrue('DisruptionTarget') ? POD_DISRUPTED : 0) |
    (stringAt(metadata, 'deletionTimestamp') === '' ? 0 : POD_TERMINATING)
  );
}

function indexOf({ meta }: PodManifest, owner: PodOwner | undefined): number {
  if (owner?.kind === 'StatefulSet') {
    const ordinal = meta.name.slice(owner.name.length + 1);
    return meta.name.startsWith(`${owner.name}-`) && /^\d+$/.test(ordinal) ? Number(ordinal) : -1;
  }
  const text = meta.annotations[JOB_COMPLETION_INDEX_LABEL] ?? meta.labels[JOB_COMPLETION_INDEX_LABEL];
  return owner?.kind === 'Job' && text !== undefined ? Number(text) : -1;
}

/** `deletionTimestamp` is the end of the grace period. */
function deletionOf(metadata: JsonObject, clock: StateClock): Micros {
  const graceMicros = countAt(metadata, 'deletionGracePeriodSeconds') * MICROS_PER_SECOND;
  return Math.min(0, clock.laterAt(metadata, 'deletionTimestamp')! - graceMicros);
}

function conditionOf(status: JsonObject, type: string): JsonObject | undefined {
  return objectsAt(status, 'conditions').find((condition) => condition.type === type);
}

function sinceTrue(status: JsonObject, type: string, clock: StateClock): Micros | undefined {
  const condition = conditionOf(status, type);
  return condition?.status === 'True' ? clock.timeAt(condition, 'lastTransitionTime') : undefined;
}

function unschedulableOf(status: JsonObject, clock: StateClock): ExistingPod['unschedulable'] {
  const condition = conditionOf(status, 'PodScheduled');
  if (condition?.status !== 'False' || condition.reason !== 'Unschedulable') return undefined;
  return { message: stringAt(condition, 'message'), sinceMicros: clock.timeAt(condition, 'lastTransitionTime') ?? 0 };
}

function disruptionOf(status: JsonObject, clock: StateClock): ExistingPod['disruption'] {
  const condition = conditionOf(status, 'DisruptionTarget');
  if (condition?.status !== 'True') return undefined;
  const sinceMicros = clock.timeAt(condition, 'lastTransitionTime') ?? 0;
  return { reason: stringAt(condition, 'reason'), message: stringAt(condition, 'message'), sinceMicros };
}

/** When the last of the containers that run was started; undefined where nothing tells. */
function startedAt(status: JsonObject, clock: StateClock): Micros | undefined {
  const times = objectsAt(status, 'containerStatuses').flatMap((container) => {
    return clock.timeAt(objectAt(objectAt(container, 'state'), 'running'), 'startedAt') ?? [];
  });
  return times.length === 0 ? undefined : Math.max(...times);
}

function finishedAt(containers: readonly ContainerStatus[], unreadyMicros: Micros | undefined): Micros {
  const times = containers.flatMap(({ finishedMicros }) => (finishedMicros === -1 ? [] : [finishedMicros]));
  return times.length > 0 ? Math.max(...times) : (unreadyMicros ?? 0);
}

function statusesOf(status: JsonObject, field: string, clock: StateClock): ContainerStatus[] {
  return objectsAt(status, field).map((container) => {
    const state = objectAt(container, 'state');
    const word = (['waiting', 'running', 'terminated'] as const).find((one) => state[one] !== undefined) ?? 'waiting';
    const ended = objectAt(word === 'terminated' ? state : objectAt(container, 'lastState'), 'terminated');
    const hasEnded = Object.keys(ended).length > 0;
    return {
      name: stringAt(container, 'name'),
      state: word,
      reason: word === 'running' ? '' : stringAt(objectAt(state, word), 'reason'),
      exitCode: hasEnded ? countAt(ended, 'exitCode') : -1,
      ready: container.ready === true,
      started: container.started === true,
      restartCount: countAt(container, 'restartCount'),
      finishedMicros: hasEnded ? (clock.timeAt(ended, 'finishedAt') ?? 0) : -1,
    };
  });
}

function isStuck({ state, reason }: ContainerStatus): boolean {
  return state === 'waiting' && !ON_ITS_WAY.has(reason);
}

/** Undefined for the many pods of which the phase says it all. */
function reported(
  status: JsonObject,
  containers: Pick<PodStatus, 'initContainers' | 'containers'>,
): PodStatus | undefined {
  const reason = stringAt(status, 'reason');
  const isTold = (one: ContainerStatus) => one.state === 'terminated' || one.restartCount > 0 || isStuck(one);
  const all = [...containers.initContainers, ...containers.containers];
  if (reason === '' && containers.initContainers.length === 0 && !all.some(isTold)) return undefined;
  return { ...containers, reason, message: stringAt(status, 'message') };
}
