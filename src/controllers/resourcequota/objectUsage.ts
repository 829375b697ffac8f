import { isSimulatedKind } from '../../api/kinds.ts';
import type { JsonObject } from '../../api/types.ts';
import { type PersistentVolumeClaim, RESOURCES, type StoredByKind, type StoredKind } from '../../cluster/index.ts';
import { type Amount, ONE, readAmount, type Usage } from './usage.ts';

/** Kinds that quotas also know by a name of their own, beside `count/…`. */
const BY_PLURAL: ReadonlySet<StoredKind> = new Set([
  'Service',
  'ReplicationController',
  'ResourceQuota',
  'PersistentVolumeClaim',
]);
/** Belong to no namespace. */
const CLUSTER_SCOPED: ReadonlySet<StoredKind> = new Set(['Node', 'PersistentVolume', 'StorageClass']);
const STORAGE_CLASS_SUFFIX = '.storageclass.storage.k8s.io/';

/** Kinds whose objects quotas count: those that manifests may hold, as the decoder says. */
export const COUNTED_KINDS = (Object.keys(RESOURCES) as StoredKind[]).filter(
  (kind) => isSimulatedKind(kind) && !CLUSTER_SCOPED.has(kind),
);

const COUNTS = new Map<StoredKind, Usage>(
  COUNTED_KINDS.map((kind) => {
    const names = BY_PLURAL.has(kind) ? [`count/${RESOURCES[kind]}`, RESOURCES[kind]] : [`count/${RESOURCES[kind]}`];
    return [kind, new Map(names.map((name) => [name, ONE]))];
  }),
);

/** What an object uses by being there; claims also use storage (upstream's `objectCountEvaluator`, `pvcEvaluator`). */
export function usageOfObject<K extends StoredKind>(kind: K, object: Pick<StoredByKind[K], 'manifest'>): Usage {
  const count = COUNTS.get(kind)!;
  return kind === 'PersistentVolumeClaim' ? new Map([...count, ...storageUse(object as PersistentVolumeClaim)]) : count;
}

function storageUse({ spec, manifest }: PersistentVolumeClaim): Map<string, Amount> {
  const { resources } = manifest.spec as { resources: { requests: JsonObject } };
  const storage = readAmount('requests.storage', resources.requests.storage as string | number);
  const use = new Map([['requests.storage', storage]]);
  if (spec.storageClassName === undefined || spec.storageClassName === '') return use;
  const prefix = `${spec.storageClassName}${STORAGE_CLASS_SUFFIX}`;
  return use.set(`${prefix}requests.storage`, storage).set(`${prefix}persistentvolumeclaims`, ONE);
}
