import {
  type ApiClient,
  type ApiError,
  type Cluster,
  call,
  type EventSink,
  type Node,
  notFound,
  POD_READY,
  type Process,
  ProcessRunner,
  read,
  readyStatus,
} from '../../cluster/index.ts';
import type { HandlerId, Kernel } from '../../kernel/kernel.ts';
import { MICROS_PER_MILLI, type Micros } from '../../kernel/time.ts';
import type { NodeMonitorOptions } from '../options.ts';
import { isTainted, NoExecuteTainter } from './noExecuteTainter.ts';
import { computeZoneState, type ZoneCount, type ZoneState, zoneKey } from './zoneState.ts';

/** Upstream's `UpdateWorkerSize`: nodes that are looked at at the same time. */
const WORKERS = 8;
/** Upstream's `NodeHealthUpdateRetry` and `retrySleepTime`. */
const ATTEMPTS = 5;
const RETRY_MICROS = 20 * MICROS_PER_MILLI;

/** Nodes with it do not count for the state of their zone. */
const EXCLUDED_LABEL = 'node.kubernetes.io/exclude-disruption';

type ReadyStatus = ReturnType<typeof readyStatus>;

/** A lease as the controller last found it renewed. */
interface Health {
  readonly uid: number;
  readonly renewedMicros: Micros;
  /** When it found that, by its own clock. */
  readonly probeMicros: Micros;
}

/** The controller's own, for both of its halves. */
export interface NodeMonitorClients {
  readonly client: ApiClient;
  readonly events: EventSink;
}

/**
 * Upstream's `monitorNodeHealth`: finds nodes whose lease is not renewed any more, says so in their status and in that of
 * their pods, has them tainted, and takes all of it back when they return.
 *
 * It looks every `--node-monitor-period`, and here only while a pass can find something: when each lease was last found
 * renewed by the passes that are left out follows from the beat.
 */
export class NodeMonitor {
  private readonly kernel: Kernel;
  private readonly cluster: Cluster;
  private readonly options: NodeMonitorOptions;
  private readonly events: EventSink;
  private readonly runner: ProcessRunner<void>;
  private readonly tainter: NoExecuteTainter;
  private readonly tick: HandlerId;
  private readonly health = new Map<string, Health>();
  /** Upstream's `nodesToRetry`: some of their pods could not be told to be not ready. */
  private readonly retries = new Set<string>();
  private readonly zoneStates = new Map<string, ZoneState | undefined>();
  /** No lease counts as found before it: when all zones had been lost, and one came back. */
  private probesFromMicros: Micros = 0;
  /** When a pass began; others are whole periods away. */
  private beatMicros: Micros;
  private isArmed = false;
  private isRunning = false;
  /** As of the last pass. */
  private hadSuspects = false;
  /** Something was found in the pass, so that the next one may find more. */
  private hasActed = false;

  constructor(kernel: Kernel, cluster: Cluster, { client, events }: NodeMonitorClients, options: NodeMonitorOptions) {
    this.kernel = kernel;
    this.cluster = cluster;
    this.options = options;
    this.events = events;
    this.runner = new ProcessRunner(kernel, client, 'node-controller/monitor');
    this.tainter = new NoExecuteTainter(kernel, cluster, client, options.evictionRate);
    this.tick = kernel.register('node-controller/monitor-pass', () => this.run());
    this.beatMicros = cluster.streams.stream('node-controller/monitorPass').integer(options.periodMicros);
    cluster.leases.observe(() => this.arm());
    cluster.nodeObjects.listen((before, after) => this.nodeChanged(before, after));
  }

  private nodeChanged(before: Node | undefined, after: Node | undefined): void {
    if (after === undefined) this.retries.delete(before!.meta.name);
    // A node that comes or goes can change the state of its zone.
    else if (before !== undefined && isWell(before) && isWell(after)) return;
    if (before === undefined && isWell(after!) && !this.hadSuspects) return;
    this.arm();
  }

  private arm(): void {
    if (this.isArmed || this.isRunning) return;
    this.isArmed = true;
    const { periodMicros } = this.options;
    const beats = Math.max(0, Math.ceil((this.kernel.nowMicros - this.beatMicros) / periodMicros));
    this.kernel.scheduleAt(this.beatMicros + beats * periodMicros, this.tick);
  }

  /** Nodes as informers show them. */
  private nodes(): Node[] {
    return this.cluster.nodes.objects.filter((node): node is Node => node !== undefined);
  }

  private isSuspect(node: Node): boolean {
    const { name } = node.meta;
    return !isWell(node) || !this.cluster.leases.isRenewed(name) || this.retries.has(name);
  }

