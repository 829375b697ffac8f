import {
  type ApiError,
  call,
  type ObjectTable,
  type Process,
  type StatefulSet,
  type StatefulSetStatus,
} from '../../cluster/index.ts';
import { MICROS_PER_MILLI, type Micros } from '../../kernel/time.ts';
import type { ConsistencyStore } from '../consistencyStore.ts';
import type { SyncError } from '../workers.ts';
import {
  isCreated,
  isRunningAndAvailable,
  isRunningAndReady,
  isTerminating,
  type Replica,
  type Replicas,
  type Revisions,
} from './replicas.ts';

/** client-go's `retry.DefaultRetry`. */
const UPDATE_STEPS = 5;
const UPDATE_RETRY_MICROS = 10 * MICROS_PER_MILLI;

/** What a status says besides what it counts. */
export type StatusHead = Pick<
  StatefulSetStatus,
  'observedGeneration' | 'currentRevision' | 'updateRevision' | 'collisionCount' | 'conditions'
>;

/** Counts the pods (upstream's `updateStatus`): of the revisions only those that are not terminating. */
export function countReplicas(
  head: StatusHead,
  { replicas, condemned }: Replicas,
  minReadySeconds: number,
  nowMicros: Micros,
): StatefulSetStatus {
  const counts = { replicas: 0, readyReplicas: 0, availableReplicas: 0, currentReplicas: 0, updatedReplicas: 0 };
  const count = (replica: Replica) => {
    if (!isCreated(replica)) return;
    counts.replicas++;
    if (isRunningAndReady(replica)) {
      counts.readyReplicas++;
      if (isRunningAndAvailable(replica, minReadySeconds, nowMicros)) counts.availableReplicas++;
    }
    if (isTerminating(replica)) return;
    if (replica.revision === head.currentRevision) counts.currentReplicas++;
    if (replica.revision === head.updateRevision) counts.updatedReplicas++;
  };
  for (const replica of replicas) count(replica);
  for (const replica of condemned) count(replica);
  return { ...head, ...counts };
}

export function statusHead(set: StatefulSet, { current, update }: Revisions, collisionCount: number): StatusHead {
  return {
    observedGeneration: set.generation,
    currentRevision: current.meta.name,
    updateRevision: update.meta.name,
    collisionCount,
    conditions: set.status.conditions,
  };
}

/**
 * An update is complete when all pods are of its revision and ready, available or not (upstream's
 * `completeRollingUpdate`). Before 1.37 that held for rolling updates only, so that with OnDelete the current revision
 * never changed.
 */
export function completeUpdate({ spec }: StatefulSet, status: StatefulSetStatus, minor: number): StatefulSetStatus {
  if (spec.updateStrategyType !== 'RollingUpdate' && minor < 37) return status;
  const { replicas, readyReplicas, updatedReplicas, updateRevision } = status;
  if (updatedReplicas !== spec.replicas || readyReplicas !== spec.replicas || replicas !== spec.replicas) return status;
  return { ...status, currentReplicas: updatedReplicas, currentRevision: updateRevision };
}

/** Writes the status if it says anything new; after a conflict on the object as informers show it by then. */
export function* updateStatefulSetStatus(
  table: ObjectTable<StatefulSet>,
  set: StatefulSet,
  status: StatefulSetStatus,
  consistency: ConsistencyStore,
): Process<SyncError> {
  if (!isInconsistent(set.status, status)) return undefined;
  let base = set;
  for (let step = 1; ; step++) {
    const { error } = yield call(() => {
      const refusal = invalidCount(set, status) ?? putStatus(table, base, status);
      if (refusal === undefined) consistency.wroteAt(set.uid, table.get(set.uid)!.resourceVersion);
      return refusal;
    });
    if (error?.reason !== 'Conflict' || step === UPDATE_STEPS) return error;
    yield { kind: 'sleep', micros: UPDATE_RETRY_MICROS };
    base = table.cached(set.uid) ?? base;
  }
}

/** A PUT that changes nothing is no write, as everywhere in the API server. */
function putStatus(table: ObjectTable<StatefulSet>, base: StatefulSet, status: StatefulSetStatus) {
  const live = table.get(base.uid);
  const isSame = live?.resourceVersion === base.resourceVersion && !isInconsistent(live.status, status);
  return isSame ? undefined : table.update({ ...base, status });
}

/** Upstream's `inconsistentStatus`. */
function isInconsistent(before: StatefulSetStatus, after: StatefulSetStatus): boolean {
  return (
    after.observedGeneration > before.observedGeneration ||
    after.replicas !== before.replicas ||
    after.currentReplicas !== before.currentReplicas ||
    after.readyReplicas !== before.readyReplicas ||
    after.updatedReplicas !== before.updatedReplicas ||
    after.availableReplicas !== before.availableReplicas ||
    after.currentRevision !== before.currentRevision ||
    after.updateRevision !== before.updateRevision
  );
}

/**
 * The update phase takes a pod that it deletes off the current ones whatever its revision, which may leave fewer than
 * none: the API server refuses such a status, and the sync is tried again.
 */
function invalidCount({ meta }: StatefulSet, { currentReplicas }: StatefulSetStatus): ApiError | undefined {
  if (currentReplicas >= 0) return undefined;
  const message = `StatefulSet.apps "${meta.name}" is invalid: status.currentReplicas: Invalid value: ${currentReplicas}: must be greater than or equal to 0`;
  return { reason: 'Invalid', message };
}
