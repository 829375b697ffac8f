import {
  availableAtMicros,
  type Cluster,
  type ControllerRevision,
  POD_EXISTS,
  POD_FINISHED,
  POD_READY,
  POD_RUNNING,
  POD_TERMINATING,
  type StatefulSet,
} from '../../cluster/index.ts';
import type { Micros } from '../../kernel/time.ts';
import { isInOrdinalRange, type PodIdentities } from './identity.ts';

/** A place in the set: a pod as informers showed it when the sync began, or one that is still to be created. */
export interface Replica {
  readonly ordinal: number;
  /** Row of the pod, -1 for one that is still to be created. */
  readonly pod: number;
  readonly podUid: number;
  /** 0 for one that is still to be created. */
  readonly state: number;
  readonly readyMicros: Micros;
  /** Name of the revision that it is of, or will be made of. */
  readonly revision: string;
  /** Its labels give it this place (upstream's `identityMatches`). */
  readonly hasIdentity: boolean;
  /** Names of the claims that it mounts. */
  readonly claims: readonly string[];
}

export function isCreated({ state }: Replica): boolean {
  return state !== 0;
}

/** Phase Failed or Succeeded. */
export function isFinished({ state }: Replica): boolean {
  return (state & POD_FINISHED) !== 0;
}

export function isPending({ state }: Replica): boolean {
  return (state & (POD_EXISTS | POD_RUNNING | POD_FINISHED)) === POD_EXISTS;
}

export function isTerminating({ state }: Replica): boolean {
  return (state & POD_TERMINATING) !== 0;
}

export function isRunningAndReady({ state }: Replica): boolean {
  return (state & (POD_RUNNING | POD_READY)) === (POD_RUNNING | POD_READY);
}

/** Ready for `minReadySeconds`, terminating or not (upstream's `isRunningAndAvailable`). */
export function isRunningAndAvailable(replica: Replica, minReadySeconds: number, nowMicros: Micros): boolean {
  return (replica.state & POD_READY) !== 0 && availableAtMicros(replica.readyMicros, minReadySeconds) <= nowMicros;
}

/** The pods of a set, told apart by their place. */
export interface Replicas {
  /** One for each ordinal that the set has now, in ascending order. */
  readonly replicas: readonly Replica[];
  /** Pods of other ordinals, in descending order. */
  readonly condemned: readonly Replica[];
}

export interface Revisions {
  readonly current: ControllerRevision;
  readonly update: ControllerRevision;
}

/** The pods of a set as informers show them now; rows may be other pods' by the time that a request is answered. */
export function lookAtPods(
  cluster: Cluster,
  identities: PodIdentities,
  set: StatefulSet,
  rows: readonly number[],
): Replica[] {
  const { pods } = cluster;
  return rows.map((pod) => {
    const ordinal = identities.ordinalOf(pod);
    return {
      ordinal,
      pod,
      podUid: pods.uid[pod]!,
      state: pods.observed[pod]!,
      readyMicros: pods.readyMicros[pod]!,
      revision: identities.revisionOf(pod),
      hasIdentity: identities.matches(set, pod, ordinal),
      claims: cluster.claimsOf(pod),
    };
  });
}

/** Sorts the pods into their places and fills the empty ones (the first part of upstream's `updateStatefulSet`). */
export function partitionPods(set: StatefulSet, pods: readonly Replica[], revisions: Revisions): Replicas {
  const { replicas: replicaCount, ordinalsStart } = set.spec;
  const replicas: Replica[] = new Array(replicaCount);
  const condemned: Replica[] = [];
  for (const pod of pods) {
    if (pod.ordinal < 0) continue;
    if (isInOrdinalRange(set, pod.ordinal)) replicas[pod.ordinal - ordinalsStart] = pod;
    else condemned.push(pod);
  }
  for (let i = 0; i < replicaCount; i++) replicas[i] ??= newReplica(set, ordinalsStart + i, revisions);
  condemned.sort((a, b) => b.ordinal - a.ordinal);
  return { replicas, condemned };
}

/**
 * A pod to be created. Below the partition it is of the current revision, so that a pod that went comes back as it was
 * (upstream's `newVersionedStatefulSetPod`).
 */
function newReplica({ spec, status }: StatefulSet, ordinal: number, { current, update }: Revisions): Replica {
  const { updateStrategyType, rollingUpdate, ordinalsStart } = spec;
  // An explicit RollingUpdate without its block counts what the status says is still of the current revision.
  const block = updateStrategyType === 'RollingUpdate' ? status.currentReplicas : 0;
  const isCurrent = ordinal < ordinalsStart + (rollingUpdate === undefined ? block : rollingUpdate.partition);
  const revision = (isCurrent ? current : update).meta.name;
  return { ordinal, pod: -1, podUid: -1, state: 0, readyMicros: -1, revision, hasIdentity: true, claims: [] };
}
