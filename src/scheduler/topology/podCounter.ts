import { DomainCounts } from './domainCounts.ts';
import type { NodeColumn, NodeColumns } from './nodeColumns.ts';
import type { TopologyDomains } from './topologyDomains.ts';

/** How many pods of some kind there are, by node and by domain. Which pods those are is known to who made it. */
export class PodCounter {
  /** All of them, those on nodes that are gone included. */
  total = 0;
  /** By node row, for all rows. Not to be written, and to be read anew in each cycle: it is replaced when it gets too small. */
  byNode: NodeColumn;
  private readonly columns: NodeColumns;
  private readonly byDomain: DomainCounts[] = [];

  constructor(columns: NodeColumns) {
    this.columns = columns;
    this.byNode = columns.zeros;
  }

  /** The counts by domain, kept up to date from the first call on; the same object every time. */
  in(domains: TopologyDomains): DomainCounts {
    let counts = this.byDomain.find((known) => known.domains === domains);
    if (counts === undefined) {
      counts = new DomainCounts(this, domains);
      this.byDomain.push(counts);
      domains.addDependent(counts);
    }
    return counts;
  }

  /** A pod has come to the node (1) or left it (-1). */
  change(node: number, delta: 1 | -1): void {
    if (this.total === 0) this.byNode = this.columns.take();
    const count = this.byNode[node]! + delta;
    if (count > 0xffff) this.byNode = this.columns.withRoomFor(this.byNode, count);
    this.byNode[node] = count;
    this.total += delta;
    const { byDomain } = this;
    for (let i = 0; i < byDomain.length; i++) byDomain[i]!.change(node, delta);
    if (this.total > 0) return;
    this.columns.giveBack(this.byNode);
    this.byNode = this.columns.zeros;
  }

  /** The columns have got longer. */
  widen(): void {
    this.byNode = this.total === 0 ? this.columns.zeros : this.columns.widen(this.byNode);
  }
}
