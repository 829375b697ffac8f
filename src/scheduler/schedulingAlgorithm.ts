import type { NodeTable } from '../cluster/nodeTable.ts';
import type { RandomStream } from '../kernel/randomStreams.ts';
import type { Cache } from './cache.ts';
import { Diagnosis } from './diagnosis.ts';
import { type Evaluation, evaluate } from './evaluation.ts';
import { Filtering } from './filtering.ts';
import type { CycleState } from './framework.ts';
import { IndexedSearch } from './indexedSearch.ts';
import { NodeIndex } from './nodeIndex.ts';
import type { NodeOrder } from './nodeOrder.ts';
import type { Nominator } from './nominator.ts';
import type { Profile } from './profile.ts';
import { Scoring } from './scoring.ts';

const MIN_FEASIBLE_NODES_TO_FIND = 100;
const MIN_FEASIBLE_NODES_PERCENTAGE_TO_FIND = 5;

/**
 * After how many feasible nodes the search ends, by upstream's formula: all of fewer than 100 nodes; otherwise
 * `percentage` of them, and at least 100. Without a percentage (0) it is 50 - n/125, at least 5.
 */
export function numFeasibleNodesToFind(nodeCount: number, percentage = 0): number {
  if (nodeCount < MIN_FEASIBLE_NODES_TO_FIND) return nodeCount;
  const adaptive = Math.max(50 - Math.trunc(nodeCount / 125), MIN_FEASIBLE_NODES_PERCENTAGE_TO_FIND);
  const share = percentage === 0 ? adaptive : percentage;
  return Math.max(Math.trunc((nodeCount * share) / 100), MIN_FEASIBLE_NODES_TO_FIND);
}

export interface SchedulingAlgorithmOptions {
  readonly profile: Profile;
  readonly nodes: NodeTable;
  readonly order: NodeOrder;
  readonly cache: Cache;
  readonly nominator: Nominator;
  /** 0: upstream's adaptive formula. */
  readonly percentageOfNodesToScore: number;
  /** Decides between nodes of equal score. */
  readonly tieBreaks: RandomStream;
  /** Every decision from scratch, without the index. */
  readonly isDirect: boolean;
}

/**
 * Finds a node for one pod: upstream's schedulePod, that is filtering from where the last pod's search ended until
 * enough nodes are found, scoring those, and taking one of the best.
 *
 * Of several nodes with the highest score each is equally likely (as upstream has it until 1.34;
 * later releases take whichever their 16 filter workers found first, which is chance as well).
 */
export class SchedulingAlgorithm {
  /** Of the last call of `schedule`. */
  readonly diagnosis: Diagnosis;
  /** Of the last call of `schedule`: nodes that were looked at, and those among them that fit. */
  visitedCount = 0;
  feasibleCount = 0;
  /** Of the last call of `schedule`: place in the order of nodes where the search began. */
  startedAt = 0;
  private readonly options: SchedulingAlgorithmOptions;
  private readonly profile: Profile;
  readonly filtering: Filtering;
  private readonly scoring: Scoring;
  private readonly index: NodeIndex;
  private readonly search: IndexedSearch;
  private feasible = new Int32Array(64);

  constructor(options: SchedulingAlgorithmOptions) {
    const { profile, nodes, order } = options;
    this.options = options;
    this.profile = profile;
    this.diagnosis = new Diagnosis(
      profile.filters,
      profile.filters.map((filter) => profile.bitOf(filter)),
    );
    this.filtering = new Filtering(options);
    this.scoring = new Scoring(profile, options.tieBreaks);
    this.index = new NodeIndex(nodes, order, profile.filters);
    this.search = new IndexedSearch(this.filtering, this.scoring, this.diagnosis);
  }

  /** @returns the chosen node's row, -1 when none fits: then `diagnosis` tells why */
  schedule(state: CycleState): number {
    const rows = this.options.order.rows();
    this.begin(rows);
    if (rows.length === 0) return -1;
    const nodeNames = this.filtering.preFilter(state, this.diagnosis);
    if (this.diagnosis.preFilterStatus !== undefined) return -1;
    const nominated = this.nominatedNode(state);
    if (nominated !== -1) return nominated;
    if (nodeNames !== undefined) return this.scheduleDirectly(state, this.rowsOf(nodeNames));
    if (this.options.isDirect) return this.scheduleDirectly(state, rows);
    return this.scheduleByIndex(state, rows);
  }

