import type { Cluster } from '../../cluster/cluster.ts';
import type { RandomStream } from '../../kernel/randomStreams.ts';
import type { Cache } from '../cache.ts';
import type { Filtering } from '../filtering.ts';
import type { CycleState } from '../framework.ts';
import { BLOCK_BITS, BLOCK_SIZE, type NodeOrder } from '../nodeOrder.ts';
import type { Nominator } from '../nominator.ts';
import type { DefaultPreemptionArgs } from '../pluginArgs.ts';
import { Budgets } from './budgets.ts';
import { DryRun, NO_VICTIMS } from './dryRun.ts';
import { KnownVictims, VictimMemory } from './victimMemory.ts';

const NO_VICTIMS_REASON = 'No preemption victims found for incoming pod';

export interface CandidatesOptions {
  readonly cluster: Cluster;
  readonly cache: Cache;
  readonly order: NodeOrder;
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
 * its pods, and is summed up by block of the order of nodes. That is exact where all filters that have something to do
 * look at the row alone, there is no budget, and the asking pod is not itself nominated to run on the node; elsewhere
 * nothing is kept.
 */
export class Candidates {
  /** Pods that have to go from the node that the last call of `find` chose, the most important first. */
  victims: readonly number[] = [];
  /** After a call of `find` that chose none: how many of the nodes are no candidate for what reason. */
  readonly reasons = new Map<string, number>();
  private readonly options: CandidatesOptions;
  private readonly budgets: Budgets;
  private readonly dryRun: DryRun;
  private readonly memory = new VictimMemory();
  /** For answers that are not kept. */
  private readonly unkept = new KnownVictims();
  private known = this.unkept;
  /** The search under way: whose it is, what it has found, and when that is enough. */
  private state!: CycleState;
  private filtering!: Filtering;
  private ownNode = -1;
  private best = -1;
  private found = 0;
  private isWithoutViolation = false;
  private wanted = 0;

  constructor(options: CandidatesOptions) {
    const { cluster, cache } = options;
    this.options = options;
    this.budgets = new Budgets(cluster);
    this.dryRun = new DryRun(cluster, cache, this.budgets);
  }

  /**
   * @param nodes where removing pods might help, at least one
   * @returns row of the best node, of as many as are looked at; -1 where there is none
   */
  find(state: CycleState, nodes: Int32Array, filtering: Filtering): number {
    const { cluster, cache, order, nominator } = this.options;
    this.reasons.clear();
    if (state.priority <= cache.onNodes.lowestPriority()) {
      this.reasons.set(NO_VICTIMS_REASON, nodes.length);
      return -1;
    }
    this.state = state;
    this.filtering = filtering;
    this.ownNode = nominator.nodeOf(state.pod);
    this.known = this.isKept(filtering) ? this.memory.of(state.template) : this.unkept;
    this.known.prepare(cluster.nodes.count, order, state.priority);
    cache.onNodes.ensure(cluster.nodes.count);
    this.search(nodes);
    if (this.best === -1) this.countReasons(nodes);
    else {
      this.prefer(nodes);
      this.victims = this.known.victims[this.best]!;
    }
    return this.best;
  }

  private isKept({ others, epochs }: Filtering): boolean {
    if (this.options.isDirect || this.budgets.count > 0 || others.length > 0) return false;
    return epochs.every((epoch) => epoch === 0);
  }

  /** Upstream's GetOffsetAndNumCandidates and DryRunPreemption; the choice is made on the way. */
  private search(nodes: Int32Array): void {
    const { length } = nodes;
    this.wanted = this.numCandidates(length);
    this.best = -1;
    this.found = 0;
    this.isWithoutViolation = false;
    const offset = this.options.offsets.integer(length);
    const isByBlock = nodes === this.options.order.rows() && this.known !== this.unkept && this.ownNode === -1;
    for (let i = 0; i < length && !this.isEnough(); ) {
      const place = offset + i < length ? offset + i : offset + i - length;
      const passed = isByBlock ? this.passBlock(nodes, place, length - i) : 0;
      i += passed === 0 ? this.passNode(nodes[place]!) : passed;
    }
  }

  /** How many candidates are enough, of so many nodes. */
  private numCandidates(nodeCount: number): number {
    const { minCandidateNodesPercentage, minCandidateNodesAbsolute } = this.options.args;
    const share = Math.trunc((nodeCount * minCandidateNodesPercentage) / 100);
    return Math.min(Math.max(share, minCandidateNodesAbsolute), nodeCount);
  }

