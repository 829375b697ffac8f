/**
 * Adds nodes for pods that no node can take, and takes empty ones away, as cluster-autoscaler does
 * (github.com/kubernetes/autoscaler). It is no part of kube-controller-manager: it runs only where a scenario has groups of
 * nodes for it.
 */
import {
  type ApiError,
  type Cluster,
  call,
  POD_BOUND,
  POD_EXISTS,
  POD_FINISHED,
  POD_TERMINATING,
  type Process,
  ProcessRunner,
  ZONE_LABEL,
} from '../../cluster/index.ts';
import { NEVER } from '../../kernel/distribution.ts';
import type { EventHandle } from '../../kernel/eventQueue.ts';
import type { HandlerId, Kernel } from '../../kernel/kernel.ts';
import type { Micros } from '../../kernel/time.ts';
import { type ControllerContext, createClient } from '../workers.ts';
import { estimate, type Option } from './estimator.ts';
import { choose } from './expander.ts';
import { GroupState } from './groupState.ts';
import type { ClusterAutoscalerOptions, NodeGroup } from './nodeGroup.ts';
import type { SimulatedPod } from './simulatedNode.ts';
import { Snapshot, simulatedPod } from './snapshot.ts';

const NAME = 'cluster-autoscaler';
/** Nodes register themselves, and the cloud provider deletes them: the autoscaler's own limits bound neither. */
const CLIENT_LIMITS = { kubeApiQps: Number.POSITIVE_INFINITY, kubeApiBurst: 1 };
/** Upstream's `expendable-pods-priority-cutoff`: pods below it get no nodes. */
const EXPENDABLE_PRIORITY = -10;

/** A node that was asked for. */
interface Request {
  readonly state: GroupState;
  readonly name: string;
  readonly zone: string;
}

export interface ClusterAutoscalerSetup {
  readonly groups: readonly NodeGroup[];
  readonly options: ClusterAutoscalerOptions;
  /** Whether the scheduler has the pod in its queue: one that it is binding has a place. */
  readonly isQueued: (pod: number) => boolean;
  /** Nodes were asked for, or taken away (negative). */
  readonly onScale: (nodes: number) => void;
}

/**
 * It scans at whole multiples of `--scan-interval`, and here only when something has happened that it could answer to, or
 * when a time that it waits for is over: a scan in between would find what the last one found.
 */
export class ClusterAutoscaler {
  private readonly kernel: Kernel;
  private readonly cluster: Cluster;
  private readonly setup: ClusterAutoscalerSetup;
  private readonly runner: ProcessRunner<ApiError | undefined>;
  private readonly tick: HandlerId;
  private readonly arrive: HandlerId;
  private readonly giveUp: HandlerId;
  private readonly states: readonly GroupState[];
  private readonly requests: Request[] = [];
  /** Uids of the pods that the scheduler could not place, by row. */
  private readonly unschedulable = new Map<number, number>();
  /** What was last said of a pod that gets no node, by its uid. */
  private readonly told = new Map<number, string>();
  private armedMicros: Micros = NEVER;
  private timer: EventHandle = -1;
  private lastScaleUpMicros: Micros = Number.NEGATIVE_INFINITY;
  private scaleUps = 0;

  constructor(context: ControllerContext, setup: ClusterAutoscalerSetup) {
    const { kernel, cluster } = context;
    this.kernel = kernel;
    this.cluster = cluster;
    this.setup = setup;
    this.runner = new ProcessRunner(kernel, createClient(context, NAME, CLIENT_LIMITS), NAME);
    this.tick = kernel.register(`${NAME}/scan`, () => this.scan());
    this.arrive = kernel.register(`${NAME}/node`, (request) => this.nodeArrives(this.requests[request]!));
    this.giveUp = kernel.register(`${NAME}/give-up`, (request) => this.nodeIsLate(this.requests[request]!));
    this.states = setup.groups.map((group) => new GroupState(group));
    for (const { group, members } of this.states) for (const name of group.initialNodes) members.set(name, '');
    cluster.nodeObjects.listen((before, after) => {
      const { name, labels } = (after ?? before)!.meta;
      this.nodeChanged(name, after === undefined ? undefined : (labels[ZONE_LABEL] ?? ''));
    });
    cluster.listenPods((pod, before, after) => {
      if (((before ^ after) & (POD_EXISTS | POD_BOUND | POD_FINISHED)) !== 0) this.podChanged(pod, after);
    });
  }

  /** The scheduler found no node for the pod. */
  podUnschedulable(pod: number): void {
    this.unschedulable.set(pod, this.cluster.pods.uid[pod]!);
    this.wakeUp();
  }

  // ---- when to scan ----

  private podChanged(pod: number, after: number): void {
    if ((after & POD_BOUND) !== 0 || after === 0) this.unschedulable.delete(pod);
    this.wakeUp();
  }

  private nodeChanged(name: string, zone: string | undefined): void {
    const state = this.states.find(({ members, upcoming }) => members.has(name) || upcoming.has(name));
    if (state !== undefined) {
      state.upcoming.delete(name);
      if (zone !== undefined) state.members.set(name, zone);
      else {
        state.members.delete(name);
        state.leaving.delete(name);
        state.unneededSince.delete(name);
      }
    }
    this.wakeUp();
  }

