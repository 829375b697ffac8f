import type { RandomStream } from '../kernel/randomStreams.ts';
import type { CycleState } from './framework.ts';
import type { Profile, WeightedScore } from './profile.ts';

/** Runs the PreScore, Score and NormalizeScore plugins of a profile, and takes one of the best nodes. */
export class Scoring {
  /** Scorers of this pod whose scores need nothing but the node's row, normalisation included. */
  readonly byRow: WeightedScore[] = [];
  /** The other scorers that have something to do for this pod. */
  readonly others: WeightedScore[] = [];
  /** Weighted sums of the nodes to choose from, for those who fill them. */
  totals = new Float64Array(64);
  private scores = new Float64Array(64);
  /** Bits of the scorers that had nothing to do for the last pod. */
  private sortedOut = -1;
  private readonly profile: Profile;
  private readonly tieBreaks: RandomStream;

  constructor(profile: Profile, tieBreaks: RandomStream) {
    this.profile = profile;
    this.tieBreaks = tieBreaks;
  }

  /** Finds out which scorers have something to do for this pod. */
  sortOut(state: CycleState): void {
    const { scores } = this.profile;
    let idle = 0;
    for (let i = 0; i < scores.length; i++) if (scores[i]!.plugin.isScoreIdle?.(state)) idle |= 1 << i;
    if (idle === this.sortedOut) return;
    this.sortedOut = idle;
    const { byRow, others } = this;
    byRow.length = 0;
    others.length = 0;
    for (const [i, scorer] of scores.entries()) {
      if ((idle & (1 << i)) !== 0) continue;
      if (scorer.plugin.scoresByRowAlone && scorer.plugin.normalizeScore === undefined) byRow.push(scorer);
      else others.push(scorer);
    }
  }

  /** Weighted sum of the scores that need the row alone. */
  scoreRow(state: CycleState, row: number): number {
    const { byRow } = this;
    let sum = 0;
    for (let i = 0; i < byRow.length; i++) sum += byRow[i]!.weight * byRow[i]!.plugin.score(state, row);
    return sum;
  }

  /** Makes room for so many nodes, and clears their sums. */
  clear(count: number): void {
    if (count > this.totals.length) {
      this.totals = new Float64Array(count * 2);
      this.scores = new Float64Array(count * 2);
    } else this.totals.fill(0, 0, count);
  }

  /** Adds the weighted scores of the other scorers to the sums. */
  addOthers(state: CycleState, nodes: Int32Array, count: number): void {
    for (const scorer of this.others) this.add(state, scorer, nodes, count);
  }

  /** Weighted, normalised scores of one scorer for the first `count` nodes; undefined when it skips the pod. Not to be kept. */
  scoresOf(state: CycleState, { plugin }: WeightedScore, nodes: Int32Array, count: number): Float64Array | undefined {
    if (plugin.preScore?.(state, nodes, count).code === 'Skip') return undefined;
    const { scores } = this;
    if (plugin.scoreNodes !== undefined) plugin.scoreNodes(state, nodes, scores, count);
    else for (let i = 0; i < count; i++) scores[i] = plugin.score(state, nodes[i]!);
    plugin.normalizeScore?.(state, scores, nodes, count);
    return scores;
  }

  private add(state: CycleState, scorer: WeightedScore, nodes: Int32Array, count: number): void {
    const scores = this.scoresOf(state, scorer, nodes, count);
    if (scores === undefined) return;
    const { totals } = this;
    const { weight } = scorer;
    for (let i = 0; i < count; i++) totals[i]! += weight * scores[i]!;
  }

  /** Scores the nodes with every scorer and takes one of the best. */
  chooseDirectly(state: CycleState, nodes: Int32Array, count: number): number {
    this.clear(count);
    for (const scorer of this.byRow) this.add(state, scorer, nodes, count);
    this.addOthers(state, nodes, count);
    return this.selectHost(nodes, count);
  }

  /** One of the nodes with the highest sum, each with the same chance: one draw for all ties. */
  selectHost(nodes: Int32Array, count: number): number {
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
    let rest = this.drawTie(ties);
    let chosen = best;
    while (rest > 0) if (totals[++chosen] === totals[best]) rest--;
    return nodes[chosen]!;
  }

  /** Which of so many equally good nodes, in the order in which they were looked at, is taken. */
  drawTie(ties: number): number {
    return ties === 1 ? 0 : this.tieBreaks.integer(ties);
  }
}
