import type { NodeTable } from '../cluster/nodeTable.ts';
import { rejectionKey } from './diagnosis.ts';
import type { CycleState, FilterPlugin } from './framework.ts';
import { BLOCK_BITS, BLOCK_SIZE, type NodeOrder } from './nodeOrder.ts';

/** Asks the plugins that look at a node's row alone. */
export interface RowJudge {
  /** Place in the profile of the filter that rejects the row, -1 for none; its answer stands in `code`. */
  filterRow(state: CycleState, row: number): number;
  code: number;
  /** Weighted sum of the scores of a row that passed; a whole number. */
  scoreRow(state: CycleState, row: number): number;
}

/**
 * What the filters and scores that look at a node's row alone say for pods of one template: by place in the order of
 * nodes, and summed up by block.
 *
 * An answer holds as long as its row has the version that it was given for, and a block's as long as the block has its
 * version. Nothing is asked before a search comes by: `refresh` brings one block up to date, and asks only about rows
 * that have changed since.
 */
export class TemplateIndex {
  /** By place: 0 where the pod fits, otherwise 1 + the place of the filter that rejects it. */
  filters = new Uint8Array(0);
  codes = new Int32Array(0);
  /** By place: 1 where it does not fit and removing pods might help. */
  resolvable = new Uint8Array(0);
  /** By place, where the pod fits. */
  scores = new Int32Array(0);
  /** By block: how many of its nodes fit. */
  fitting = new Uint8Array(0);
  /** By block: the highest score among those that fit, and how many have it. */
  best = new Int32Array(0);
  ties = new Uint8Array(0);
  /** Rejected nodes by `rejectionKey`, of the blocks that have been refreshed. */
  readonly nodesByRejection = new Map<number, number>();
  /** Priority of the pods that the answers are for: nominated pods count for those below. */
  private priority = 0;
  private generation = -1;
  /** Of the filters that look at the row alone at times: see Filtering. */
  private readonly epochs: number[] = [];
  /** By place: the version of the row that the answer is for; 0 for none. */
  private rowVersions = new Int32Array(0);
  private blockVersions = new Int32Array(0);
  private readonly nodes: NodeTable;
  private readonly order: NodeOrder;
  private readonly allFilters: readonly FilterPlugin[];

  constructor(nodes: NodeTable, order: NodeOrder, allFilters: readonly FilterPlugin[]) {
    this.nodes = nodes;
    this.order = order;
    this.allFilters = allFilters;
  }

  /**
   * To be called before a search: forgets everything when nodes have changed places, pods their priority, or a filter its
   * epoch.
   */
  prepare(nodeCount: number, priority: number, epochs: readonly number[]): void {
    const isSameEpoch = this.noteEpochs(epochs);
    if (isSameEpoch && this.generation === this.order.generation && this.priority === priority) return;
    this.generation = this.order.generation;
    this.priority = priority;
    this.forget(nodeCount);
  }

  private noteEpochs(epochs: readonly number[]): boolean {
    let isSame = true;
    for (let i = 0; i < epochs.length; i++) {
      if (this.epochs[i] === epochs[i]) continue;
      this.epochs[i] = epochs[i]!;
      isSame = false;
    }
    return isSame;
  }

  /** Serves another template from now on. */
  forgetAll(): void {
    this.generation = -1;
  }

  private forget(nodeCount: number): void {
    this.nodesByRejection.clear();
    if (nodeCount > this.filters.length) this.allocate(nodeCount);
    this.filters.fill(0);
    this.resolvable.fill(0);
    this.rowVersions.fill(0);
    this.blockVersions.fill(0);
  }

  private allocate(nodeCount: number): void {
    const blocks = Math.ceil(nodeCount / BLOCK_SIZE);
    this.filters = new Uint8Array(nodeCount);
    this.codes = new Int32Array(nodeCount);
    this.resolvable = new Uint8Array(nodeCount);
    this.scores = new Int32Array(nodeCount);
    this.rowVersions = new Int32Array(nodeCount);
    this.fitting = new Uint8Array(blocks);
    this.best = new Int32Array(blocks);
    this.ties = new Uint8Array(blocks);
    this.blockVersions = new Int32Array(blocks);
  }

  /** Brings a block up to date. */
  refresh(state: CycleState, block: number, rows: Int32Array, judge: RowJudge): void {
    const version = this.order.blockVersions[block]!;
    if (this.blockVersions[block] === version) return;
    this.blockVersions[block] = version;
    const from = block << BLOCK_BITS;
    const to = Math.min(from + BLOCK_SIZE, rows.length);
    const rowVersions = this.nodes.version;
    for (let place = from; place < to; place++) {
      const row = rows[place]!;
      if (this.rowVersions[place] === rowVersions[row]) continue;
      this.rowVersions[place] = rowVersions[row]!;
      this.judge(state, place, row, judge);
    }
    this.sumUp(block, from, to);
  }

  private judge(state: CycleState, place: number, row: number, judge: RowJudge): void {
    const before = this.filters[place]!;
    if (before !== 0) this.countRejection(before - 1, this.codes[place]!, -1);
    const filter = judge.filterRow(state, row);
    this.filters[place] = filter + 1;
    if (filter === -1) {
      this.resolvable[place] = 0;
      this.scores[place] = judge.scoreRow(state, row);
      return;
    }
    const { code } = judge;
    this.codes[place] = code;
    this.resolvable[place] = this.allFilters[filter]!.isUnresolvable(code) ? 0 : 1;
    this.countRejection(filter, code, 1);
  }

  private countRejection(filter: number, code: number, sign: 1 | -1): void {
    const key = rejectionKey(filter, code, this.allFilters.length);
    const nodes = (this.nodesByRejection.get(key) ?? 0) + sign;
    if (nodes === 0) this.nodesByRejection.delete(key);
    else this.nodesByRejection.set(key, nodes);
  }

  private sumUp(block: number, from: number, to: number): void {
    const { filters, scores } = this;
    let fitting = 0;
    let best = 0;
    let ties = 0;
    for (let place = from; place < to; place++) {
      if (filters[place] !== 0) continue;
      fitting++;
      const score = scores[place]!;
      if (ties === 0 || score > best) {
        best = score;
        ties = 1;
      } else if (score === best) ties++;
    }
    this.fitting[block] = fitting;
    this.best[block] = best;
    this.ties[block] = ties;
  }
}
