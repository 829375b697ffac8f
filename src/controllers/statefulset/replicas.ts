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
import { isInOrdinalRange, PodIdentities } from './identity.ts';

/** A place in the set: a pod as informers showed it when the sync began, or one that is still to be created. */
export interface Replica {
  readonly ordinal: number;
  /** Row of the pod, -1 for one that is still to be created. */
  readonly pod: number;
  readonly podUid: number;
  /** 0 for one that is still to be created. */
  readonly state: number;
  readonly readyMicros: Micros;
  readonly labelSet: number;
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

const NOT_CREATED = { pod: -1, podUid: -1, state: 0, readyMicros: -1, labelSet: -1, hasIdentity: true, claims: [] };

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

/**
 * Pods as informers show them now; rows may be other pods' by the time that a request is answered. A pod of which nothing
 * has changed is the same object as the last time: a sync looks at all pods of its set, and mostly one has changed.
 */
export class PodViews {
  private readonly cluster: Cluster;
  private readonly identities: PodIdentities;
  private readonly views: (Replica | undefined)[] = [];

  constructor(cluster: Cluster) {
    this.cluster = cluster;
    this.identities = new PodIdentities(cluster);
  }

  /** @param rows pods of the set */
  of(set: StatefulSet, rows: Iterable<number>): Replica[] {
    const replicas: Replica[] = [];
    for (const pod of rows) {
      let view = this.views[pod];
      if (view === undefined || !this.isUnchanged(view)) {
        view = this.lookAt(set, pod);
        this.views[pod] = view;
      }
      replicas.push(view);
    }
    return replicas;
  }

  private isUnchanged({ pod, podUid, state, readyMicros, labelSet }: Replica): boolean {
    const { pods } = this.cluster;
    return (
      pods.observed[pod] === state &&
      pods.uid[pod] === podUid &&
      pods.readyMicros[pod] === readyMicros &&
      pods.labelSet[pod] === labelSet
    );
  }

  private lookAt(set: StatefulSet, pod: number): Replica {
    const { cluster, identities } = this;
    const { pods } = cluster;
    const ordinal = identities.ordinalOf(pod);
    return {
      ordinal,
      pod,
      podUid: pods.uid[pod]!,
      state: pods.observed[pod]!,
      readyMicros: pods.readyMicros[pod]!,
      labelSet: pods.labelSet[pod]!,
      revision: identities.revisionOf(pod),
      hasIdentity: identities.matches(set, pod, ordinal),
      claims: cluster.claimsOf(pod),
    };
  }
}

/** Of so many revisions the pods to be created are kept; sets ask for those of their two last ones. */
const MOST_REVISIONS = 256;

/** Pods to be created, by revision and ordinal: a set that is still growing asks for all of them in every sync. */
export class NewReplicas {
  private readonly byRevision = new Map<string, (Replica | undefined)[]>();

  of(ordinal: number, revision: string): Replica {
    let replicas = this.byRevision.get(revision);
    if (replicas === undefined) {
      replicas = [];
      if (this.byRevision.size === MOST_REVISIONS) this.byRevision.clear();
      this.byRevision.set(revision, replicas);
    }
    const known = replicas[ordinal];
    if (known !== undefined) return known;
    const replica = { ...NOT_CREATED, ordinal, revision };
    replicas[ordinal] = replica;
    return replica;
  }
}

/** Sorts the pods into their places and fills the empty ones (the first part of upstream's `updateStatefulSet`). */
export function partitionPods(
  set: StatefulSet,
  pods: readonly Replica[],
  revisions: Revisions,
  newReplicas: NewReplicas,
): Replicas {
  const { replicas: replicaCount, ordinalsStart } = set.spec;
  const replicas: Replica[] = new Array(replicaCount);
  const condemned: Replica[] = [];
  for (const pod of pods) {
    if (pod.ordinal < 0) continue;
    if (isInOrdinalRange(set, pod.ordinal)) replicas[pod.ordinal - ordinalsStart] = pod;
    else condemned.push(pod);
  }
  const firstUpdated = firstUpdatedOrdinal(set);
  for (let i = 0; i < replicaCount; i++) {
    const ordinal = ordinalsStart + i;
    const revision = ordinal < firstUpdated ? revisions.current : revisions.update;
    replicas[i] ??= newReplicas.of(ordinal, revision.meta.name);
  }
  condemned.sort((a, b) => b.ordinal - a.ordinal);
  return { replicas, condemned };
}

/**
 * From which ordinal on a pod is created of the new revision: below the partition one that went comes back as it was
 * (upstream's `newVersionedStatefulSetPod`).
 */
function firstUpdatedOrdinal({ spec, status }: StatefulSet): number {
  const { updateStrategyType, rollingUpdate, ordinalsStart } = spec;
  if (rollingUpdate !== undefined) return ordinalsStart + rollingUpdate.partition;
  // An explicit RollingUpdate without its block counts what the status says is still of the current revision.
  return ordinalsStart + (updateStrategyType === 'RollingUpdate' ? status.currentReplicas : 0);
}
