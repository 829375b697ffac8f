import {
  type Cluster,
  defaultStorageClass,
  findMatchingVolume,
  hasAccessModes,
  isDelayBindingMode,
  isDeleting,
  isFullyBound,
  isVolumeBoundToClaim,
  Lister,
  NO_PROVISIONER,
  type PersistentVolume,
  type PersistentVolumeClaim,
  type Process,
  SELECTED_NODE_ANNOTATION,
  type StorageClass,
  withStorageClass,
} from '../../cluster/index.ts';
import { type ControllerContext, createClient, type SyncError, Workers } from '../workers.ts';
import { bind, put, setClaimPhase, setVolumePhase } from './binding.ts';
import { DEFAULT_PROVISIONER, Provisioner, STORAGE_PROVISIONER_ANNOTATION } from './provisioner.ts';
import { reclaimVolume } from './reclaim.ts';

const NAME = 'persistentvolume-binder';

/**
 * Binds claims to volumes, those of the input or new ones, and gives free what claims leave behind, as upstream's
 * pkg/controller/volume/persistentvolume does; a provisioner beside it stands for CSI drivers.
 *
 * Left out: the look at everything each 15 seconds (whatever could change then is an event here), selectors of claims,
 * volume modes, and attaching. An input without any StorageClass is taken to be of a cluster that makes volumes which
 * every node reaches, for claims that name no class.
 */
export class PersistentVolumeController {
  private readonly cluster: Cluster;
  private readonly claims: Lister<PersistentVolumeClaim>;
  private readonly volumes: Lister<PersistentVolume>;
  private readonly classes: Lister<StorageClass>;
  private readonly claimWorker: Workers;
  private readonly volumeWorker: Workers;

  constructor(context: ControllerContext) {
    const { cluster, controlPlane } = context;
    const { tables } = cluster;
    this.cluster = cluster;
    this.claims = new Lister(tables.PersistentVolumeClaim);
    this.volumes = new Lister(tables.PersistentVolume);
    this.classes = new Lister(tables.StorageClass);
    const client = createClient(context, NAME, controlPlane.kubeControllerManager);
    cluster.sendEventsAbout('PersistentVolumeClaim', client);
    const worker = (name: string, sync: (uid: number) => Process<SyncError>) =>
      new Workers(context, { name: `${NAME}/${name}`, concurrency: 1, client, sync });
    this.claimWorker = worker('claims', (uid) => this.syncClaim(uid));
    this.volumeWorker = worker('volumes', (uid) => this.syncVolume(uid));
    new Provisioner(context, this.classes);
    tables.PersistentVolumeClaim.listen((before, after) => this.claimChanged(before, after));
    tables.PersistentVolume.listen((before, after) => this.volumeChanged(before, after));
    tables.StorageClass.listen(() => this.wakePendingClaims());
  }

  // ---- what wakes it ----

  private claimChanged(before: PersistentVolumeClaim | undefined, after: PersistentVolumeClaim | undefined): void {
    if (after !== undefined) {
      this.claimWorker.queue.add(after.uid);
      return;
    }
    const volume = this.volumes.get('', before!.spec.volumeName);
    if (volume !== undefined) this.volumeWorker.queue.add(volume.uid);
  }

  private volumeChanged(before: PersistentVolume | undefined, after: PersistentVolume | undefined): void {
    if (after === undefined) {
      const claim = this.claimOf(before!);
      if (claim !== undefined) this.claimWorker.queue.add(claim.uid);
      return;
    }
    this.volumeWorker.queue.add(after.uid);
    // A volume that has become free may be what a claim waits for: upstream looks every 15 seconds.
    const isFree = after.status.phase === 'Available' && before?.status.phase !== 'Available';
    if (isFree || (isNew(before) && !isNew(after))) this.wakePendingClaims();
  }

  private wakePendingClaims(): void {
    for (const claim of this.claims.list()) {
      if (claim.status.phase === 'Pending') this.claimWorker.queue.add(claim.uid);
    }
  }

  private claimOf({ spec: { claimRef = '' }, claimUid }: PersistentVolume): PersistentVolumeClaim | undefined {
    const [namespace = '', name = ''] = claimRef.split('/');
    const claim = this.claims.get(namespace, name);
    return claimUid === undefined || claim?.uid === claimUid ? claim : undefined;
  }

  // ---- claims ----

  private *syncClaim(uid: number): Process<SyncError> {
    const claim = this.cluster.tables.PersistentVolumeClaim.cached(uid);
    if (claim === undefined) return undefined;
    if (isFullyBound(claim)) return yield* this.syncBoundClaim(claim);
    if (isDeleting(claim)) return undefined;
    return claim.spec.volumeName === '' ? yield* this.findVolume(claim) : yield* this.bindToNamed(claim);
  }

  /** Upstream's `syncUnboundClaim` of a claim that names no volume. */
  private *findVolume(claim: PersistentVolumeClaim): Process<SyncError> {
    const { tables } = this.cluster;
    const storageClass = this.classOf(claim);
    const isDelayBinding = isDelayBindingMode(storageClass);
    const volume = findMatchingVolume(claim, this.volumes.list(), { isDelayBinding });
    if (volume !== undefined) return yield* bind(tables, volume, claim);
    const assigned = this.withDefaultClass(claim);
    if (assigned !== claim) return (yield* put(tables.PersistentVolumeClaim, assigned)).error;
    if (isDelayBinding && !(SELECTED_NODE_ANNOTATION in claim.meta.annotations)) {
      this.cluster.recordEvent(
        claim,
        'WaitForFirstConsumer',
        'waiting for first consumer to be created before binding',
      );
      return undefined;
    }
    return yield* this.provision(claim, storageClass);
  }

