import type { ApiClient } from '../cluster/apiClient.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { Node } from '../cluster/objects.ts';
import { POD_BOUND, POD_EXISTS, POD_FINISHED } from '../cluster/podTable.ts';
import type { CompiledTemplate } from '../cluster/templateTable.ts';
import type { HandlerId, Kernel } from '../kernel/kernel.ts';
import type { Micros } from '../kernel/time.ts';
import { type ClusterEvent, ClusterEventKind, nodeUpdateKinds } from './clusterEvent.ts';
import type { CycleState } from './framework.ts';
import { NodeTree } from './nodeTree.ts';
import { Profile } from './profile.ts';
import { SchedulingQueue } from './queue.ts';
import { Place } from './queuedPods.ts';
import { DEFAULT_PLUGINS, type PluginRegistration } from './registry.ts';
import { SchedulingAlgorithm } from './schedulingAlgorithm.ts';

const DEFAULT_SCHEDULER_NAME = 'default-scheduler';
/** Upstream's ErrNoNodesAvailable. */
const NO_NODES_AVAILABLE = 'no nodes available to schedule pods';

export interface SchedulerOptions {
  readonly kernel: Kernel;
  readonly cluster: Cluster;
  readonly client: ApiClient;
  /** How long one scheduling cycle takes: the service time of the queue that pods stand in. */
  readonly cycleMicros: Micros;
  /** Release of Kubernetes whose behaviour is played; `minor` 37 for 1.37. */
  readonly version: { readonly minor: number };
  /** An attempt has failed; the message is that of the FailedScheduling event. */
  readonly onFailedScheduling?: (pod: number, message: string) => void;
  /** The pod has been bound. */
  readonly onScheduled?: (pod: number, node: number) => void;
  /** By default the plugins of upstream's default profile. */
  readonly plugins?: readonly PluginRegistration[];
}

/** What the scheduler remembers of a pod beside its place in the queue, by pod row. */
class PodColumns {
  private capacity = 0;
  /** Node on which the cache counts the pod, assumed or seen there; -1 for none. */
  node = new Int32Array(0);
  /** Number of the binding that is on its way; 0 for none. Tells a pod from a later one in the same row. */
  binding = new Int32Array(0);

  ensure(pod: number): void {
    if (pod < this.capacity) return;
    const capacity = Math.max(pod + 1, 256, this.capacity * 2);
    const node = new Int32Array(capacity).fill(-1);
    node.set(this.node);
    const binding = new Int32Array(capacity);
    binding.set(this.binding);
    this.node = node;
    this.binding = binding;
    this.capacity = capacity;
  }
}

/**
 * The kube-scheduler with its default profile: takes pods without a node from its queue, one at a time, and binds
 * them.
 *
 * A cycle starts when a pod waits and no cycle runs. It decides at its start, on what the informers had seen by then
 * (upstream's snapshot), and `cycleMicros` later the pod counts on its node (is assumed), the binding is sent, and the
 * next cycle starts. What happens during a cycle is noticed by the next one.
 */
export class Scheduler {
  /** Cycles that have ended. */
  attempts = 0;
  /** Those of them that found no node. */
  unschedulableAttempts = 0;
  readonly queue: SchedulingQueue;
  private readonly kernel: Kernel;
  private readonly cluster: Cluster;
  private readonly options: SchedulerOptions;
  private readonly profile: Profile;
  private readonly algorithm: SchedulingAlgorithm;
  private readonly nodeTree: NodeTree;
  private readonly columns = new PodColumns();
  private readonly nodeRowByUid = new Map<number, number>();
  private readonly state: { pod: number; template: CompiledTemplate } & CycleState;
  private readonly cycleHandler: HandlerId;
  private readonly bindHandler: HandlerId;
  private readonly patchHandler: HandlerId;
  private isBusy = false;
  private chosenNode = -1;
  /** Messages of the PodScheduled conditions that are False, by pod. */
  private readonly conditionMessages = new Map<number, string>();
  private bindings = 0;

  constructor(options: SchedulerOptions) {
    const { kernel, cluster } = options;
    const minorVersion = options.version.minor;
    const templateOf = (pod: number) => cluster.templateOf(pod);
    this.options = options;
    this.kernel = kernel;
    this.cluster = cluster;
    this.state = { pod: -1, template: undefined as unknown as CompiledTemplate };
    this.nodeTree = new NodeTree(cluster.nodes);
    this.profile = new Profile(options.plugins ?? DEFAULT_PLUGINS, { cluster, client: options.client, minorVersion });
    const { profile } = this;
    this.algorithm = new SchedulingAlgorithm({
      profile,
      nodes: cluster.nodes,
      nodeRows: () => this.nodeTree.rows(),
      tieBreaks: cluster.streams.stream('scheduler/selectHost'),
    });
    this.queue = new SchedulingQueue({
      kernel,
      less: (queued, a, b) => profile.queueSort.less(queued, a, b),
      preEnqueue: (pod, template) => profile.preEnqueue(pod, template),
      registrations: this.profile.registrations,
      templateOf,
      minorVersion,
      onReady: () => this.startCycle(),
    });
    this.cycleHandler = kernel.register('scheduler/cycle', () => this.endCycle());
    this.bindHandler = kernel.register('scheduler/bind', (pod, binding) => this.bind(pod, binding));
    this.patchHandler = kernel.register('scheduler/patch', (pod) => this.patchCondition(pod));
    cluster.listenPods((pod, before, after) => this.seePod(pod, before, after));
    cluster.nodeObjects.listen((before, after) => this.seeNode(before, after));
    this.listenToStorage();
  }

