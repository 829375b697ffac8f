import {
  type ApiError,
  type Cluster,
  type ControllerRevision,
  call,
  type Process,
  read,
  type StatefulSet,
} from '../../cluster/index.ts';
import { recheckDeletionTimestamp } from '../adoption.ts';
import {
  compareRevisions,
  createRevision,
  draftRevision,
  findEqualRevision,
  listRevisions,
  nextRevision,
  orphanRevisions,
  renumberRevision,
} from '../history.ts';
import type { Revisions } from './replicas.ts';

/** The revisions that a sync works with, or the error that ends it. */
export type FoundRevisions =
  | { readonly error: ApiError }
  | { readonly error: undefined; readonly revisions: Revisions; readonly collisionCount: number };

/** The set's revisions and those that nobody owns and that it may adopt, oldest first. */
export function revisionsOf(cluster: Cluster, set: StatefulSet): ControllerRevision[] {
  return [...listRevisions(cluster, set), ...orphanRevisions(cluster, set)].sort(compareRevisions);
}

/** Upstream's `adoptOrphanRevisions`. */
export function* adoptOrphanRevisions(cluster: Cluster, set: StatefulSet): Process<ApiError | undefined> {
  const orphans = orphanRevisions(cluster, set);
  if (orphans.length === 0) return undefined;
  const gone = yield* recheckDeletionTimestamp(cluster, set);
  if (gone !== undefined) return gone;
  for (const orphan of orphans) {
    const { error } = yield call(() => cluster.tables.ControllerRevision.update({ ...orphan, ownerUid: set.uid }));
    if (error !== undefined) return error;
  }
  return undefined;
}

/**
 * The revision of the present template, found, renumbered because the set returned to it, or made; and the current one,
 * which for a new set is the same.
 *
 * @param sorted the set's revisions, oldest first
 */
export function* getStatefulSetRevisions(
  cluster: Cluster,
  set: StatefulSet,
  sorted: readonly ControllerRevision[],
): Process<FoundRevisions> {
  const { currentRevision, collisionCount } = set.status;
  const current = sorted.find(({ meta }) => meta.name === currentRevision);
  const found = (update: ControllerRevision, collisions = collisionCount): FoundRevisions => {
    return { error: undefined, revisions: { current: current ?? update, update }, collisionCount: collisions };
  };
  const equal = findEqualRevision(sorted, set.spec.template);
  if (equal === undefined) {
    const made = yield* makeRevision(cluster, set, nextRevision(sorted));
    return made.error !== undefined ? made : found(made.revision, made.collisionCount);
  }
  if (equal === sorted.at(-1)) return found(equal);
  const { error, revision } = yield* renumberRevision(cluster, equal, nextRevision(sorted));
  return error !== undefined ? { error } : found(revision);
}

type MadeRevision =
  | { readonly error: ApiError }
  | { readonly error: undefined; readonly revision: ControllerRevision; readonly collisionCount: number };

/** Upstream's `CreateControllerRevision`: a name that another template has is a collision, and the next one is tried. */
function* makeRevision(cluster: Cluster, set: StatefulSet, revision: number): Process<MadeRevision> {
  const table = cluster.tables.ControllerRevision;
  const { annotations, namespace } = set.meta;
  for (let { collisionCount } = set.status; ; collisionCount++) {
    const draft = draftRevision(cluster, set, { revision, collisionCount, annotations });
    const error = yield* createRevision(cluster, draft);
    if (error === undefined) return { error, revision: table.get(draft.uid) ?? draft, collisionCount };
    if (error.reason !== 'AlreadyExists') return { error };
    const live = yield* read(() => table.find(namespace, draft.meta.name));
    if (live?.template.canonical === draft.template.canonical) {
      return { error: undefined, revision: live, collisionCount };
    }
  }
}

/**
 * Deletes the oldest revisions beyond the limit; those in use, by the set or by a pod, do not count.
 *
 * @param sorted the set's revisions, oldest first
 * @param namesInUse asked for only where there is something to delete
 */
export function* truncateHistory(
  cluster: Cluster,
  set: StatefulSet,
  sorted: readonly ControllerRevision[],
  namesInUse: () => ReadonlySet<string>,
): Process<ApiError | undefined> {
  const { revisionHistoryLimit } = set.spec;
  if (sorted.length <= revisionHistoryLimit) return undefined;
  const inUse = namesInUse();
  const history = sorted.filter(({ meta }) => !inUse.has(meta.name));
  for (const revision of history.slice(0, Math.max(0, history.length - revisionHistoryLimit))) {
    const { error } = yield call(() => cluster.tables.ControllerRevision.delete(revision.uid));
    if (error !== undefined) return error;
  }
  return undefined;
}
