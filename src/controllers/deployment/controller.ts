import {
  type Cluster,
  type Deployment,
  findCondition,
  isDeleting,
  type Process,
  type ReplicaSet,
} from '../../cluster/index.ts';
import { type ControllerContext, type SyncError, Workers } from '../workers.ts';
import { claimReplicaSets } from './claim.ts';
import { REASON } from './conditions.ts';
import { rolloutRecreate } from './recreate.ts';
import { rollback, rollbackTarget } from './rollback.ts';
import { rolloutRolling } from './rolling.ts';
import { isScalingEvent, syncScaleOnly, syncStatusOnly } from './scale.ts';
import { DeploymentSync } from './sync.ts';

/** Failures after which a Deployment waits for its next event. */
const MAX_RETRIES = 15;

/**
 * Rolls Deployments out over ReplicaSets, as upstream's pkg/controller/deployment does: RollingUpdate and Recreate,
 * proportional scaling, pauses, the progress deadline, the history of revisions, and rollbacks by annotation; behind
 * their gate also KEP-3973's policies for pods that terminate.
 *
 * Left out: the Event for an empty selector, which the API server refuses.
 */
export class DeploymentController {
  private readonly context: ControllerContext;
  private readonly cluster: Cluster;
  private readonly workers: Workers;

  constructor(context: ControllerContext) {
    this.context = context;
    this.cluster = context.cluster;
    this.workers = new Workers(context, {
      name: 'deployment-controller',
      concurrency: context.controlPlane.kubeControllerManager.concurrentDeploymentSyncs,
      maxRetries: MAX_RETRIES,
      sync: (uid) => this.syncDeployment(uid),
    });
    this.cluster.sendEventsAbout('Deployment', this.workers.client);
    this.cluster.deployments.listen((before, after) => this.workers.queue.add((after ?? before)!.uid));
    this.cluster.replicaSets.listen((before, after) => this.replicaSetChanged(before, after));
    this.cluster.listenPods((pod, _before, after) => {
      if (after === 0) this.podDeleted(pod);
    }, 'ReplicaSet');
  }

  private replicaSetChanged(before: ReplicaSet | undefined, after: ReplicaSet | undefined): void {
    if (before !== undefined && before.ownerUid !== -1) this.workers.queue.add(before.ownerUid);
    if (after === undefined) return;
    if (after.ownerUid !== -1) {
      this.workers.queue.add(after.ownerUid);
      return;
    }
    const isNews = before === undefined || before.ownerUid !== -1 || before.meta.labels !== after.meta.labels;
    if (!isNews) return;
    for (const deployment of this.cluster.deployments.cachedList()) {
      if (deployment.meta.namespace !== after.meta.namespace) continue;
      if (this.cluster.selects(deployment.spec.selector, after.meta.labels)) this.workers.queue.add(deployment.uid);
    }
  }

  /** The last old pod of a Recreate Deployment has gone. Pods otherwise reach it only through ReplicaSet statuses. */
  private podDeleted(pod: number): void {
    const owner = this.cluster.owners.get(this.cluster.pods.observedOwner[pod]!);
    if (owner === undefined || owner.present > 0) return;
    // By the ReplicaSet, which may have been adopted.
    const deployment = this.cluster.deployments.cached(this.cluster.replicaSets.cached(owner.uid)?.ownerUid ?? -1);
    if (deployment === undefined || deployment.spec.strategyType !== 'Recreate') return;
    const siblings = this.cluster.replicaSets.cachedOwnedBy(deployment.uid);
    if (siblings.every((sibling) => this.cluster.owners.get(sibling.uid)!.present === 0)) {
      this.workers.queue.add(deployment.uid);
    }
  }

  private *syncDeployment(uid: number): Process<SyncError> {
    const cached = this.cluster.deployments.cached(uid);
    if (cached === undefined) return undefined;
    const sync = new DeploymentSync(this.context, cached, this.workers.queue);
    const claimed = yield* claimReplicaSets(sync);
    if (claimed.error !== undefined) return claimed.error;
    const list = claimed.value;
    if (isDeleting(cached)) return yield* syncStatusOnly(sync, list);
    const pauseError = yield* this.checkPausedConditions(sync, cached);
    if (pauseError !== undefined) return pauseError;
    if (cached.spec.paused) return yield* syncScaleOnly(sync, list);
    const target = rollbackTarget(sync);
    if (target !== undefined) return yield* rollback(sync, list, target);
    // Upstream brings the revisions up to date here and once more, from the same list, in the step that follows. A
    // ReplicaSet that was written here is then out of date: the second write is refused, and the step is the next sync's.
    const known = yield* sync.replicaSets(list, false);
    if (known.error !== undefined) return known.error;
    if (isScalingEvent(sync, known.value)) return yield* syncScaleOnly(sync, list);
    return cached.spec.strategyType === 'Recreate'
      ? yield* rolloutRecreate(sync, list)
      : yield* rolloutRolling(sync, list);
  }

  /** Time spent paused does not count to the deadline: pausing and resuming each leave their mark. */
  private *checkPausedConditions(sync: DeploymentSync, deployment: Deployment): Process<SyncError> {
    if (!sync.hasProgressDeadline) return undefined;
    const current = findCondition(deployment.status.conditions, 'Progressing');
    if (current?.reason === REASON.progressDeadlineExceeded) return undefined;
    const isMarked = current?.reason === REASON.deploymentPaused;
    if (deployment.spec.paused && !isMarked) {
      sync.setCondition('Progressing', 'Unknown', REASON.deploymentPaused, 'Deployment is paused');
    } else if (!deployment.spec.paused && isMarked) {
      sync.setCondition('Progressing', 'Unknown', REASON.deploymentResumed, 'Deployment is resumed');
    } else {
      return undefined;
    }
    return yield* sync.writeStatus();
  }
}
