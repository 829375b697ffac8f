/** `v1` PersistentVolumeClaim. */
import type { JsonObject, PersistentVolumeClaimManifest } from '../types.ts';
import { readClaimSpec } from './claimSpec.ts';
import type { DecodeContext } from './context.ts';
import { objectAt, readMeta } from './read.ts';

/**
 * @param document defaulted, of checked shape.
 * @throws InputError at the first field that upstream's validation would refuse.
 */
export function readPersistentVolumeClaim(context: DecodeContext, document: JsonObject): PersistentVolumeClaimManifest {
  const meta = readMeta(context, document, true);
  const spec = readClaimSpec(context, ['spec'], objectAt(document, 'spec'));
  return { kind: 'PersistentVolumeClaim', meta, spec, manifest: document };
}
