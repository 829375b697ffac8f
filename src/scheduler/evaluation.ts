import { Diagnosis } from './diagnosis.ts';
import type { Filtering } from './filtering.ts';
import type { CycleState, Plugin } from './framework.ts';
import type { NodeOrder } from './nodeOrder.ts';
import type { Profile } from './profile.ts';
import type { Scoring } from './scoring.ts';

/** Why a node cannot take the pod. */
export interface Verdict {
  /** Name of the plugin that says so, the first in the order of filters. */
  readonly plugin: string;
  readonly reasons: readonly string[];
}

/** What every plugin says of every node for one pod. */
export interface Evaluation {
  /** Rows of all nodes, in their order. */
  readonly nodes: readonly number[];
  /** By node, undefined where the pod fits. */
  readonly verdicts: readonly (Verdict | undefined)[];
  /** By name of the plugin, weighted and normalised over all feasible nodes; NaN for the others. */
  readonly scores: ReadonlyMap<string, readonly number[]>;
  /** Sum of the scores by node; NaN for those that are not feasible. */
  readonly totals: readonly number[];
  /** PreFilters left out nodes, at which no search looks. */
  readonly isNarrowed: boolean;
}

export interface EvaluationContext {
  readonly profile: Profile;
  readonly order: NodeOrder;
  readonly filtering: Filtering;
  readonly scoring: Scoring;
}

/** Evaluates all nodes directly: no sampling, no index. */
export function evaluate(
  state: CycleState,
  context: EvaluationContext,
  isScored: (row: number) => boolean = () => true,
): Evaluation {
  const rows = context.order.rows();
  const nodes = [...rows];
  const { verdicts, isNarrowed } = judgeAll(state, context, rows);
  const feasible = Int32Array.from(nodes.filter((row, i) => verdicts[i] === undefined && isScored(row)));
  const { scores, totals } = scoreAll(state, context, feasible);
  const spread = (values: ReadonlyMap<number, number>) => nodes.map((row) => values.get(row) ?? Number.NaN);
  return {
    nodes,
    verdicts,
    scores: new Map([...scores].map(([plugin, byRow]) => [plugin, spread(byRow)])),
    totals: spread(totals),
    isNarrowed,
  };
}

function judgeAll(
  state: CycleState,
  { profile, filtering, order }: EvaluationContext,
  rows: Int32Array,
): Pick<Evaluation, 'verdicts' | 'isNarrowed'> {
  const diagnosis = new Diagnosis(
    profile.filters,
    profile.filters.map((filter) => profile.bitOf(filter)),
  );
  diagnosis.reset(rows);
  const left = filtering.preFilter(state, diagnosis);
  const { preFilterStatus } = diagnosis;
  if (preFilterStatus !== undefined) {
    const plugin = profile.plugins.find((one) => profile.bitOf(one) === diagnosis.rejectors())!.name;
    return { verdicts: [...rows].map(() => ({ plugin, reasons: preFilterStatus.reasons })), isNarrowed: false };
  }
  const leftOut = leftOutBy(profile.plugins.filter((one) => (profile.bitOf(one) & diagnosis.rejectors()) !== 0));
  const verdicts = [...rows].map((row) => {
    if (left !== undefined && !left.has(order.nameOf(row))) return leftOut;
    const filter = filtering.run(state, row, filtering.active);
    if (filter === -1) return undefined;
    const plugin = profile.filters[filter]!;
    return { plugin: plugin.name, reasons: plugin.reasonsOf(filtering.code) };
  });
  return { verdicts, isNarrowed: left !== undefined };
}

/** What is said of nodes that PreFilters left out. */
function leftOutBy(plugins: readonly Plugin[]): Verdict {
  const names = plugins.map(({ name }) => name).sort();
  return { plugin: names.join(', '), reasons: [`node(s) didn't satisfy plugin(s) [${names.join(' ')}]`] };
}

function scoreAll(
  state: CycleState,
  { profile, scoring }: EvaluationContext,
  feasible: Int32Array,
): { scores: Map<string, Map<number, number>>; totals: Map<number, number> } {
  const totals = new Map<number, number>([...feasible].map((row) => [row, 0]));
  const scores = new Map<string, Map<number, number>>();
  scoring.clear(feasible.length);
  for (const scorer of profile.scores) {
    if (scorer.plugin.isScoreIdle?.(state)) continue;
    const raw = scoring.scoresOf(state, scorer, feasible, feasible.length);
    if (raw === undefined) continue;
    const byRow = new Map<number, number>();
    for (const [i, row] of feasible.entries()) {
      const weighted = scorer.weight * raw[i]!;
      byRow.set(row, weighted);
      totals.set(row, totals.get(row)! + weighted);
    }
    scores.set(scorer.plugin.name, byRow);
  }
  return { scores, totals };
}
