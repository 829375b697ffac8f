import type { Taint, Toleration } from '../../api/types.ts';
import { type NodeTable, tolerates } from '../../cluster/nodeTable.ts';
import type { CompiledTemplate } from '../../cluster/templateTable.ts';
import { type ClusterEvent, ClusterEventKind, type EventRegistration } from '../clusterEvent.ts';
import {
  type CycleState,
  type EnqueueExtensions,
  type FilterPlugin,
  type Handle,
  type NodeInfoListener,
  type NormalizeScorePlugin,
  type PreFilterPlugin,
  type PreScorePlugin,
  type ScorePlugin,
  SKIP,
  type Status,
  SUCCESS,
} from '../framework.ts';
import { defaultNormalizeScore } from './normalizeScore.ts';

/** Codes of the filter are 1 + an index into its reasons. */
const UNTOLERATED = 'node(s) had untolerated taint(s)';

/** What a template makes of each distinct list of taints; -1: not asked yet. */
interface Verdicts {
  filterCodes: Int32Array;
  scores: Int32Array;
}

/**
 * Rejects nodes with NoSchedule or NoExecute taints that the pod doesn't tolerate, and prefers those with fewer
 * untolerated PreferNoSchedule taints.
 *
 * Lists of taints are interned, so that a pod template is matched once with each distinct list and not with each node.
 */
export class TaintToleration
  implements
    PreFilterPlugin,
    FilterPlugin,
    PreScorePlugin,
    ScorePlugin,
    NormalizeScorePlugin,
    EnqueueExtensions,
    NodeInfoListener
{
  readonly name = 'TaintToleration';
  readonly filtersByRowAlone = true;
  private readonly nodes: NodeTable;
  /** Since 1.34 the message doesn't say which taint it was. */
  private readonly namesTaint: boolean;
  private readonly reasons: string[] = [];
  private readonly lists: (readonly Taint[])[] = [[]];
  private readonly listByContent = new Map<string, number>([['', 0]]);
  /** Whether a node has ever had a taint of effect PreferNoSchedule. */
  private hasPreferNoSchedule = false;
  private listOfNode = new Int32Array(64);
  private readonly verdictsOfTemplate: (Verdicts | undefined)[] = [];
  private verdicts: Verdicts = { filterCodes: new Int32Array(0), scores: new Int32Array(0) };

  constructor(handle: Handle) {
    this.nodes = handle.cluster.nodes;
    this.namesTaint = handle.minorVersion < 34;
  }

  eventsToRegister(): readonly EventRegistration[] {
    const { NodeAdd, NodeUpdateTaint, WaitingPodUpdateTolerations } = ClusterEventKind;
    return [{ kinds: NodeAdd | NodeUpdateTaint, hint: becameTolerated }, { kinds: WaitingPodUpdateTolerations }];
  }

  nodeChanged(node: number): void {
    if (node >= this.listOfNode.length) {
      const wider = new Int32Array(Math.max(node + 1, this.listOfNode.length * 2));
      wider.set(this.listOfNode);
      this.listOfNode = wider;
    }
    this.listOfNode[node] = this.intern(this.nodes.taints[node]!);
  }

  preFilter({ template }: CycleState): Status {
    if (this.lists.length === 1) return SKIP;
    this.verdicts = this.verdictsOf(template);
    return SUCCESS;
  }

  filter({ template }: CycleState, node: number): number {
    const list = this.listOfNode[node]!;
    if (list === 0) return 0;
    const known = this.verdicts.filterCodes[list]!;
    return known === -1 ? this.judge(template, list) : known;
  }

  reasonsOf(code: number): readonly string[] {
    return [this.reasons[code - 1]!];
  }

  isUnresolvable(): boolean {
    return true;
  }

  /** Without such taints upstream gives every node 100, which ranks them no differently. */
  isScoreIdle(): boolean {
    return !this.hasPreferNoSchedule;
  }

  preScore({ template }: CycleState): Status {
    this.verdicts = this.verdictsOf(template);
    return SUCCESS;
  }

  score({ template }: CycleState, node: number): number {
    const list = this.listOfNode[node]!;
    if (list === 0) return 0;
    const known = this.verdicts.scores[list]!;
    if (known !== -1) return known;
    return (this.verdicts.scores[list] = countIntolerable(template.spec.tolerations, this.lists[list]!));
  }

  normalizeScore(_state: CycleState, scores: Float64Array, _nodes: Int32Array, count: number): void {
    defaultNormalizeScore(scores, count, true);
  }

  private intern(taints: readonly Taint[]): number {
    const content = taints.map(({ key, value, effect }) => `${key}=${value}:${effect}`).join();
    let list = this.listByContent.get(content);
    if (list === undefined) {
      list = this.lists.push(taints) - 1;
      this.listByContent.set(content, list);
      if (taints.some(({ effect }) => effect === 'PreferNoSchedule')) this.hasPreferNoSchedule = true;
    }
    return list;
  }

  private verdictsOf(template: CompiledTemplate): Verdicts {
    let verdicts = this.verdictsOfTemplate[template.id];
    if (verdicts === undefined) {
      verdicts = { filterCodes: new Int32Array(0), scores: new Int32Array(0) };
      this.verdictsOfTemplate[template.id] = verdicts;
    }
    const known = verdicts.filterCodes.length;
    if (known < this.lists.length) {
      const wider = (column: Int32Array) => {
        const next = new Int32Array(this.lists.length * 2).fill(-1);
        next.set(column);
        return next;
      };
      verdicts.filterCodes = wider(verdicts.filterCodes);
      verdicts.scores = wider(verdicts.scores);
    }
    return verdicts;
  }

  private judge(template: CompiledTemplate, list: number): number {
    const taint = findUntolerated(template.spec.tolerations, this.lists[list]!);
    const code = taint === undefined ? 0 : this.codeOf(taint);
    this.verdicts.filterCodes[list] = code;
    return code;
  }

  private codeOf(taint: Taint): number {
    const reason = this.namesTaint ? `node(s) had untolerated taint {${taint.key}: ${taint.value}}` : UNTOLERATED;
    const index = this.reasons.indexOf(reason);
    return 1 + (index === -1 ? this.reasons.push(reason) - 1 : index);
  }
}

/** Upstream's FindMatchingUntoleratedTaint, for the effects that keep pods away. */
export function findUntolerated(tolerations: readonly Toleration[], taints: readonly Taint[]): Taint | undefined {
  return taints.find(
    (taint) => taint.effect !== 'PreferNoSchedule' && !tolerations.some((toleration) => tolerates(toleration, taint)),
  );
}

/** Upstream's countIntolerableTaintsPreferNoSchedule. */
function countIntolerable(tolerations: readonly Toleration[], taints: readonly Taint[]): number {
  return taints.filter(
    (taint) => taint.effect === 'PreferNoSchedule' && !tolerations.some((toleration) => tolerates(toleration, taint)),
  ).length;
}

function becameTolerated({ spec }: CompiledTemplate, { nodeBefore, nodeAfter }: ClusterEvent): boolean {
  const wasTolerated = nodeBefore !== undefined && findUntolerated(spec.tolerations, nodeBefore.taints) === undefined;
  return !wasTolerated && nodeAfter !== undefined && findUntolerated(spec.tolerations, nodeAfter.taints) === undefined;
}
