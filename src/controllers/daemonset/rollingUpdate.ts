import { type ApiError, type Cluster, type DaemonSet, notFound } from '../../cluster/index.ts';
import type { DaemonNodes } from './daemonNodes.ts';
import { surgeCount, unavailableCount } from './daemonPodTemplate.ts';
import type { PodChanges } from './manage.ts';

/** The pods of a node that are not being deleted, when there is at most one of each sort; -1 for none. */
interface UpdatedPods {
  newPod: number;
  oldPod: number;
}

/** Upstream's `rollingUpdate`: which old pods to delete and which nodes to give a second pod, within the strategy's limits. */
export function rollingUpdate(
  cluster: Cluster,
  set: DaemonSet,
  nodes: DaemonNodes,
): { readonly changes: PodChanges } | { readonly error: ApiError } {
  let desired = 0;
  for (let row = 0; row < nodes.count; row++) if (nodes.isPresent(row) && nodes.shouldRun(row)) desired++;
  const maxSurge = surgeCount(set, desired);
  if (maxSurge > 0) return surgingUpdate(cluster, nodes, desired, maxSurge);
  const maxUnavailable = unavailableCount(set, desired);
  // A limit of nothing at all would never end: upstream takes the default instead.
  return { changes: deletingUpdate(nodes, desired > 0 && maxUnavailable === 0 ? 1 : maxUnavailable) };
}

/**
 * Without surge, old pods are deleted, and later replaced by `manage`. An old pod that is not available goes at once;
 * of the available ones as many as keep the unavailable nodes within the limit. A node whose pod is being deleted has
 * none, and is unavailable.
 */
function deletingUpdate(nodes: DaemonNodes, maxUnavailable: number): PodChanges {
  const podsToDelete: number[] = [];
  const candidates: number[] = [];
  const found: UpdatedPods = { newPod: -1, oldPod: -1 };
  let unavailable = 0;
  for (let row = 0; row < nodes.count; row++) {
    if (!isLookedAt(nodes, row)) continue;
    // Excess pods are `manage`'s business, and so is a node without a pod, or with one of each sort.
    if (!findUpdatedPodsOnNode(nodes, row, found)) unavailable++;
    else if ((found.newPod === -1) === (found.oldPod === -1)) unavailable++;
    else if (found.newPod !== -1) {
      if (!nodes.isAvailable(found.newPod)) unavailable++;
    } else if (!nodes.isAvailable(found.oldPod)) {
      podsToDelete.push(found.oldPod);
      unavailable++;
    } else if (unavailable < maxUnavailable && candidates.length < maxUnavailable) candidates.push(found.oldPod);
  }
  podsToDelete.push(...candidates.slice(0, Math.max(0, maxUnavailable - unavailable)));
  return { nodesNeedingDaemonPods: [], podsToDelete };
}

/**
 * With surge, a node gets a new pod beside its old one, which goes when the new one is available. Nodes whose old pod is
 * not available get theirs whatever the limit says.
 */
function surgingUpdate(
  cluster: Cluster,
  nodes: DaemonNodes,
  desired: number,
  maxSurge: number,
): { readonly changes: PodChanges } | { readonly error: ApiError } {
  const nodesNeedingDaemonPods: number[] = [];
  const podsToDelete: number[] = [];
  const candidates: number[] = [];
  /** Available pods on nodes that may not have one any more. */
  const sunset: number[] = [];
  const found: UpdatedPods = { newPod: -1, oldPod: -1 };
  let surging = 0;
  let available = 0;
  for (let row = 0; row < nodes.count; row++) {
    if (!isLookedAt(nodes, row)) continue;
    if (!findUpdatedPodsOnNode(nodes, row, found)) {
      surging++;
      continue;
    }
    const { newPod, oldPod } = found;
    const counted = oldPod === -1 ? newPod : oldPod;
    const isCountedAvailable = counted !== -1 && nodes.isAvailable(counted);
    if (isCountedAvailable) available++;
    if (oldPod === -1) continue;
    if (newPod !== -1) {
      if (nodes.isAvailable(newPod)) podsToDelete.push(oldPod);
      else surging++;
      continue;
    }
    // Upstream asks for the node, and gives up for now where it is gone.
    if (!nodes.isPresent(row)) return { error: notFound('nodes', cluster.nodes.names[row]!) };
    if (!nodes.shouldRun(row)) (isCountedAvailable ? sunset : podsToDelete).push(oldPod);
    else if (!isCountedAvailable) nodesNeedingDaemonPods.push(row);
    else if (surging < maxSurge && candidates.length < maxSurge) candidates.push(row);
  }
  // The pods of nodes that may not have one any more make room only as others become available elsewhere.
  podsToDelete.push(...sunset.slice(0, Math.max(0, available - desired)));
  nodesNeedingDaemonPods.push(...candidates.slice(0, Math.max(0, maxSurge - surging)));
  return { changes: { nodesNeedingDaemonPods, podsToDelete } };
}

/** Nodes that ought to have a pod, and those that have one. */
function isLookedAt(nodes: DaemonNodes, row: number): boolean {
  return nodes.firstPod(row) !== -1 || (nodes.isPresent(row) && nodes.shouldRun(row));
}

/** Looks at the pods that are not being deleted. False when there are several of one sort. */
function findUpdatedPodsOnNode(nodes: DaemonNodes, row: number, found: UpdatedPods): boolean {
  found.newPod = -1;
  found.oldPod = -1;
  for (let pod = nodes.firstPod(row); pod !== -1; pod = nodes.nextPod(pod)) {
    if (nodes.isTerminating(pod)) continue;
    const sort = nodes.isUpdated(pod) ? 'newPod' : 'oldPod';
    if (found[sort] !== -1) return false;
    found[sort] = pod;
  }
  return true;
}
