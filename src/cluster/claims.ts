import type { JsonObject } from '../api/types.ts';
import type { StoredTables } from './objectStore.ts';
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from './objects.ts';

/** Keeps a claim for as long as a pod uses it. */
export const PVC_PROTECTION_FINALIZER = 'kubernetes.io/pvc-protection';
/** Keeps a volume for as long as it is bound to a claim. */
export const PV_PROTECTION_FINALIZER = 'kubernetes.io/pv-protection';
/** Annotation of a claim: node of the pod that waits for its volume. */
export const SELECTED_NODE_ANNOTATION = 'volume.kubernetes.io/selected-node';

/** The class that claims without one get; undefined where no class is the default one. */
export function defaultStorageClass(classes: Iterable<StorageClass>): StorageClass | undefined {
  let newest: StorageClass | undefined;
  for (const candidate of classes) {
    if (candidate.spec.isDefault && (newest === undefined || isPreferred(candidate, newest))) newest = candidate;
  }
  return newest;
}

/** Of two default classes the newer one counts, then the first by name (upstream's `GetDefaultClass`). */
function isPreferred(a: StorageClass, b: StorageClass): boolean {
  if (a.creationMicros !== b.creationMicros) return a.creationMicros > b.creationMicros;
  return a.meta.name < b.meta.name;
}

/** What admission makes of a new claim: it gets the default class unless it names one, and is protected while in use. */
export function admittedClaim(tables: StoredTables, claim: PersistentVolumeClaim): PersistentVolumeClaim {
  const isClassGiven = claim.spec.storageClassName !== undefined;
  const defaultClass = isClassGiven ? undefined : defaultStorageClass(tables.StorageClass.list());
  const protectedClaim = { ...claim, finalizers: [PVC_PROTECTION_FINALIZER] };
  return defaultClass === undefined ? protectedClaim : withStorageClass(protectedClaim, defaultClass.meta.name);
}

/** What admission makes of a new volume. */
export function admittedVolume(volume: PersistentVolume): PersistentVolume {
  return { ...volume, finalizers: [PV_PROTECTION_FINALIZER] };
}

export function withStorageClass(claim: PersistentVolumeClaim, storageClassName: string): PersistentVolumeClaim {
  return withSpec(claim, { storageClassName });
}

/** A claim or volume with fields of its spec changed, in the document as well. */
export function withSpec<T extends PersistentVolumeClaim | PersistentVolume>(
  object: T,
  spec: Partial<T['spec']>,
  document: JsonObject = spec as JsonObject,
): T {
  const manifest = { ...object.manifest, spec: { ...(object.manifest.spec as JsonObject), ...document } };
  return { ...object, spec: { ...object.spec, ...spec }, manifest };
}
