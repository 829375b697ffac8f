import { type Cluster, call, type Deployment, type Process, type ReplicaSet } from '../../cluster/index.ts';
import { type ControllerContext, type SyncError, Workers } from '../workers.ts';

/**
 * Deletes what a deleted owner leaves behind (background propagation of pkg/controller/garbagecollector): ReplicaSets
 * of a Deployment, pods of a ReplicaSet, one request each.
 */
export class GarbageCollector {
  private readonly cluster: Cluster;
  private readonly workers: Workers;

  constructor(context: ControllerContext) {
    this.cluster = context.cluster;
    this.workers = new Workers(context, {
      name: 'garbage-collector',
      concurrency: context.controlPlane.kubeControllerManager.concurrentGcSyncs,
      sync: (uid) => this.deleteDependents(uid),
    });
    this.cluster.deployments.listen((before, after) => this.ownerChanged(before, after));
    this.cluster.replicaSets.listen((before, after) => this.ownerChanged(before, after));
    this.cluster.listenPods((pod, before) => {
      const uid = this.cluster.pods.observedOwner[pod]!;
      // A pod whose owner went while the request to create it was under way.
      if (before === 0 && uid !== -1 && this.cluster.replicaSets.cached(uid) === undefined) this.workers.queue.add(uid);
    });
  }

  private ownerChanged(before: Deployment | ReplicaSet | undefined, after: Deployment | ReplicaSet | undefined): void {
    if (after === undefined && before !== undefined) this.workers.queue.add(before.uid);
  }

  private *deleteDependents(uid: number): Process<SyncError> {
    const { cluster } = this;
    for (const dependent of cluster.replicaSets.cachedOwnedBy(uid)) {
      const { error } = yield call(() => cluster.replicaSets.delete(dependent.uid));
      if (error !== undefined && error.reason !== 'NotFound') return error;
    }
    const owner = cluster.owners.get(uid);
    if (owner === undefined) return undefined;
    for (const pod of this.podsOf(uid)) {
      const podUid = cluster.pods.uid[pod]!;
      yield call(() => {
        const isSame = cluster.pods.uid[pod] === podUid && cluster.pods.owner[pod] === uid;
        return isSame && cluster.pods.state[pod] !== 0 ? cluster.deletePod(pod) : undefined;
      });
    }
    return undefined;
  }

  private podsOf(uid: number): number[] {
    const pods: number[] = [];
    const first = this.cluster.owners.get(uid)?.firstPod ?? -1;
    for (let pod = first; pod !== -1; pod = this.cluster.pods.nextOfOwner[pod]!) pods.push(pod);
    return pods;
  }
}
