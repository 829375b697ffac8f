/** `v1` PersistentVolume. */
import { isJsonObject } from '../canonical.ts';
import type { JsonObject, PersistentVolumeManifest, PersistentVolumeSpec } from '../types.ts';
import { readAccessModes, refuseClassName } from './claimSpec.ts';
import { type DecodeContext, failAt, unsupported } from './context.ts';
import { objectAt, readMeta, stringAt } from './read.ts';
import { readAmounts } from './resources.ts';
import { readNodeSelector } from './scheduling.ts';
import { PERSISTENT_VOLUME_SOURCES } from './storageShapes.ts';

const RECLAIM_POLICIES = ['Delete', 'Recycle', 'Retain'] as const;

/**
 * @param document defaulted, of checked shape.
 * @throws InputError at the first field that upstream's validation would refuse.
 */
export function readPersistentVolume(context: DecodeContext, document: JsonObject): PersistentVolumeManifest {
  const meta = readMeta(context, document, false);
  const spec = objectAt(document, 'spec');
  const accessModes = readAccessModes(context, ['spec', 'accessModes'], spec, 'Required value');
  const capacityBytes = readCapacity(context, objectAt(spec, 'capacity'));
  const reclaimPolicy = readReclaimPolicy(context, spec);
  const { required } = objectAt(spec, 'nodeAffinity');
  const nodeAffinity = isJsonObject(required)
    ? readNodeSelector(context, ['spec', 'nodeAffinity', 'required'], required)
    : undefined;
  refuseOtherThanOneSource(context, spec);
  refuseClassName(context, ['spec'], spec);
  const storageClassName = stringAt(spec, 'storageClassName');
  const claimRef = readClaimRef(context, spec);
  const read = { storageClassName, accessModes, capacityBytes, nodeAffinity, claimRef, reclaimPolicy };
  return { kind: 'PersistentVolume', meta, spec: read, manifest: document };
}

function readCapacity(context: DecodeContext, capacity: JsonObject): number {
  const path = ['spec', 'capacity'];
  const names = Object.keys(capacity);
  if (names.length === 0) failAt(context, path, 'Required value');
  const other = names.find((name) => name !== 'storage');
  if (other !== undefined) unsupported(context, [...path, other], other, ['storage']);
  const bytes = readAmounts(context, path, capacity).extended.get('storage') ?? 0;
  if (bytes <= 0) {
    failAt(
      context,
      [...path, 'storage'],
      `Invalid value: ${JSON.stringify(capacity.storage)}: must be greater than zero`,
    );
  }
  return bytes;
}

function readReclaimPolicy(context: DecodeContext, spec: JsonObject): PersistentVolumeSpec['reclaimPolicy'] {
  const policy = stringAt(spec, 'persistentVolumeReclaimPolicy');
  const known = RECLAIM_POLICIES.find((name) => name === policy);
  return known ?? unsupported(context, ['spec', 'persistentVolumeReclaimPolicy'], policy, RECLAIM_POLICIES);
}

function refuseOtherThanOneSource(context: DecodeContext, spec: JsonObject): void {
  const [source, second] = PERSISTENT_VOLUME_SOURCES.filter((name) => spec[name] !== undefined);
  if (source === undefined) failAt(context, ['spec'], 'Required value: must specify a volume type');
  if (second !== undefined) {
    failAt(context, ['spec', second], 'Forbidden: may not specify more than 1 volume type', undefined, 'key');
  }
  if (source === 'local' && !isJsonObject(objectAt(spec, 'nodeAffinity').required)) {
    failAt(context, ['spec', 'nodeAffinity'], 'Required value: Local volume requires node affinity');
  }
}

/** A reference without a namespace is to the default one, as everywhere that a file names none. */
function readClaimRef(context: DecodeContext, spec: JsonObject): string | undefined {
  const reference = objectAt(spec, 'claimRef');
  const name = stringAt(reference, 'name');
  return name === '' ? undefined : `${stringAt(reference, 'namespace') || context.defaultNamespace}/${name}`;
}
