import { type FeatureGates, featureGates } from '../api/featureGates.ts';
import type { ApiClient } from '../cluster/apiClient.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { Node } from '../cluster/objects.ts';
import { POD_BOUND, POD_EXISTS, POD_FINISHED, POD_RUNNING } from '../cluster/podTable.ts';
import type { CompiledTemplate } from '../cluster/templateTable.ts';
import type { HandlerId, Kernel } from '../kernel/kernel.ts';
import type { RandomStream } from '../kernel/randomStreams.ts';
import type { Micros } from '../kernel/time.ts';
import { BindingCycle } from './bindingCycle.ts';
import { Cache } from './cache.ts';
import { type ClusterEvent, ClusterEventKind, nodeUpdateKinds } from './clusterEvent.ts';
import { FailureHandler } from './failureHandler.ts';
import type { CycleState, PreemptionHooks } from './framework.ts';
import { NodeOrder } from './nodeOrder.ts';
import { Nominator } from './nominator.ts';
import { Profile } from './profile.ts';
import { type Backoff, SchedulingQueue } from './queue.ts';
import { Place } from './queuedPods.ts';
import { DEFAULT_PLUGINS, type PluginRegistration } from './registry.ts';
import { SchedulingAlgorithm } from './schedulingAlgorithm.ts';
import { TopologyIndex } from './topology/index.ts';
import { Turn } from './turn.ts';

const DEFAULT_SCHEDULER_NAME = 'default-scheduler';

/** One profile of the scheduler's configuration. */
export interface ProfileOptions {
  /** Of the pods that it schedules (`spec.schedulerName`). */
  readonly schedulerName: string;
  readonly plugins: readonly PluginRegistration[];
  /** 0 or absent: upstream's adaptive formula. */
  readonly percentageOfNodesToScore?: number;
}

export interface SchedulerOptions {
  readonly kernel: Kernel;
  readonly cluster: Cluster;
  readonly client: ApiClient;
  /** How long one scheduling cycle takes: the service time of the queue that pods stand in. */
  readonly cycleMicros: Micros;
  /** Release of Kubernetes whose behaviour is played; `minor` 37 for 1.37. */
  readonly version: { readonly minor: number };
  /** Those of the version where they are left out. */
  readonly gates?: FeatureGates;
  /** An attempt has failed; the message is that of the FailedScheduling event. */
  readonly onFailedScheduling?: (pod: number, message: string) => void;
  /** The victim is about to be deleted, to make room for the preemptor. */
  readonly onPreempted?: (victim: number, preemptor: number) => void;
  /** The pod has been bound. */
  readonly onScheduled?: (pod: number, node: number) => void;
  /**
   * Told of every decision before anything comes of it; `node` is the chosen row, -1 for none. The pod goes to the row
   * that it answers with. State and algorithm are those of the moment, not to be kept.
   */
  readonly onDecision?: (state: CycleState, node: number, algorithm: SchedulingAlgorithm) => number;
  /**
   * Row of the node on which the pod is to make room, by preemption, where several are equally good; -1 or absent: of
   * those that chance brings first.
   */
  readonly preferredNode?: (pod: number) => number;
  /** By default upstream's default profile alone. */
  readonly profiles?: readonly ProfileOptions[];
  /** By default 1 s and 10 s. */
  readonly backoff?: Backoff;
  /** Without the index: every decision from scratch. For tests that hold one against the other. */
  readonly isDirect?: boolean;
}

const NOTHING_MORE: Partial<ClusterEvent> = {};

const DEFAULT_PROFILES: readonly ProfileOptions[] = [
  { schedulerName: DEFAULT_SCHEDULER_NAME, plugins: DEFAULT_PLUGINS },
];

/** A profile at work. */
interface Framework {
  readonly profile: Profile;
  readonly algorithm: SchedulingAlgorithm;
}

