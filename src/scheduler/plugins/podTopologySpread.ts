import type { Cluster } from '../../cluster/cluster.ts';
import type { CompiledTemplate } from '../../cluster/templateTable.ts';
import { type ClusterEvent, ClusterEventKind, type EventRegistration } from '../clusterEvent.ts';
import {
  type CycleState,
  type EnqueueExtensions,
  type FilterPlugin,
  type Handle,
  type NormalizeScorePlugin,
  type PreFilterPlugin,
  type PreScorePlugin,
  type ScorePlugin,
  SKIP,
  type Status,
  SUCCESS,
} from '../framework.ts';
import type { Nominator } from '../nominator.ts';
import { DEFAULT_PLUGIN_ARGS, type PodTopologySpreadArgs } from '../pluginArgs.ts';
import { Constraints, type SpreadConstraint, type SpreadConstraints } from './podTopologySpread/constraints.ts';
import { mayHelpAsNode, mayHelpAsPod } from './podTopologySpread/hints.ts';
import { RowEpochs } from './podTopologySpread/rowEpochs.ts';
import { SpreadScorer } from './podTopologySpread/scorer.ts';

const ERR_REASON_CONSTRAINTS_NOT_MATCH = "node(s) didn't match pod topology spread constraints";
const ERR_REASON_NODE_LABEL_NOT_MATCH = `${ERR_REASON_CONSTRAINTS_NOT_MATCH} (missing required label)`;
const LABEL_MISSING = 1;
const SKEWED = 2;

/**
 * Rejects nodes on which the pod would break a `DoNotSchedule` constraint of `topologySpreadConstraints`, and prefers those
 * that `ScheduleAnyway` constraints ask for. Pods without constraints of their own have the defaults, as far as a Service or
 * a controller tells which pods are like them.
 *
 * The pods are counted as they come and go; a cycle only reads counts.
 */
