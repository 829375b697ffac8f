import type { LabelIndex } from '../../api/labelIndex.ts';
import { matchesNodeSelector, matchesTerm } from '../../api/nodeSelectorMatch.ts';
import type { NodeAffinity as NodeAffinityTerms, NodeSelectorTerm, PodSpec } from '../../api/types.ts';
import type { NodeTable } from '../../cluster/nodeTable.ts';
import type { Node } from '../../cluster/objects.ts';
import type { PodTable } from '../../cluster/podTable.ts';
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
  unresolvable,
} from '../framework.ts';
import { DEFAULT_PLUGIN_ARGS, type NodeAffinityArgs } from '../pluginArgs.ts';
import { defaultNormalizeScore } from './normalizeScore.ts';

const ERR_REASON = "node(s) didn't match Pod's node affinity/selector";
const ERR_REASON_ENFORCED = "node(s) didn't match scheduler-enforced node affinity";
const ERR_REASON_CONFLICT = 'pod affinity terms conflict';
/** Codes of the filter. */
const NOT_SELECTED = 1;
const NOT_ENFORCED = 2;
const NODE_NAME_FIELD = 'metadata.name';

const NO_AFFINITY: NodeAffinityTerms = { required: undefined, preferred: [] };

/** What is known of a template for all its pods. */
interface Facts {
  readonly preFilterStatus: Status;
  /** False: `matchFields` ask for a node's name, so that nodes of equal labels differ. */
  readonly requiredByLabels: boolean;
  readonly preferredByLabels: boolean;
  /** Filter code and score by label set; -1: not asked yet. */
  filterCodes: Int32Array;
  scores: Int32Array;
}

/**
 * Rejects nodes that `spec.nodeSelector` or the required node affinity doesn't select, and prefers those that preferred
 * terms select. Nodes of one label set get one answer per pod template.
 *
 * A DaemonSet's pods, which upstream gives each a required affinity to its node's name, share a template here: their node
 * stands in the column `pinnedNode`.
 */
export class NodeAffinity
  implements PreFilterPlugin, FilterPlugin, PreScorePlugin, ScorePlugin, NormalizeScorePlugin, EnqueueExtensions
{
  readonly name = 'NodeAffinity';
  readonly filtersByRowAlone = true;
  private readonly nodes: NodeTable;
  private readonly pods: PodTable;
  private readonly labels: LabelIndex;
  private readonly factsOfTemplate: (Facts | undefined)[] = [];
  /** What PreFilter answers for pods that are pinned to a node, by its row. */
  private readonly pinnedStatuses: (Status | undefined)[] = [];
  private facts: Facts | undefined;
  /** Holds for all pods besides their own. */
  private readonly added: NodeAffinityTerms;

  constructor(handle: Handle, args: NodeAffinityArgs = DEFAULT_PLUGIN_ARGS.NodeAffinity) {
    this.added = args.addedAffinity ?? NO_AFFINITY;
    this.nodes = handle.cluster.nodes;
    this.pods = handle.cluster.pods;
    this.labels = handle.cluster.labels;
  }

  eventsToRegister(): readonly EventRegistration[] {
    const { NodeAdd, NodeUpdateLabel } = ClusterEventKind;
    const isOfPod = (pod: number, node: Node | undefined) => {
      const pinned = this.pinnedNode(pod);
      return pinned === -1 || node?.meta.name === this.nodes.names[pinned];
    };
    const hint = (template: CompiledTemplate, event: ClusterEvent, pod: number) =>
      isOfPod(pod, event.nodeAfter) && this.becameSelected(template, event);
    return [{ kinds: NodeAdd | NodeUpdateLabel, hint }];
  }

  preFilter({ pod, template }: CycleState): Status {
    this.facts = this.factsOf(template);
    const pinned = this.pinnedNode(pod);
    if (pinned === -1) return this.facts.preFilterStatus;
    return (this.pinnedStatuses[pinned] ??= { ...SUCCESS, nodeNames: new Set([this.nodes.names[pinned]!]) });
  }

  filter({ template }: CycleState, node: number): number {
    const facts = this.facts!;
    // A pinned pod that asks for nothing but its node.
    if (facts.preFilterStatus === SKIP) return 0;
    if (!facts.requiredByLabels) return this.judge(template.spec, this.nodes.objects[node]!);
    const labelSet = this.nodes.labelSet[node]!;
    const known = facts.filterCodes[labelSet]!;
    if (known !== -1) return known;
    return (facts.filterCodes[labelSet] = this.judge(template.spec, this.nodes.objects[node]!));
  }

  reasonsOf(code: number): readonly string[] {
    return [code === NOT_ENFORCED ? ERR_REASON_ENFORCED : ERR_REASON];
  }

  isUnresolvable(): boolean {
    return true;
  }

  isScoreIdle({ template }: CycleState): boolean {
    return template.spec.nodeAffinity.preferred.length === 0 && this.added.preferred.length === 0;
  }

  preScore({ template }: CycleState): Status {
    this.facts = this.factsOf(template);
    return SUCCESS;
  }

  score({ template }: CycleState, node: number): number {
    const facts = this.facts!;
    if (!facts.preferredByLabels) return this.preferredWeight(template.spec, this.nodes.objects[node]!);
    const labelSet = this.nodes.labelSet[node]!;
    const known = facts.scores[labelSet]!;
    if (known !== -1) return known;
    return (facts.scores[labelSet] = this.preferredWeight(template.spec, this.nodes.objects[node]!));
  }

  normalizeScore(_state: CycleState, scores: Float64Array, _nodes: Int32Array, count: number): void {
    defaultNormalizeScore(scores, count, false);
  }

  private judge(spec: PodSpec, node: Node): number {
    if (!matchesTerms(this.added.required, node)) return NOT_ENFORCED;
    return isSelected(spec, node) ? 0 : NOT_SELECTED;
  }

  private preferredWeight({ nodeAffinity: { preferred } }: PodSpec, node: Node): number {
    return sumOfWeights(this.added.preferred, node) + sumOfWeights(preferred, node);
  }

  /** Of the node as it was upstream asks what the pod itself requires, and not what is added. */
  private becameSelected({ spec }: CompiledTemplate, { nodeBefore, nodeAfter }: ClusterEvent): boolean {
    const wasSelected = nodeBefore !== undefined && isSelected(spec, nodeBefore);
    return !wasSelected && nodeAfter !== undefined && this.judge(spec, nodeAfter) === 0;
  }

  /** -1 for all pods but a DaemonSet's. */
  private pinnedNode(pod: number): number {
    return this.pods.pinnedNode[pod] ?? -1;
  }

  private factsOf(template: CompiledTemplate): Facts {
    const facts = (this.factsOfTemplate[template.id] ??= gatherFacts(template.spec, this.added));
    const size = this.labels.size;
    if (facts.requiredByLabels && facts.preFilterStatus.code === 'Success' && facts.filterCodes.length < size) {
      facts.filterCodes = wider(facts.filterCodes, size);
    }
    if (facts.preferredByLabels && facts.scores.length < size) facts.scores = wider(facts.scores, size);
    return facts;
  }
}

