/** The `spec` of a PersistentVolumeClaim, on its own or as a template of a StatefulSet. */
import type { FieldPath } from '../path.ts';
import type { JsonObject, PersistentVolumeClaimSpec } from '../types.ts';
import { type DecodeContext, failAt, unsupported } from './context.ts';
import { objectAt, stringAt, stringsAt } from './read.ts';
import { readRequests } from './resources.ts';

export const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'] as const;

/**
 * @param path of `spec`.
 * @throws InputError for a claim without access modes or without a size, and for a bad one.
 */
export function readClaimSpec(context: DecodeContext, path: FieldPath, spec: JsonObject): PersistentVolumeClaimSpec {
  const accessModes = stringsAt(spec, 'accessModes');
  if (accessModes.length === 0) {
    failAt(context, [...path, 'accessModes'], 'Required value: at least 1 access mode is required');
  }
  for (const [index, mode] of accessModes.entries()) {
    if (!ACCESS_MODES.some((known) => known === mode)) {
      unsupported(context, [...path, 'accessModes', index], mode, ACCESS_MODES);
    }
  }
  return {
    storageClassName: typeof spec.storageClassName === 'string' ? spec.storageClassName : undefined,
    accessModes,
    requestBytes: readStorageRequest(context, [...path, 'resources'], objectAt(spec, 'resources')),
    volumeName: stringAt(spec, 'volumeName'),
  };
}

function readStorageRequest(context: DecodeContext, path: FieldPath, resources: JsonObject): number {
  const storagePath = [...path, 'requests', 'storage'];
  if (objectAt(resources, 'requests').storage === undefined) failAt(context, storagePath, 'Required value');
  const bytes = readRequests(context, path, resources).extended.get('storage') ?? 0;
  if (bytes <= 0) failAt(context, storagePath, 'must be greater than zero');
  return bytes;
}
