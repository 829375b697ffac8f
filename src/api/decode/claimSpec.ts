/** The `spec` of a PersistentVolumeClaim, on its own or as a template of a StatefulSet. */
import { dnsSubdomainProblem } from '../names.ts';
import type { FieldPath } from '../path.ts';
import type { JsonObject, PersistentVolumeClaimSpec } from '../types.ts';
import { type DecodeContext, failAt, unsupported } from './context.ts';
import { objectAt, refuse, stringAt, stringsAt } from './read.ts';
import { readRequests } from './resources.ts';

const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'] as const;

/**
 * @param path of `spec`.
 * @throws InputError for a claim without access modes or without a size, and for a bad one.
 */
export function readClaimSpec(context: DecodeContext, path: FieldPath, spec: JsonObject): PersistentVolumeClaimSpec {
  const missing = 'Required value: at least 1 access mode is required';
  const accessModes = readAccessModes(context, [...path, 'accessModes'], spec, missing);
  refuseClassName(context, path, spec);
  return {
    storageClassName: typeof spec.storageClassName === 'string' ? spec.storageClassName : undefined,
    accessModes,
    requestBytes: readStorageRequest(context, [...path, 'resources'], objectAt(spec, 'resources')),
    volumeName: stringAt(spec, 'volumeName'),
  };
}

/**
 * @param path of `accessModes`.
 * @param missing said of a list without any.
 * @throws InputError also for an unknown mode, and for ReadWriteOncePod beside another.
 */
export function readAccessModes(
  context: DecodeContext,
  path: FieldPath,
  spec: JsonObject,
  missing: string,
): readonly string[] {
  const modes = stringsAt(spec, 'accessModes');
  if (modes.length === 0) failAt(context, path, missing);
  for (const [index, mode] of modes.entries()) {
    if (!ACCESS_MODES.some((known) => known === mode)) unsupported(context, [...path, index], mode, ACCESS_MODES);
  }
  if (modes.includes('ReadWriteOncePod') && modes.some((mode) => mode !== 'ReadWriteOncePod')) {
    failAt(context, path, 'Forbidden: may not use ReadWriteOncePod with other access modes');
  }
  return modes;
}

/**
 * @param path of the `spec` of a claim or of a volume.
 * @throws InputError for a `storageClassName` that no class can have; an empty one means no class.
 */
export function refuseClassName(context: DecodeContext, path: FieldPath, spec: JsonObject): void {
  const name = stringAt(spec, 'storageClassName');
  if (name !== '') refuse(context, [...path, 'storageClassName'], name, dnsSubdomainProblem(name));
}

function readStorageRequest(context: DecodeContext, path: FieldPath, resources: JsonObject): number {
  const storagePath = [...path, 'requests', 'storage'];
  if (objectAt(resources, 'requests').storage === undefined) failAt(context, storagePath, 'Required value');
  const bytes = readRequests(context, path, resources).extended.get('storage') ?? 0;
  if (bytes <= 0) failAt(context, storagePath, 'must be greater than zero');
  return bytes;
}