/**
 * The kube-scheduler: takes pods without a node from its queue, one at a time, and binds them, each as the profile says
 * that its `spec.schedulerName` names.
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
  private readonly frameworks = new Map<string, Framework>();
  private readonly order: NodeOrder;
  private readonly tieBreaks: RandomStream;
  private readonly cache: Cache;
  private readonly topology: TopologyIndex;
  readonly nominator: Nominator;
  private readonly bindings: BindingCycle;
  private readonly nodeRowByUid = new Map<number, number>();
  private readonly turn: Turn;
  private readonly cycleHandler: HandlerId;
  private readonly failures: FailureHandler;
  /** A cycle runs, or what is to be told of a failed one is on its way. */
  private isBusy = false;
  private chosenNode = -1;

  constructor(options: SchedulerOptions) {
    const { kernel, cluster, client } = options;
    this.options = options;
    this.kernel = kernel;
    this.cluster = cluster;
    this.turn = new Turn(cluster);
    this.order = new NodeOrder(cluster.nodes);
    this.tieBreaks = cluster.streams.stream('scheduler/selectHost');
    this.nominator = new Nominator({
      priorityOf: (pod) => cluster.pods.priority[pod]!,
      onChange: (node) => this.raiseVersion(node),
    });
    this.cache = new Cache({
      cluster,
      onChange: (node) => this.order.touch(node),
      onUpdate: (node) => this.order.touchPods(node),
    });
    this.topology = new TopologyIndex(cluster, { infoOf: (pod) => this.cache.infoOf(pod) });
    this.cache.tell(this.topology);
    for (const profile of options.profiles ?? DEFAULT_PROFILES) this.addFramework(profile);
    this.queue = this.createQueue();
    this.bindings = new BindingCycle({
      kernel,
      client,
      profileOf: (pod) => this.profileOf(pod),
      nodeOf: (pod) => this.cache.nodeOf(pod),
      onBound: (pod, node) => {
        this.dropPod(pod);
        options.onScheduled?.(pod, node);
      },
      onFailed: (pod, isRetried) => this.bindingFailed(pod, isRetried),
    });
    this.cycleHandler = kernel.register('scheduler/cycle', () => this.endCycle());
    this.failures = new FailureHandler({
      cluster,
      client,
      nominator: this.nominator,
      onFailedScheduling: options.onFailedScheduling,
      onPatched: () => {
        this.isBusy = false;
        this.startCycle();
      },
    });
    cluster.listenPods((pod, before, after) => this.seePod(pod, before, after));
    cluster.listenNominations((pod, before) => {
      if (this.nominator.nodeOf(pod) === before) this.nominator.delete(pod);
      this.moveForNomination(pod);
    });
    cluster.nodeObjects.listen((before, after) => this.seeNode(before, after));
    this.listenToStorage();
  }

  // ---- profiles ----

  private addFramework(options: ProfileOptions): void {
    const { cluster, client, version, isDirect = false } = this.options;
    const profile = new Profile(options.plugins, {
      cluster,
      client,
      minorVersion: version.minor,
      topology: this.topology,
      cache: this.cache,
      order: this.order,
      nominator: this.nominator,
      preemption: this.preemptionHooks(),
      isPreemptionAsync: this.options.gates?.SchedulerAsyncPreemption,
      invalidateRows: () => this.order.invalidate(),
      isDirect,
    });
    this.cache.tell(profile);
    const algorithm = new SchedulingAlgorithm({
      profile,
      nodes: cluster.nodes,
      order: this.order,
      cache: this.cache,
      nominator: this.nominator,
      percentageOfNodesToScore: options.percentageOfNodesToScore ?? 0,
      tieBreaks: this.tieBreaks,
      isDirect,
    });
    this.frameworks.set(options.schedulerName, { profile, algorithm });
  }

  private preemptionHooks(): PreemptionHooks {
    return {
      release: (pod, isWaiting) => {
        this.queue.release(pod, isWaiting);
        this.startCycle();
      },
      preferredNode: (pod) => this.options.preferredNode?.(pod) ?? -1,
      onPreempted: (victim, preemptor) => this.options.onPreempted?.(victim, preemptor),
    };
  }

  private profiles(): Profile[] {
    return [...this.frameworks.values()].map(({ profile }) => profile);
  }

  private frameworkOf(template: CompiledTemplate): Framework {
    return this.frameworks.get(template.spec.schedulerName)!;
  }

  private profileOf(pod: number): Profile {
    return this.frameworkOf(this.cluster.templateOf(pod)).profile;
  }

  private isResponsibleFor(pod: number): boolean {
    return this.frameworks.has(this.cluster.templateOf(pod).spec.schedulerName);
  }

  private createQueue(): SchedulingQueue {
    const { kernel, cluster, version, gates } = this.options;
    const profiles = this.profiles();
    return new SchedulingQueue({
      kernel,
      less: (queued, a, b) => profiles[0]!.queueSort.less(queued, a, b),
      preEnqueue: (pod, template) => this.frameworkOf(template).profile.preEnqueue(pod, template),
      kindsOfInterest: profiles.reduce((kinds, profile) => kinds | profile.kindsOfInterest, 0),
      registrationsOf: (template) => this.frameworkOf(template).profile.registrations,
      templateOf: (pod) => cluster.placementOf(pod),
      priorityOf: (pod) => cluster.pods.priority[pod]!,
      labelSetOf: (pod) => cluster.pods.labelSet[pod]!,
      gates: gates ?? featureGates(version),
      backoff: this.options.backoff,
      onReady: () => this.startCycle(),
    });
  }

  // ---- what the informers see ----

  private seePod(pod: number, before: number, after: number): void {
    const wasThere = isCounted(before);
    const isThere = isCounted(after);
    if (isThere) this.seeAssigned(pod, wasThere, before ^ after);
    else if (this.cache.nodeOf(pod) !== -1 && isOver(after)) this.forget(pod);
    if (isOver(after)) this.dropPod(pod);
    else if (!isThere) this.seeWaiting(pod);
    this.startCycle();
  }

  /** A pod that has a node: mostly one that was assumed there, else one that somebody else placed. */
  private seeAssigned(pod: number, wasThere: boolean, changed: number): void {
    if (wasThere) {
      // A kubelet tells that a pod runs and that it is ready in one report; here the first comes at once.
      if (changed === POD_RUNNING) return;
      const podLabelSetBefore = this.cache.infoOf(pod).labelSet;
      this.cache.update(pod);
      // A write that leaves the state as it is changed labels or the owner.
      if (changed === 0) this.movePods(pod, ClusterEventKind.AssignedPodUpdateLabel, { podLabelSetBefore });
      return;
    }
    const node = this.cluster.pods.node[pod]!;
    const assumed = this.cache.nodeOf(pod);
    if (assumed === node) this.cache.update(pod);
    else {
      if (assumed !== -1) this.cache.remove(pod);
      this.cache.add(pod, node);
      this.dropPod(pod);
    }
    this.movePods(pod, ClusterEventKind.AssignedPodAdd);
  }

  private seeWaiting(pod: number): void {
    if (this.queue.queued.placeOf(pod) !== Place.None) this.queue.update(pod);
    // An assumed pod is only on its way to its node.
    else if (this.cache.nodeOf(pod) === -1 && this.isResponsibleFor(pod)) this.queue.add(pod);
  }

  private seeNode(before: Node | undefined, after: Node | undefined): void {
    const row = this.rowOf(before, after);
    this.order.update(row);
    this.topology.nodeChanged(row);
    for (const { profile } of this.frameworks.values()) profile.nodeChanged(row);
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

  /** What was found out about the node no longer holds. */
  private raiseVersion(node: number): void {
    this.cluster.nodes.version[node]!++;
    this.order.touch(node);
  }

  // ---- pods that go ----

  /** The pod's place on its node is free again. */
  private forget(pod: number): void {
    if (this.bindings.isUnderWay(pod))
      this.bindings.unreserve(pod, this.cluster.placementOf(pod), this.cache.nodeOf(pod));
    this.cache.remove(pod);
    this.movePods(pod, ClusterEventKind.AssignedPodDelete);
  }

  /** Nothing is to be scheduled or bound of this pod any more. */
  private dropPod(pod: number): void {
    this.queue.delete(pod);
    this.bindings.end(pod);
    this.failures.forget(pod);
    if (this.nominator.nodeOf(pod) === -1) return;
    this.nominator.delete(pod);
    this.moveForNomination(pod);
  }

  /** Where a pod no longer hopes for a node there is room for others, of at most its priority. */
  private moveForNomination(pod: number): void {
    this.movePods(pod, ClusterEventKind.AssignedPodDelete, { maxPriority: this.cluster.pods.priority[pod]! });
    this.startCycle();
  }

  /** Gives waiting pods another chance that a change of this pod may help. */
  private movePods(pod: number, kinds: number, more: Partial<ClusterEvent> = NOTHING_MORE): void {
    if (!this.queue.listensTo(kinds)) {
      this.queue.noteChange();
      return;
    }
    const podLabelSet = this.cluster.pods.labelSet[pod]!;
    const podNamespace = this.cluster.podNamespace(pod);
    this.queue.moveAll({ kinds, podTemplate: this.cluster.placementOf(pod), podLabelSet, podNamespace, ...more });
  }

  // ---- the cycle ----

  private startCycle(): void {
    if (this.isBusy) return;
    const pod = this.queue.pop();
    if (pod === -1) return;
    this.isBusy = true;
    this.turn.of(pod);
    const { profile, algorithm } = this.frameworkOf(this.turn.template);
    const node = algorithm.schedule(this.turn);
    this.chosenNode = this.options.onDecision?.(this.turn, node, algorithm) ?? node;
    if (this.chosenNode === -1) this.failures.postFilter(this.turn, profile, algorithm);
    // Only volumes can be lost between the choice and Reserve.
    else if (this.cluster.claimsOf(pod).length === 0) this.queue.hasFoundNode();
    this.kernel.schedule(this.options.cycleMicros, this.cycleHandler, pod);
  }

  private endCycle(): void {
    const { pod } = this.turn;
    this.isBusy = false;
    this.attempts++;
    // The pod may have gone meanwhile, and another one stand in its row.
    if (this.queue.isInFlight(pod)) {
      if (this.chosenNode === -1) this.fail(pod);
      else if (this.reserve()) this.assume(pod, this.chosenNode);
      else this.failToReserve(pod);
    }
    this.startCycle();
  }

  private reserve(): boolean {
    const { reserves } = this.frameworkOf(this.turn.template).profile;
    for (let i = 0; i < reserves.length; i++) {
      if (reserves[i]!.reserve(this.turn, this.chosenNode)) continue;
      while (i-- > 0) reserves[i]!.unreserve(this.turn.pod, this.turn.template, this.chosenNode);
      return false;
    }
    return true;
  }

  private assume(pod: number, node: number): void {
    this.queue.done(pod);
    this.nominator.delete(pod);
    this.cache.add(pod, node);
    this.bindings.start(pod);
  }

  private bindingFailed(pod: number, isRetried: boolean): void {
    this.forget(pod);
    this.dropPod(pod);
    if (isRetried) this.queue.addAfterError(pod);
    this.startCycle();
  }

  private fail(pod: number): void {
    this.isBusy = this.failures.carryOut(pod, () => {
      this.isBusy = false;
      // It may have gone while its victims did.
      if (this.queue.isInFlight(pod)) this.giveUp(pod);
      this.startCycle();
    });
    if (!this.isBusy) this.giveUp(pod);
  }

  private failToReserve(pod: number): void {
    this.failures.notReserved(this.frameworkOf(this.turn.template).algorithm);
    this.giveUp(pod);
  }

  private giveUp(pod: number): void {
    this.unschedulableAttempts++;
    this.queue.addUnschedulable(pod, this.failures.rejectors);
    this.isBusy = this.failures.tell(pod);
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