  /**
   * What every plugin says of every node, whatever a search would look at. Leaves no trace.
   *
   * @param isScored which of the feasible rows are scored, and normalised over: by default all
   */
  evaluate(state: CycleState, isScored?: (row: number) => boolean): Evaluation {
    return evaluate(state, { ...this.options, filtering: this.filtering, scoring: this.scoring }, isScored);
  }

  /** Weights of the plugins that score, by name. */
  weights(): ReadonlyMap<string, number> {
    return new Map(this.profile.scores.map(({ plugin, weight }) => [plugin.name, weight]));
  }

  /** Row of the node that preemption has made room on for the pod; -1 for none. */
  nominatedNodeOf(pod: number): number {
    return this.options.nominator.nodeOf(pod);
  }

  private begin(rows: Int32Array): void {
    this.visitedCount = 0;
    this.feasibleCount = 0;
    this.startedAt = rows.length === 0 ? 0 : this.options.order.nextStart % rows.length;
    this.diagnosis.reset(rows);
    if (rows.length > this.feasible.length) this.feasible = new Int32Array(rows.length * 2);
  }

  /** Upstream's evaluateNominatedNode: a pod that has made room somewhere goes there if it fits by now. */
  private nominatedNode(state: CycleState): number {
    const row = this.nominatedNodeOf(state.pod);
    if (row === -1 || this.options.nodes.present[row] === 0) return -1;
    if (this.filtering.run(state, row, this.filtering.active) !== -1) return -1;
    this.feasibleCount = 1;
    this.visitedCount = 1;
    return row;
  }

  private rowsOf(nodeNames: ReadonlySet<string>): Int32Array {
    const rows: number[] = [];
    for (const name of nodeNames) {
      const row = this.options.nodes.rowOf(name);
      if (row !== -1) rows.push(row);
    }
    return Int32Array.from(rows);
  }

  private wanted(nodeCount: number): number {
    // Upstream takes the first node that fits when nothing ranks them.
    if (this.profile.scores.length === 0) return 1;
    return numFeasibleNodesToFind(nodeCount, this.options.percentageOfNodesToScore);
  }

  // ---- by index ----

  private scheduleByIndex(state: CycleState, rows: Int32Array): number {
    const ownNode = this.nominatedNodeOf(state.pod);
    if (ownNode !== -1) this.forgetRow(ownNode);
    const index = this.index.of(state.template, rows.length, state.priority, this.filtering.epochs);
    this.diagnosis.include(index);
    this.scoring.sortOut(state);
    this.search.begin(state, index, rows, this.startedAt, this.wanted(rows.length));
    const isSummed = this.filtering.others.length === 0 && this.scoring.others.length === 0;
    const chosen = isSummed ? this.search.bySummary() : this.search.nodeByNode(this.feasible);
    this.feasibleCount = this.search.found;
    this.visitedCount = this.search.visited;
    this.moveOn(rows.length);
    if (ownNode !== -1) this.forgetRow(ownNode);
    return chosen;
  }

  /** What the index says of a node is for pods that are not nominated to run there: one that is counts against all others. */
  private forgetRow(row: number): void {
    this.options.nodes.version[row]!++;
    this.options.order.touch(row);
  }

  // ---- without the index ----

  /** @param rows the nodes to look at: all, or those that PreFilter left */
  private scheduleDirectly(state: CycleState, rows: Int32Array): number {
    const { feasible, filtering } = this;
    const nodeCount = this.diagnosis.nodeCount;
    const wanted = this.wanted(rows.length);
    const start = rows.length === 0 ? 0 : this.startedAt % rows.length;
    let found = 0;
    let visited = 0;
    for (; visited < rows.length && found < wanted; visited++) {
      const index = start + visited;
      const row = rows[index < rows.length ? index : index - rows.length]!;
      const filter = filtering.run(state, row, filtering.active);
      if (filter === -1) feasible[found++] = row;
      else this.diagnosis.reject(this.options.order.placeOf(row), filter, filtering.code);
    }
    this.feasibleCount = found;
    this.visitedCount = visited;
    this.moveOn(nodeCount);
    if (found <= 1) return found === 0 ? -1 : feasible[0]!;
    this.scoring.sortOut(state);
    return this.scoring.chooseDirectly(state, feasible, found);
  }

  /** The next search starts behind the last node that was looked at. Nodes that a PreFilter left out do not count. */
  private moveOn(nodeCount: number): void {
    this.options.order.nextStart = (this.options.order.nextStart + this.visitedCount) % nodeCount;
  }
}
