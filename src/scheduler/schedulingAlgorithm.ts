import type { NodeTable } from '../cluster/nodeTable.ts';
import type { RandomStream } from '../kernel/randomStreams.ts';
import { Diagnosis } from './diagnosis.ts';
import type { CycleState } from './framework.ts';
import { type KnownNodes, NodeMemory } from './nodeMemory.ts';
import type { Profile, WeightedScore } from './profile.ts';

const MIN_FEASIBLE_NODES_TO_FIND = 100;
const MIN_FEASIBLE_NODES_PERCENTAGE_TO_FIND = 5;

/**
 * After how many feasible nodes the search ends, by upstream's formula: all of fewer than 100 nodes; otherwise
 * 50 - n/125 percent, at least 5 percent and at least 100 nodes.
 */
export function numFeasibleNodesToFind(nodeCount: number): number {
  if (nodeCount < MIN_FEASIBLE_NODES_TO_FIND) return nodeCount;
  const percentage = Math.max(50 - Math.trunc(nodeCount / 125), MIN_FEASIBLE_NODES_PERCENTAGE_TO_FIND);
  return Math.max(Math.trunc((nodeCount * percentage) / 100), MIN_FEASIBLE_NODES_TO_FIND);
}

export interface SchedulingAlgorithmOptions {
  readonly profile: Profile;
  readonly nodes: NodeTable;
  /** Rows of all nodes in the order in which they are looked at. */
  readonly nodeRows: () => Int32Array;
  /** Decides between nodes of equal score. */
  readonly tieBreaks: RandomStream;
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
  private readonly profile: Profile;
  private readonly nodes: NodeTable;
  private readonly nodeRows: () => Int32Array;
  private readonly tieBreaks: RandomStream;
  private nextStartNodeIndex = 0;
  /** Bits of the filters, in the order of `profile.filters`. */
  private readonly filterBits: readonly number[];
  /** Where the PreFilters stand in `profile.filters`, -1 for those that don't filter. */
  private readonly filterOfPreFilter: readonly number[];
  /** By filter: 1 for those that skip this pod. */
  private readonly skipped: Uint8Array;
  /** Places in `profile.filters` of those that don't. */
  private readonly activeFilters: number[] = [];
  /** Those among them that look at more than the node's row. */
  private readonly unmemorableFilters: number[] = [];
  /** Scorers of this pod that look at the node's row alone. */
  private readonly memorableScores: WeightedScore[] = [];
  private readonly memory: NodeMemory;
  private known!: KnownNodes;
  private feasible = new Int32Array(64);
  private scores = new Float64Array(64);
  private totals = new Float64Array(64);

  constructor(options: SchedulingAlgorithmOptions) {
    this.profile = options.profile;
    this.nodes = options.nodes;
    this.nodeRows = options.nodeRows;
    this.tieBreaks = options.tieBreaks;
    this.memory = new NodeMemory(options.nodes);
    this.diagnosis = new Diagnosis(options.profile.filters);
    const { preFilters, filters } = options.profile;
    this.filterBits = filters.map((filter) => options.profile.bitOf(filter));
    this.filterOfPreFilter = preFilters.map((plugin) => filters.findIndex((filter) => filter.name === plugin.name));
    this.skipped = new Uint8Array(filters.length);
  }

  /** @returns the chosen node's row, -1 when none fits: then `diagnosis` tells why */
  schedule(state: CycleState): number {
    const all = this.nodeRows();
    this.diagnosis.reset(all.length);
    if (all.length === 0) return -1;
    this.ensure(all.length);
    const narrowed = this.preFilter(state);
    if (this.diagnosis.preFilterStatus !== undefined) return -1;
    this.known = this.memory.of(state.template);
    const rows = narrowed === undefined ? all : this.rowsOf(narrowed);
    const count = this.filter(state, rows);
    // Nodes that a PreFilter left out do not count as looked at.
    this.nextStartNodeIndex = (this.nextStartNodeIndex + count + this.diagnosis.count) % all.length;
    if (count === 0) return -1;
    if (count === 1) return this.feasible[0]!;
    this.score(state, count);
    return this.selectHost(count);
  }

  /** Makes room for this many nodes. */
  private ensure(nodeCount: number): void {
    if (nodeCount <= this.feasible.length) return;
    const capacity = Math.max(nodeCount, this.feasible.length * 2);
    this.feasible = new Int32Array(capacity);
    this.scores = new Float64Array(capacity);
    this.totals = new Float64Array(capacity);
  }

