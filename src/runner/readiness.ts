import {
  type Cluster,
  type Deployment,
  POD_EXISTS,
  POD_FINISHED,
  POD_READY,
  type ReplicaSet,
} from '../cluster/index.ts';

/** Every workload is as its spec says and ready: what a step without a time waits for. */
export function isEverythingReady(cluster: Cluster): boolean {
  return (
    cluster.deployments.list().every(isDeploymentReady) &&
    cluster.replicaSets.list().every((replicaSet) => replicaSet.ownerUid !== -1 || isReplicaSetReady(replicaSet)) &&
    areBarePodsReady(cluster)
  );
}

/** As `kubectl rollout status` sees it; a paused Deployment only has to be available. */
function isDeploymentReady({ generation, spec, status }: Deployment): boolean {
  if (status.observedGeneration < generation || status.availableReplicas < spec.replicas) return false;
  return spec.paused || (status.updatedReplicas >= spec.replicas && status.replicas <= status.updatedReplicas);
}

function isReplicaSetReady({ generation, spec, status }: ReplicaSet): boolean {
  return status.observedGeneration >= generation && status.availableReplicas === spec.replicas;
}

function areBarePodsReady(cluster: Cluster): boolean {
  return cluster.barePods().every((pod) => {
    const state = cluster.pods.state[pod]!;
    return (state & POD_EXISTS) === 0 || (state & (POD_READY | POD_FINISHED)) !== 0;
  });
}
