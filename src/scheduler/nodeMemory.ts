import { widened } from '../cluster/columns.ts';
import type { NodeTable } from '../cluster/nodeTable.ts';
import type { CompiledTemplate } from '../cluster/templateTable.ts';

/** So many templates are remembered, to bound the memory; then the one that was remembered first is forgotten. */
const TEMPLATES = 64;

/** What was found out of nodes for pods of one template, by node row. It holds as long as the row has that version. */
export interface KnownNodes {
  /** Version in which all filters that look at the node alone let the pod pass; 0: in none. */
  passedVersion: Int32Array;
  /** Version to which `scores` belongs; 0: there is no score. */
  scoredVersion: Int32Array;
  /** Weighted sum of the scores that look at the node alone. */
  scores: Float64Array;
}

/** What need not be found out again: between two pods of one template hardly any node changes. */
export class NodeMemory {
  private readonly nodes: NodeTable;
  private readonly byTemplate = new Map<number, KnownNodes>();

  constructor(nodes: NodeTable) {
    this.nodes = nodes;
  }

  /** With room for all nodes. Not to be kept. */
  of({ id }: CompiledTemplate): KnownNodes {
    const { count } = this.nodes;
    const known = this.byTemplate.get(id) ?? this.remember(id, count);
    if (known.scores.length < count) {
      known.passedVersion = widened(known.passedVersion, 2 * count);
      known.scoredVersion = widened(known.scoredVersion, 2 * count);
      known.scores = widened(known.scores, 2 * count);
    }
    return known;
  }

  private remember(id: number, count: number): KnownNodes {
    const known = this.byTemplate.size < TEMPLATES ? unknownNodes(count) : this.forgetOldest();
    this.byTemplate.set(id, known);
    return known;
  }

  private forgetOldest(): KnownNodes {
    const id = this.byTemplate.keys().next().value!;
    const known = this.byTemplate.get(id)!;
    this.byTemplate.delete(id);
    known.passedVersion.fill(0);
    known.scoredVersion.fill(0);
    return known;
  }
}

function unknownNodes(count: number): KnownNodes {
  return {
    passedVersion: new Int32Array(count),
    scoredVersion: new Int32Array(count),
    scores: new Float64Array(count),
  };
}