  /**
   * Runs the PreFilters and notes which filters have something to do.
   *
   * @returns the nodes that all of them leave, undefined for all nodes
   */
  private preFilter(state: CycleState): ReadonlySet<string> | undefined {
    const { preFilters } = this.profile;
    let nodeNames: ReadonlySet<string> | undefined;
    this.skipped.fill(0);
    for (let i = 0; i < preFilters.length; i++) {
      const plugin = preFilters[i]!;
      const status = plugin.preFilter(state);
      if (status.code === 'Skip') this.skip(this.filterOfPreFilter[i]!);
      else if (status.code !== 'Success') {
        this.diagnosis.preFilterStatus = status;
        this.diagnosis.rejectors = this.profile.bitOf(plugin);
        return undefined;
      } else if (status.nodeNames !== undefined) {
        nodeNames = nodeNames === undefined ? status.nodeNames : intersection(nodeNames, status.nodeNames);
        this.diagnosis.leaveOutNodes(plugin.name, this.profile.bitOf(plugin));
      }
    }
    this.activeFilters.length = 0;
    this.unmemorableFilters.length = 0;
    for (let place = 0; place < this.skipped.length; place++) {
      if (this.skipped[place] !== 0) continue;
      this.activeFilters.push(place);
      if (!this.profile.filters[place]!.filtersByRowAlone) this.unmemorableFilters.push(place);
    }
    return nodeNames;
  }

  /** @param filter place in `profile.filters`, -1 for a plugin that has no Filter to leave out */
  private skip(filter: number): void {
    if (filter !== -1) this.skipped[filter] = 1;
  }

  private rowsOf(nodeNames: ReadonlySet<string>): Int32Array {
    const rows: number[] = [];
    for (const name of nodeNames) {
      const row = this.nodes.rowOf(name);
      if (row !== -1) rows.push(row);
    }
    return Int32Array.from(rows);
  }

  /** @returns how many feasible nodes stand in `feasible` */
  private filter(state: CycleState, rows: Int32Array): number {
    const { activeFilters, unmemorableFilters, diagnosis, feasible } = this;
    const { passedVersion } = this.known;
    const { version } = this.nodes;
    const { filters } = this.profile;
    const wanted = numFeasibleNodesToFind(rows.length);
    const start = rows.length === 0 ? 0 : this.nextStartNodeIndex % rows.length;
    let found = 0;
    for (let i = 0; i < rows.length && found < wanted; i++) {
      const index = start + i;
      const node = rows[index < rows.length ? index : index - rows.length]!;
      const places = passedVersion[node] === version[node] ? unmemorableFilters : activeFilters;
      let rejected = false;
      for (let k = 0; k < places.length; k++) {
        const place = places[k]!;
        const code = filters[place]!.filter(state, node);
        if (code === 0) continue;
        diagnosis.reject(node, place, code);
        diagnosis.rejectors |= this.filterBits[place]!;
        rejected = true;
        break;
      }
      if (rejected) continue;
      passedVersion[node] = version[node]!;
      feasible[found++] = node;
    }
    return found;
  }

  /** Weighted sums of normalised scores, into `totals`. */
  private score(state: CycleState, count: number): void {
    const { totals, memorableScores } = this;
    totals.fill(0, 0, count);
    memorableScores.length = 0;
    for (const scorer of this.profile.scores) {
      if (scorer.plugin.preScore?.(state, this.feasible, count).code === 'Skip') continue;
      if (scorer.plugin.scoresByRowAlone) memorableScores.push(scorer);
      else this.addScores(state, scorer, count);
    }
    this.addMemorableScores(state, count);
  }

  private addMemorableScores(state: CycleState, count: number): void {
    const { feasible, totals } = this;
    const { scoredVersion, scores } = this.known;
    const { version } = this.nodes;
    for (let i = 0; i < count; i++) {
      const node = feasible[i]!;
      if (scoredVersion[node] !== version[node]) {
        scores[node] = this.memorableScore(state, node);
        scoredVersion[node] = version[node]!;
      }
      totals[i]! += scores[node]!;
    }
  }

  private memorableScore(state: CycleState, node: number): number {
    let sum = 0;
    for (const { plugin, weight } of this.memorableScores) sum += weight * plugin.score(state, node);
    return sum;
  }

  private addScores(state: CycleState, { plugin, weight }: WeightedScore, count: number): void {
    const { feasible, scores, totals } = this;
    for (let i = 0; i < count; i++) scores[i] = plugin.score(state, feasible[i]!);
    plugin.normalizeScore?.(state, scores, feasible, count);
    for (let i = 0; i < count; i++) totals[i]! += weight * scores[i]!;
  }

  /** One of the best nodes, each with the same chance: one draw for all ties. */
  private selectHost(count: number): number {
    const { totals } = this;
    let best = 0;
    let ties = 1;
    for (let i = 1; i < count; i++) {
      if (totals[i]! < totals[best]!) continue;
      if (totals[i] === totals[best]) ties++;
      else {
        best = i;
        ties = 1;
      }
    }
    let rest = ties === 1 ? 0 : this.tieBreaks.integer(ties);
    let chosen = best;
    while (rest > 0) if (totals[++chosen] === totals[best]) rest--;
    return this.feasible[chosen]!;
  }
}

function intersection(a: ReadonlySet<string>, b: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...a].filter((name) => b.has(name)));
}