  /** Something happened: the next scan may find something to do. */
  private wakeUp(): void {
    if (this.unschedulable.size > 0 || this.states.some(({ excess }) => excess > 0))
      this.armAt(this.kernel.nowMicros + 1);
  }

  /** Has a scan run at the first beat that is not before the time. */
  private armAt(micros: Micros): void {
    if (micros === NEVER) return;
    const { scanIntervalMicros } = this.setup.options;
    const beat = Math.ceil(micros / scanIntervalMicros) * scanIntervalMicros;
    if (beat >= this.armedMicros) return;
    if (this.armedMicros !== NEVER) this.kernel.cancel(this.timer);
    this.armedMicros = beat;
    this.timer = this.kernel.scheduleAt(beat, this.tick);
  }

  private scan(): void {
    this.armedMicros = NEVER;
    const waiting = this.waitingPods();
    let taken: ReadonlySet<string> = new Set();
    if (waiting.length > 0) {
      const snapshot = this.takeSnapshot();
      const pods = snapshot.filterOutSchedulable(waiting);
      // A scan that adds nodes takes none away.
      if (pods.length > 0 && this.scaleUp(snapshot, pods)) return;
      taken = new Set(snapshot.nodes.filter(({ placed }) => placed.length > 0).map(({ name }) => name));
    }
    if (this.setup.options.isScaleDownEnabled) this.scaleDown(taken);
  }

  // ---- more nodes ----

  /** Those that nobody else will make room for, the most important ones first. */
  private waitingPods(): SimulatedPod[] {
    const { cluster } = this;
    const { pods } = cluster;
    const waiting: number[] = [];
    for (const [pod, uid] of this.unschedulable) {
      const isSame = pods.uid[pod] === uid;
      const state = pods.state[pod]! & (POD_EXISTS | POD_BOUND | POD_TERMINATING | POD_FINISHED);
      if (!isSame || (state & POD_EXISTS) === 0) this.unschedulable.delete(pod);
      else if (state === POD_EXISTS && this.setup.isQueued(pod) && this.isWorthNode(pod)) waiting.push(pod);
    }
    waiting.sort((a, b) => pods.priority[b]! - pods.priority[a]! || pods.createdMicros[a]! - pods.createdMicros[b]!);
    return waiting.map((pod) => simulatedPod(cluster, pod));
  }

  /** A DaemonSet's pod has its node already; one that others are deleted for gets their room. */
  private isWorthNode(pod: number): boolean {
    const { pods } = this.cluster;
    if (pods.pinnedNode[pod] !== -1 || this.cluster.nominatedNodeOf(pod) !== -1) return false;
    return pods.priority[pod]! >= EXPENDABLE_PRIORITY;
  }

  private takeSnapshot(): Snapshot {
    const snapshot = new Snapshot(this.cluster);
    for (const { group, upcoming } of this.states) {
      for (const [name, zone] of upcoming) snapshot.nodes.push(snapshot.templateNode(group, name, zone));
    }
    return snapshot;
  }

  /** True when nodes were asked for: of one group, as upstream has it; other groups have their turn in the next scan. */
  private scaleUp(snapshot: Snapshot, pods: readonly SimulatedPod[]): boolean {
    const { nowMicros } = this.kernel;
    const options: Option[] = [];
    const reasons = new Map<number, string[]>();
    const note = (pod: number, more: readonly string[]) => reasons.set(pod, [...(reasons.get(pod) ?? []), ...more]);
    for (const state of this.states) {
      const skipped = this.reasonToSkip(state);
      if (skipped !== undefined) {
        for (const { pod } of pods) note(pod, [skipped]);
        if (state.room > 0) this.armAt(state.backoffUntilMicros);
        continue;
      }
      for (const zone of state.group.zones) {
        const rejections = new Map<number, readonly string[]>();
        const option = estimate(snapshot, state.group, zone, pods, state.room, rejections);
        for (const [pod, why] of rejections) note(pod, why);
        if (option !== undefined) options.push(option);
      }
    }
    if (options.length === 0) {
      for (const { pod } of pods) this.tellNotTriggered(pod, reasons.get(pod) ?? []);
      return false;
    }
    const { streams } = this.cluster;
    const best = choose(options, this.setup.options.expander, () => streams.stream(`expander/${this.scaleUps}`));
    this.request(best);
    this.scaleUps++;
    this.lastScaleUpMicros = nowMicros;
    this.armAt(nowMicros + 1);
    return true;
  }

  private reasonToSkip({ room, backoffUntilMicros }: GroupState): string | undefined {
    if (room === 0) return 'max node group size reached';
    return backoffUntilMicros > this.kernel.nowMicros ? 'in backoff after failed scale-up' : undefined;
  }

