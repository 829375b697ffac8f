import { type Cluster, type DaemonSet, POD_FAILED, POD_SUCCEEDED } from '../../cluster/index.ts';
import { type DaemonNodes, IS_PRESENT, IS_SCHEDULED, NEEDS_MANAGING } from './daemonNodes.ts';
import { allowsSurge } from './daemonPodTemplate.ts';
import { SHOULD_CONTINUE_RUNNING, SHOULD_RUN } from './nodeShouldRun.ts';

/** What a pass over the nodes finds to be done. */
export interface PodChanges {
  /** Rows of nodes, each to be given a pod. */
  readonly nodesNeedingDaemonPods: number[];
  /** Rows of pods. */
  readonly podsToDelete: number[];
}

/** What becomes of pods that have finished. */
export interface FinishedPods {
  /** Whether a failed pod may be deleted yet. */
  mayDeleteFailed(pod: number, node: number): boolean;
  /** A pod that succeeded is deleted. */
  deletesSucceeded(pod: number, node: number): void;
}

/**
 * Upstream's `manage`: every eligible node gets a pod, excess pods and those on nodes that may not have one go, and so do
 * pods without a node that were made for one that is gone.
 */
export function manage(cluster: Cluster, set: DaemonSet, nodes: DaemonNodes, finished: FinishedPods): PodChanges {
  const pass = new ManagePass(cluster, nodes, finished, allowsSurge(set));
  const { nodeBits, count } = nodes;
  for (let row = 0; row < count; row++) {
    const bits = nodeBits[row]!;
    if ((bits & NEEDS_MANAGING) !== 0) pass.podsShouldBeOnNode(row, bits);
  }
  return pass.changes;
}

class ManagePass {
  readonly changes: PodChanges = { nodesNeedingDaemonPods: [], podsToDelete: [] };
  private readonly cluster: Cluster;
  private readonly nodes: DaemonNodes;
  private readonly finished: FinishedPods;
  private readonly isSurging: boolean;

  constructor(cluster: Cluster, nodes: DaemonNodes, finished: FinishedPods, isSurging: boolean) {
    this.cluster = cluster;
    this.nodes = nodes;
    this.finished = finished;
    this.isSurging = isSurging;
  }

  podsShouldBeOnNode(row: number, bits: number): void {
    if ((bits & IS_PRESENT) === 0) this.deleteUnscheduled(row);
    else if ((bits & SHOULD_RUN) !== 0 && (bits & IS_SCHEDULED) === 0) this.changes.nodesNeedingDaemonPods.push(row);
    else if ((bits & SHOULD_CONTINUE_RUNNING) !== 0) this.prune(row, (bits & SHOULD_RUN) !== 0);
    else this.deleteAll(row);
  }

  /** No one else deletes a pod that waits for a node that is gone. */
  private deleteUnscheduled(row: number): void {
    const { nodes, changes } = this;
    for (let pod = nodes.firstPod(row); pod !== -1; pod = nodes.nextPod(pod)) {
      if (!nodes.isBound(pod)) changes.podsToDelete.push(pod);
    }
  }

  private deleteAll(row: number): void {
    const { nodes, changes } = this;
    for (let pod = nodes.firstPod(row); pod !== -1; pod = nodes.nextPod(pod)) {
      if (!nodes.isTerminating(pod)) changes.podsToDelete.push(pod);
    }
  }

  private prune(row: number, shouldRun: boolean): void {
    const running = this.runningPods(row);
    if (this.isSurging) {
      if (running.length > 1) this.pruneSurge(running);
      // While surging a node has at least one pod that is not being deleted.
      else if (running.length === 0 && shouldRun) this.changes.nodesNeedingDaemonPods.push(row);
      return;
    }
    if (running.length > 1) this.changes.podsToDelete.push(...this.byAge(running).slice(1));
  }

  /** The node's pods that live; those that have finished are dealt with. */
  private runningPods(row: number): number[] {
    const { nodes, changes, finished } = this;
    const running: number[] = [];
    for (let pod = nodes.firstPod(row); pod !== -1; pod = nodes.nextPod(pod)) {
      if (nodes.isTerminating(pod)) continue;
      const state = this.cluster.pods.observed[pod]!;
      if ((state & POD_FAILED) !== 0) {
        if (finished.mayDeleteFailed(pod, row)) changes.podsToDelete.push(pod);
      } else if ((state & POD_SUCCEEDED) !== 0) {
        finished.deletesSucceeded(pod, row);
        changes.podsToDelete.push(pod);
      } else running.push(pod);
    }
    return running;
  }

  /**
   * Two pods may stay: the oldest of the present revision while it is not available, and the oldest of another one while
   * it is ready.
   */
  private pruneSurge(running: readonly number[]): void {
    const { nodes, changes } = this;
    let oldestNew = -1;
    let oldestOld = -1;
    for (const pod of this.byAge(running)) {
      if (nodes.isUpdated(pod) && oldestNew === -1) oldestNew = pod;
      else if (!nodes.isUpdated(pod) && oldestOld === -1) oldestOld = pod;
      else changes.podsToDelete.push(pod);
    }
    if (oldestNew === -1 || oldestOld === -1) return;
    if (!nodes.isReady(oldestOld) || nodes.isAvailable(oldestNew)) changes.podsToDelete.push(oldestOld);
  }

  private byAge(pods: readonly number[]): number[] {
    return [...pods].sort((a, b) => this.nodes.compare(a, b));
  }
}