  // ---- one pass ----

  private run(): void {
    this.isArmed = false;
    this.isRunning = true;
    this.hasActed = false;
    this.beatMicros = this.kernel.nowMicros;
    const cause = this.kernel.cause;
    const suspects = this.nodes().filter((node) => this.isSuspect(node));
    this.hadSuspects = suspects.length > 0;
    const statuses = new Map<number, ReadyStatus>();
    let next = 0;
    let open = Math.min(WORKERS, suspects.length);
    const finish = () => this.runner.start(this.handleDisruption(statuses), () => this.endPass());
    if (open === 0) finish();
    const take = () => suspects[next++];
    for (let worker = open; worker > 0; worker--) {
      this.runner.start(this.updateNodes(take, statuses), () => {
        if (--open === 0) finish();
      });
      this.kernel.resumeCause(cause);
    }
  }

  private *updateNodes(take: () => Node | undefined, statuses: Map<number, ReadyStatus>): Process<void> {
    for (let node = take(); node !== undefined; node = take()) yield* this.updateNode(node, statuses);
  }

  private endPass(): void {
    this.isRunning = false;
    const { leases } = this.cluster;
    const isWaiting = this.nodes().some((node) => readyStatus(node) !== 'Unknown' && !leases.isRenewed(node.meta.name));
    if (!this.hasActed && !isWaiting && this.retries.size === 0) return;
    // The next pass is a period after the end of this one.
    this.isArmed = true;
    this.kernel.schedule(this.options.periodMicros, this.tick);
  }

  private *updateNode(given: Node, statuses: Map<number, ReadyStatus>): Process<void> {
    const updated = yield* this.tryUpdateNodeHealth(given);
    if (updated === undefined) return;
    const { node, observed, current } = updated;
    const { name } = node.meta;
    statuses.set(node.uid, current);
    yield* this.processTaintBaseEviction(node, current);
    if (current !== 'True' && observed === 'True') this.cluster.recordEvent(node, 'NodeNotReady', notReady(name));
    const isRetry = this.retries.has(name) && observed !== 'True';
    if ((current !== 'True' && observed === 'True') || isRetry) {
      this.hasActed = true;
      yield* this.markPodsNotReady(node);
    }
    this.retries.delete(name);
  }

  /** Status of the condition Ready as it was found, and as it is now; undefined when the node could not be written. */
  private *tryUpdateNodeHealth(
    given: Node,
  ): Process<{ node: Node; observed: ReadyStatus; current: ReadyStatus } | undefined> {
    const { nodeObjects } = this.cluster;
    let node: Node | undefined = given;
    for (let attempt = 1; node !== undefined && attempt <= ATTEMPTS; attempt++) {
      const found: Node = node;
      const observed = readyStatus(found);
      if (observed === 'Unknown' || !this.isOverdue(found)) return { node: found, observed, current: observed };
      this.hasActed = true;
      this.followFromLease(found);
      const { error } = yield call(() => nodeObjects.update(withoutReports(found, this.kernel.nowMicros)));
      if (error === undefined) return { node: found, observed, current: 'Unknown' };
      node = yield* read(() => nodeObjects.get(given.uid));
      yield { kind: 'sleep', micros: RETRY_MICROS };
    }
    return undefined;
  }

  /** What the pass does about a node follows from its silence, or its return, and not from the pass before. */
  private followFromLease({ meta: { name } }: Node): void {
    this.kernel.continueFrom(this.cluster.leases.causeOf(name), this.tick);
  }

  /** The passes are late by what they take, so that one at the very end of the grace period comes after it. */
  private isOverdue(node: Node): boolean {
    const probeMicros = Math.max(this.probesFromMicros, this.healthOf(node).probeMicros);
    return this.kernel.nowMicros >= probeMicros + this.options.gracePeriodMicros;
  }

  private healthOf(node: Node): Health {
    const { leases, watchMicros } = this.cluster;
    const { name } = node.meta;
    const renewedMicros = leases.renewedMicros(node, this.beatMicros - watchMicros);
    const known = this.health.get(name);
    if (known?.uid === node.uid && known.renewedMicros >= renewedMicros) return known;
    const { periodMicros } = this.options;
    const beats = Math.floor((this.beatMicros - renewedMicros - watchMicros) / periodMicros);
    const probeMicros = this.beatMicros - periodMicros * Math.max(0, beats);
    const health = { uid: node.uid, renewedMicros, probeMicros };
    this.health.set(name, health);
    return health;
  }

