import type { Cluster } from '../../cluster/cluster.ts';
import type { RandomStream } from '../../kernel/randomStreams.ts';
import type { Cache } from '../cache.ts';
import type { Filtering } from '../filtering.ts';
import type { CycleState } from '../framework.ts';
import type { Nominator } from '../nominator.ts';
import type { DefaultPreemptionArgs } from '../pluginArgs.ts';
import { Budgets } from './budgets.ts';
import { DryRun, NO_VICTIMS } from './dryRun.ts';
import { startMicrosOf } from './importance.ts';
import { KnownVictims, VictimMemory } from './victimMemory.ts';

const NO_VICTIMS_REASON = 'No preemption victims found for incoming pod';
/** Raises every priority, which is an int32, to at least 0. */
const PRIORITY_OFFSET = 2 ** 31;

export interface CandidatesOptions {
  readonly cluster: Cluster;
  readonly cache: Cache;
  readonly nominator: Nominator;
  readonly args: DefaultPreemptionArgs;
  /** Draws the node at which a search begins. */
  readonly offsets: RandomStream;
  /** Row of the node that the pod is to get where no other one is better; -1 for none. */
  readonly preferredNode: (pod: number) => number;
  /** Every node is looked at anew each time: for tests that hold one way against the other. */
  readonly isDirect: boolean;
}

/**
 * The nodes on which a pod would fit if pods of lower priority went, and the best of them.
 *
 * What a dry run found is kept for the next pods of that template, as long as nothing changes about the node's row and
 * its pods. That is exact where all filters that have something to do look at the row alone, there is no budget, and the
 * asking pod is not itself nominated to run on the node; elsewhere nothing is kept.
 */
export class Candidates {
  /** Pods that have to go from the node that the last call of `find` chose, the most important first. */
  readonly victims: readonly number[];
  /** After a call of `find` that chose none: how many of the nodes are no candidate for what reason. */
  readonly reasons = new Map<string, number>();
  private readonly options: CandidatesOptions;
  private readonly budgets: Budgets;
  private readonly dryRun: DryRun;
  private readonly memory: VictimMemory;
  /** For answers that are not kept. */
  private readonly unkept = new KnownVictims();

  constructor(options: CandidatesOptions) {
    const { cluster, cache } = options;
    this.options = options;
    this.budgets = new Budgets(cluster);
    this.dryRun = new DryRun(cluster, cache, this.budgets);
    this.victims = this.dryRun.victims;
    this.memory = new VictimMemory();
  }

  /**
   * @param nodes where removing pods might help, at least one
   * @returns row of the best node, of as many as are looked at; -1 where there is none
   */
  find(state: CycleState, nodes: Int32Array, filtering: Filtering): number {
    this.reasons.clear();
    if (state.priority <= this.options.cache.onNodes.lowestPriority()) {
      this.reasons.set(NO_VICTIMS_REASON, nodes.length);
      return -1;
    }
    const isKept = this.looksAtRowsAlone(filtering) && this.budgets.count === 0 && !this.options.isDirect;
    const known = isKept ? this.memory.of(state) : this.unkept;
    known.ensure(this.options.cluster.nodes.count);
    this.options.cache.onNodes.ensure(this.options.cluster.nodes.count);
    const first = this.search(state, nodes, filtering, known);
    const best = first === -1 ? -1 : this.preferred(first, state, nodes, filtering, known);
    if (best === -1) this.countReasons(nodes, filtering, known);
    else this.dryRun.selectVictims(state, best, filtering);
    return best;
  }

  private looksAtRowsAlone({ others, epochs }: Filtering): boolean {
    return others.length === 0 && epochs.every((epoch) => epoch === 0);
  }

