import type { Cluster } from '../../cluster/cluster.ts';
import type { Cache } from '../cache.ts';
import type { Filtering } from '../filtering.ts';
import type { CycleState } from '../framework.ts';
import type { Budgets } from './budgets.ts';
import { sortByImportance } from './importance.ts';

/** Stands for a filter where a node has no pod of a lower priority. */
export const NO_VICTIMS = -2;

/**
 * Finds out which pods would have to go from one node (upstream's SelectVictimsOnNode). It takes them off the real tables,
 * asks the filters, and puts them back: what counts on the node, and the version of its row, are as before.
 */
export class DryRun {
  /** Pods that have to go, the most important first; after a call that answered true. */
  readonly victims: number[] = [];
  /** How many of them have to go against a budget. */
  violations = 0;
  /** After a call that answered false: place of the filter that rejects the node all the same, or NO_VICTIMS. */
  filter = NO_VICTIMS;
  /** What that filter answered. */
  code = 0;
  /** Pods of lower priority on the node, victims or not. */
  private readonly potentialVictims: number[] = [];
  private readonly cluster: Cluster;
  private readonly cache: Cache;
  private readonly budgets: Budgets;

  constructor(cluster: Cluster, cache: Cache, budgets: Budgets) {
    this.cluster = cluster;
    this.cache = cache;
    this.budgets = budgets;
  }

  /** @returns whether the pod fits the node once some pods of lower priority have gone */
  selectVictims(state: CycleState, node: number, filtering: Filtering): boolean {
    const { cluster, cache, victims } = this;
    victims.length = 0;
    this.violations = 0;
    this.findPotentialVictims(state, node);
    if (this.potentialVictims.length === 0) {
      this.filter = NO_VICTIMS;
      return false;
    }
    const version = cluster.nodes.version[node]!;
    for (const pod of this.potentialVictims) cache.takeOff(pod);
    const fits = this.isFitting(state, node, filtering);
    if (fits) this.reprieve(state, node, filtering);
    for (const pod of fits ? victims : this.potentialVictims) cache.putOn(pod);
    cluster.nodes.version[node] = version;
    return fits;
  }

  private findPotentialVictims({ priority }: CycleState, node: number): void {
    const { potentialVictims } = this;
    const priorities = this.cluster.pods.priority;
    potentialVictims.length = 0;
    for (const pod of this.cache.onNodes.of(node)) if (priorities[pod]! < priority) potentialVictims.push(pod);
  }

  private isFitting(state: CycleState, node: number, filtering: Filtering): boolean {
    this.filter = filtering.run(state, node, filtering.active);
    this.code = filtering.code;
    return this.filter === -1;
  }

  /** Puts back what need not go: first those that a budget protects, each time the most important first. */
  private reprieve(state: CycleState, node: number, filtering: Filtering): void {
    const { cluster, victims, potentialVictims } = this;
    sortByImportance(cluster, potentialVictims);
    const violating = this.budgets.violating(potentialVictims);
    if (violating.size > 0) {
      for (const pod of potentialVictims) if (violating.has(pod)) this.tryToSpare(pod, state, node, filtering);
      this.violations = victims.length;
    }
    for (const pod of potentialVictims) if (!violating.has(pod)) this.tryToSpare(pod, state, node, filtering);
    if (this.violations > 0) sortByImportance(cluster, victims);
  }

  private tryToSpare(pod: number, state: CycleState, node: number, filtering: Filtering): void {
    this.cache.putOn(pod);
    if (filtering.run(state, node, filtering.active) === -1) return;
    this.cache.takeOff(pod);
    this.victims.push(pod);
  }
}
