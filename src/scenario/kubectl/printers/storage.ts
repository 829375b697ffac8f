/** Columns of claims, volumes and their classes. */
import { objectAt, stringAt } from '../../../api/decode/read.ts';
import type { JsonObject } from '../../../api/types.ts';
import {
  isDeleting,
  type PersistentVolume,
  type PersistentVolumeClaim,
  type Stored,
} from '../../../cluster/objects.ts';
import { ageOf, type Columns, columnsOf, UNSET } from './columns.ts';

const MODES: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};

export const persistentVolumeClaimColumns: Columns = columnsOf(
  'PersistentVolumeClaim',
  ['STATUS', 'VOLUME', 'CAPACITY', 'ACCESS MODES', 'STORAGECLASS', 'VOLUMEATTRIBUTESCLASS', 'AGE'],
  ['VOLUMEMODE'],
  (claim, cluster) => {
    const volume = cluster.tables.PersistentVolume.find('', claim.spec.volumeName);
    return [
      phaseOf(claim),
      claim.spec.volumeName,
      claim.spec.volumeName === '' ? '' : capacityOf(volume),
      claim.spec.volumeName === '' ? '' : modesOf(volume?.spec.accessModes ?? claim.spec.accessModes),
      claim.spec.storageClassName ?? '',
      stringAt(objectAt(claim.manifest, 'spec'), 'volumeAttributesClassName') || UNSET,
      ageOf(cluster, claim.creationMicros),
      volumeMode(claim),
    ];
  },
);

export const persistentVolumeColumns: Columns = columnsOf(
  'PersistentVolume',
  [
    'CAPACITY',
    'ACCESS MODES',
    'RECLAIM POLICY',
    'STATUS',
    'CLAIM',
    'STORAGECLASS',
    'VOLUMEATTRIBUTESCLASS',
    'REASON',
    'AGE',
  ],
  ['VOLUMEMODE'],
  (volume, cluster) => [
    capacityOf(volume),
    modesOf(volume.spec.accessModes),
    volume.spec.reclaimPolicy,
    phaseOf(volume),
    volume.spec.claimRef ?? '',
    volume.spec.storageClassName,
    stringAt(objectAt(volume.manifest, 'spec'), 'volumeAttributesClassName') || UNSET,
    '',
    ageOf(cluster, volume.creationMicros),
    volumeMode(volume),
  ],
);

export const storageClassColumns: Columns = {
  ...columnsOf(
    'StorageClass',
    ['PROVISIONER', 'RECLAIMPOLICY', 'VOLUMEBINDINGMODE', 'ALLOWVOLUMEEXPANSION', 'AGE'],
    [],
    ({ spec, manifest, creationMicros }, cluster) => [
      spec.provisioner,
      spec.reclaimPolicy,
      spec.volumeBindingMode,
      String(manifest.allowVolumeExpansion === true),
      ageOf(cluster, creationMicros),
    ],
  ),
  nameSuffix: (cluster, target) => (cluster.tables.StorageClass.get(target.key)!.spec.isDefault ? ' (default)' : ''),
};

/** The size as it was written. */
export function capacityOf(volume: PersistentVolume | undefined): string {
  if (volume === undefined) return '';
  return String(objectAt(objectAt(volume.manifest, 'spec'), 'capacity').storage ?? '');
}

function phaseOf(object: (PersistentVolume | PersistentVolumeClaim) & Stored): string {
  return isDeleting(object) ? 'Terminating' : object.status.phase;
}

function modesOf(modes: readonly string[]): string {
  const order = Object.keys(MODES);
  return [...new Set(modes)]
    .sort((a, b) => order.indexOf(a) - order.indexOf(b))
    .map((mode) => MODES[mode] ?? mode)
    .join(',');
}

function volumeMode(object: { readonly manifest: JsonObject }): string {
  return stringAt(objectAt(object.manifest, 'spec'), 'volumeMode') || 'Filesystem';
}