  private isEnough(): boolean {
    return this.isWithoutViolation && this.found >= this.wanted;
  }

  private passNode(row: number): 1 {
    const { known } = this;
    if (row === this.ownNode || !this.isUpToDate(row)) this.look(row);
    if (known.count[row] === 0) return 1;
    this.found++;
    if (known.violations[row] === 0) this.isWithoutViolation = true;
    this.take(row);
    return 1;
  }

  private take(row: number): void {
    if (this.best === -1 || this.known.isBetter(row, this.best)) this.best = row;
  }

  private isUpToDate(row: number): boolean {
    const { known } = this;
    const { cluster, cache } = this.options;
    return known.version[row] === cluster.nodes.version[row] && known.podsVersion[row] === cache.onNodes.versions[row];
  }

  // ---- by block ----

  /** @returns how many nodes were passed at once; 0 where they have to be passed one by one */
  private passBlock(nodes: Int32Array, place: number, left: number): number {
    const block = place >>> BLOCK_BITS;
    const from = block << BLOCK_BITS;
    const count = Math.min(BLOCK_SIZE, nodes.length - from);
    if (place !== from || count > left) return 0;
    const { known } = this;
    this.refresh(block, nodes, from, from + count);
    const candidates = known.blockCandidates[block]!;
    if (candidates > 0) {
      if (this.found + candidates > this.wanted) return 0;
      this.found += candidates;
      this.isWithoutViolation = true;
      this.take(known.blockBest[block]!);
    }
    return count;
  }

  private refresh(block: number, nodes: Int32Array, from: number, to: number): void {
    const { known } = this;
    const { blockVersions, podsBlockVersions } = this.options.order;
    const isSame = known.blockVersion[block] === blockVersions[block];
    if (isSame && known.podsBlockVersion[block] === podsBlockVersions[block]) return;
    known.blockVersion[block] = blockVersions[block]!;
    known.podsBlockVersion[block] = podsBlockVersions[block]!;
    let candidates = 0;
    let best = -1;
    for (let place = from; place < to; place++) {
      const row = nodes[place]!;
      if (!this.isUpToDate(row)) this.look(row);
      if (known.count[row] === 0) continue;
      candidates++;
      if (best === -1 || known.isBetter(row, best)) best = row;
    }
    known.blockCandidates[block] = candidates;
    known.blockBest[block] = best;
  }

  // ---- one node ----

  private look(row: number): void {
    const { cluster, cache } = this.options;
    const { dryRun, known } = this;
    const fits = dryRun.selectVictims(this.state, row, this.filtering);
    // A node that needs no victims is no candidate: the pod was kept out by something else than what is there.
    if (fits && dryRun.victims.length > 0) known.note(row, cluster, dryRun);
    else known.noteReason(row, fits ? NO_VICTIMS : dryRun.filter, dryRun.code);
    const isLasting = known !== this.unkept && row !== this.ownNode;
    known.version[row] = isLasting ? cluster.nodes.version[row]! : 0;
    known.podsVersion[row] = cache.onNodes.versions[row]!;
  }

  private prefer(nodes: Int32Array): void {
    const row = this.options.preferredNode(this.state.pod);
    if (row === -1 || row === this.best || !nodes.includes(row)) return;
    this.look(row);
    if (this.known.count[row] !== 0 && !this.known.isBetter(this.best, row)) this.best = row;
  }

  // ---- where there is no candidate ----

  private countReasons(nodes: Int32Array): void {
    const { known } = this;
    let [filter, code, count] = [NO_VICTIMS, 0, 0];
    for (const row of nodes) {
      if (known.filter[row] !== filter || (known.code[row] !== code && filter !== NO_VICTIMS)) {
        this.addReasons(filter, code, count);
        [filter, code, count] = [known.filter[row]!, known.code[row]!, 0];
      }
      count++;
    }
    this.addReasons(filter, code, count);
  }

  private addReasons(filter: number, code: number, nodes: number): void {
    if (nodes === 0) return;
    const reasons = filter === NO_VICTIMS ? [NO_VICTIMS_REASON] : this.filtering.reasonsOf(filter, code);
    for (const reason of reasons) this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + nodes);
  }
}
