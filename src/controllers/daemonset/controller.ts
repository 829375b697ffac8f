import { canonicalJson } from '../../api/canonical.ts';
import {
  type ApiError,
  batch,
  type Cluster,
  CONTROLLER_REVISION_HASH_LABEL,
  type DaemonSet,
  isDeleting,
  type Node,
  POD_READY,
  POD_TERMINATING,
  type Process,
} from '../../cluster/index.ts';
import type { HandlerId } from '../../kernel/kernel.ts';
import { MICROS_PER_SECOND } from '../../kernel/time.ts';
import { ConsistencyStore, STALE_PODS } from '../consistencyStore.ts';
import { Expectations } from '../expectations.ts';
import { OrphanIndex } from '../orphans.ts';
import { claimPods } from '../podClaim.ts';
import { slowStartBatch } from '../slowStartBatch.ts';
import { type ControllerContext, type SyncError, Workers } from '../workers.ts';
import { DaemonNodes } from './daemonNodes.ts';
import { DaemonPods } from './daemonPods.ts';
import { createPodTemplate } from './daemonPodTemplate.ts';
import { FailedPodsBackoff } from './failedPodsBackoff.ts';
import { cleanupHistory, constructHistory, type History } from './history.ts';
import { type FinishedPods, manage, type PodChanges } from './manage.ts';
import { SHOULD_CONTINUE_RUNNING, SHOULD_RUN } from './nodeShouldRun.ts';
import { rollingUpdate } from './rollingUpdate.ts';
import { countNodes, storeDaemonSetStatus } from './status.ts';

/** Creations, and deletions, of one sync (upstream's `BurstReplicas`). */
const BURST_REPLICAS = 250;

/**
 * Keeps a pod of each DaemonSet on every eligible node, and brings the pods up to date, as upstream's
 * pkg/controller/daemon does.
 *
 * Left out: duplicates of the present revision, which nothing here can make, and the Event for an empty selector, which
 * the API server refuses.
 */
export class DaemonSetsController {
  private readonly context: ControllerContext;
  private readonly cluster: Cluster;
  private readonly workers: Workers;
  private readonly minReady: HandlerId;
  private readonly failedPods: HandlerId;
  private readonly expectations = new Expectations();
  private readonly consistency = new ConsistencyStore();
  private readonly orphans: OrphanIndex;
  private readonly pods: DaemonPods;
  private readonly failedPodsBackoff = new FailedPodsBackoff();
  /** By uid of the set. */
  private readonly nodesBySet = new Map<number, DaemonNodes>();

  constructor(context: ControllerContext) {
    this.context = context;
    this.cluster = context.cluster;
    this.orphans = new OrphanIndex(context.cluster);
    this.pods = new DaemonPods(context.cluster, (uid, row) => this.nodesBySet.get(uid)?.changed(row));
    this.workers = new Workers(context, {
      name: 'daemonset-controller',
      concurrency: context.controlPlane.kubeControllerManager.concurrentDaemonsetSyncs,
      sync: (uid) => this.sync(uid),
    });
    this.minReady = this.workers.queue.delay('min-ready');
    this.failedPods = this.workers.queue.delay('failed-pods');
    this.cluster.sendEventsAbout('DaemonSet', this.workers.client);
    const { DaemonSet: sets, ControllerRevision: revisions } = this.cluster.tables;
    sets.listen((before, after) => this.daemonSetChanged(before, after));
    revisions.listen((before, after) => {
      // A new one is the controller's own.
      if (before === undefined) return;
      this.enqueue(before.ownerUid);
      if (after !== undefined) this.enqueue(after.ownerUid);
    });
    this.cluster.nodeObjects.listen((before, after) => this.nodeChanged(before, after));
    this.cluster.listenPods(
      (pod, before, after, _at, ownerBefore) => this.podChanged(pod, before, after, ownerBefore),
      'DaemonSet',
    );
  }

  // ---- what wakes it ----

  private enqueue(uid: number): void {
    if (this.cluster.tables.DaemonSet.cached(uid) !== undefined) this.workers.queue.add(uid);
  }

  private daemonSetChanged(before: DaemonSet | undefined, after: DaemonSet | undefined): void {
    const { uid } = (after ?? before)!;
    this.orphans.controllerSeen(before, after);
    if (after === undefined) {
      this.expectations.forget(uid);
      this.consistency.clear(uid);
      this.nodesBySet.delete(uid);
    }
    this.workers.queue.add(uid);
  }

  private nodeChanged(before: Node | undefined, after: Node | undefined): void {
    const row = this.cluster.nodes.lastRowOf((after ?? before)!.meta.name);
    for (const nodes of this.nodesBySet.values()) nodes.changed(row);
    // A node that goes wakes nobody: its pods are left to the pod garbage collector.
    if (after === undefined || (before !== undefined && shouldIgnoreNodeUpdate(before, after))) return;
    for (const set of this.cluster.tables.DaemonSet.cachedList()) {
      const isAffected = this.looksAtPods ? this.hasToAct(set, after, row) : this.isJudgedAnew(set, before, after);
      if (isAffected) this.workers.queue.add(set.uid);
    }
  }

