import type { StringMap } from '../../api/types.ts';
import {
  DEPRECATED_ROLLBACK_ANNOTATION,
  DESIRED_REPLICAS_ANNOTATION,
  type Deployment,
  LAST_APPLIED_ANNOTATION,
  MAX_REPLICAS_ANNOTATION,
  REPLICAS_BEFORE_SCALE_ANNOTATION,
  REVISION_ANNOTATION,
  REVISION_HISTORY_ANNOTATION,
  type ReplicaSet,
} from '../../cluster/index.ts';

/** Longest value of the revision-history annotation. */
const MAX_REVISION_HISTORY_CHARACTERS = 2000;

/** Annotations of a Deployment that its ReplicaSets don't get. */
const NOT_COPIED = new Set([
  LAST_APPLIED_ANNOTATION,
  REVISION_ANNOTATION,
  REVISION_HISTORY_ANNOTATION,
  DESIRED_REPLICAS_ANNOTATION,
  MAX_REPLICAS_ANNOTATION,
  REPLICAS_BEFORE_SCALE_ANNOTATION,
  DEPRECATED_ROLLBACK_ANNOTATION,
]);

/** Value of the revision annotation; revisions are int64. Undefined where absent or no number. */
export function revisionOf(object: { readonly meta: { readonly annotations: StringMap } }): bigint | undefined {
  const text = object.meta.annotations[REVISION_ANNOTATION];
  return text !== undefined && /^-?[0-9]+$/.test(text) ? BigInt(text) : undefined;
}

/** Highest revision of some ReplicaSets, 0 without one. */
export function maxRevision(replicaSets: readonly ReplicaSet[]): bigint {
  let max = 0n;
  for (const replicaSet of replicaSets) {
    const revision = revisionOf(replicaSet) ?? 0n;
    if (revision > max) max = revision;
  }
  return max;
}

/**
 * The annotations that the new ReplicaSet should have (upstream's `SetNewReplicaSetAnnotations`): the Deployment's own,
 * and the revision, which only ever rises; the one before goes into the history. Returns `current` itself when nothing
 * changes.
 */
export function newReplicaSetAnnotations(deployment: Deployment, current: StringMap, newRevision: bigint): StringMap {
  const next: Record<string, string> = { ...current };
  let changed = false;
  for (const [key, value] of Object.entries(deployment.meta.annotations)) {
    if (NOT_COPIED.has(key) || next[key] === value) continue;
    next[key] = value;
    changed = true;
  }
  const oldText = current[REVISION_ANNOTATION];
  const old = oldText === undefined || oldText === '' ? 0n : revisionOf({ meta: { annotations: current } });
  // Upstream gives up on a revision that is no number, copied annotations included.
  if (old === undefined) return current;
  if (old < newRevision) {
    next[REVISION_ANNOTATION] = String(newRevision);
    if (oldText !== undefined) next[REVISION_HISTORY_ANNOTATION] = appendHistory(current, oldText);
    changed = true;
  }
  return changed ? next : current;
}

/**
 * The annotations of a Deployment that goes back to a ReplicaSet (upstream's `SetDeploymentAnnotationsTo`): the
 * ReplicaSet's, but its own where the two are never the same.
 */
export function rolledBackAnnotations(deployment: StringMap, replicaSet: StringMap): StringMap {
  const own = Object.entries(deployment).filter(([key]) => NOT_COPIED.has(key));
  const copied = Object.entries(replicaSet).filter(([key]) => !NOT_COPIED.has(key));
  return Object.fromEntries([...own, ...copied]);
}

function appendHistory(annotations: StringMap, revision: string): string {
  const history = annotations[REVISION_HISTORY_ANNOTATION];
  let entries = history === undefined || history === '' ? [] : history.split(',');
  while (entries.length > 0 && entries.join(',').length + revision.length + 1 > MAX_REVISION_HISTORY_CHARACTERS) {
    entries = entries.slice(1);
  }
  return [...entries, revision].join(',');
}

/** The two annotations by which a ReplicaSet remembers what its Deployment wanted when it was last sized. */
export function replicasAnnotations(current: StringMap, desired: number, max: number): StringMap {
  const { [REPLICAS_BEFORE_SCALE_ANNOTATION]: before, ...others } = current;
  if (
    before === undefined &&
    current[DESIRED_REPLICAS_ANNOTATION] === String(desired) &&
    current[MAX_REPLICAS_ANNOTATION] === String(max)
  ) {
    return current;
  }
  return { ...others, [DESIRED_REPLICAS_ANNOTATION]: String(desired), [MAX_REPLICAS_ANNOTATION]: String(max) };
}

/**
 * The annotations of a ReplicaSet that cannot have its whole share of a scaling yet: what its Deployment wanted before
 * stays, and so does the size that the share is reckoned from.
 */
export function partialScaleAnnotations(current: StringMap, replicas: number): StringMap {
  if (current[REPLICAS_BEFORE_SCALE_ANNOTATION] !== undefined) return current;
  return { ...current, [REPLICAS_BEFORE_SCALE_ANNOTATION]: String(replicas) };
}

/** `deployment` with the revision annotation set; itself when it is set already. */
export function withRevision(deployment: Deployment, revision: string): Deployment {
  if (deployment.meta.annotations[REVISION_ANNOTATION] === revision) return deployment;
  const annotations = { ...deployment.meta.annotations, [REVISION_ANNOTATION]: revision };
  return { ...deployment, meta: { ...deployment.meta, annotations } };
}
