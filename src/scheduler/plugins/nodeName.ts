import type { NodeTable } from '../../cluster/nodeTable.ts';
import { ClusterEventKind, type EventRegistration } from '../clusterEvent.ts';
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

const ERR_REASON = "node(s) didn't match the requested node name";

/** Rejects all nodes but the one that `spec.nodeName` names. */
export class NodeName implements PreFilterPlugin, FilterPlugin, EnqueueExtensions {
  readonly name = 'NodeName';
  readonly filtersByRowAlone = true;
  private readonly nodes: NodeTable;

  constructor(handle: Handle) {
    this.nodes = handle.cluster.nodes;
  }

  eventsToRegister(): readonly EventRegistration[] {
    return [{ kinds: ClusterEventKind.NodeAdd }];
  }

  preFilter({ template }: CycleState): Status {
    return template.spec.nodeName === '' ? SKIP : SUCCESS;
  }

  filter({ template }: CycleState, node: number): number {
    return template.spec.nodeName === this.nodes.names[node] ? 0 : 1;
  }

  reasonsOf(): readonly string[] {
    return [ERR_REASON];
  }

  isUnresolvable(): boolean {
    return true;
  }
}