  /** @param options of one group: its zones that are as good as each other. */
  private request(options: readonly Option[]): void {
    const { group, nodeCount, pods } = options[0]!;
    const state = this.states.find((candidate) => candidate.group === group)!;
    const { maxNodeProvisionMicros } = this.setup.options;
    const before = state.targetSize;
    for (let i = 0; i < nodeCount; i++) {
      const zone = state.emptiestOf(options.map((option) => option.zone));
      const name = group.nextName();
      state.upcoming.set(name, zone);
      this.requests.push({ state, name, zone });
      const delay = group.provisioningMicros(name);
      const isLate = delay > maxNodeProvisionMicros;
      const index = this.requests.length - 1;
      this.kernel.schedule(isLate ? maxNodeProvisionMicros : delay, isLate ? this.giveUp : this.arrive, index);
    }
    this.setup.onScale(nodeCount);
    const message = `pod triggered scale-up: [{${group.name} ${before}->${state.targetSize} (max: ${group.maxSize})}]`;
    for (const { pod } of pods) {
      this.told.delete(this.cluster.pods.uid[pod]!);
      this.cluster.recordPodEvent(pod, 'TriggeredScaleUp', message);
    }
  }

  private tellNotTriggered(pod: number, reasons: readonly string[]): void {
    const counts = new Map<string, number>();
    for (const reason of [...reasons].sort()) counts.set(reason, (counts.get(reason) ?? 0) + 1);
    const text = [...counts].map(([reason, count]) => `${count} ${reason}`).join(', ');
    const uid = this.cluster.pods.uid[pod]!;
    // Upstream says it in every scan, and the API server keeps one Event with a count.
    if (this.told.get(uid) === text) return;
    this.told.set(uid, text);
    this.cluster.recordPodEvent(pod, 'NotTriggerScaleUp', `pod didn't trigger scale-up: ${text}`);
  }

  private nodeArrives({ state, name, zone }: Request): void {
    this.runner.start(joining(state.group, name, zone), (error) => {
      if (error === undefined) return;
      state.upcoming.delete(name);
      this.wakeUp();
    });
  }

  private nodeIsLate({ state, name }: Request): void {
    state.upcoming.delete(name);
    state.backOff(this.kernel.nowMicros);
    this.wakeUp();
  }

  // ---- fewer nodes ----

  /** @param taken names of nodes that waiting pods are expected on. */
  private scaleDown(taken: ReadonlySet<string>): void {
    const { scaleDownUnneededMicros, scaleDownDelayAfterAddMicros, maxScaleDownParallelism } = this.setup.options;
    const { nowMicros } = this.kernel;
    const openMicros = this.lastScaleUpMicros + scaleDownDelayAfterAddMicros;
    let removable = openMicros <= nowMicros ? maxScaleDownParallelism : 0;
    for (const state of this.states) {
      this.updateUnneeded(state, taken);
      for (const [name, since] of [...state.unneededSince]) {
        if (removable === 0 || state.excess === 0) break;
        if (since + scaleDownUnneededMicros > nowMicros) continue;
        removable--;
        this.remove(state, name);
      }
      const due = state.nextRemovalMicros(scaleDownUnneededMicros);
      if (due !== NEVER) this.armAt(Math.max(due, openMicros, nowMicros + 1));
    }
  }

  private updateUnneeded({ members, leaving, unneededSince }: GroupState, taken: ReadonlySet<string>): void {
    for (const name of members.keys()) {
      const row = this.cluster.nodes.rowOf(name);
      const isUnneeded = row !== -1 && !leaving.has(name) && !taken.has(name) && this.isEmpty(row);
      if (!isUnneeded) unneededSince.delete(name);
      else if (!unneededSince.has(name)) unneededSince.set(name, this.kernel.nowMicros);
    }
  }

  /** No pods but those of DaemonSets, also none that the scheduler is about to bind. */
  private isEmpty(row: number): boolean {
    const { pods, nodes } = this.cluster;
    let daemons = 0;
    for (const pod of this.cluster.podsOnNode(row)) {
      if ((pods.state[pod]! & POD_FINISHED) !== 0 || pods.state[pod] === 0) continue;
      if (pods.pinnedNode[pod] === -1) return false;
      daemons++;
    }
    return nodes.podCount[row]! <= daemons;
  }

  private remove(state: GroupState, name: string): void {
    state.leaving.add(name);
    state.unneededSince.delete(name);
    this.runner.start(this.leave(name), () => {
      const isGone = this.cluster.nodeObjects.find('', name) === undefined;
      if (!isGone) state.leaving.delete(name);
    });
  }

  private *leave(name: string): Process<ApiError | undefined> {
    const { cluster } = this;
    const { error } = yield call(() => {
      const node = cluster.nodeObjects.find('', name);
      // Pods may have come since the scan.
      if (node === undefined || !this.isEmpty(cluster.nodes.rowOf(name))) return undefined;
      const message = `Scale-down: removing empty node "${name}"`;
      cluster.recordEvent(node, 'ScaleDownEmpty', message, cluster.directEvents);
      this.setup.onScale(-1);
      return cluster.nodeObjects.delete(node.uid, cluster.kernel.nowMicros);
    });
    return error;
  }
}

function* joining(group: NodeGroup, name: string, zone: string): Process<ApiError | undefined> {
  const { error } = yield call(() => group.createNode(name, zone));
  return error;
}
