import type { NodeTable } from '../../cluster/nodeTable.ts';
import type { CompiledTemplate } from '../../cluster/templateTable.ts';
import { ClusterEventKind, type EventRegistration } from '../clusterEvent.ts';
import {
  type CycleState,
  type EnqueueExtensions,
  type FilterPlugin,
  type Handle,
  MAX_NODE_SCORE,
  type NormalizeScorePlugin,
  type PreFilterPlugin,
  type PreScorePlugin,
  type ScorePlugin,
  SKIP,
  type Status,
  SUCCESS,
} from '../framework.ts';
import { DEFAULT_PLUGIN_ARGS, type InterPodAffinityArgs } from '../pluginArgs.ts';
import type { DomainCounts } from '../topology/index.ts';
import { type AffinityFacts, FactsSource } from './interPodAffinity/affinityFacts.ts';
import { AffinityHints } from './interPodAffinity/affinityHints.ts';
import { TermCompiler } from './interPodAffinity/affinityTerm.ts';
import { OwnedTerms } from './interPodAffinity/ownedTerms.ts';
import { RowEpochs } from './interPodAffinity/rowEpochs.ts';

const ERR_REASON_AFFINITY_RULES_NOT_MATCH = "node(s) didn't match pod affinity rules";
const ERR_REASON_ANTI_AFFINITY_RULES_NOT_MATCH = "node(s) didn't match pod anti-affinity rules";
const ERR_REASON_EXISTING_ANTI_AFFINITY_RULES_NOT_MATCH = "node(s) didn't satisfy existing pods anti-affinity rules";

/** Codes of the filter. */
const AFFINITY = 1;
const ANTI_AFFINITY = 2;
const EXISTING_ANTI_AFFINITY = 3;

const REASONS: readonly (readonly string[])[] = [
  [],
  [ERR_REASON_AFFINITY_RULES_NOT_MATCH],
  [ERR_REASON_ANTI_AFFINITY_RULES_NOT_MATCH],
  [ERR_REASON_EXISTING_ANTI_AFFINITY_RULES_NOT_MATCH],
];

/**
 * Rejects nodes by the required affinity and anti-affinity of the pod, and by the required anti-affinity of pods that are
 * there; and prefers nodes by the preferred terms on both sides and by the required affinity of pods that are there.
 *
 * Pods are counted by topology domain as they come and go, those that a term selects and those that have a term: a node is
 * judged by the counts of its domains. Nothing is counted before a pod with a term is known.
 */
