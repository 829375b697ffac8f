import type { NodeTable } from '../../cluster/nodeTable.ts';
import type { NodeRejection, NodeScores } from '../../metrics/decisions.ts';
import type { Evaluation } from '../../scheduler/index.ts';

/** What the plugins say of every node, by the nodes' names. */
export class Evaluated {
  /** Highest total; NaN when no node fits. */
  readonly best: number;
  private readonly evaluation: Evaluation;
  private readonly nodes: NodeTable;

  constructor(evaluation: Evaluation, nodes: NodeTable) {
    this.evaluation = evaluation;
    this.nodes = nodes;
    this.best = evaluation.totals.reduce(
      (best, total) => (total <= best || Number.isNaN(total) ? best : total),
      Number.NaN,
    );
  }

  get nodeCount(): number {
    return this.evaluation.nodes.length;
  }

  get isNarrowed(): boolean {
    return this.evaluation.isNarrowed;
  }

  /** Place of a row in the order of nodes; -1 for none. */
  placeOf(row: number): number {
    return this.evaluation.nodes.indexOf(row);
  }

  rowAt(place: number): number {
    return this.evaluation.nodes[place]!;
  }

  fits(place: number): boolean {
    return this.evaluation.verdicts[place] === undefined;
  }

  /** NaN for nodes that were not scored. */
  totalAt(place: number): number {
    return this.evaluation.totals[place]!;
  }

  /** Place of the first node with the highest total; -1 when no node fits. */
  bestPlace(): number {
    return this.evaluation.totals.indexOf(this.best);
  }

  countFitting(): number {
    return this.evaluation.verdicts.filter((verdict) => verdict === undefined).length;
  }

  countBest(): number {
    return this.evaluation.totals.filter((total) => total === this.best).length;
  }

  scoresAt(place: number): NodeScores {
    const scores = [...this.evaluation.scores].map(([plugin, byPlace]) => [plugin, byPlace[place]!] as const);
    return { node: this.nameAt(place), total: this.totalAt(place), scores: Object.fromEntries(scores) };
  }

  /** Of a node that cannot run the pod. */
  rejectionAt(place: number): NodeRejection {
    return { node: this.nameAt(place), ...this.evaluation.verdicts[place]! };
  }

  private nameAt(place: number): string {
    return this.nodes.names[this.rowAt(place)]!;
  }
}