  private *processTaintBaseEviction(node: Node, current: ReadyStatus): Process<void> {
    if (current === 'True') {
      if (isTainted(node)) this.followFromLease(node);
      if (yield* this.tainter.markReachable(node)) this.hasActed = true;
    } else if (this.tainter.hasOpposite(node, current)) {
      this.hasActed = true;
      yield* this.tainter.swap(node, current);
    } else if (this.tainter.mark(node, current)) this.hasActed = true;
  }

  /** Upstream's `MarkPodsNotReady`: one after the other, and none that is not ready already. */
  private *markPodsNotReady(node: Node): Process<void> {
    const { cluster } = this;
    const { pods } = cluster;
    const row = cluster.nodes.rowOf(node.meta.name);
    for (const pod of row === -1 ? [] : cluster.podsOnNode(row)) {
      if ((pods.observed[pod]! & POD_READY) === 0) continue;
      const uid = pods.uid[pod]!;
      const patch = (): ApiError | undefined => {
        if (pods.state[pod] === 0 || pods.uid[pod] !== uid) return notFound('pods', String(pod));
        cluster.setPodNotReady(pod);
        return undefined;
      };
      const { error } = yield call(patch);
      if (error === undefined) {
        cluster.recordPodEvent(pod, 'NodeNotReady', 'Node is not ready', this.events);
      }
    }
  }

  // ---- zones ----

  private *handleDisruption(statuses: ReadonlyMap<number, ReadyStatus>): Process<void> {
    const nodes = this.nodes();
    const counts = this.countZones(nodes, statuses);
    const { zoneStates } = this;
    for (const zone of zoneStates.keys()) if (!counts.has(zone)) zoneStates.delete(zone);
    for (const zone of counts.keys()) if (!zoneStates.has(zone)) zoneStates.set(zone, undefined);
    const states = new Map<string, ZoneState>();
    for (const [zone, count] of counts) states.set(zone, computeZoneState(count, this.options.unhealthyZoneThreshold));
    const areAllLost = [...states.values()].every((state) => state === 'FullDisruption');
    const wereAllLost = [...zoneStates.values()].every((state) => state === 'FullDisruption');
    if (areAllLost && wereAllLost) return;
    if (areAllLost) {
      yield* this.stopEvictions(nodes);
      return;
    }
    if (wereAllLost) this.probesFromMicros = this.kernel.nowMicros;
    for (const [zone, state] of states) {
      if (!wereAllLost && zoneStates.get(zone) === state) continue;
      const { ready, notReady } = counts.get(zone)!;
      this.tainter.setRate(zone, this.rateOf(state, ready + notReady));
      zoneStates.set(zone, state);
    }
  }

  private countZones(nodes: readonly Node[], statuses: ReadonlyMap<number, ReadyStatus>): Map<string, ZoneCount> {
    const counts = new Map<string, ZoneCount>();
    for (const node of nodes) {
      if (node.meta.labels[EXCLUDED_LABEL] !== undefined) continue;
      const zone = zoneKey(node);
      let count = counts.get(zone);
      if (count === undefined) counts.set(zone, (count = { ready: 0, notReady: 0 }));
      if ((statuses.get(node.uid) ?? readyStatus(node)) === 'True') count.ready++;
      else count.notReady++;
    }
    return counts;
  }

  /** No node is left: whatever has failed, it is more likely the control plane's own connection. */
  private *stopEvictions(nodes: readonly Node[]): Process<void> {
    this.hasActed = true;
    for (const node of nodes) yield* this.tainter.markReachable(node);
    for (const zone of this.zoneStates.keys()) {
      this.tainter.setRate(zone, 0);
      this.zoneStates.set(zone, 'FullDisruption');
    }
  }

  private rateOf(state: ZoneState, size: number): number {
    const { evictionRate, secondaryEvictionRate, largeClusterSizeThreshold } = this.options;
    if (state !== 'PartialDisruption') return evictionRate;
    return size > largeClusterSizeThreshold ? secondaryEvictionRate : 0;
  }
}

function isWell(node: Node): boolean {
  return readyStatus(node) === 'True' && !isTainted(node);
}

/** The node with what is said of one that was not heard of for too long. */
function withoutReports(node: Node, nowMicros: Micros): Node {
  const message = 'Kubelet stopped posting node status.';
  return { ...node, readiness: { status: 'Unknown', reason: 'NodeStatusUnknown', message, sinceMicros: nowMicros } };
}

function notReady(name: string): string {
  return `Node ${name} status is now: NodeNotReady`;
}
