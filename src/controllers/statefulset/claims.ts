import type { PodTemplateSpec, StringMap, VolumeClaimTemplate } from '../../api/types.ts';
import { admittedClaim, type Cluster, type PersistentVolumeClaim, type StatefulSet } from '../../cluster/index.ts';
import { isInOrdinalRange } from './identity.ts';
import type { Replica } from './replicas.ts';

/** `data-db-0` (upstream's `getPersistentVolumeClaimName`). */
export function claimName(set: StatefulSet, template: VolumeClaimTemplate, ordinal: number): string {
  return `${template.name}-${set.meta.name}-${ordinal}`;
}

/** Names of the claims that belong to the ordinal, in the order of their templates. */
export function claimNames(set: StatefulSet, ordinal: number): string[] {
  return set.spec.volumeClaimTemplates.map((template) => claimName(set, template, ordinal));
}

/**
 * Names of all claims that a pod of this template mounts: those of the set's templates, which take the place of volumes
 * of the same names, and those that the pod's template names itself. Undefined where these are all.
 */
export function podClaims(set: StatefulSet, { spec }: PodTemplateSpec, ordinal: number): readonly string[] | undefined {
  const templates = set.spec.volumeClaimTemplates;
  if (templates.length === 0) return undefined;
  const isReplaced = (volumeName: string) => templates.some(({ name }) => name === volumeName);
  const own = spec.volumes.flatMap(({ name, claimName: named }) =>
    named === undefined || isReplaced(name) ? [] : [named],
  );
  return [...claimNames(set, ordinal), ...own];
}

/** The claim of an ordinal as the controller asks for it, with what admission adds. */
export function newClaim(
  cluster: Cluster,
  set: StatefulSet,
  template: VolumeClaimTemplate,
  ordinal: number,
): PersistentVolumeClaim {
  const { namespace } = set.meta;
  const name = claimName(set, template, ordinal);
  const labels: StringMap = { ...template.labels, ...set.spec.selector.matchLabels };
  const { annotations } = template;
  return admittedClaim(cluster.tables, {
    kind: 'PersistentVolumeClaim',
    meta: { namespace, name, labels, annotations },
    spec: template.spec,
    manifest: {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name, namespace, labels: { ...labels }, annotations: { ...annotations } },
      spec: template.manifest,
    },
    uid: cluster.allocateUid(),
    resourceVersion: 0,
    generation: 1,
    creationMicros: cluster.kernel.nowMicros,
    ownerUid: -1,
    status: { phase: 'Pending' },
    dependsOn: undefined,
  });
}

type Dependence = PersistentVolumeClaim['dependsOn'];

/** Whose end is to be the claim's end, by the set's `persistentVolumeClaimRetentionPolicy`. */
export function wantedDependence(set: StatefulSet, { ordinal, podUid }: Replica): Dependence {
  const { whenScaled, whenDeleted } = set.spec;
  if (whenScaled === 'Delete' && !isInOrdinalRange(set, ordinal)) return { podUid };
  return whenDeleted === 'Delete' ? { setUid: set.uid } : undefined;
}

/** The claim goes with an earlier pod of this ordinal. */
export function isOfEarlierPod({ dependsOn }: PersistentVolumeClaim, { podUid }: Replica): boolean {
  return dependsOn !== undefined && 'podUid' in dependsOn && dependsOn.podUid !== podUid;
}

/** The claim goes with an earlier set of this name. */
function isOfEarlierSet({ dependsOn }: PersistentVolumeClaim, set: StatefulSet): boolean {
  return dependsOn !== undefined && 'setUid' in dependsOn && dependsOn.setUid !== set.uid;
}

/** Another controller owns the claim, which matters only to a set that may delete claims. */
export function hasUnexpectedController({ ownerUid }: PersistentVolumeClaim, { spec }: StatefulSet): boolean {
  return (spec.whenScaled === 'Delete' || spec.whenDeleted === 'Delete') && ownerUid !== -1;
}

/**
 * What the claim has to depend on from now on; `isRight` where that is what it does, or where the claim is not this set's
 * to change (upstream's `isClaimOwnerUpToDate` and `updateClaimOwnerRefForSetAndPod`).
 */
export function dependenceOf(
  claim: PersistentVolumeClaim,
  set: StatefulSet,
  replica: Replica,
): { readonly isRight: boolean; readonly dependsOn: Dependence } {
  if (isOfEarlierPod(claim, replica) || isOfEarlierSet(claim, set))
    return { isRight: true, dependsOn: claim.dependsOn };
  const dependsOn = hasUnexpectedController(claim, set) ? undefined : wantedDependence(set, replica);
  return { isRight: isSameDependence(claim.dependsOn, dependsOn), dependsOn };
}

function isSameDependence(a: Dependence, b: Dependence): boolean {
  if (a === undefined || b === undefined) return a === b;
  if ('setUid' in a) return 'setUid' in b && a.setUid === b.setUid;
  return 'podUid' in b && a.podUid === b.podUid;
}
