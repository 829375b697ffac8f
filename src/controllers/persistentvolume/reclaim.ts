import {
  type ApiError,
  type Cluster,
  call,
  isDeleting,
  type PersistentVolume,
  type Process,
} from '../../cluster/index.ts';
import { put, setVolumePhase } from './binding.ts';

/**
 * What becomes of a volume whose claim has gone: it is deleted, kept as it is for somebody to look at, or, by the
 * deprecated policy Recycle, emptied and free again (upstream's `reclaimVolume`).
 */
export function* reclaimVolume(cluster: Cluster, volume: PersistentVolume): Process<ApiError | undefined> {
  const { tables } = cluster;
  if (volume.status.phase !== 'Released') return yield* setVolumePhase(tables, volume, 'Released');
  switch (volume.spec.reclaimPolicy) {
    case 'Retain':
      return undefined;
    case 'Delete':
      return yield* deleteVolume(cluster, volume);
    case 'Recycle': {
      const free = { ...volume, spec: { ...volume.spec, claimRef: undefined }, claimUid: undefined };
      return (yield* put(tables.PersistentVolume, free)).error;
    }
  }
}

function* deleteVolume({ tables, kernel }: Cluster, volume: PersistentVolume): Process<ApiError | undefined> {
  if (isDeleting(volume)) return undefined;
  const { error } = yield call(() => tables.PersistentVolume.delete(volume.uid, kernel.nowMicros));
  return error?.reason === 'NotFound' ? undefined : error;
}