  /** From 1.33 a changed node is held against the pods that it has, and no longer against what it was. */
  private get looksAtPods(): boolean {
    return this.context.version.minor >= 33;
  }

  /** Upstream's `syncNodeUpdate`: an untolerated taint that lets the node's pod stay wakes nobody. */
  private hasToAct(set: DaemonSet, node: Node, row: number): boolean {
    const nodes = this.nodesOf(set.uid);
    const verdict = nodes.shouldRunOn(set, node);
    if (!nodes.hasBoundPod(row)) return (verdict & SHOULD_RUN) !== 0;
    return (verdict & SHOULD_CONTINUE_RUNNING) === 0 || set.status.numberMisscheduled > 0;
  }

  private isJudgedAnew(set: DaemonSet, before: Node | undefined, after: Node): boolean {
    const nodes = this.nodesOf(set.uid);
    const now = nodes.shouldRunOn(set, after);
    return before === undefined ? (now & SHOULD_RUN) !== 0 : now !== nodes.shouldRunOn(set, before);
  }

  private podChanged(pod: number, before: number, after: number, ownerBefore: number): void {
    const uid = this.cluster.pods.observedOwner[pod]!;
    if (ownerBefore !== uid) this.enqueue(ownerBefore);
    if (uid === -1 && after !== 0) {
      for (const candidate of this.orphans.orphanSeen(pod)) this.workers.queue.add(candidate);
      return;
    }
    this.orphans.orphanGone(pod);
    const set = this.cluster.tables.DaemonSet.cached(uid);
    if (set === undefined) return;
    const isGoing = after === 0 || (after & POD_TERMINATING) !== 0;
    if (isGoing) this.expectations.deletionObserved(uid, pod);
    if (before === 0 && !isGoing) this.expectations.creationObserved(uid);
    this.workers.queue.add(uid);
    const { minReadySeconds } = set.spec;
    if (minReadySeconds > 0 && !isGoing && (after & POD_READY) !== 0 && (before & POD_READY) === 0) {
      // A second more, against clocks that differ by milliseconds.
      this.workers.queue.addAfter(uid, (minReadySeconds + 1) * MICROS_PER_SECOND, this.minReady);
    }
  }

  private nodesOf(uid: number): DaemonNodes {
    let nodes = this.nodesBySet.get(uid);
    if (nodes === undefined) {
      nodes = new DaemonNodes(this.cluster, this.pods, uid);
      this.nodesBySet.set(uid, nodes);
    }
    return nodes;
  }

  // ---- sync ----

  private *sync(uid: number): Process<SyncError> {
    const set = this.cluster.tables.DaemonSet.cached(uid);
    if (set === undefined) return undefined;
    const staleError = this.ensureReady(set);
    if (staleError !== undefined) return staleError;
    if (isDeleting(set)) return undefined;
    const constructed = yield* constructHistory(this.cluster, set);
    if ('error' in constructed) return constructed.error;
    const { history } = constructed;
    const hash = history.current.meta.labels[CONTROLLER_REVISION_HASH_LABEL]!;
    const claimError = yield* this.claim(set);
    if (!this.isSatisfied(uid)) return claimError ?? (yield* this.updateStatus(set, hash, false));
    const error = claimError ?? (yield* this.updateDaemonSet(set, hash, history));
    const statusError = yield* this.updateStatus(set, hash, true);
    return error ?? statusError;
  }

  /** Upstream's `EnsureReady`, for the set itself and for the pods that were created. */
  private ensureReady(set: DaemonSet): SyncError {
    if (!this.context.gates.StaleControllerConsistencyDaemonSet) return undefined;
    if (this.expectations.awaitsCreations(set.uid)) return STALE_PODS;
    return this.consistency.ensureReady(set);
  }

  private isSatisfied(uid: number): boolean {
    return this.expectations.satisfied(uid, this.context.kernel.nowMicros);
  }

  private *claim(set: DaemonSet): Process<SyncError> {
    const owner = this.cluster.owners.get(set.uid)!;
    const orphans = this.orphans.of(set.uid);
    const claim = yield* claimPods(this.cluster, set, set.spec.selector, owner, orphans);
    for (const pod of claim.adopted) this.pods.file(pod, set.uid);
    for (const pod of claim.released) this.pods.file(pod, -1);
    return claim.error;
  }

  /** The set's nodes and pods as informers show them by now. */
  private look(set: DaemonSet, hash: string): DaemonNodes {
    const nodes = this.nodesOf(set.uid);
    nodes.look(set, hash);
    return nodes;
  }

