import type { Taint } from '../../api/types.ts';
import type { ApiClient } from '../../cluster/apiClient.ts';
import {
  type Cluster,
  isSameTaint,
  type Node,
  type Process,
  ProcessRunner,
  readyStatus,
  TAINT_NODE_NOT_READY,
  TAINT_NODE_UNREACHABLE,
} from '../../cluster/index.ts';
import type { EventHandle } from '../../kernel/eventQueue.ts';
import type { HandlerId, Kernel } from '../../kernel/kernel.ts';
import { MICROS_PER_MILLI, type Micros } from '../../kernel/time.ts';
import { updateTaints } from './updateTaints.ts';
import { zoneKey } from './zoneState.ts';
import { ZoneTainter } from './zoneTainter.ts';

/** Upstream's `NodeEvictionPeriod`: how often the queues are looked at. */
const PASS_MICROS = 100 * MICROS_PER_MILLI;

const NOT_READY: Taint = { key: TAINT_NODE_NOT_READY, value: '', effect: 'NoExecute' };
const UNREACHABLE: Taint = { key: TAINT_NODE_UNREACHABLE, value: '', effect: 'NoExecute' };

/** Whether the node has a taint that drives away its pods because it does not report that it is ready. */
export function isTainted({ taints }: Node): boolean {
  return taints.some((taint) => isSameTaint(taint, NOT_READY) || isSameTaint(taint, UNREACHABLE));
}

/**
 * Puts the NoExecute taints on nodes that are not ready, zone by zone at a limited rate, and takes them away: upstream's
 * `zoneNoExecuteTainter` with `doNoExecuteTaintingPass`. The queues are looked at only while one of them can give a node.
 */
export class NoExecuteTainter {
  private readonly kernel: Kernel;
  private readonly cluster: Cluster;
  private readonly runner: ProcessRunner<void>;
  private readonly tick: HandlerId;
  /** `--node-eviction-rate` */
  private readonly ratePerSecond: number;
  private readonly phaseMicros: Micros;
  private readonly zones = new Map<string, ZoneTainter>();
  private timer: { readonly handle: EventHandle; readonly atMicros: Micros } | undefined;
  private isRunning = false;

  constructor(kernel: Kernel, cluster: Cluster, client: ApiClient, ratePerSecond: number) {
    this.kernel = kernel;
    this.cluster = cluster;
    this.ratePerSecond = ratePerSecond;
    this.runner = new ProcessRunner(kernel, client, 'node-controller/taint');
    this.tick = kernel.register('node-controller/tainting-pass', () => this.run());
    this.phaseMicros = cluster.streams.stream('node-controller/taintingPass').integer(PASS_MICROS);
  }

  /** Upstream's `markNodeForTainting`. True when the node did not wait for its taint so far, and does now. */
  mark(node: Node, status: 'False' | 'Unknown'): boolean {
    const zone = this.zoneOf(node);
    const { name } = node.meta;
    const hasWaited = zone.isWaiting(name);
    if (!hasTaint(node, status === 'False' ? NOT_READY : UNREACHABLE)) zone.remove(name);
    zone.add(name);
    this.arm();
    return !hasWaited && zone.isWaiting(name);
  }

  /** Upstream's `markNodeAsReachable`: takes the taints off, and forgets the node. True when there was anything to do. */
  *markReachable(node: Node): Process<boolean> {
    let hasActed = false;
    for (const taint of [UNREACHABLE, NOT_READY]) {
      if (!hasTaint(node, taint)) continue;
      hasActed = true;
      yield* updateTaints(this.cluster, node.uid, (taints) => taints.filter((other) => !isSameTaint(other, taint)));
    }
    return this.zoneOf(node).remove(node.meta.name) || hasActed;
  }

  /** Puts the taint that goes with the node's state in place of the other one, at once. */
  *swap(node: Node, status: 'False' | 'Unknown'): Process<boolean> {
    const [add, remove] = status === 'False' ? [NOT_READY, UNREACHABLE] : [UNREACHABLE, NOT_READY];
    const without = (taints: readonly Taint[], taint: Taint) => taints.filter((other) => !isSameTaint(other, taint));
    const error = yield* updateTaints(this.cluster, node.uid, (taints) => [...without(taints, add), add]);
    if (error !== undefined) return false;
    if (!hasTaint(node, remove)) return true;
    return (yield* updateTaints(this.cluster, node.uid, (taints) => without(taints, remove))) === undefined;
  }

  /** Whether the node has the taint of the other state than its own. */
  hasOpposite(node: Node, status: 'False' | 'Unknown'): boolean {
    return hasTaint(node, status === 'False' ? UNREACHABLE : NOT_READY);
  }

  /** Sets how many nodes of a zone get the taint per second. */
  setRate(key: string, ratePerSecond: number): void {
    this.zone(key).swapLimiter(ratePerSecond, this.kernel.nowMicros);
    this.arm();
  }

  private zoneOf(node: Node): ZoneTainter {
    return this.zone(zoneKey(node));
  }

  private zone(key: string): ZoneTainter {
    let zone = this.zones.get(key);
    if (zone === undefined) this.zones.set(key, (zone = new ZoneTainter(this.ratePerSecond)));
    return zone;
  }

  private arm(): void {
    if (this.isRunning) return;
    const due = Math.min(...[...this.zones.values()].map(({ dueMicros }) => dueMicros));
    if (due === Number.POSITIVE_INFINITY) return;
    const from = Math.max(due, this.kernel.nowMicros);
    const { phaseMicros } = this;
    const atMicros = phaseMicros + PASS_MICROS * Math.max(0, Math.ceil((from - phaseMicros) / PASS_MICROS));
    if (this.timer !== undefined && this.timer.atMicros <= atMicros) return;
    if (this.timer !== undefined) this.kernel.cancel(this.timer.handle);
    this.timer = { handle: this.kernel.scheduleAt(atMicros, this.tick), atMicros };
  }

  private run(): void {
    this.timer = undefined;
    this.isRunning = true;
    this.runner.start(this.pass(), () => {
      this.isRunning = false;
      this.arm();
    });
  }

  private *pass(): Process<void> {
    for (const zone of this.zones.values()) {
      while (zone.head !== undefined && zone.tryAccept(this.kernel.nowMicros)) {
        const name = zone.head;
        const isDone = yield* this.taint(name);
        // Meanwhile the node may have been found well again.
        if (isDone && zone.head === name) zone.shift();
      }
    }
  }

  private *taint(name: string): Process<boolean> {
    const { nodes } = this.cluster;
    const node = nodes.objects[nodes.rowOf(name)];
    const status = node === undefined ? 'True' : readyStatus(node);
    if (node === undefined || status === 'True') return true;
    return yield* this.swap(node, status);
  }
}

function hasTaint({ taints }: Node, taint: Taint): boolean {
  return taints.some((other) => isSameTaint(other, taint));
}
