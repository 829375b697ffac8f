import {
  type Cluster,
  type DaemonSet,
  type Deployment,
  POD_EXISTS,
  POD_FINISHED,
  POD_READY,
  type ReplicaSet,
  type ReplicationController,
  type StatefulSet,
} from '../cluster/index.ts';
import { isRolledOut, isRollingOut } from '../metrics/rolloutStatus.ts';

type Lasting = Deployment | ReplicaSet | ReplicationController | StatefulSet | DaemonSet;

/**
 * What was not ready before the run, although nothing was under way: a real cluster has something of that sort most of the
 * time, and nobody waits for it. To be made before the run; a workload whose spec changes is waited for again.
 */
export class LongUnready {
  private readonly generations = new Map<number, number>();
  private readonly podUids: ReadonlySet<number>;

  constructor(cluster: Cluster) {
    for (const workload of lastingWorkloads(cluster)) {
      if (isReady(workload) || isUnderWay(workload)) continue;
      this.generations.set(workload.uid, workload.generation);
    }
    this.podUids = new Set(unreadyBarePods(cluster).map((pod) => cluster.pods.uid[pod]!));
  }

  hasWorkload({ uid, generation }: Lasting): boolean {
    return this.generations.get(uid) === generation;
  }

  hasPod(uid: number): boolean {
    return this.podUids.has(uid);
  }
}

/**
 * Every workload that stays is as its spec says and ready: what a step without a time waits for. Jobs come and go, and
 * hold nothing up.
 */
export function isEverythingReady(cluster: Cluster, except: LongUnready): boolean {
  return (
    lastingWorkloads(cluster).every((workload) => isReady(workload) || except.hasWorkload(workload)) &&
    unreadyBarePods(cluster).every((pod) => except.hasPod(cluster.pods.uid[pod]!))
  );
}

function lastingWorkloads({ tables }: Cluster): Lasting[] {
  return [
    ...tables.Deployment.list(),
    ...tables.ReplicaSet.list().filter(({ ownerUid }) => ownerUid === -1),
    ...tables.ReplicationController.list(),
    ...tables.StatefulSet.list(),
    ...tables.DaemonSet.list(),
  ];
}

function isUnderWay(workload: Lasting): boolean {
  if (workload.kind === 'ReplicaSet' || workload.kind === 'ReplicationController') return false;
  return isRollingOut(workload);
}

function isReady(workload: Lasting): boolean {
  switch (workload.kind) {
    case 'Deployment':
      return isDeploymentReady(workload);
    case 'ReplicaSet':
    case 'ReplicationController':
      return isReplicaSetReady(workload);
    case 'StatefulSet':
      return isStatefulSetReady(workload);
    case 'DaemonSet':
      return isDaemonSetReady(workload);
  }
}

/** As `kubectl rollout status` sees it; a paused Deployment only has to be available. */
function isDeploymentReady({ generation, spec, status }: Deployment): boolean {
  if (status.observedGeneration < generation || status.availableReplicas < spec.replicas) return false;
  return spec.paused || (status.updatedReplicas >= spec.replicas && status.replicas <= status.updatedReplicas);
}

function isReplicaSetReady({ generation, spec, status }: ReplicaSet | ReplicationController): boolean {
  return status.observedGeneration >= generation && status.availableReplicas === spec.replicas;
}

/** With OnDelete nobody waits for pods of the new template. */
function isStatefulSetReady(set: StatefulSet): boolean {
  const { generation, spec, status } = set;
  if (status.observedGeneration < generation || status.availableReplicas < spec.replicas) return false;
  return status.replicas === spec.replicas && (spec.updateStrategyType === 'OnDelete' || isRolledOut(set));
}

function isDaemonSetReady(set: DaemonSet): boolean {
  const { generation, spec, status } = set;
  if (status.observedGeneration < generation || status.numberUnavailable > 0) return false;
  return spec.updateStrategyType === 'OnDelete' || isRolledOut(set);
}

function unreadyBarePods(cluster: Cluster): number[] {
  return cluster.barePods().filter((pod) => {
    const state = cluster.pods.state[pod]!;
    return (state & POD_EXISTS) !== 0 && (state & (POD_READY | POD_FINISHED)) === 0;
  });
}
