import type { LabelSelector } from '../api/selector.ts';
import type { JsonObject, PodTemplateSpec, StringMap } from '../api/types.ts';
import {
  type ApiError,
  type Cluster,
  CONTROLLER_REVISION_HASH_LABEL,
  type ControllerRevision,
  call,
  type Process,
} from '../cluster/index.ts';
import { templateHash } from './templateHash.ts';

/** What keeps ControllerRevisions. */
export interface RevisionOwner {
  readonly kind: 'StatefulSet' | 'DaemonSet';
  readonly uid: number;
  readonly meta: { readonly namespace: string; readonly name: string };
  readonly spec: { readonly selector: LabelSelector; readonly template: PodTemplateSpec };
}

/** The owner's revisions as informers see them, oldest first (upstream's `SortControllerRevisions`). */
export function listRevisions(cluster: Cluster, owner: RevisionOwner): ControllerRevision[] {
  return cluster.tables.ControllerRevision.cachedOwnedBy(owner.uid).sort(compareRevisions);
}

/** Revisions of nobody that the owner may adopt, as informers see them: those of a workload that was deleted alone. */
export function orphanRevisions(cluster: Cluster, { meta, spec }: RevisionOwner): ControllerRevision[] {
  return cluster.tables.ControllerRevision.cachedOwnedBy(-1).filter(
    (orphan) => orphan.meta.namespace === meta.namespace && cluster.selects(spec.selector, orphan.meta.labels),
  );
}

/** By number, then by creation, then by name. */
export function compareRevisions(a: ControllerRevision, b: ControllerRevision): number {
  if (a.revision !== b.revision) return a.revision - b.revision;
  if (a.creationMicros !== b.creationMicros) return a.creationMicros - b.creationMicros;
  return a.meta.name < b.meta.name ? -1 : a.meta.name > b.meta.name ? 1 : 0;
}

/** Number of the next revision: one more than the highest. */
export function nextRevision(sorted: readonly ControllerRevision[]): number {
  return (sorted.at(-1)?.revision ?? 0) + 1;
}

/** The last of the revisions that have the owner's present template; undefined without one. */
export function findEqualRevision(
  sorted: readonly ControllerRevision[],
  template: PodTemplateSpec,
): ControllerRevision | undefined {
  return sorted.findLast((revision) => revision.template.canonical === template.canonical);
}

/** A revision of the owner's present template, not yet stored. Annotations, change-cause among them, come along. */
export function draftRevision(
  cluster: Cluster,
  owner: RevisionOwner,
  options: { readonly revision: number; readonly collisionCount: number; readonly annotations: StringMap },
): ControllerRevision {
  const { template } = owner.spec;
  const hash = templateHash(template.canonical, options.collisionCount);
  const meta = {
    namespace: owner.meta.namespace,
    name: `${owner.meta.name}-${hash}`,
    labels: { ...template.labels, [CONTROLLER_REVISION_HASH_LABEL]: hash },
    annotations: options.annotations,
  };
  return {
    kind: 'ControllerRevision',
    meta,
    revision: options.revision,
    template,
    uid: cluster.allocateUid(),
    resourceVersion: 0,
    generation: 1,
    creationMicros: cluster.kernel.nowMicros,
    ownerUid: owner.uid,
    manifest: revisionDocument(meta, template, options.revision),
  };
}

function revisionDocument(meta: ControllerRevision['meta'], template: PodTemplateSpec, revision: number): JsonObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: { name: meta.name, namespace: meta.namespace, labels: { ...meta.labels } },
    data: { spec: { template: { ...template.manifest, $patch: 'replace' } } },
    revision,
  };
}

/** Stores a revision. `AlreadyExists` tells of a collision of hashes, or of a cache that is behind. */
export function* createRevision(cluster: Cluster, draft: ControllerRevision): Process<ApiError | undefined> {
  const { error } = yield call(() => cluster.tables.ControllerRevision.create(draft));
  return error;
}

/** Gives a revision that is returned to its new number. */
export function* renumberRevision(
  cluster: Cluster,
  revision: ControllerRevision,
  number: number,
): Process<{ readonly error: ApiError | undefined; readonly revision: ControllerRevision }> {
  const changed = { ...revision, revision: number, manifest: { ...revision.manifest, revision: number } };
  const { error } = yield call(() => cluster.tables.ControllerRevision.update(changed));
  return { error, revision: cluster.tables.ControllerRevision.get(revision.uid) ?? changed };
}
