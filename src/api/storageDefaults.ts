/** The API server's defaults of claims, volumes and their classes (`pkg/apis/{core,storage}/v1/defaults.go`). */
import { child, fill } from './defaults.ts';
import type { JsonObject } from './types.ts';

export function defaultPersistentVolumeClaim(document: JsonObject): void {
  defaultClaimSpec(child(document, 'spec'));
}

/** What a StatefulSet's template of a claim gets too. */
export function defaultClaimSpec(spec: JsonObject): void {
  fill(spec, { volumeMode: 'Filesystem' });
}

export function defaultPersistentVolume(document: JsonObject): void {
  fill(child(document, 'spec'), { persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem' });
}

export function defaultStorageClass(document: JsonObject): void {
  fill(document, { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' });
}
