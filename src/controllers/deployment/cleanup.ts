import { call, isDeleting, type Process, type ReplicaSet } from '../../cluster/index.ts';
import type { SyncError } from '../workers.ts';
import { compareCreation } from './replicaMath.ts';
import { revisionOf } from './revisions.ts';
import type { DeploymentSync } from './sync.ts';

/**
 * Deletes old ReplicaSets beyond `revisionHistoryLimit`, lowest revision first (upstream's `cleanupDeployment`). One
 * that still has pods, or whose last change is not observed yet, is passed over and not made up for.
 */
export function* cleanupDeployment(sync: DeploymentSync, oldReplicaSets: readonly ReplicaSet[]): Process<SyncError> {
  const limit = sync.deployment.spec.revisionHistoryLimit;
  if (limit === undefined) return undefined;
  const byRevision = oldReplicaSets.filter((replicaSet) => !isDeleting(replicaSet)).sort(compareRevisions);
  for (const replicaSet of byRevision.slice(0, Math.max(0, byRevision.length - limit))) {
    const { status, spec, generation } = replicaSet;
    if (status.replicas !== 0 || spec.replicas !== 0 || generation > status.observedGeneration) continue;
    const { error } = yield call(() => sync.context.cluster.replicaSets.delete(replicaSet.uid));
    if (error !== undefined && error.reason !== 'NotFound') return error;
  }
  return undefined;
}

function compareRevisions(a: ReplicaSet, b: ReplicaSet): number {
  const revisionA = revisionOf(a) ?? 0n;
  const revisionB = revisionOf(b) ?? 0n;
  if (revisionA !== revisionB) return revisionA < revisionB ? -1 : 1;
  return compareCreation(a, b);
}
