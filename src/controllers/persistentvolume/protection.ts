import {
  type Cluster,
  call,
  isDeleting,
  isHeldBy,
  Lister,
  type PersistentVolume,
  type PersistentVolumeClaim,
  POD_BOUND,
  POD_EXISTS,
  POD_FINISHED,
  type Process,
  PV_PROTECTION_FINALIZER,
  PVC_PROTECTION_FINALIZER,
} from '../../cluster/index.ts';
import { type ControllerContext, type SyncError, Workers } from '../workers.ts';

/** Upstream starts one worker for each of the two. */
const CONCURRENCY = 1;

/**
 * Lets a deleted claim go when no pod uses it any more (upstream's pkg/controller/volume/pvcprotection). A pod uses its
 * claims from the moment in which it has a node until it is gone.
 */
export class PVCProtectionController {
  private readonly cluster: Cluster;
  private readonly claims: Lister<PersistentVolumeClaim>;
  private readonly workers: Workers;
  /** Live pods by `namespace/name` of a claim. */
  private readonly podsByClaim = new Map<string, Set<number>>();

  constructor(context: ControllerContext) {
    const { cluster } = context;
    this.cluster = cluster;
    this.claims = new Lister(cluster.tables.PersistentVolumeClaim);
    this.workers = new Workers(context, {
      name: 'pvc-protection-controller',
      concurrency: CONCURRENCY,
      sync: (uid) => this.sync(uid),
    });
    cluster.tables.PersistentVolumeClaim.listen((_before, after) => {
      if (after !== undefined && isHeldBy(after, PVC_PROTECTION_FINALIZER)) this.workers.queue.add(after.uid);
    });
    // Before a claim goes upstream lists the live pods: this is that list.
    cluster.observePods((pod, before, after) => this.keepPod(pod, before, after));
    cluster.listenPods((pod, _before, after) => this.podChanged(pod, after));
  }

  private keepPod(pod: number, before: number, after: number): void {
    if (before !== 0 && after !== 0) return;
    for (const claim of this.cluster.claimsOf(pod)) {
      const key = `${this.cluster.podNamespace(pod)}/${claim}`;
      const pods = this.podsByClaim.get(key) ?? new Set();
      if (after === 0) pods.delete(pod);
      else pods.add(pod);
      if (pods.size === 0) this.podsByClaim.delete(key);
      else this.podsByClaim.set(key, pods);
    }
  }

  /** Only a pod that is gone or has finished can let a claim go. */
  private podChanged(pod: number, after: number): void {
    if (after !== 0 && (after & POD_FINISHED) === 0) return;
    for (const name of this.cluster.claimsOf(pod)) {
      const claim = this.claims.get(this.cluster.podNamespace(pod), name);
      if (claim !== undefined && isDeleting(claim)) this.workers.queue.add(claim.uid);
    }
  }

  private *sync(uid: number): Process<SyncError> {
    const table = this.cluster.tables.PersistentVolumeClaim;
    const claim = table.cached(uid);
    if (claim === undefined || !isHeldBy(claim, PVC_PROTECTION_FINALIZER) || this.isUsed(claim)) return undefined;
    const { error } = yield call(() => table.removeFinalizer(uid, PVC_PROTECTION_FINALIZER));
    return error?.reason === 'NotFound' ? undefined : error;
  }

  private isUsed({ meta }: PersistentVolumeClaim): boolean {
    const { pods } = this.cluster;
    for (const pod of this.podsByClaim.get(`${meta.namespace}/${meta.name}`) ?? []) {
      if ((pods.state[pod]! & (POD_EXISTS | POD_BOUND)) === (POD_EXISTS | POD_BOUND)) return true;
    }
    return false;
  }
}

/** Lets a deleted volume go when it is bound to no claim any more (upstream's pkg/controller/volume/pvprotection). */
export class PVProtectionController {
  constructor(context: ControllerContext) {
    const table = context.cluster.tables.PersistentVolume;
    const workers = new Workers(context, {
      name: 'pv-protection-controller',
      concurrency: CONCURRENCY,
      *sync(uid): Process<SyncError> {
        const volume = table.cached(uid);
        if (volume === undefined || !isReleasable(volume)) return undefined;
        const { error } = yield call(() => table.removeFinalizer(uid, PV_PROTECTION_FINALIZER));
        return error?.reason === 'NotFound' ? undefined : error;
      },
    });
    table.listen((_before, after) => {
      if (after !== undefined && isReleasable(after)) workers.queue.add(after.uid);
    });
  }
}

function isReleasable(volume: PersistentVolume): boolean {
  return isHeldBy(volume, PV_PROTECTION_FINALIZER) && volume.status.phase !== 'Bound';
}
