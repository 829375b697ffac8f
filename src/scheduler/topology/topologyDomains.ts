import type { NodeTable } from '../../cluster/nodeTable.ts';
import type { DomainCounts } from './domainCounts.ts';

/** Which nodes count as places: asked again for a node whenever it changes. */
export interface NodeEligibility {
  /** Two with the same text say the same of every node. */
  readonly key: string;
  /** Only asked for nodes that exist. */
  isEligible(node: number): boolean;
}

/** Ids of a label's values, in the order in which they were first seen; an id is never given to another value. */
class DomainIds {
  private readonly idByValue = new Map<string, number>();

  get size(): number {
    return this.idByValue.size;
  }

  idOf(value: string): number {
    let id = this.idByValue.get(value);
    if (id === undefined) {
      id = this.size;
      this.idByValue.set(value, id);
    }
    return id;
  }
}

/**
 * The domains that a topology key divides the nodes into, one for each value of the label.
 *
 * Those of one key that leave out ineligible nodes have the same ids as the one with all nodes.
 */
export class TopologyDomains {
  readonly key: string;
  /** By node row: id of the domain; -1 for nodes that lack the label, are not eligible, or are gone. */
  domainOf = new Int32Array(0);
  /** How many domains have a node. */
  presentCount = 0;
  /** Nodes that are in a domain. */
  nodeCount = 0;
  /** How many domains have more than one node. */
  sharedCount = 0;
  /** By domain: how many nodes it has. */
  nodesIn = new Int32Array(8);
  private readonly nodes: NodeTable;
  private readonly eligibility: NodeEligibility | undefined;
  private readonly ids: DomainIds;
  /** Counts that follow when a node moves. */
  private readonly dependents: DomainCounts[] = [];

  /** @param all the domains of all nodes, where these are only of eligible ones */
  constructor(nodes: NodeTable, key: string, all?: TopologyDomains, eligibility?: NodeEligibility) {
    this.nodes = nodes;
    this.key = key;
    this.ids = all === undefined ? new DomainIds() : all.ids;
    this.eligibility = eligibility;
    for (let node = 0; node < nodes.count; node++) this.nodeChanged(node, false);
  }

  /** Whether every node is in a domain. */
  get hasEveryNode(): boolean {
    return this.nodeCount === this.nodes.presentCount;
  }

  /** How many ids there are: no id reaches it. */
  get size(): number {
    return this.ids.size;
  }

  /**
   * Takes over what NodeTable says of the node.
   *
   * @param hasPods whether any pod counts there
   */
  nodeChanged(node: number, hasPods: boolean): void {
    if (node >= this.domainOf.length) this.widen(node);
    const before = this.domainOf[node]!;
    const after = this.domainOfNode(node);
    if (before === after) return;
    // Pods move while their domain has the node.
    if (before !== -1) {
      if (hasPods) for (const counts of this.dependents) counts.nodeLeaves(node, before);
      this.leave(before);
    }
    this.domainOf[node] = after;
    if (after !== -1) {
      this.join(after);
      if (hasPods) for (const counts of this.dependents) counts.nodeJoined(node, after);
    }
  }

  /** Keeps the counts up to date from now on. */
  addDependent(counts: DomainCounts): void {
    this.dependents.push(counts);
  }

  private domainOfNode(node: number): number {
    const object = this.nodes.objects[node];
    if (object === undefined || this.nodes.present[node] === 0) return -1;
    const { labels } = object.meta;
    if (!Object.hasOwn(labels, this.key)) return -1;
    if (this.eligibility !== undefined && !this.eligibility.isEligible(node)) return -1;
    return this.ids.idOf(labels[this.key]!);
  }

  private leave(domain: number): void {
    this.nodeCount--;
    const nodesLeft = --this.nodesIn[domain]!;
    if (nodesLeft === 1) this.sharedCount--;
    if (nodesLeft > 0) return;
    this.presentCount--;
    for (const counts of this.dependents) counts.domainGone();
  }

  private join(domain: number): void {
    if (domain >= this.nodesIn.length) {
      const wider = new Int32Array(Math.max(domain + 1, this.nodesIn.length * 2));
      wider.set(this.nodesIn);
      this.nodesIn = wider;
    }
    this.nodeCount++;
    const nodesNow = ++this.nodesIn[domain]!;
    if (nodesNow === 2) this.sharedCount++;
    if (nodesNow > 1) return;
    this.presentCount++;
    for (const counts of this.dependents) counts.domainAppeared(domain);
  }

  private widen(node: number): void {
    const wider = new Int32Array(Math.max(node + 1, 64, this.domainOf.length * 2)).fill(-1);
    wider.set(this.domainOf);
    this.domainOf = wider;
  }
}