  private *updateDaemonSet(set: DaemonSet, hash: string, history: History): Process<SyncError> {
    const changes = manage(this.cluster, set, this.look(set, hash), this.finishedPods(set));
    const error = yield* this.syncNodes(set, changes, hash);
    if (error !== undefined) return error;
    if (this.isSatisfied(set.uid) && set.spec.updateStrategyType === 'RollingUpdate') {
      const update = rollingUpdate(this.cluster, set, this.look(set, hash));
      const updateError = 'error' in update ? update.error : yield* this.syncNodes(set, update.changes, hash);
      if (updateError !== undefined) return updateError;
    }
    return yield* cleanupHistory(this.cluster, set, history.old, this.look(set, hash));
  }

  private finishedPods(set: DaemonSet): FinishedPods {
    const found = (what: string, pod: number, node: number) => {
      const name = `${this.cluster.podNamespace(pod)}/${this.cluster.podName(pod)}`;
      return `Found ${what} daemon pod ${name} on node ${this.cluster.nodes.names[node]!}, will try to`;
    };
    return {
      mayDeleteFailed: (pod, node) => {
        const { nowMicros } = this.context.kernel;
        const id = `${set.uid}/${set.status.observedGeneration}/${node}`;
        if (this.failedPodsBackoff.isInBackOff(id, nowMicros)) {
          this.workers.queue.addAfter(set.uid, this.failedPodsBackoff.get(id), this.failedPods);
          return false;
        }
        this.failedPodsBackoff.next(id, nowMicros);
        this.cluster.recordEvent(set, 'FailedDaemonPod', `${found('failed', pod, node)} kill it`);
        return true;
      },
      deletesSucceeded: (pod, node) => {
        this.cluster.recordEvent(set, 'SucceededDaemonPod', `${found('succeeded', pod, node)} delete it`);
      },
    };
  }

  /** Creates first, in growing batches, then deletes, all at once. */
  private *syncNodes(set: DaemonSet, changes: PodChanges, hash: string): Process<SyncError> {
    const nodes = changes.nodesNeedingDaemonPods.slice(0, BURST_REPLICAS);
    const pods = changes.podsToDelete.slice(0, BURST_REPLICAS);
    const podUids = pods.map((pod) => this.cluster.pods.uid[pod]!);
    this.expectations.expect(set.uid, nodes.length, pods, this.context.kernel.nowMicros);
    const createError = yield* this.createPods(set, nodes, hash);
    const deleteError = yield* this.deletePods(set, pods, podUids);
    return createError ?? deleteError;
  }

  private *createPods(set: DaemonSet, nodes: readonly number[], hash: string): Process<SyncError> {
    if (nodes.length === 0) return undefined;
    const owner = this.cluster.owners.get(set.uid)!;
    const template = this.cluster.templates.intern(createPodTemplate(set, hash));
    const { created, error } = yield* slowStartBatch(nodes.length, (index) => {
      const refusal = this.cluster.createPod(owner, template, { pinnedNode: nodes[index]! });
      if (refusal === undefined) this.cluster.sendEvent('DaemonSet', set.uid);
      else this.cluster.recordEvent(set, 'FailedCreate', `Error creating: ${refusal.message}`);
      return refusal;
    });
    this.expectations.lowerCreations(set.uid, nodes.length - created);
    return error;
  }

  private *deletePods(set: DaemonSet, rows: readonly number[], uids: readonly number[]): Process<SyncError> {
    if (rows.length === 0) return undefined;
    const { pods } = this.cluster;
    const { error } = yield batch(rows.length, (index): ApiError | undefined => {
      const pod = rows[index]!;
      // The row may belong to another pod by the time the request arrives.
      if (pods.uid[pod] !== uids[index] || pods.state[pod] === 0) {
        this.expectations.deletionObserved(set.uid, pod);
        return undefined;
      }
      this.cluster.deletePod(pod);
      this.cluster.sendEvent('DaemonSet', set.uid);
      return undefined;
    });
    return error;
  }

  private *updateStatus(set: DaemonSet, hash: string, updatesObservedGeneration: boolean): Process<SyncError> {
    const counts = countNodes(this.look(set, hash));
    const error = yield* storeDaemonSetStatus(this.cluster, set, counts, updatesObservedGeneration, this.consistency);
    if (error !== undefined) return error;
    const { minReadySeconds } = set.spec;
    if (minReadySeconds > 0 && counts.numberReady !== counts.numberAvailable) {
      this.workers.queue.addAfter(set.uid, minReadySeconds * MICROS_PER_SECOND, this.minReady);
    }
    return undefined;
  }
}

/** Only labels and taints decide where a set's pods may be. */
function shouldIgnoreNodeUpdate(before: Node, after: Node): boolean {
  const decisive = ({ meta, taints }: Node) =>
    canonicalJson([{ ...meta.labels }, taints.map((taint) => ({ ...taint }))]);
  return decisive(before) === decisive(after);
}