  private classOf({ spec }: PersistentVolumeClaim): StorageClass | undefined {
    return this.classes.get('', spec.storageClassName ?? '');
  }

  /** A default class that came after the claim is its class too. */
  private withDefaultClass(claim: PersistentVolumeClaim): PersistentVolumeClaim {
    if (claim.spec.storageClassName !== undefined) return claim;
    const storageClass = defaultStorageClass(this.classes.list());
    return storageClass === undefined ? claim : withStorageClass(claim, storageClass.meta.name);
  }

  /** Hands the claim over to the provisioner of its class, if it has one (upstream's `provisionClaim`). */
  private *provision(claim: PersistentVolumeClaim, storageClass: StorageClass | undefined): Process<SyncError> {
    const provisioner = this.provisionerOf(claim, storageClass);
    if (provisioner === undefined) return undefined;
    if (claim.meta.annotations[STORAGE_PROVISIONER_ANNOTATION] === provisioner) return undefined;
    const annotations = { ...claim.meta.annotations, [STORAGE_PROVISIONER_ANNOTATION]: provisioner };
    const next = { ...claim, meta: { ...claim.meta, annotations } };
    return (yield* put(this.cluster.tables.PersistentVolumeClaim, next)).error;
  }

  /** Who makes volumes for the claim; where nobody does, the claim is told why and stays pending. */
  private provisionerOf(claim: PersistentVolumeClaim, storageClass: StorageClass | undefined): string | undefined {
    const { storageClassName } = claim.spec;
    if (storageClass !== undefined && storageClass.spec.provisioner !== NO_PROVISIONER) {
      return storageClass.spec.provisioner;
    }
    if (storageClassName === undefined && this.classes.size === 0) {
      return this.isVolumeNew() ? undefined : DEFAULT_PROVISIONER;
    }
    if (storageClass === undefined && storageClassName !== undefined && storageClassName !== '') {
      this.cluster.recordEvent(
        claim,
        'ProvisioningFailed',
        `storageclass.storage.k8s.io "${storageClassName}" not found`,
      );
    } else {
      const message = 'no persistent volumes available for this claim and no storage class is set';
      this.cluster.recordEvent(claim, 'FailedBinding', message);
    }
    return undefined;
  }

  /** The input has volumes that have not been looked at yet: one of them may be the claim's. */
  private isVolumeNew(): boolean {
    for (const volume of this.volumes.list()) if (isNew(volume)) return true;
    return false;
  }

  /** Upstream's `syncUnboundClaim` of a claim that names its volume. */
  private *bindToNamed(claim: PersistentVolumeClaim): Process<SyncError> {
    const volume = this.volumes.get('', claim.spec.volumeName);
    if (volume === undefined || isDeleting(volume)) return undefined;
    if (volume.spec.claimRef !== undefined) {
      return isVolumeBoundToClaim(volume, claim) ? yield* bind(this.cluster.tables, volume, claim) : undefined;
    }
    const problem = misfit(volume, claim);
    if (problem === undefined) return yield* bind(this.cluster.tables, volume, claim);
    const message = `Cannot bind to requested volume "${volume.meta.name}": ${problem}`;
    this.cluster.recordEvent(claim, 'VolumeMismatch', message);
    return undefined;
  }

  private *syncBoundClaim(claim: PersistentVolumeClaim): Process<SyncError> {
    const volume = this.volumes.get('', claim.spec.volumeName);
    if (volume !== undefined && isVolumeBoundToClaim(volume, claim)) return undefined;
    const [reason, message] =
      volume === undefined
        ? ['ClaimLost', 'Bound claim has lost its PersistentVolume. Data on the volume is lost!']
        : ['ClaimMisbound', 'Two claims are bound to the same volume, this one is bound incorrectly'];
    this.cluster.recordEvent(claim, reason, message);
    return yield* setClaimPhase(this.cluster.tables, claim, 'Lost');
  }

  // ---- volumes ----

  private *syncVolume(uid: number): Process<SyncError> {
    const { tables } = this.cluster;
    const volume = tables.PersistentVolume.cached(uid);
    if (volume === undefined) return undefined;
    if (volume.spec.claimRef === undefined) return yield* setVolumePhase(tables, volume, 'Available');
    const claim = this.claimOf(volume);
    if (claim === undefined) {
      // Without a uid it is only reserved for a claim that may come.
      if (volume.claimUid === undefined) return yield* setVolumePhase(tables, volume, 'Available');
      return yield* reclaimVolume(this.cluster, volume);
    }
    if (claim.spec.volumeName === '') {
      if (volume.claimUid === undefined) {
        const error = yield* setVolumePhase(tables, volume, 'Available');
        if (error !== undefined) return error;
      }
      this.claimWorker.queue.add(claim.uid);
      return undefined;
    }
    if (claim.spec.volumeName === volume.meta.name) return yield* setVolumePhase(tables, volume, 'Bound');
    return volume.claimUid === undefined ? undefined : yield* reclaimVolume(this.cluster, volume);
  }
}

/** A volume of the input that has not been looked at. */
function isNew(volume: PersistentVolume | undefined): boolean {
  return volume?.status.phase === 'Pending' && volume.claimUid === undefined;
}

/** Why a volume that a claim asks for is not fit for it (upstream's `checkVolumeSatisfyClaim`). */
function misfit(volume: PersistentVolume, claim: PersistentVolumeClaim): string | undefined {
  if (volume.spec.capacityBytes < claim.spec.requestBytes) return 'requested PV is too small';
  if (volume.spec.storageClassName !== (claim.spec.storageClassName ?? '')) return 'storageClassName does not match';
  return hasAccessModes(volume, claim) ? undefined : 'incompatible accessMode';
}