function wider(column: Int32Array, size: number): Int32Array<ArrayBuffer> {
  const next = new Int32Array(size * 2).fill(-1);
  next.set(column);
  return next;
}

function gatherFacts({ nodeSelector, nodeAffinity }: PodSpec, added: NodeAffinityTerms): Facts {
  const { required } = nodeAffinity;
  const preferred = [...added.preferred, ...nodeAffinity.preferred];
  const hasOwn = required !== undefined || Object.keys(nodeSelector).length > 0;
  const byLabels = (terms: readonly NodeSelectorTerm[]) => terms.every((term) => term.matchFields.length === 0);
  return {
    preFilterStatus: hasOwn || added.required !== undefined ? narrow(required ?? []) : SKIP,
    requiredByLabels: byLabels([...(added.required ?? []), ...(required ?? [])]),
    preferredByLabels: preferred.length > 0 && byLabels(preferred.map(({ preference }) => preference)),
    filterCodes: new Int32Array(0),
    scores: new Int32Array(0),
  };
}

/** Names the nodes in question when every term asks for nodes by name, as those of DaemonSet pods do. */
function narrow(required: readonly NodeSelectorTerm[]): Status {
  if (required.length === 0) return SUCCESS;
  const nodeNames = new Set<string>();
  for (const { matchFields } of required) {
    const lists = matchFields.filter(({ key, operator }) => key === NODE_NAME_FIELD && operator === 'In');
    if (lists.length === 0) return SUCCESS;
    const [first, ...others] = lists;
    for (const name of first!.values) if (others.every(({ values }) => values.includes(name))) nodeNames.add(name);
  }
  return nodeNames.size === 0 ? unresolvable(ERR_REASON_CONFLICT) : { ...SUCCESS, nodeNames };
}

/** Upstream's RequiredNodeAffinity.Match: the selector and one of the terms. */
export function isSelected({ nodeSelector, nodeAffinity: { required } }: PodSpec, node: Node): boolean {
  return matchesNodeSelector(nodeSelector, node.meta.labels) && matchesTerms(required, node);
}

function matchesTerms(terms: readonly NodeSelectorTerm[] | undefined, { meta }: Node): boolean {
  return terms === undefined || terms.some((term) => matchesTerm(term, meta.labels, meta.name));
}

function sumOfWeights(preferred: NodeAffinityTerms['preferred'], { meta }: Node): number {
  let sum = 0;
  for (const { weight, preference } of preferred) {
    if (matchesTerm(preference, meta.labels, meta.name)) sum += weight;
  }
  return sum;
}