export class PodTopologySpread
  implements PreFilterPlugin, FilterPlugin, PreScorePlugin, ScorePlugin, NormalizeScorePlugin, EnqueueExtensions
{
  readonly name = 'PodTopologySpread';
  private readonly cluster: Cluster;
  private readonly constraints: Constraints;
  private readonly nominator: Nominator;
  private readonly rowEpochs = new RowEpochs();
  private readonly scorer = new SpreadScorer();
  private hard: readonly SpreadConstraint[] = [];
  /** Whether the pod is one of a DaemonSet, which is made for one node. */
  private isPinned = false;

  constructor(handle: Handle, args: PodTopologySpreadArgs = DEFAULT_PLUGIN_ARGS.PodTopologySpread) {
    this.cluster = handle.cluster;
    this.nominator = handle.nominator;
    this.constraints = new Constraints(handle.cluster, handle.topology, args);
  }

  eventsToRegister(): readonly EventRegistration[] {
    const kinds = ClusterEventKind;
    const { AssignedPodAdd, AssignedPodUpdateLabel, AssignedPodDelete } = kinds;
    const { NodeAdd, NodeDelete, NodeUpdateLabel, NodeUpdateTaint } = kinds;
    return [
      {
        kinds: AssignedPodAdd | AssignedPodUpdateLabel | AssignedPodDelete,
        hint: (template, event, pod) => this.mayHelpAsPod(template, event, pod),
      },
      {
        kinds: kinds.WaitingPodUpdateLabel,
        hint: (template, event, pod) => mayHelpAsPod(this.constraintsOf(template, pod).hard, event),
      },
      {
        kinds: kinds.WaitingPodUpdateTolerations,
        hint: (template, _event, pod) =>
          this.constraintsOf(template, pod).hard.some(({ honorsTaints }) => honorsTaints),
      },
      {
        kinds: NodeAdd | NodeDelete | NodeUpdateLabel | NodeUpdateTaint,
        hint: (template, event, pod) => mayHelpAsNode(this.constraintsOf(template, pod).hard, event),
      },
    ];
  }

  preFilter(state: CycleState): Status {
    this.hard = this.constraints.of(state).hard;
    if (this.hard.length === 0) return SKIP;
    this.isPinned = (this.cluster.pods.pinnedNode[state.pod] ?? -1) !== -1;
    return SUCCESS;
  }

  filter(_state: CycleState, node: number): number {
    const { hard } = this;
    for (let i = 0; i < hard.length; i++) {
      const constraint = hard[i]!;
      const domain = constraint.domains.domainOf[node]!;
      if (domain === -1) return LABEL_MISSING;
      if (this.isPinned && constraint.honorsAffinity) {
        if (skewOfPinned(constraint, node) > constraint.maxSkew) return SKEWED;
        continue;
      }
      const { counts } = constraint.counts!;
      const matching = domain < counts.length ? counts[domain]! : 0;
      if (matching > mostMatching(constraint)) return SKEWED;
    }
    return 0;
  }

  filterNodes(state: CycleState, nodes: Int32Array, codes: Int32Array, count: number): void {
    if (this.isPinned) {
      for (let i = 0; i < count; i++) codes[i] = this.filter(state, nodes[i]!);
      return;
    }
    codes.fill(0, 0, count);
    for (const constraint of this.hard) filterByOne(constraint, nodes, codes, count);
  }

  /** Pods that are nominated to a node are tried there, which can change what the fewest pods of any domain are. */
  rowEpoch({ template }: CycleState): number {
    if (this.isPinned || this.nominator.count > 0) return -1;
    return this.rowEpochs.of(template.id, this.hard, mostMatching);
  }

  reasonsOf(code: number): readonly string[] {
    return [code === LABEL_MISSING ? ERR_REASON_NODE_LABEL_NOT_MATCH : ERR_REASON_CONSTRAINTS_NOT_MATCH];
  }

  isUnresolvable(code: number): boolean {
    return code === LABEL_MISSING;
  }

  isScoreIdle(state: CycleState): boolean {
    return this.constraints.of(state).soft.length === 0;
  }

  preScore(state: CycleState, nodes: Int32Array, count: number): Status {
    const constraints = this.constraints.of(state);
    if (constraints.soft.length === 0) return SKIP;
    this.scorer.begin(constraints, nodes, count);
    return SUCCESS;
  }

  score(_state: CycleState, node: number): number {
    return this.scorer.score(node);
  }

  scoreNodes(_state: CycleState, nodes: Int32Array, scores: Float64Array, count: number): void {
    this.scorer.scoreNodes(nodes, scores, count);
  }

  normalizeScore(_state: CycleState, scores: Float64Array, nodes: Int32Array, count: number): void {
    this.scorer.normalize(scores, nodes, count);
  }

  private mayHelpAsPod(template: CompiledTemplate, event: ClusterEvent, pod: number): boolean {
    if (event.podNamespace !== this.cluster.podNamespace(pod)) return false;
    return mayHelpAsPod(this.constraintsOf(template, pod).hard, event);
  }

  private constraintsOf(template: CompiledTemplate, pod: number): SpreadConstraints {
    const labelSet = this.cluster.pods.labelSet[pod]!;
    return this.constraints.of({ pod, template, labelSet, namespace: this.cluster.podNamespace(pod) });
  }
}

/** How many matching pods a domain may have for the pod to keep to the constraint there. */
function mostMatching({ counts, eligible, minDomains, maxSkew, selfMatch }: SpreadConstraint): number {
  const globalMinimum = eligible.presentCount < minDomains ? 0 : counts!.minimum;
  return maxSkew + globalMinimum - selfMatch;
}

/** Judges nodes, those that have no code yet, by one constraint. */
function filterByOne(constraint: SpreadConstraint, nodes: Int32Array, codes: Int32Array, count: number): void {
  const most = mostMatching(constraint);
  const { domainOf } = constraint.domains;
  const { counts } = constraint.counts!;
  for (let i = 0; i < count; i++) {
    if (codes[i] !== 0) continue;
    const domain = domainOf[nodes[i]!]!;
    if (domain === -1) codes[i] = LABEL_MISSING;
    else if (domain < counts.length && counts[domain]! > most) codes[i] = SKEWED;
  }
}

/** The pod's node affinity leaves its node as the only place, whose pods are the fewest of any place then. */
function skewOfPinned({ eligible, counter, selfMatch, minDomains }: SpreadConstraint, node: number): number {
  if (eligible.domainOf[node] === -1) return selfMatch;
  const matching = counter.byNode[node]!;
  return matching + selfMatch - (minDomains > 1 ? 0 : matching);
}
