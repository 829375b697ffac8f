import type { FilterPlugin, Status } from './framework.ts';
import type { TemplateIndex } from './templateIndex.ts';

/**
 * Why a pod fits nowhere (upstream's Diagnosis and FitError): which filter rejected which node with which code. Filled
 * in every cycle, read only in those that fail, and then every node that any PreFilter left has been looked at.
 *
 * Nodes are spoken of by their place in the order of nodes. What filters say that look at a node's row alone stands in
 * the index already and is not written down again; the others' rejections are.
 */
export class Diagnosis {
  /** Nodes in the cluster, those that were not looked at included. */
  nodeCount = 0;
  /** Set when a PreFilter rejected the pod; then no node was looked at. */
  preFilterStatus: Status | undefined;
  private rows: Int32Array = new Int32Array(0);
  /** By place: 0, or 1 + the place of the filter in `allFilters`. */
  private filters = new Uint8Array(0);
  private codes = new Int32Array(0);
  private count = 0;
  private index: TemplateIndex | undefined;
  /** Bits of the plugins that rejected the pod as a whole, or narrowed the nodes. */
  private preFilterBits = 0;
  /** PreFilters that left out nodes, so that those were not looked at. */
  private readonly narrowing: string[] = [];
  private readonly allFilters: readonly FilterPlugin[];
  private readonly filterBits: readonly number[];
  private resolvable = new Int32Array(0);

  /**
   * @param allFilters what the numbers given to `reject` are places in
   * @param filterBits their bits in sets of plugins
   */
  constructor(allFilters: readonly FilterPlugin[], filterBits: readonly number[]) {
    this.allFilters = allFilters;
    this.filterBits = filterBits;
  }

  /** @param rows of all nodes, in their order; kept until the next call */
  reset(rows: Int32Array): void {
    this.rows = rows;
    this.nodeCount = rows.length;
    this.preFilterStatus = undefined;
    this.preFilterBits = 0;
    this.narrowing.length = 0;
    this.index = undefined;
    if (rows.length > this.filters.length) {
      this.filters = new Uint8Array(rows.length * 2);
      this.codes = new Int32Array(rows.length * 2);
      this.resolvable = new Int32Array(rows.length * 2);
    } else if (this.count > 0) this.filters.fill(0);
    this.count = 0;
  }

  /** What the index says of nodes counts as well. */
  include(index: TemplateIndex): void {
    this.index = index;
  }

  reject(place: number, filter: number, code: number): void {
    this.filters[place] = filter + 1;
    this.codes[place] = code;
    this.count++;
  }

  /** A PreFilter named the only nodes worth a look. */
  leaveOutNodes(plugin: string, bit: number): void {
    this.narrowing.push(plugin);
    this.preFilterBits |= bit;
  }

  /** A PreFilter rejected the pod. */
  rejectAll(status: Status, bit: number): void {
    this.preFilterStatus = status;
    this.preFilterBits = bit;
  }

  /** Bits of the plugins that rejected the pod or some node. */
  rejectors(): number {
    let bits = this.preFilterBits;
    if (this.preFilterStatus !== undefined) return bits;
    for (const key of this.nodesByRejection().keys()) bits |= this.filterBits[key % this.allFilters.length]!;
    return bits;
  }

  /** Rows of the nodes that might fit if pods were removed from them, in their order. To be read before the next cycle. */
  resolvableNodes(): Int32Array {
    const { rows, index, resolvable, preFilterStatus } = this;
    if (preFilterStatus !== undefined) return preFilterStatus.code === 'Unschedulable' ? rows : rows.subarray(0, 0);
    if (index !== undefined && this.count === 0 && this.areAllResolvable(index)) return rows;
    let found = 0;
    for (let place = 0; place < rows.length; place++) {
      if (index?.resolvable[place] === 1 || (this.count > 0 && this.isResolvable(place)))
        resolvable[found++] = rows[place]!;
    }
    return resolvable.subarray(0, found);
  }

  private areAllResolvable({ nodesByRejection }: TemplateIndex): boolean {
    const filterCount = this.allFilters.length;
    let resolvable = 0;
    for (const [key, nodes] of nodesByRejection) {
      const filter = this.allFilters[key % filterCount]!;
      if (!filter.isUnresolvable(Math.floor(key / filterCount))) resolvable += nodes;
    }
    return resolvable === this.rows.length;
  }

  private isResolvable(place: number): boolean {
    const filter = this.filters[place]!;
    return filter !== 0 && !this.allFilters[filter - 1]!.isUnresolvable(this.codes[place]!);
  }

  /** Upstream's FitError text. `postFilterMessages` follow in the order of their plugins. */
  message(postFilterMessages: readonly string[]): string {
    let text = `0/${this.nodeCount} nodes are available:`;
    if (this.preFilterStatus !== undefined) text += ` ${this.preFilterStatus.reasons.join(', ')}.`;
    else {
      const reasons = this.onlyReason() ?? formatReasons(this.reasonHistogram());
      if (reasons !== '') text += ` ${reasons}.`;
    }
    if (postFilterMessages.length > 0) text += ` ${postFilterMessages.join(', ')}`;
    return text;
  }

  /** What `formatReasons` makes of one reason for all nodes, which is the rule on large full clusters. */
  private onlyReason(): string | undefined {
    const known = this.index?.nodesByRejection;
    if (known?.size !== 1 || this.count > 0 || this.narrowing.length > 0) return undefined;
    for (const [key, nodes] of known) {
      const filterCount = this.allFilters.length;
      const reasons = this.allFilters[key % filterCount]!.reasonsOf(Math.floor(key / filterCount));
      if (reasons.length === 1) return `${nodes} ${reasons[0]}`;
    }
    return undefined;
  }

  private reasonHistogram(): Map<string, number> {
    const histogram = new Map<string, number>();
    const add = (reason: string, nodes: number) => histogram.set(reason, (histogram.get(reason) ?? 0) + nodes);
    const filterCount = this.allFilters.length;
    let rejected = 0;
    for (const [key, nodes] of this.nodesByRejection()) {
      const filter = this.allFilters[key % filterCount]!;
      for (const reason of filter.reasonsOf(Math.floor(key / filterCount))) add(reason, nodes);
      rejected += nodes;
    }
    const absent = this.nodeCount - rejected;
    if (this.narrowing.length > 0 && absent > 0) {
      add(`node(s) didn't satisfy plugin(s) [${this.narrowing.sort().join(' ')}]`, absent);
    }
    return histogram;
  }

  /** How many nodes were rejected, by filter and code in one number (see `rejectionKey`). */
  private nodesByRejection(): ReadonlyMap<number, number> {
    const known = this.index?.nodesByRejection;
    if (known !== undefined && this.count === 0) return known;
    const all = new Map(known);
    for (let place = 0; place < this.nodeCount; place++) {
      const filter = this.filters[place]!;
      if (filter === 0) continue;
      const key = rejectionKey(filter - 1, this.codes[place]!, this.allFilters.length);
      all.set(key, (all.get(key) ?? 0) + 1);
    }
    return all;
  }
}

/** A filter, of so many, and its code as one number. */
export function rejectionKey(filter: number, code: number, filterCount: number): number {
  return code * filterCount + filter;
}

/** `1 Insufficient cpu, 2 Too many pods`: sorted as text, numbers included, as upstream does. */
export function formatReasons(histogram: ReadonlyMap<string, number>): string {
  return [...histogram]
    .map(([reason, nodes]) => `${nodes} ${reason}`)
    .sort()
    .join(', ');
}