export class InterPodAffinity
  implements PreFilterPlugin, FilterPlugin, PreScorePlugin, ScorePlugin, NormalizeScorePlugin, EnqueueExtensions
{
  readonly name = 'InterPodAffinity';
  private readonly ownedTerms: OwnedTerms;
  private readonly source: FactsSource;
  private readonly hints: AffinityHints;
  private readonly rowEpochs = new RowEpochs();
  private readonly nodes: NodeTable;
  private readonly ignorePreferredTermsOfExistingPods: boolean;
  private facts!: AffinityFacts;

  constructor(handle: Handle, args: InterPodAffinityArgs = DEFAULT_PLUGIN_ARGS.InterPodAffinity) {
    const { cluster, topology, minorVersion } = handle;
    this.nodes = cluster.nodes;
    const { hardPodAffinityWeight, ignorePreferredTermsOfExistingPods } = args;
    const compiler = new TermCompiler(cluster.labels);
    this.ownedTerms = new OwnedTerms({ cluster, topology, compiler, hardPodAffinityWeight });
    this.source = new FactsSource(topology, compiler, this.ownedTerms);
    this.hints = new AffinityHints(cluster, compiler, minorVersion);
    this.ignorePreferredTermsOfExistingPods = ignorePreferredTermsOfExistingPods;
  }

  eventsToRegister(): readonly EventRegistration[] {
    const { NodeAdd, NodeUpdateLabel, AssignedPodAdd, AssignedPodUpdateLabel, AssignedPodDelete } = ClusterEventKind;
    const { hints } = this;
    const ownLabels = hints.heedsOwnLabels ? [{ kinds: ClusterEventKind.WaitingPodUpdateLabel }] : [];
    return [
      ...ownLabels,
      { kinds: AssignedPodAdd, hint: hints.afterPodAdd },
      { kinds: AssignedPodUpdateLabel, hint: hints.afterPodUpdate },
      { kinds: AssignedPodDelete, hint: hints.afterPodDelete },
      { kinds: NodeAdd | NodeUpdateLabel, hint: hints.afterNodeChange },
    ];
  }

  preFilter(state: CycleState): Status {
    if (!this.concerns(state.template)) return SKIP;
    this.facts = this.factsOf(state);
    return this.facts.hasRequired || this.facts.isRepelled() ? SUCCESS : SKIP;
  }

  filter(_state: CycleState, node: number): number {
    const facts = this.upToDate();
    if (!facts.satisfiesAffinity(node)) return AFFINITY;
    if (facts.violatesAntiAffinity(node)) return ANTI_AFFINITY;
    return facts.isRepelledAt(node) ? EXISTING_ANTI_AFFINITY : 0;
  }

  filterNodes(_state: CycleState, nodes: Int32Array, codes: Int32Array, count: number): void {
    const facts = this.upToDate();
    codes.fill(0, 0, count);
    if (facts.hasAffinity) {
      for (let i = 0; i < count; i++) if (!facts.satisfiesAffinity(nodes[i]!)) codes[i] = AFFINITY;
    }
    for (const counts of facts.antiAffinity) rejectWherePodsAre(counts, ANTI_AFFINITY, nodes, codes, count);
    for (const counts of facts.repelledBy) rejectWherePodsAre(counts, EXISTING_ANTI_AFFINITY, nodes, codes, count);
  }

  reasonsOf(code: number): readonly string[] {
    return REASONS[code]!;
  }

  isUnresolvable(code: number): boolean {
    return code === AFFINITY;
  }

  /** The counts of a domain with one node change with the version of the node's row. */
  rowEpoch({ template }: CycleState): number {
    return this.rowEpochs.of(template.id, this.facts);
  }

  /** Where all nodes score alike, all are 0 after normalisation. */
  isScoreIdle(state: CycleState): boolean {
    if (!this.concerns(state.template)) return true;
    const facts = this.factsOf(state);
    if (this.ignorePreferredTermsOfExistingPods && !facts.hasPreferred) return true;
    return facts.scoresAllAlike(this.nodes.presentCount);
  }

  preScore(state: CycleState): Status {
    if (!this.concerns(state.template)) return SKIP;
    this.facts = this.factsOf(state);
    if (this.ignorePreferredTermsOfExistingPods && !this.facts.hasPreferred) return SKIP;
    return this.facts.isScored() ? SUCCESS : SKIP;
  }

  score(_state: CycleState, node: number): number {
    const { scored } = this.facts;
    let sum = 0;
    for (let i = 0; i < scored.length; i++) {
      const { counts, weight } = scored[i]!;
      const domain = counts.domains.domainOf[node]!;
      if (domain >= 0) sum += weight * counts.counts[domain]!;
    }
    return sum;
  }

  scoreNodes(_state: CycleState, nodes: Int32Array, scores: Float64Array, count: number): void {
    const { scored } = this.facts;
    scores.fill(0, 0, count);
    for (let k = 0; k < scored.length; k++) {
      const { weight } = scored[k]!;
      const { total, domains, counts } = scored[k]!.counts;
      if (total === 0) continue;
      const { domainOf } = domains;
      for (let i = 0; i < count; i++) {
        const domain = domainOf[nodes[i]!]!;
        if (domain >= 0) scores[i]! += weight * counts[domain]!;
      }
    }
  }

  normalizeScore(_state: CycleState, scores: Float64Array, _nodes: Int32Array, count: number): void {
    let min = Number.POSITIVE_INFINITY;
    let max = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < count; i++) {
      const score = scores[i]!;
      if (score < min) min = score;
      if (score > max) max = score;
    }
    const range = max - min;
    if (range === 0) {
      scores.fill(0, 0, count);
      return;
    }
    // Divided first, as upstream, whose rounding shows: 29 of 100 become 28.
    for (let i = 0; i < count; i++) scores[i] = Math.trunc(MAX_NODE_SCORE * ((scores[i]! - min) / range));
  }

  /** Whether this pod, or any pod so far, has a term. */
  private concerns(template: CompiledTemplate): boolean {
    const { ownedTerms } = this;
    if (ownedTerms.isBehind) ownedTerms.lookForTemplates();
    return ownedTerms.all.length > 0 || ownedTerms.hasTerms(template);
  }

  /** A nominated pod that is tried on a node may have brought a term that no pod had. */
  private upToDate(): AffinityFacts {
    const { facts } = this;
    if (facts.ownedTermsSeen !== this.ownedTerms.all.length) this.source.addOwnedTerms(facts);
    return facts;
  }

  private factsOf({ template, labelSet, namespace }: CycleState): AffinityFacts {
    return this.source.of(template, labelSet, namespace);
  }
}

/** Gives the code to the nodes, of those that have none yet, in whose domain any of the pods is. */
function rejectWherePodsAre(
  { total, domains, counts }: DomainCounts,
  code: number,
  nodes: Int32Array,
  codes: Int32Array,
  count: number,
): void {
  if (total === 0) return;
  const { domainOf } = domains;
  for (let i = 0; i < count; i++) {
    if (codes[i] !== 0) continue;
    const domain = domainOf[nodes[i]!]!;
    if (domain >= 0 && counts[domain]! > 0) codes[i] = code;
  }
}
