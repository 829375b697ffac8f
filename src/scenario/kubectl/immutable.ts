/** Fields that cannot change once an object exists, in the API server's words. */
import { canonicalJson } from '../../api/canonical.ts';
import { objectAt } from '../../api/decode/read.ts';
import type { FeatureGates } from '../../api/featureGates.ts';
import type { JsonObject, JsonValue, Manifest, PriorityClassSpec } from '../../api/types.ts';
import type { AnyStored } from '../../cluster/objects.ts';
import { claimProblem, serviceProblem, storageClassProblem, volumeProblem } from './immutableStorage.ts';
import { jobProblem } from './jobUpdates.ts';
import { storedDocument } from './objects.ts';

export interface ImmutableProblem {
  readonly path: string;
  readonly message: string;
}

/** What a StatefulSet's spec may change (upstream's `ValidateStatefulSetUpdate`). */
const STATEFUL_SET_MUTABLE: ReadonlySet<string> = new Set([
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
]);
const STATEFUL_SET_MESSAGE =
  "Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";

/** Why the API server refuses to make `next` of `live`; undefined: it does not. */
export function immutableProblem(
  live: AnyStored,
  next: Exclude<Manifest, { kind: 'Pod' }>,
  gates: FeatureGates,
): ImmutableProblem | undefined {
  switch (live.kind) {
    case 'Deployment':
    case 'ReplicaSet':
    case 'DaemonSet':
      return selectorProblem(live, next);
    case 'StatefulSet':
      return statefulSetProblem(live.manifest, next.manifest);
    case 'PersistentVolumeClaim':
      return next.kind === live.kind ? claimProblem(live, storedDocument(live), next) : undefined;
    case 'PersistentVolume':
      return volumeProblem(live.manifest, next.manifest);
    case 'StorageClass':
      return storageClassProblem(live.manifest, next.manifest);
    case 'PriorityClass':
      return next.kind === live.kind ? priorityClassProblem(live.spec, next.spec) : undefined;
    case 'Service':
      return serviceProblem(live.manifest, next.manifest);
    case 'Job':
      return next.kind === 'Job' ? jobProblem(live, next, gates) : undefined;
    default:
      return undefined;
  }
}

/** Upstream's `ValidatePriorityClassUpdate`. */
function priorityClassProblem(before: PriorityClassSpec, after: PriorityClassSpec): ImmutableProblem | undefined {
  if (before.value !== after.value) return { path: 'value', message: 'Forbidden: may not be changed in an update.' };
  if (before.preemptionPolicy === after.preemptionPolicy) return undefined;
  const message = `Invalid value: ${JSON.stringify(after.preemptionPolicy)}: field is immutable`;
  return { path: 'preemptionPolicy', message };
}

function selectorProblem(live: AnyStored, next: Exclude<Manifest, { kind: 'Pod' }>): ImmutableProblem | undefined {
  const canonicalOf = (object: object): JsonValue | undefined => {
    const { spec } = object as { spec: { selector: { canonical: string } } };
    return spec.selector.canonical;
  };
  if (canonicalOf(live) === canonicalOf(next)) return undefined;
  const selector = objectAt(next.manifest, 'spec').selector ?? {};
  return { path: 'spec.selector', message: `Invalid value: ${JSON.stringify(selector)}: field is immutable` };
}

function statefulSetProblem(before: JsonObject, after: JsonObject): ImmutableProblem | undefined {
  const fixed = (document: JsonObject) =>
    canonicalJson(
      Object.fromEntries(
        Object.entries(objectAt(document, 'spec')).filter(([field]) => !STATEFUL_SET_MUTABLE.has(field)),
      ),
    );
  return fixed(before) === fixed(after) ? undefined : { path: 'spec', message: STATEFUL_SET_MESSAGE };
}
