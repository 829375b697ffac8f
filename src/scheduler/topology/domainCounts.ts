import type { PodCounter } from './podCounter.ts';
import type { TopologyDomains } from './topologyDomains.ts';

/** How many of a counter's pods each domain of a topology key has, and the smallest of these numbers. */
export class DomainCounts {
  readonly domains: TopologyDomains;
  /** By domain, for those that have or had a node. Pods on nodes of no domain are in none. To be read anew in each cycle. */
  counts: Int32Array;
  /** Sum over all domains. */
  total = 0;
  private readonly counter: PodCounter;
  /** How many of the domains that have nodes have so many pods, by that number; undefined until the minimum is asked for. */
  private histogram: Int32Array | undefined;
  /** No domain that has nodes has fewer pods. */
  private lowerBound = 0;

  constructor(counter: PodCounter, domains: TopologyDomains) {
    this.counter = counter;
    this.domains = domains;
    this.counts = new Int32Array(Math.max(4, domains.size));
    if (counter.total === 0) return;
    const { byNode } = counter;
    for (let node = 0; node < byNode.length; node++) {
      if (byNode[node] !== 0) this.change(node, byNode[node]!);
    }
  }

  /** The fewest pods of any domain that has nodes; 0 where no domain has. */
  get minimum(): number {
    if (this.domains.presentCount === 0) return 0;
    const histogram = this.histogram ?? this.buildHistogram();
    while (histogram[this.lowerBound] === 0) this.lowerBound++;
    return this.lowerBound;
  }

  /** So many pods have come to a node, or, where `delta` is negative, left it. */
  change(node: number, delta: number): void {
    const domain = this.domains.domainOf[node]!;
    if (domain >= 0) this.add(domain, delta);
  }

  /** Called by `domains` before the node leaves a domain. */
  nodeLeaves(node: number, domain: number): void {
    const count = this.counter.byNode[node]!;
    if (count !== 0) this.add(domain, -count);
  }

  /** Called by `domains` when the node has joined a domain. */
  nodeJoined(node: number, domain: number): void {
    const count = this.counter.byNode[node]!;
    if (count !== 0) this.add(domain, count);
  }

  /** Called by `domains`: the domain, which has no pods, has got its first node. */
  domainAppeared(domain: number): void {
    if (domain >= this.counts.length) this.widen(domain);
    if (this.histogram !== undefined) this.enter(this.histogram, 0);
  }

  /** Called by `domains`: the domain's last node, and with it all pods, have gone. */
  domainGone(): void {
    if (this.histogram !== undefined) this.histogram[0]!--;
  }

  private add(domain: number, delta: number): void {
    const before = this.counts[domain]!;
    this.counts[domain] = before + delta;
    this.total += delta;
    if (this.histogram === undefined) return;
    this.histogram[before]!--;
    this.enter(this.histogram, before + delta);
  }

  private enter(histogram: Int32Array, count: number): void {
    if (count < this.lowerBound) this.lowerBound = count;
    if (count < histogram.length) histogram[count]!++;
    else this.histogram = widened(histogram, count, 1);
  }

  private buildHistogram(): Int32Array {
    let histogram = new Int32Array(8);
    const { nodesIn } = this.domains;
    for (let domain = 0; domain < nodesIn.length; domain++) {
      if (nodesIn[domain] === 0) continue;
      const count = this.counts[domain]!;
      if (count < histogram.length) histogram[count]!++;
      else histogram = widened(histogram, count, 1);
    }
    this.lowerBound = 0;
    this.histogram = histogram;
    return histogram;
  }

  private widen(domain: number): void {
    const wider = new Int32Array(Math.max(domain + 1, this.counts.length * 2));
    wider.set(this.counts);
    this.counts = wider;
  }
}

/** A longer copy in which `index`, which the column had no room for, has `value`. */
function widened(column: Int32Array, index: number, value: number): Int32Array<ArrayBuffer> {
  const wider = new Int32Array(Math.max(index + 1, column.length * 2));
  wider.set(column);
  wider[index] = value;
  return wider;
}