  /** Upstream's GetOffsetAndNumCandidates and DryRunPreemption; the choice is made on the way. */
  private search(state: CycleState, nodes: Int32Array, filtering: Filtering, known: KnownVictims): number {
    const { version } = this.options.cluster.nodes;
    const { versions } = this.options.cache.onNodes;
    const ownNode = this.options.nominator.nodeOf(state.pod);
    const { length } = nodes;
    const wanted = this.wanted(length);
    const offset = this.options.offsets.integer(length);
    let best = -1;
    let found = 0;
    let isWithoutViolation = false;
    for (let i = 0; i < length; i++) {
      const index = offset + i;
      const row = nodes[index < length ? index : index - length]!;
      const isKnown = known.version[row] === version[row] && known.podsVersion[row] === versions[row];
      if (!isKnown || row === ownNode) this.look(state, row, filtering, known);
      if (known.count[row] === 0) continue;
      found++;
      if (known.violations[row] === 0) isWithoutViolation = true;
      if (best === -1 || known.isBetter(row, best)) best = row;
      if (isWithoutViolation && found >= wanted) break;
    }
    return best;
  }

  private preferred(
    best: number,
    state: CycleState,
    nodes: Int32Array,
    filtering: Filtering,
    known: KnownVictims,
  ): number {
    const row = this.options.preferredNode(state.pod);
    if (row === -1 || row === best || !nodes.includes(row)) return best;
    this.look(state, row, filtering, known);
    return known.count[row] === 0 || known.isBetter(best, row) ? best : row;
  }

  /** How many candidates are enough, of so many nodes. */
  private wanted(nodeCount: number): number {
    const { minCandidateNodesPercentage, minCandidateNodesAbsolute } = this.options.args;
    const share = Math.trunc((nodeCount * minCandidateNodesPercentage) / 100);
    return Math.min(Math.max(share, minCandidateNodesAbsolute), nodeCount);
  }

  private look(state: CycleState, row: number, filtering: Filtering, known: KnownVictims): void {
    const { cluster, cache, nominator } = this.options;
    const { dryRun } = this;
    const fits = dryRun.selectVictims(state, row, filtering);
    // A node that needs no victims is no candidate: the pod was kept out by something else than what is there.
    if (fits && dryRun.victims.length > 0) this.note(row, known);
    else {
      known.count[row] = 0;
      known.filter[row] = fits ? NO_VICTIMS : dryRun.filter;
      known.code[row] = dryRun.code;
    }
    const isLasting = known !== this.unkept && nominator.nodeOf(state.pod) !== row;
    known.version[row] = isLasting ? cluster.nodes.version[row]! : 0;
    known.podsVersion[row] = cache.onNodes.versions[row]!;
  }

  private note(row: number, known: KnownVictims): void {
    const { cluster } = this.options;
    const { victims, violations } = this.dryRun;
    const highest = cluster.pods.priority[victims[0]!]!;
    let sum = 0;
    let earliest = Number.POSITIVE_INFINITY;
    for (const pod of victims) {
      const priority = cluster.pods.priority[pod]!;
      sum += priority + PRIORITY_OFFSET;
      if (priority === highest) earliest = Math.min(earliest, startMicrosOf(cluster, pod));
    }
    known.count[row] = victims.length;
    known.violations[row] = violations;
    known.highestPriority[row] = highest;
    known.sumOfPriorities[row] = sum;
    known.earliestStartMicros[row] = earliest;
  }

  private countReasons(nodes: Int32Array, filtering: Filtering, known: KnownVictims): void {
    let [filter, code, count] = [NO_VICTIMS, 0, 0];
    for (const row of nodes) {
      if (known.filter[row] !== filter || (known.code[row] !== code && filter !== NO_VICTIMS)) {
        this.addReasons(filtering, filter, code, count);
        [filter, code, count] = [known.filter[row]!, known.code[row]!, 0];
      }
      count++;
    }
    this.addReasons(filtering, filter, code, count);
  }

  private addReasons(filtering: Filtering, filter: number, code: number, nodes: number): void {
    if (nodes === 0) return;
    const reasons = filter === NO_VICTIMS ? [NO_VICTIMS_REASON] : filtering.reasonsOf(filter, code);
    for (const reason of reasons) this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + nodes);
  }
}
