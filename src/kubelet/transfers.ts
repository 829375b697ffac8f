import type { HandlerId, Kernel } from '../kernel/kernel.ts';
import { MICROS_PER_SECOND, type Micros } from '../kernel/time.ts';

/** A transfer that takes longer than this, 35 years, is looked at again then: event times have to stay safe integers. */
const LONGEST_MICROS = 2 ** 50;

export interface BandwidthOptions {
  /** What each node can take in, bytes per second; Infinity: no limit. */
  readonly nodeBytesPerSecond: number;
  /** What the registry gives out to all nodes together, bytes per second; Infinity: no limit. */
  readonly registryBytesPerSecond: number;
}

interface Transfer {
  readonly id: number;
  readonly node: number;
  readonly order: number;
  lane: Lane;
  /** Its place in the lane; undefined once it has ended. */
  entry: Entry | undefined;
}

/** Transfers that their nodes limit alike, and that therefore always have the same rate. */
interface Lane {
  /** Bytes per second that the node leaves each of them. */
  readonly cap: number;
  /** Bytes per second that each of them has at present. */
  rate: number;
  count: number;
  /** Millionths of a byte that each transfer would have got that had been there all the time. */
  clock: bigint;
  /** A heap, the earliest target first; also of transfers that have left for another lane. */
  readonly heap: Entry[];
}

interface Entry {
  readonly transfer: Transfer;
  /** Where the lane's clock stands when all has come. */
  readonly target: bigint;
}

/**
 * Bytes on their way from the registry to nodes. What a node can take is shared by its transfers in equal parts, and what
 * the registry gives by all in equal parts, but for what a node cannot take (max-min fairness). Rates are whole bytes per
 * second, rounded down and at least 1; a transfer ends in the first microsecond in which all of it is there.
 */
export class Transfers {
  private readonly kernel: Kernel;
  private readonly options: BandwidthOptions;
  private readonly onEnd: (id: number) => void;
  private readonly due: HandlerId;
  private readonly lanes = new Map<number, Lane>();
  private readonly byNode = new Map<number, Set<Transfer>>();
  private timer = -1;
  private begun = 0;
  private clockMicros: Micros = 0;

  /** @param onEnd is told of each transfer that has ended, in the order of their beginnings if it is the same moment */
  constructor(kernel: Kernel, options: BandwidthOptions, onEnd: (id: number) => void) {
    this.kernel = kernel;
    this.options = options;
    this.onEnd = onEnd;
    this.due = kernel.register('kubelet/transfer', () => {
      this.timer = -1;
      this.endDue();
    });
  }

  /** False: nothing limits how fast bytes come. */
  get isLimited(): boolean {
    const { nodeBytesPerSecond, registryBytesPerSecond } = this.options;
    return Math.min(nodeBytesPerSecond, registryBytesPerSecond) !== Number.POSITIVE_INFINITY;
  }

  /** @param bytes more than 0 */
  begin(id: number, node: number, bytes: number): void {
    this.catchUp();
    const others = this.byNode.get(node) ?? new Set();
    this.byNode.set(node, others);
    const lane = this.laneFor(others.size + 1);
    for (const other of others) this.move(other, lane);
    const target = lane.clock + BigInt(bytes) * BigInt(MICROS_PER_SECOND);
    const transfer: Transfer = { id, node, order: this.begun++, lane, entry: undefined };
    others.add(transfer);
    this.enter(lane, transfer, target);
    this.share();
  }

  private endDue(): void {
    this.catchUp();
    const ended: Transfer[] = [];
    for (const lane of this.lanes.values()) {
      for (let top = topOf(lane); top !== undefined && top.target <= lane.clock; top = topOf(lane)) {
        pop(lane.heap);
        lane.count--;
        top.transfer.entry = undefined;
        this.byNode.get(top.transfer.node)!.delete(top.transfer);
        ended.push(top.transfer);
      }
    }
    for (const { node } of ended) {
      const left = this.byNode.get(node)!;
      const lane = this.laneFor(Math.max(1, left.size));
      for (const other of left) this.move(other, lane);
    }
    this.share();
    ended.sort((a, b) => a.order - b.order);
    for (const { id } of ended) this.onEnd(id);
  }

  private laneFor(transfersOfNode: number): Lane {
    const cap = Math.max(1, Math.floor(this.options.nodeBytesPerSecond / transfersOfNode));
    let lane = this.lanes.get(cap);
    if (lane === undefined) {
      lane = { cap, rate: 0, count: 0, clock: 0n, heap: [] };
      this.lanes.set(cap, lane);
    }
    return lane;
  }

  private move(transfer: Transfer, lane: Lane): void {
    const { lane: before } = transfer;
    if (before === lane) return;
    before.count--;
    transfer.lane = lane;
    this.enter(lane, transfer, transfer.entry!.target - before.clock + lane.clock);
  }

  private enter(lane: Lane, transfer: Transfer, target: bigint): void {
    lane.count++;
    transfer.entry = { transfer, target };
    push(lane.heap, transfer.entry);
  }

  private catchUp(): void {
    const { nowMicros } = this.kernel;
    const passed = BigInt(nowMicros - this.clockMicros);
    this.clockMicros = nowMicros;
    if (passed === 0n) return;
    for (const lane of this.lanes.values()) if (lane.count > 0) lane.clock += BigInt(lane.rate) * passed;
  }

  /** Gives each lane its rate: those that their nodes limit most take what they can, the others share what is left. */
  private share(): void {
    const lanes = [...this.lanes.values()].filter(({ count }) => count > 0).sort((a, b) => a.cap - b.cap);
    let left = this.options.registryBytesPerSecond;
    let transfers = lanes.reduce((sum, { count }) => sum + count, 0);
    let nextMicros = Number.POSITIVE_INFINITY;
    for (const lane of lanes) {
      lane.rate = Math.max(1, Math.min(lane.cap, Math.floor(left / transfers)));
      left -= lane.rate * lane.count;
      transfers -= lane.count;
      const missing = topOf(lane)!.target - lane.clock;
      const rate = BigInt(lane.rate);
      nextMicros = Math.min(nextMicros, Number((missing + rate - 1n) / rate));
    }
    if (this.timer !== -1) this.kernel.cancel(this.timer);
    this.timer =
      lanes.length === 0 ? -1 : this.kernel.schedule(Math.min(Math.max(0, nextMicros), LONGEST_MICROS), this.due);
  }
}

/** The transfer that ends first, after what has left the lane is thrown away. */
function topOf({ heap }: Lane): Entry | undefined {
  for (;;) {
    const top = heap[0];
    if (top === undefined || top.transfer.entry === top) return top;
    pop(heap);
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.target < b.target || (a.target === b.target && a.transfer.order < b.transfer.order);
}

function push(heap: Entry[], entry: Entry): void {
  let at = heap.length;
  heap.push(entry);
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!isBefore(entry, heap[parent]!)) break;
    heap[at] = heap[parent]!;
    at = parent;
  }
  heap[at] = entry;
}

function pop(heap: Entry[]): void {
  const last = heap.pop()!;
  if (heap.length === 0) return;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
    if (!isBefore(heap[child]!, last)) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = last;
}
