import {
  type ApiError,
  call,
  type Deployment,
  isDeleting,
  type Process,
  type ReplicaSet,
} from '../../cluster/index.ts';
import { compareCreation } from './replicaMath.ts';
import { type DeploymentSync, type Outcome, ok } from './sync.ts';

/**
 * The Deployment's ReplicaSets, oldest first (upstream's `getReplicaSetsForDeployment`): a matching one without an
 * owner is adopted, an owned one that matches no longer is released. A Deployment that is being deleted does neither.
 */
export function* claimReplicaSets(sync: DeploymentSync): Process<Outcome<readonly ReplicaSet[]>> {
  const { replicaSets, deployments } = sync.context.cluster;
  const { deployment } = sync;
  const { selector } = deployment.spec;
  const claimed: ReplicaSet[] = [];
  for (const replicaSet of replicaSets.cachedOwnedBy(deployment.uid)) {
    if (sync.context.cluster.selects(selector, replicaSet.meta.labels)) {
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
        sync.context.cluster.selects(selector, orphan.meta.labels),
    );
  if (orphans.length === 0) return ok(claimed.sort(compareCreation));
  // Adoption reads the Deployment from the API server first, not from the cache.
  const { error: gone } = yield call(() => stillThere(deployments.get(deployment.uid), deployment));
  if (gone !== undefined) return { error: gone };
  for (const orphan of orphans) {
    const { error } = yield call(() => replicaSets.update({ ...orphan, ownerUid: deployment.uid }));
    if (error !== undefined && error.reason !== 'NotFound') return { error };
    const adopted = replicaSets.get(orphan.uid);
    if (adopted !== undefined) claimed.push(adopted);
  }
  return ok(claimed.sort(compareCreation));
}

function stillThere(live: Deployment | undefined, { meta }: Deployment): ApiError | undefined {
  if (live === undefined) return { reason: 'Conflict', message: `original Deployment ${meta.name} is gone` };
  if (!isDeleting(live)) return undefined;
  return { reason: 'Conflict', message: `${meta.namespace}/${meta.name} has just been deleted` };
}
