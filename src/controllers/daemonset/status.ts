import {
  type ApiError,
  type Cluster,
  call,
  type DaemonSet,
  type DaemonSetStatus,
  notFound,
  type Process,
  read,
} from '../../cluster/index.ts';
import type { ConsistencyStore } from '../consistencyStore.ts';
import { type DaemonNodes, IS_AVAILABLE, IS_PRESENT, IS_READY, IS_SCHEDULED, IS_UPDATED } from './daemonNodes.ts';
import { SHOULD_RUN } from './nodeShouldRun.ts';

type Counts = Omit<DaemonSetStatus, 'observedGeneration' | 'collisionCount'>;

/** What the status says of nodes and pods: of each eligible node's pods the first counts, be it terminating. */
export function countNodes(nodes: DaemonNodes): Counts {
  let desiredNumberScheduled = 0;
  let currentNumberScheduled = 0;
  let numberMisscheduled = 0;
  let numberReady = 0;
  let updatedNumberScheduled = 0;
  let numberAvailable = 0;
  const { nodeBits, count } = nodes;
  for (let row = 0; row < count; row++) {
    const bits = nodeBits[row]!;
    if ((bits & IS_PRESENT) === 0) continue;
    if ((bits & SHOULD_RUN) === 0) {
      if ((bits & IS_SCHEDULED) !== 0) numberMisscheduled++;
      continue;
    }
    desiredNumberScheduled++;
    if ((bits & IS_SCHEDULED) !== 0) currentNumberScheduled++;
    if ((bits & IS_READY) !== 0) numberReady++;
    if ((bits & IS_AVAILABLE) !== 0) numberAvailable++;
    if ((bits & IS_UPDATED) !== 0) updatedNumberScheduled++;
  }
  return {
    desiredNumberScheduled,
    currentNumberScheduled,
    numberMisscheduled,
    numberReady,
    updatedNumberScheduled,
    numberAvailable,
    numberUnavailable: desiredNumberScheduled - numberAvailable,
  };
}

/**
 * Upstream's `storeDaemonSetStatus`: written if it changed, after a failure once more on the live object.
 *
 * @param updatesObservedGeneration false: the set was not acted on, only counted.
 */
export function* storeDaemonSetStatus(
  cluster: Cluster,
  set: DaemonSet,
  counts: Counts,
  updatesObservedGeneration: boolean,
  consistency: ConsistencyStore,
): Process<ApiError | undefined> {
  const { status, generation } = set;
  if (isSame(status, counts) && status.observedGeneration >= generation) return undefined;
  const sets = cluster.tables.DaemonSet;
  const updateStatus = (object: DaemonSet): ApiError | undefined => {
    const observedGeneration = updatesObservedGeneration ? generation : object.status.observedGeneration;
    const error = sets.update({ ...object, status: { ...object.status, ...counts, observedGeneration } });
    if (error === undefined) consistency.wroteAt(object.uid, sets.get(object.uid)!.resourceVersion);
    return error;
  };
  const first = yield call(() => updateStatus(set));
  if (first.error === undefined) return undefined;
  const live = yield* read(() => sets.get(set.uid));
  if (live === undefined) return notFound(sets.resource, set.meta.name);
  const second = yield call(() => updateStatus(live));
  return second.error;
}

function isSame(status: DaemonSetStatus, counts: Counts): boolean {
  return (Object.keys(counts) as (keyof Counts)[]).every((field) => status[field] === counts[field]);
}
