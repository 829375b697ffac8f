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
import { isRolledOut } from '../metrics/rolloutStatus.ts';

/**
 * Every workload that stays is as its spec says and ready: what a step without a time waits for. Jobs come and go, and
 * hold nothing up.
 */
export function isEverythingReady(cluster: Cluster): boolean {
  const { tables } = cluster;
  return (
    tables.Deployment.list().every(isDeploymentReady) &&
    tables.ReplicaSet.list().every((replicaSet) => replicaSet.ownerUid !== -1 || isReplicaSetReady(replicaSet)) &&
    tables.ReplicationController.list().every(isReplicaSetReady) &&
    tables.StatefulSet.list().every(isStatefulSetReady) &&
    tables.DaemonSet.list().every(isDaemonSetReady) &&
    areBarePodsReady(cluster)
  );
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

function areBarePodsReady(cluster: Cluster): boolean {
  return cluster.barePods().every((pod) => {
    const state = cluster.pods.state[pod]!;
    return (state & POD_EXISTS) === 0 || (state & (POD_READY | POD_FINISHED)) !== 0;
  });
}
