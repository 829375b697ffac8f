import type { FilterPlugin, Status } from './framework.ts';

/**
 * Why a pod fits nowhere (upstream's Diagnosis and FitError): which filter rejected which node with which code. Filled
 * in every cycle, read only in those that fail.
 */
export class Diagnosis {
  /** Nodes in the cluster, those that were not looked at included. */
  nodeCount = 0;
  /** Rejected nodes. */
  count = 0;
  nodes = new Int32Array(64);
  private filters = new Uint8Array(64);
  private codes = new Int32Array(64);
  /** Bits of the plugins that rejected the pod or some node, by their place in the registry. */
  rejectors = 0;
  /** Set when a PreFilter rejected the pod; then no node was looked at. */
  preFilterStatus: Status | undefined;
  /** PreFilters that left out nodes, so that those were not looked at. */
  private readonly narrowing: string[] = [];
  private readonly allFilters: readonly FilterPlugin[];

  /** @param allFilters what the numbers given to `reject` are places in */
  constructor(allFilters: readonly FilterPlugin[]) {
    this.allFilters = allFilters;
  }

  reset(nodeCount: number): void {
    this.nodeCount = nodeCount;
    this.count = 0;
    this.rejectors = 0;
    this.preFilterStatus = undefined;
    this.narrowing.length = 0;
    if (nodeCount > this.nodes.length) {
      const capacity = Math.max(nodeCount, this.nodes.length * 2);
      this.nodes = new Int32Array(capacity);
      this.filters = new Uint8Array(capacity);
      this.codes = new Int32Array(capacity);
    }
  }

  reject(node: number, filter: number, code: number): void {
    const i = this.count++;
    this.nodes[i] = node;
    this.filters[i] = filter;
    this.codes[i] = code;
  }

  /** A PreFilter named the only nodes worth a look. */
  leaveOutNodes(plugin: string, bit: number): void {
    this.narrowing.push(plugin);
    this.rejectors |= bit;
  }

  /** How many nodes might fit if pods were removed from them. */
  resolvableCount(): number {
    if (this.preFilterStatus !== undefined) {
      return this.preFilterStatus.code === 'Unschedulable' ? this.nodeCount : 0;
    }
    let resolvable = 0;
    for (let i = 0; i < this.count; i++) if (this.isResolvable(i)) resolvable++;
    return resolvable;
  }

  /** Whether the i-th rejected node might fit if pods were removed from it. */
  isResolvable(i: number): boolean {
    return !this.allFilters[this.filters[i]!]!.isUnresolvable(this.codes[i]!);
  }

  /** Upstream's FitError text. `postFilterMessages` follow in the order of their plugins. */
  message(postFilterMessages: readonly string[]): string {
    let text = `0/${this.nodeCount} nodes are available:`;
    if (this.preFilterStatus !== undefined) text += ` ${this.preFilterStatus.reasons.join(', ')}.`;
    else {
      const reasons = formatReasons(this.reasonHistogram());
      if (reasons !== '') text += ` ${reasons}.`;
    }
    if (postFilterMessages.length > 0) text += ` ${postFilterMessages.join(', ')}`;
    return text;
  }

  private reasonHistogram(): Map<string, number> {
    const nodesByCode = new Map<number, number>();
    const filterCount = this.allFilters.length;
    for (let i = 0; i < this.count; i++) {
      const key = this.codes[i]! * filterCount + this.filters[i]!;
      nodesByCode.set(key, (nodesByCode.get(key) ?? 0) + 1);
    }
    const histogram = new Map<string, number>();
    const add = (reason: string, nodes: number) => histogram.set(reason, (histogram.get(reason) ?? 0) + nodes);
    for (const [key, nodes] of nodesByCode) {
      const filter = this.allFilters[key % filterCount]!;
      for (const reason of filter.reasonsOf(Math.floor(key / filterCount))) add(reason, nodes);
    }
    const absent = this.nodeCount - this.count;
    if (this.narrowing.length > 0 && absent > 0) {
      add(`node(s) didn't satisfy plugin(s) [${this.narrowing.sort().join(' ')}]`, absent);
    }
    return histogram;
  }
}

/** `1 Insufficient cpu, 2 Too many pods`: sorted as text, numbers included, as upstream does. */
export function formatReasons(histogram: ReadonlyMap<string, number>): string {
  return [...histogram]
    .map(([reason, nodes]) => `${nodes} ${reason}`)
    .sort()
    .join(', ');
}
