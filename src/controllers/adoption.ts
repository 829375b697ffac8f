import {
  type ApiError,
  type Cluster,
  call,
  type Deployment,
  isDeleting,
  type PodController,
  type Process,
} from '../cluster/index.ts';

/**
 * Upstream's `RecheckDeletionTimestamp`: before it adopts anything a controller reads its own object from the API
 * server, not from the cache. The error says that the object is gone or is being deleted.
 */
export function* recheckDeletionTimestamp(
  cluster: Cluster,
  owner: PodController | Deployment,
): Process<ApiError | undefined> {
  const { error } = yield call(() => stillThere(cluster, owner));
  return error;
}

function stillThere({ tables }: Cluster, { kind, uid, meta }: PodController | Deployment): ApiError | undefined {
  const live = tables[kind].get(uid);
  if (live !== undefined && !isDeleting(live)) return undefined;
  const name = `${meta.namespace}/${meta.name}`;
  const message = live === undefined ? `original ${kind} ${name} is gone` : `${name} has just been deleted`;
  return { reason: 'Conflict', message };
}
