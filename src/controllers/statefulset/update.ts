import type { Process, StatefulSet } from '../../cluster/index.ts';
import type { ControllerContext, SyncError } from '../workers.ts';
import type { StatefulPodControl } from './podControl.ts';
import { isRunningAndAvailable, isTerminating, type Replica } from './replicas.ts';

/** What the update phase looks at: the set with all its replicas, whose pods are where they should be. */
export interface UpdatePhase {
  readonly context: ControllerContext;
  readonly podControl: StatefulPodControl;
  readonly set: StatefulSet;
  readonly replicas: readonly Replica[];
  /** Name of the revision that pods are to be of. */
  readonly updateRevision: string;
  readonly isUnavailable: (replica: Replica) => boolean;
  /** When the sync looked at the pods. */
  readonly nowMicros: number;
}

/** What the phase did: pods that it deleted, and what ended it before its end. */
export interface UpdateOutcome {
  readonly deleted: number;
  readonly error: SyncError;
}

const NOTHING: UpdateOutcome = { deleted: 0, error: undefined };

/** Deletes pods of older revisions, from the highest index down to the partition. */
export function* rollingUpdate(phase: UpdatePhase): Process<UpdateOutcome> {
  const { gates, version } = phase.context;
  if (!gates.MaxUnavailableStatefulSet) return yield* updateOneByOne(phase);
  return version.minor >= 37 ? yield* updateWithinBudget(phase) : yield* updateWithinBudgetBefore137(phase);
}

/** Without the gate: one pod at a time, and only while those above it are updated and available. */
function* updateOneByOne(phase: UpdatePhase): Process<UpdateOutcome> {
  const { set, replicas } = phase;
  for (let index = replicas.length - 1; index >= partitionOf(set); index--) {
    const replica = replicas[index]!;
    if (isOld(phase, replica)) return yield* deletePods(phase, [replica]);
    if (phase.isUnavailable(replica)) return NOTHING;
  }
  return NOTHING;
}

/**
 * With the gate before 1.37: what is unavailable anywhere, below the partition too, counts against maxUnavailable, old
 * pods that are broken as well. In Parallel mode enough of them stop the update for ever.
 */
function* updateWithinBudgetBefore137(phase: UpdatePhase): Process<UpdateOutcome> {
  return yield* deletePods(phase, candidates(phase).slice(0, budgetOf(phase)));
}

/**
 * With the gate from 1.37 on. In Parallel mode old pods that are unavailable anyway go all at once, past the budget, and
 * only then available ones within it.
 */
function* updateWithinBudget(phase: UpdatePhase): Process<UpdateOutcome> {
  if (phase.set.spec.podManagementPolicy !== 'Parallel') return yield* updateWithinBudgetBefore137(phase);
  const { minReadySeconds } = phase.set.spec;
  const isAvailable = (replica: Replica) => isRunningAndAvailable(replica, minReadySeconds, phase.nowMicros);
  const old = candidates(phase);
  const broken = old.filter((replica) => !isAvailable(replica));
  return yield* deletePods(phase, [...broken, ...old.filter(isAvailable).slice(0, budgetOf(phase))]);
}

/** How many more pods may become unavailable; 0 when there are too many already. */
function budgetOf({ set, replicas, isUnavailable }: UpdatePhase): number {
  let budget = maxUnavailableOf(set);
  for (let index = 0; index < replicas.length && budget > 0; index++) if (isUnavailable(replicas[index]!)) budget--;
  return budget;
}

/** A percentage of the replicas is rounded down, but one pod may always be unavailable. */
export function maxUnavailableOf({ spec }: StatefulSet): number {
  const maxUnavailable = spec.rollingUpdate?.maxUnavailable;
  if (maxUnavailable === undefined) return 1;
  const { value, isPercent } = maxUnavailable;
  return Math.max(1, isPercent ? Math.floor((value * spec.replicas) / 100) : value);
}

/** Pods that the update has yet to replace, highest index first. */
function candidates(phase: UpdatePhase): Replica[] {
  const { replicas, set } = phase;
  const old: Replica[] = [];
  for (let index = replicas.length - 1; index >= partitionOf(set); index--) {
    if (isOld(phase, replicas[index]!)) old.push(replicas[index]!);
  }
  return old;
}

/** Counted from the first replica, whatever its ordinal. */
function partitionOf({ spec }: StatefulSet): number {
  return spec.rollingUpdate?.partition ?? 0;
}

function isOld({ updateRevision }: UpdatePhase, replica: Replica): boolean {
  return replica.revision !== updateRevision && !isTerminating(replica);
}

function* deletePods({ podControl, set }: UpdatePhase, replicas: readonly Replica[]): Process<UpdateOutcome> {
  let deleted = 0;
  for (const replica of replicas) {
    const error = yield* podControl.deleteStatefulPod(set, replica);
    // A pod that has gone meanwhile is as good as deleted.
    if (error !== undefined && error.reason !== 'NotFound') return { deleted, error };
    deleted++;
  }
  return { deleted, error: undefined };
}
