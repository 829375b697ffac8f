import { withSpec } from './claims.ts';
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from './objects.ts';

/** A class of this provisioner stands for volumes that somebody makes by hand. */
export const NO_PROVISIONER = 'kubernetes.io/no-provisioner';

/** The claim has its volume, and both say so. */
export function isFullyBound({ spec, status }: PersistentVolumeClaim): boolean {
  return spec.volumeName !== '' && status.phase === 'Bound';
}

/** The volume names this claim, and no other one that had its name before (upstream's `IsVolumeBoundToClaim`). */
export function isVolumeBoundToClaim(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  if (volume.spec.claimRef !== `${claim.meta.namespace}/${claim.meta.name}`) return false;
  return volume.claimUid === undefined || volume.claimUid === claim.uid;
}

/** The claim waits for a pod, so that its volume can be where the pod is (upstream's `IsDelayBindingMode`). */
export function isDelayBindingMode(storageClass: StorageClass | undefined): boolean {
  return storageClass?.spec.volumeBindingMode === 'WaitForFirstConsumer';
}

export function hasAccessModes({ spec }: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  return claim.spec.accessModes.every((mode) => spec.accessModes.includes(mode));
}

export interface VolumeMatch {
  /** The volume binder passes over volumes that wait for a pod; the scheduler does not. */
  readonly isDelayBinding: boolean;
  /** Whether the chosen node can reach the volume; undefined where no node is chosen. */
  readonly isReachable?: (volume: PersistentVolume) => boolean;
  readonly isExcluded?: (volume: PersistentVolume) => boolean;
}

/**
 * The volume that a claim gets: the one that names it, else the smallest that is free and large enough (upstream's
 * `FindMatchingVolume`). Of equally small ones the first; the volume binder spares volumes with further access modes.
 */
export function findMatchingVolume(
  claim: PersistentVolumeClaim,
  volumes: Iterable<PersistentVolume>,
  { isDelayBinding, isReachable, isExcluded }: VolumeMatch,
): PersistentVolume | undefined {
  let smallest: PersistentVolume | undefined;
  for (const volume of volumes) {
    if (isExcluded?.(volume) === true || volume.deletionMicros !== undefined) continue;
    if (volume.spec.capacityBytes < claim.spec.requestBytes) continue;
    if (volume.spec.claimRef !== undefined) {
      if (!isVolumeBoundToClaim(volume, claim)) continue;
      return isReachable === undefined || isReachable(volume) ? volume : undefined;
    }
    if (isReachable === undefined && isDelayBinding) continue;
    if (!isFree(volume, claim) || isReachable?.(volume) === false) continue;
    if (smallest === undefined || isBetter(volume, smallest, isReachable === undefined)) smallest = volume;
  }
  return smallest;
}

function isFree(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  if (volume.status.phase !== 'Available' || !hasAccessModes(volume, claim)) return false;
  return volume.spec.storageClassName === (claim.spec.storageClassName ?? '');
}

function isBetter({ spec: a }: PersistentVolume, { spec: b }: PersistentVolume, sparesModes: boolean): boolean {
  if (sparesModes && a.accessModes.length !== b.accessModes.length) return a.accessModes.length < b.accessModes.length;
  return a.capacityBytes < b.capacityBytes;
}

/** The volume with the claim's reference; itself where it has that. */
export function boundTo(volume: PersistentVolume, claim: PersistentVolumeClaim): PersistentVolume {
  const claimRef = `${claim.meta.namespace}/${claim.meta.name}`;
  if (volume.spec.claimRef === claimRef && volume.claimUid === claim.uid) return volume;
  return { ...withSpec(volume, { claimRef }), claimUid: claim.uid };
}
