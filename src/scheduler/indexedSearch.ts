import type { Diagnosis } from './diagnosis.ts';
import type { Filtering } from './filtering.ts';
import type { CycleState } from './framework.ts';
import { BLOCK_BITS, BLOCK_SIZE } from './nodeOrder.ts';
import type { Scoring } from './scoring.ts';
import type { RowJudge, TemplateIndex } from './templateIndex.ts';

/**
 * One pod's search with the help of its template's index: the same nodes in the same order as without it.
 *
 * Where nothing but rows decides, whole blocks are taken by their sums. Otherwise the nodes that fit by their row are
 * gone through one by one, for the filters and scorers that look further.
 */
export class IndexedSearch implements RowJudge {
  /** Nodes that fit, among those that were looked at. */
  found = 0;
  visited = 0;
  code = 0;
  private readonly filtering: Filtering;
  private readonly scoring: Scoring;
  private readonly diagnosis: Diagnosis;
  private state!: CycleState;
  private index!: TemplateIndex;
  private rows!: Int32Array;
  private start = 0;
  private wanted = 0;
  /** Highest sum so far, and how many of the nodes looked at have it. */
  private best = 0;
  private ties = 0;
  /** How many ties are to be passed over before one is taken. */
  private rest = 0;
  /** Places of the nodes in `feasible`. */
  private places = new Int32Array(64);
  /** Nodes of one block that fit by their row, and their places. */
  private readonly candidates = new Int32Array(BLOCK_SIZE);
  private readonly candidatePlaces = new Int32Array(BLOCK_SIZE);

  constructor(filtering: Filtering, scoring: Scoring, diagnosis: Diagnosis) {
    this.filtering = filtering;
    this.scoring = scoring;
    this.diagnosis = diagnosis;
  }

  /** @param start place of the first node to look at */
  begin(state: CycleState, index: TemplateIndex, rows: Int32Array, start: number, wanted: number): void {
    this.state = state;
    this.index = index;
    this.rows = rows;
    this.start = start;
    this.wanted = wanted;
    this.found = 0;
    this.visited = 0;
    this.best = 0;
    this.ties = 0;
  }

  filterRow(state: CycleState, row: number): number {
    const filter = this.filtering.run(state, row, this.filtering.byRow);
    this.code = this.filtering.code;
    return filter;
  }

  scoreRow(state: CycleState, row: number): number {
    return this.scoring.scoreRow(state, row);
  }

  private refresh(block: number): void {
    this.index.refresh(this.state, block, this.rows, this);
  }

  // ---- whole blocks ----

  /** For pods of which rows alone decide. @returns the chosen row, -1 for none */
  bySummary(): number {
    this.sumUp(this.start, this.rows.length);
    this.sumUp(0, this.start);
    if (this.ties === 0) return -1;
    this.rest = this.scoring.drawTie(this.ties);
    const end = this.start + this.visited;
    const chosen = this.take(this.start, Math.min(end, this.rows.length));
    return chosen !== -1 ? chosen : this.take(0, end - this.rows.length);
  }

  /** Looks at the places from `from` on, before `to`, until enough nodes are found. */
  private sumUp(from: number, to: number): void {
    const { index, rows, wanted } = this;
    let place = from;
    while (place < to && this.found < wanted) {
      const block = place >>> BLOCK_BITS;
      this.refresh(block);
      const first = block << BLOCK_BITS;
      const behind = Math.min(first + BLOCK_SIZE, rows.length);
      const fitting = index.fitting[block]!;
      // The last nodes of a search are looked at singly, since it ends at the node that makes them enough.
      if (place === first && behind <= to && this.found + fitting < wanted) {
        if (fitting > 0) this.note(index.best[block]!, index.ties[block]!);
        this.found += fitting;
        this.visited += behind - place;
        place = behind;
      } else place = this.sumUpSingly(place, Math.min(behind, to));
    }
  }

  private sumUpSingly(from: number, to: number): number {
    const { filters, scores } = this.index;
    let place = from;
    for (; place < to && this.found < this.wanted; place++) {
      this.visited++;
      if (filters[place] !== 0) continue;
      this.found++;
      this.note(scores[place]!, 1);
    }
    return place;
  }

