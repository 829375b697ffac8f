import { call, isDeleting, type Process, type ReplicaSet } from '../../cluster/index.ts';
import { recheckDeletionTimestamp } from '../adoption.ts';
import { compareCreation } from './replicaMath.ts';
import { type DeploymentSync, type Outcome, ok } from './sync.ts';

/**
 * The Deployment's ReplicaSets, oldest first (upstream's `getReplicaSetsForDeployment`): a matching one without an
 * owner is adopted, an owned one that matches no longer is released. A Deployment that is being deleted does neither.
 */
export function* claimReplicaSets(sync: DeploymentSync): Process<Outcome<readonly ReplicaSet[]>> {
  const { cluster } = sync.context;
  const { replicaSets } = cluster;
  const { deployment } = sync;
  const { selector } = deployment.spec;
  const claimed: ReplicaSet[] = [];
  for (const replicaSet of replicaSets.cachedOwnedBy(deployment.uid)) {
    if (cluster.selects(selector, replicaSet.meta.labels)) {
      claimed.push(replicaSet);
      continue;
    }
    if (isDeleting(deployment)) continue;
    const { error } = yield call(() => replicaSets.update({ ...replicaSet, ownerUid: -1 }));
    if (error !== undefined && error.reason !== 'NotFound') return { error };
  }
  if (isDeleting(deployment)) return ok(claimed.sort(compareCreation));
  const orphans = replicaSets
    .cachedOwnedBy(-1)
    .filter(
      (orphan) =>
        !isDeleting(orphan) &&
        orphan.meta.namespace === deployment.meta.namespace &&
        cluster.selects(selector, orphan.meta.labels),
    );
  if (orphans.length === 0) return ok(claimed.sort(compareCreation));
  const gone = yield* recheckDeletionTimestamp(cluster, deployment);
  if (gone !== undefined) return { error: gone };
  for (const orphan of orphans) {
    const { error } = yield call(() => replicaSets.update({ ...orphan, ownerUid: deployment.uid }));
    if (error !== undefined && error.reason !== 'NotFound') return { error };
    const adopted = replicaSets.get(orphan.uid);
    if (adopted !== undefined) claimed.push(adopted);
  }
  return ok(claimed.sort(compareCreation));
}
