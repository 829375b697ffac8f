import { type Cluster, call, isTerminating, type Process } from '../../cluster/index.ts';
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
    this.cluster.deployments.listen((before, after) => {
      if (after === undefined) this.workers.queue.add(before!.uid);
    });
    this.cluster.replicaSets.listen((before, after) => {
      if (after === undefined) this.workers.queue.add(before!.uid);
      else if (after.ownerUid !== before?.ownerUid) this.ownerNamed(after.ownerUid);
    });
    this.cluster.listenPods((pod, before, after, _at, ownerBefore) => {
      const uid = this.cluster.pods.observedOwner[pod]!;
      if (after !== 0 && (before === 0 || uid !== ownerBefore)) this.ownerNamed(uid);
    });
  }

  /** An object came to an owner that may have gone while the request to create or adopt it was under way. */
  private ownerNamed(uid: number): void {
    const { tables, deployments, owners } = this.cluster;
    const kind = owners.get(uid)?.kind;
    const isThere = uid === -1 || (kind === undefined ? deployments : tables[kind]).cached(uid) !== undefined;
    if (!isThere) this.workers.queue.add(uid);
  }

  private *deleteDependents(uid: number): Process<SyncError> {
    const { pods, replicaSets } = this.cluster;
    for (const dependent of replicaSets.cachedOwnedBy(uid)) {
      const { error } = yield call(() => {
        const isOwned = replicaSets.get(dependent.uid)?.ownerUid === uid;
        return isOwned ? replicaSets.delete(dependent.uid) : undefined;
      });
      if (error !== undefined && error.reason !== 'NotFound') return error;
    }
    for (const pod of this.podsOf(uid)) {
      // By now the pod may be gone, and its row another one's.
      const isOwned = () => pods.state[pod] !== 0 && pods.owner[pod] === uid;
      if (isOwned()) yield call(() => (isOwned() ? this.cluster.deletePod(pod) : undefined));
    }
    return undefined;
  }

  /** Rows of the owner's pods that nobody deletes yet. */
  private podsOf(uid: number): number[] {
    const pods: number[] = [];
    const first = this.cluster.owners.get(uid)?.firstPod ?? -1;
    for (let pod = first; pod !== -1; pod = this.cluster.pods.nextOfOwner[pod]!) {
      if (!isTerminating(this.cluster.pods.observed[pod]!)) pods.push(pod);
    }
    return pods;
  }
}