  // ---- what the informers see ----

  private seePod(pod: number, before: number, after: number): void {
    this.columns.ensure(pod);
    const wasThere = isCounted(before);
    const isThere = isCounted(after);
    if (isThere) this.seeAssigned(pod, wasThere, before === after);
    else if (this.columns.node[pod] !== -1 && isOver(after)) this.forget(pod);
    if (isOver(after)) this.dropPod(pod);
    else if (!isThere) this.seeWaiting(pod);
    this.startCycle();
  }

  /** A pod that has a node: mostly one that was assumed there, else one that somebody else placed. */
  private seeAssigned(pod: number, wasThere: boolean, isSameState: boolean): void {
    if (wasThere) {
      // A write that leaves the state as it is changed labels or the owner.
      if (isSameState) this.queue.moveAll(this.podEvent(pod, ClusterEventKind.AssignedPodUpdateLabel));
      return;
    }
    const node = this.cluster.pods.node[pod]!;
    if (this.columns.node[pod] !== node) {
      if (this.columns.node[pod] !== -1) this.uncount(pod);
      this.count(pod, node);
      this.dropPod(pod);
    }
    this.queue.moveAll(this.podEvent(pod, ClusterEventKind.AssignedPodAdd));
  }

  private seeWaiting(pod: number): void {
    if (this.queue.queued.placeOf(pod) !== Place.None) this.queue.update(pod);
    // An assumed pod is only on its way to its node.
    else if (this.columns.node[pod] === -1 && this.isResponsibleFor(pod)) this.queue.add(pod);
  }

  private isResponsibleFor(pod: number): boolean {
    return this.cluster.templateOf(pod).spec.schedulerName === DEFAULT_SCHEDULER_NAME;
  }

  private seeNode(before: Node | undefined, after: Node | undefined): void {
    const row = this.rowOf(before, after);
    this.nodeTree.update(row);
    this.profile.nodeChanged(row);
    let kinds: number;
    if (after === undefined) kinds = ClusterEventKind.NodeDelete;
    else kinds = before === undefined ? ClusterEventKind.NodeAdd : nodeUpdateKinds(before, after);
    if (kinds !== 0) this.queue.moveAll({ kinds, nodeBefore: before, nodeAfter: after });
    this.startCycle();
  }

  /** What goes can help no pod: only what is there or changes is an event. */
  private listenToStorage(): void {
    const { PersistentVolumeClaim, PersistentVolume, StorageClass } = this.cluster.tables;
    const move = (event: ClusterEvent) => {
      this.queue.moveAll(event);
      this.startCycle();
    };
    PersistentVolumeClaim.listen((_before, after) => {
      if (after !== undefined) move({ kinds: ClusterEventKind.ClaimAddOrUpdate, claim: after });
    });
    PersistentVolume.listen((_before, after) => {
      if (after !== undefined) move({ kinds: ClusterEventKind.VolumeAddOrUpdate });
    });
    StorageClass.listen((_before, after) => {
      if (after !== undefined) move({ kinds: ClusterEventKind.StorageClassAddOrUpdate });
    });
  }

  private rowOf(before: Node | undefined, after: Node | undefined): number {
    if (after !== undefined) {
      const row = this.cluster.nodes.rowOf(after.meta.name);
      this.nodeRowByUid.set(after.uid, row);
      return row;
    }
    const row = this.nodeRowByUid.get(before!.uid)!;
    this.nodeRowByUid.delete(before!.uid);
    return row;
  }

  // ---- the cache ----

  private count(pod: number, node: number): void {
    const template = this.cluster.templateOf(pod);
    this.columns.node[pod] = node;
    this.cluster.nodes.addPod(node, template);
    this.profile.podAdded(pod, template, node);
  }

  private uncount(pod: number): void {
    const template = this.cluster.templateOf(pod);
    const node = this.columns.node[pod]!;
    this.columns.node[pod] = -1;
    this.cluster.nodes.removePod(node, template);
    this.profile.podRemoved(pod, template, node);
  }