  private note(best: number, ties: number): void {
    if (this.ties === 0 || best > this.best) {
      this.best = best;
      this.ties = ties;
    } else if (best === this.best) this.ties += ties;
  }

  /** The row of the best node among these places that is left after `rest` others; -1 when they are fewer. */
  private take(from: number, to: number): number {
    const { index, rows } = this;
    let place = from;
    while (place < to) {
      const block = place >>> BLOCK_BITS;
      const first = block << BLOCK_BITS;
      const behind = Math.min(first + BLOCK_SIZE, rows.length);
      if (place === first && behind <= to) {
        const ties = index.fitting[block]! > 0 && index.best[block] === this.best ? index.ties[block]! : 0;
        if (this.rest >= ties) {
          this.rest -= ties;
          place = behind;
          continue;
        }
      }
      const chosen = this.takeSingly(place, Math.min(behind, to));
      if (chosen !== -1) return chosen;
      place = behind;
    }
    return -1;
  }

  private takeSingly(from: number, to: number): number {
    const { filters, scores } = this.index;
    for (let place = from; place < to; place++) {
      if (filters[place] !== 0 || scores[place] !== this.best) continue;
      if (this.rest === 0) return this.rows[place]!;
      this.rest--;
    }
    return -1;
  }

  // ---- node by node ----

  /**
   * For pods about which filters or scorers have a say that look further than the row.
   *
   * @param feasible room for all nodes
   * @returns the chosen row, -1 for none
   */
  nodeByNode(feasible: Int32Array): number {
    if (this.places.length < feasible.length) this.places = new Int32Array(feasible.length);
    this.gather(this.start, this.rows.length, feasible);
    this.gather(0, this.start, feasible);
    const { found, scoring } = this;
    if (found <= 1) return found === 0 ? -1 : feasible[0]!;
    scoring.clear(found);
    const { totals } = scoring;
    const { scores } = this.index;
    for (let i = 0; i < found; i++) totals[i] = scores[this.places[i]!]!;
    scoring.addOthers(this.state, feasible, found);
    return scoring.selectHost(feasible, found);
  }

  /** Collects nodes that fit among the places from `from` on, before `to`, until they are enough. */
  private gather(from: number, to: number, feasible: Int32Array): void {
    const { index, wanted } = this;
    const { others } = this.filtering;
    let place = from;
    while (place < to && this.found < wanted) {
      const block = place >>> BLOCK_BITS;
      this.refresh(block);
      const behind = Math.min((block + 1) << BLOCK_BITS, to);
      if (index.fitting[block] === 0) {
        this.visited += behind - place;
        place = behind;
      } else if (others.length === 0) place = this.gatherByRow(place, behind, feasible);
      else place = this.gatherSingly(place, behind, feasible);
    }
  }

  /** Where no filter looks further than the row. */
  private gatherByRow(from: number, to: number, feasible: Int32Array): number {
    const { rows, wanted, places } = this;
    const { filters } = this.index;
    let { found } = this;
    let place = from;
    for (; place < to && found < wanted; place++) {
      if (filters[place] !== 0) continue;
      places[found] = place;
      feasible[found++] = rows[place]!;
    }
    this.visited += place - from;
    this.found = found;
    return place;
  }

  /** @param to no more than BLOCK_SIZE places behind `from` */
  private gatherSingly(from: number, to: number, feasible: Int32Array): number {
    const { rows, wanted, filtering, places, candidates, candidatePlaces } = this;
    const { filters } = this.index;
    let count = 0;
    for (let place = from; place < to; place++) {
      if (filters[place] !== 0) continue;
      candidatePlaces[count] = place;
      candidates[count++] = rows[place]!;
    }
    filtering.runNodes(this.state, candidates, count, filtering.others);
    const { rejecting, codes } = filtering;
    let { found } = this;
    let end = to;
    for (let i = 0; i < count; i++) {
      const place = candidatePlaces[i]!;
      if (rejecting[i] !== -1) {
        this.diagnosis.reject(place, rejecting[i]!, codes[i]!);
        continue;
      }
      places[found] = place;
      feasible[found++] = candidates[i]!;
      if (found < wanted) continue;
      end = place + 1;
      break;
    }
    this.visited += end - from;
    this.found = found;
    return end;
  }
}
