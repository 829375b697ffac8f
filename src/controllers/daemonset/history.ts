import {
  type ApiError,
  type Cluster,
  CONTROLLER_REVISION_HASH_LABEL,
  type ControllerRevision,
  call,
  type DaemonSet,
  type Process,
  read,
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
import type { DaemonNodes } from './daemonNodes.ts';

/** The revision of the set's present template, and the others by number. */
export interface History {
  readonly current: ControllerRevision;
  readonly old: readonly ControllerRevision[];
}

type Constructed = { readonly history: History } | { readonly error: ApiError };

/** Upstream's `constructHistory`: the present template's revision is made, or found and given the highest number. */
export function* constructHistory(cluster: Cluster, set: DaemonSet): Process<Constructed> {
  const adopted = yield* adoptRevisions(cluster, set);
  if ('error' in adopted) return adopted;
  const histories = [...listRevisions(cluster, set), ...adopted.revisions].sort(compareRevisions);
  const current = findEqualRevision(histories, set.spec.template);
  const old = histories.filter((revision) => revision !== current);
  const number = nextRevision(old);
  if (current === undefined) {
    const made = yield* snapshot(cluster, set, number);
    return 'error' in made ? made : { history: { current: made.revision, old } };
  }
  if (current.revision >= number) return { history: { current, old } };
  const { error } = yield* renumberRevision(cluster, current, number);
  return error === undefined ? { history: { current, old } } : { error };
}

/** Upstream's `ClaimControllerRevisions`, as far as it adopts. */
function* adoptRevisions(
  cluster: Cluster,
  set: DaemonSet,
): Process<{ readonly revisions: readonly ControllerRevision[] } | { readonly error: ApiError }> {
  const table = cluster.tables.ControllerRevision;
  const orphans = orphanRevisions(cluster, set);
  if (orphans.length === 0) return { revisions: [] };
  const gone = yield* recheckDeletionTimestamp(cluster, set);
  if (gone !== undefined) return { error: gone };
  const revisions: ControllerRevision[] = [];
  for (const orphan of orphans) {
    const { error } = yield call(() => table.update({ ...orphan, ownerUid: set.uid }));
    if (error === undefined) revisions.push(table.get(orphan.uid) ?? orphan);
    else if (error.reason !== 'NotFound') return { error };
  }
  return { revisions };
}

/** Upstream's `snapshot`. A name that is taken by another template makes the next hash another one. */
function* snapshot(
  cluster: Cluster,
  set: DaemonSet,
  revision: number,
): Process<{ readonly revision: ControllerRevision } | { readonly error: ApiError }> {
  const { collisionCount } = set.status;
  const draft = draftRevision(cluster, set, { revision, collisionCount, annotations: set.meta.annotations });
  const error = yield* createRevision(cluster, draft);
  if (error === undefined) return { revision: draft };
  if (error.reason !== 'AlreadyExists') return { error };
  const present = yield* read(() => cluster.tables.ControllerRevision.find(set.meta.namespace, draft.meta.name));
  if (present?.template.canonical === set.spec.template.canonical) return { revision: present };
  const { error: countError } = yield call(() => countCollision(cluster, set));
  return { error: countError ?? error };
}

/** The count that the hash was made with may be stale; then it is only tried again. */
function countCollision(cluster: Cluster, set: DaemonSet): ApiError | undefined {
  const sets = cluster.tables.DaemonSet;
  const live = sets.get(set.uid);
  if (live === undefined || live.status.collisionCount !== set.status.collisionCount) return undefined;
  return sets.update({ ...live, status: { ...live.status, collisionCount: live.status.collisionCount + 1 } });
}

/** Upstream's `cleanupHistory`: the oldest beyond `revisionHistoryLimit` that no pod is of. */
export function* cleanupHistory(
  cluster: Cluster,
  set: DaemonSet,
  old: readonly ControllerRevision[],
  nodes: DaemonNodes,
): Process<ApiError | undefined> {
  let excess = old.length - set.spec.revisionHistoryLimit;
  if (excess <= 0) return undefined;
  const live = nodes.liveHashes();
  for (const revision of old) {
    if (excess <= 0) break;
    if (live.has(revision.meta.labels[CONTROLLER_REVISION_HASH_LABEL] ?? '')) continue;
    const { error } = yield call(() => cluster.tables.ControllerRevision.delete(revision.uid));
    if (error !== undefined) return error;
    excess--;
  }
  return undefined;
}
