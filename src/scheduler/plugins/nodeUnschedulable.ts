import type { Taint } from '../../api/types.ts';
import { type NodeTable, tolerates } from '../../cluster/nodeTable.ts';
import type { CompiledTemplate } from '../../cluster/templateTable.ts';
import { type ClusterEvent, ClusterEventKind, type EventRegistration } from '../clusterEvent.ts';
import {
  type CycleState,
  type EnqueueExtensions,
  type FilterPlugin,
  type Handle,
  type PreFilterPlugin,
  SKIP,
  type Status,
  SUCCESS,
} from '../framework.ts';

const ERR_REASON_UNSCHEDULABLE = 'node(s) were unschedulable';
const UNSCHEDULABLE_TAINT: Taint = { key: 'node.kubernetes.io/unschedulable', value: '', effect: 'NoSchedule' };

function toleratesUnschedulable(template: CompiledTemplate): boolean {
  return template.spec.tolerations.some((toleration) => tolerates(toleration, UNSCHEDULABLE_TAINT));
}

/** Rejects cordoned nodes, unless the pod tolerates the taint that goes with `spec.unschedulable`. */
export class NodeUnschedulable implements PreFilterPlugin, FilterPlugin, EnqueueExtensions {
  readonly name = 'NodeUnschedulable';
  readonly filtersByRowAlone = true;
  private readonly nodes: NodeTable;

  constructor(handle: Handle) {
    this.nodes = handle.cluster.nodes;
  }

  eventsToRegister(): readonly EventRegistration[] {
    const { NodeAdd, NodeUpdateTaint, WaitingPodUpdateTolerations } = ClusterEventKind;
    return [
      { kinds: NodeAdd | NodeUpdateTaint, hint: (_template, event) => becameSchedulable(event) },
      { kinds: WaitingPodUpdateTolerations, hint: toleratesUnschedulable },
    ];
  }

  preFilter({ template }: CycleState): Status {
    return toleratesUnschedulable(template) ? SKIP : SUCCESS;
  }

  filter(_state: CycleState, node: number): number {
    return this.nodes.unschedulable[node]!;
  }

  reasonsOf(): readonly string[] {
    return [ERR_REASON_UNSCHEDULABLE];
  }

  isUnresolvable(): boolean {
    return true;
  }
}

function becameSchedulable({ nodeBefore, nodeAfter }: ClusterEvent): boolean {
  const wasSchedulable = nodeBefore !== undefined && !nodeBefore.unschedulable;
  return !wasSchedulable && nodeAfter !== undefined && !nodeAfter.unschedulable;
}