  /** The pod's place on its node is free again. */
  private forget(pod: number): void {
    const node = this.columns.node[pod]!;
    if (this.columns.binding[pod] !== 0) this.unreserve(pod, node);
    this.uncount(pod);
    this.queue.moveAll(this.podEvent(pod, ClusterEventKind.AssignedPodDelete));
  }

  private unreserve(pod: number, node: number): void {
    const template = this.cluster.templateOf(pod);
    for (const plugin of this.profile.reserves) plugin.unreserve(pod, template, node);
  }

  /** Nothing is to be scheduled or bound of this pod any more. */
  private dropPod(pod: number): void {
    this.queue.delete(pod);
    this.columns.binding[pod] = 0;
    this.conditionMessages.delete(pod);
  }

  private podEvent(pod: number, kinds: number): ClusterEvent {
    return { kinds, podTemplate: this.cluster.templateOf(pod) };
  }

  // ---- the cycle ----

  private startCycle(): void {
    if (this.isBusy) return;
    const pod = this.queue.pop();
    if (pod === -1) return;
    this.isBusy = true;
    this.state.pod = pod;
    this.state.template = this.cluster.templateOf(pod);
    this.chosenNode = this.algorithm.schedule(this.state);
    this.kernel.schedule(this.options.cycleMicros, this.cycleHandler);
  }

  private endCycle(): void {
    const { pod } = this.state;
    this.isBusy = false;
    this.attempts++;
    // The pod may have gone meanwhile, and another one stand in its row.
    if (this.queue.isInFlight(pod)) {
      if (this.chosenNode !== -1 && this.reserve()) this.assume(pod, this.chosenNode);
      else this.fail(pod);
    }
    this.startCycle();
  }

  private reserve(): boolean {
    const { reserves } = this.profile;
    for (let i = 0; i < reserves.length; i++) {
      if (reserves[i]!.reserve(this.state, this.chosenNode)) continue;
      while (i-- > 0) reserves[i]!.unreserve(this.state.pod, this.state.template, this.chosenNode);
      return false;
    }
    return true;
  }

  private assume(pod: number, node: number): void {
    this.queue.done(pod);
    this.count(pod, node);
    this.bindings = (this.bindings % 0x7fffffff) + 1;
    this.columns.binding[pod] = this.bindings;
    this.preBind(pod, node, this.bindings, 0);
  }

  /** Runs the PreBind plugins from the `next`-th on, each when the one before is done, and then sends the binding. */
  private preBind(pod: number, node: number, binding: number, next: number): void {
    const { preBinds } = this.profile;
    for (let i = next; i < preBinds.length; i++) {
      const done = (isReady: boolean) => {
        if (this.columns.binding[pod] !== binding) return;
        if (isReady) this.preBind(pod, node, binding, i + 1);
        else this.retry(pod);
      };
      if (preBinds[i]!.preBind(pod, node, done)) return;
    }
    this.options.client.send(this.bindHandler, pod, binding);
  }

  /** The pod has its node and could not be prepared for it. */
  private retry(pod: number): void {
    this.forget(pod);
    this.dropPod(pod);
    this.queue.addAfterError(pod);
    this.startCycle();
  }

  private bind(pod: number, binding: number): void {
    if (this.columns.binding[pod] !== binding) return;
    const node = this.columns.node[pod]!;
    if (this.profile.binder.bind(pod, node)) {
      this.dropPod(pod);
      this.options.onScheduled?.(pod, node);
      return;
    }
    this.forget(pod);
    this.dropPod(pod);
    this.startCycle();
  }

  private fail(pod: number): void {
    this.unschedulableAttempts++;
    const message = this.failureMessage();
    this.queue.addUnschedulable(pod, this.algorithm.diagnosis.rejectors);
    if (this.conditionMessages.get(pod) !== message) {
      this.conditionMessages.set(pod, message);
      this.options.client.send(this.patchHandler, pod, 0);
    }
    this.options.onFailedScheduling?.(pod, message);
  }

  /** The pod may have got its node, or gone, since the patch was sent. */
  private patchCondition(pod: number): void {
    const message = this.conditionMessages.get(pod);
    if (message !== undefined) this.cluster.setPodUnschedulable(pod, message);
  }

  private failureMessage(): string {
    const { diagnosis } = this.algorithm;
    if (diagnosis.nodeCount === 0) return NO_NODES_AVAILABLE;
    return diagnosis.message(this.profile.postFilters.map((plugin) => plugin.postFilter(this.state, diagnosis)));
  }
}

/** Whether a pod of this state takes room on a node: terminating ones do until they are gone, finished ones don't. */
function isCounted(state: number): boolean {
  return (state & (POD_EXISTS | POD_BOUND | POD_FINISHED)) === (POD_EXISTS | POD_BOUND);
}

/** Gone, or done for good: upstream's informer doesn't show finished pods either. */
function isOver(state: number): boolean {
  return (state & POD_EXISTS) === 0 || (state & POD_FINISHED) !== 0;
}
