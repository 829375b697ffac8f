/** What of claims, volumes, their classes and Services cannot change, in the API server's words. */
import { canonicalJson } from '../../api/canonical.ts';
import { objectAt, stringAt } from '../../api/decode/read.ts';
import type { JsonObject, Manifest } from '../../api/types.ts';
import type { PersistentVolumeClaim } from '../../cluster/objects.ts';
import type { ImmutableProblem } from './immutable.ts';

/** Fields of a volume that say nothing of where it is kept. */
const BESIDE_THE_SOURCE: ReadonlySet<string> = new Set([
  'accessModes',
  'capacity',
  'claimRef',
  'mountOptions',
  'nodeAffinity',
  'persistentVolumeReclaimPolicy',
  'storageClassName',
  'volumeAttributesClassName',
  'volumeMode',
]);

/**
 * Upstream's `ValidatePersistentVolumeClaimUpdate`.
 *
 * @param before the claim as a document, with the volume that it was bound to
 */
export function claimProblem(
  live: PersistentVolumeClaim,
  before: JsonObject,
  next: Extract<Manifest, { kind: 'PersistentVolumeClaim' }>,
): ImmutableProblem | undefined {
  const isBound = live.status.phase === 'Bound';
  if (fixedOfClaim(before, isBound, next.spec.volumeName) !== fixedOfClaim(next.manifest, isBound, '')) {
    const message =
      'Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';
    return { path: 'spec', message };
  }
  if (next.spec.requestBytes >= live.spec.requestBytes) return undefined;
  const message = 'Forbidden: field can not be less than status.capacity';
  return { path: 'spec.resources.requests.storage', message };
}

/** @param volumeName taken where the document has none: a claim may get its volume once */
function fixedOfClaim(document: JsonObject, isBound: boolean, volumeName: string): string {
  const { volumeAttributesClassName, resources, ...rest } = objectAt(document, 'spec');
  const fixed: JsonObject = { ...rest };
  if (!isBound) Object.assign(fixed, present({ volumeAttributesClassName, resources }));
  if (fixed.volumeName === undefined && volumeName !== '') fixed.volumeName = volumeName;
  return canonicalJson(fixed);
}

/** Upstream's `ValidatePersistentVolumeUpdate`. */
export function volumeProblem(before: JsonObject, after: JsonObject): ImmutableProblem | undefined {
  const sourceOf = (document: JsonObject) =>
    canonicalJson(
      Object.fromEntries(Object.entries(objectAt(document, 'spec')).filter(([field]) => !BESIDE_THE_SOURCE.has(field))),
    );
  if (sourceOf(before) !== sourceOf(after)) {
    const path = 'spec.persistentvolumesource';
    return { path, message: `Forbidden: ${path} is immutable after creation` };
  }
  const [mode, nextMode] = [objectAt(before, 'spec').volumeMode, objectAt(after, 'spec').volumeMode];
  if (mode !== nextMode) return { path: 'volumeMode', message: fieldIsImmutable(nextMode) };
  const [affinity, nextAffinity] = [objectAt(before, 'spec').nodeAffinity, objectAt(after, 'spec').nodeAffinity];
  if (affinity === undefined || canonicalJson(affinity) === canonicalJson(nextAffinity ?? null)) return undefined;
  return { path: 'spec.nodeAffinity', message: fieldIsImmutable(nextAffinity) };
}

/** Upstream's `ValidateStorageClassUpdate`. */
export function storageClassProblem(before: JsonObject, after: JsonObject): ImmutableProblem | undefined {
  const isChanged = (field: string) => canonicalJson(before[field] ?? null) !== canonicalJson(after[field] ?? null);
  for (const field of ['parameters', 'provisioner', 'reclaimPolicy']) {
    if (isChanged(field)) return { path: field, message: `Forbidden: updates to ${field} are forbidden.` };
  }
  if (!isChanged('volumeBindingMode')) return undefined;
  return { path: 'volumeBindingMode', message: fieldIsImmutable(after.volumeBindingMode) };
}

/** A Service keeps its address for as long as it has one (upstream's `validateServiceClusterIPsFields`). */
export function serviceProblem(before: JsonObject, after: JsonObject): ImmutableProblem | undefined {
  if (!hasAddress(before) || !hasAddress(after)) return undefined;
  const next = stringAt(objectAt(after, 'spec'), 'clusterIP');
  // A Service that names none has been given one, which cannot be `None`.
  const isKept = next === stringAt(objectAt(before, 'spec'), 'clusterIP');
  if (isKept) return undefined;
  const message = `Invalid value: ${JSON.stringify(next === '' ? [] : [next])}: may not change once set`;
  return { path: 'spec.clusterIPs[0]', message };
}

/** A Service document as the server takes it: without an address it keeps the one that it has. */
export function keepClusterIP(before: JsonObject, after: JsonObject): JsonObject {
  const clusterIP = stringAt(objectAt(before, 'spec'), 'clusterIP');
  const spec = objectAt(after, 'spec');
  if (clusterIP === '' || stringAt(spec, 'clusterIP') !== '') return after;
  if (!hasAddress(before) || !hasAddress(after)) return after;
  return { ...after, spec: { ...spec, clusterIP } };
}

function hasAddress(document: JsonObject): boolean {
  return objectAt(document, 'spec').type !== 'ExternalName';
}

function fieldIsImmutable(value: unknown): string {
  return `Invalid value: ${JSON.stringify(value ?? null)}: field is immutable`;
}

function present(fields: Readonly<Record<string, JsonObject[string] | undefined>>): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as JsonObject;
}
