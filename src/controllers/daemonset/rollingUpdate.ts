import { type ApiError, type Cluster, type DaemonSet, notFound } from '../../cluster/index.ts';
import { type DaemonNodes, IS_PRESENT, UpdateState } from './daemonNodes.ts';
import { surgeCount, unavailableCount } from './daemonPodTemplate.ts';
import type { PodChanges } from './manage.ts';
import { SHOULD_RUN } from './nodeShouldRun.ts';

type Update = { readonly changes: PodChanges } | { readonly error: ApiError };

/** Upstream's `rollingUpdate`: which old pods to delete and which nodes to give a second pod, within the strategy's limits. */
export function rollingUpdate(cluster: Cluster, set: DaemonSet, nodes: DaemonNodes): Update {
  const { nodeBits, count } = nodes;
  let desired = 0;
  for (let row = 0; row < count; row++) desired += nodeBits[row]! & SHOULD_RUN;
  const maxSurge = surgeCount(set, desired);
  if (maxSurge > 0) return new SurgingUpdate(cluster, nodes, desired, maxSurge).run();
  const maxUnavailable = unavailableCount(set, desired);
  // A limit of nothing at all would never end: upstream takes the default instead.
  return { changes: deletingUpdate(nodes, desired > 0 && maxUnavailable === 0 ? 1 : maxUnavailable) };
}

/**
 * Without surge, old pods are deleted, and later replaced by `manage`. An old pod that is not available goes at once;
 * of the available ones as many as keep the unavailable nodes within the limit. A node whose pod is being deleted has
 * none, and is unavailable; so is one that `manage` has to clear up.
 */
function deletingUpdate(nodes: DaemonNodes, maxUnavailable: number): PodChanges {
  const { updateStates, count } = nodes;
  const podsToDelete: number[] = [];
  const candidates: number[] = [];
  let unavailable = 0;
  for (let row = 0; row < count; row++) {
    const state = updateStates[row]!;
    if (state === UpdateState.Ignored || state === UpdateState.NewAvailable) continue;
    if (state === UpdateState.OldAvailable) {
      if (unavailable < maxUnavailable && candidates.length < maxUnavailable) candidates.push(row);
      continue;
    }
    unavailable++;
    if (state === UpdateState.OldUnavailable) podsToDelete.push(nodes.livePod(row, false));
  }
  const allowed = candidates.slice(0, Math.max(0, maxUnavailable - unavailable));
  podsToDelete.push(...allowed.map((row) => nodes.livePod(row, false)));
  return { nodesNeedingDaemonPods: [], podsToDelete };
}

/**
 * With surge, a node gets a new pod beside its old one, which goes when the new one is available. Nodes whose old pod is
 * not available get theirs whatever the limit says.
 */
class SurgingUpdate {
  private readonly cluster: Cluster;
  private readonly nodes: DaemonNodes;
  private readonly desired: number;
  private readonly maxSurge: number;
  private readonly nodesNeedingDaemonPods: number[] = [];
  private readonly podsToDelete: number[] = [];
  private readonly candidates: number[] = [];
  /** Available pods on nodes that may not have one any more. */
  private readonly sunset: number[] = [];
  private surging = 0;
  private available = 0;

  constructor(cluster: Cluster, nodes: DaemonNodes, desired: number, maxSurge: number) {
    this.cluster = cluster;
    this.nodes = nodes;
    this.desired = desired;
    this.maxSurge = maxSurge;
  }

  run(): Update {
    const { updateStates, nodeBits, count } = this.nodes;
    for (let row = 0; row < count; row++) {
      const state = updateStates[row]!;
      if (state === UpdateState.NewAvailable) this.available++;
      else if (state === UpdateState.Excess) this.surging++;
      else if (state === UpdateState.Both) this.lookAtBoth(row);
      else if (state === UpdateState.OldAvailable || state === UpdateState.OldUnavailable) {
        // Upstream asks for the node, and gives up for now where it is gone.
        if ((nodeBits[row]! & IS_PRESENT) === 0) return { error: notFound('nodes', this.cluster.nodes.names[row]!) };
        this.lookAtOld(row, state === UpdateState.OldAvailable, (nodeBits[row]! & SHOULD_RUN) !== 0);
      }
    }
    const { nodesNeedingDaemonPods, podsToDelete, sunset, candidates } = this;
    // The pods of nodes that may not have one any more make room only as others become available elsewhere.
    podsToDelete.push(...sunset.slice(0, Math.max(0, this.available - this.desired)));
    nodesNeedingDaemonPods.push(...candidates.slice(0, Math.max(0, this.maxSurge - this.surging)));
    return { changes: { nodesNeedingDaemonPods, podsToDelete } };
  }

  private lookAtBoth(row: number): void {
    const { nodes } = this;
    const oldPod = nodes.livePod(row, false);
    if (nodes.isAvailable(oldPod)) this.available++;
    if (nodes.isAvailable(nodes.livePod(row, true))) this.podsToDelete.push(oldPod);
    else this.surging++;
  }

  private lookAtOld(row: number, isAvailable: boolean, shouldRun: boolean): void {
    if (isAvailable) this.available++;
    if (!shouldRun) (isAvailable ? this.sunset : this.podsToDelete).push(this.nodes.livePod(row, false));
    else if (!isAvailable) this.nodesNeedingDaemonPods.push(row);
    else if (this.surging < this.maxSurge && this.candidates.length < this.maxSurge) this.candidates.push(row);
  }
}
