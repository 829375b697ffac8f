import { doHostPortsConflict } from '../../api/hostPorts.ts';
import type { HostPort } from '../../api/types.ts';
import { ClusterEventKind, type EventRegistration } from '../clusterEvent.ts';
import {
  type CycleState,
  type EnqueueExtensions,
  type FilterPlugin,
  type NodeInfoListener,
  type PodInfo,
  type PreFilterPlugin,
  SKIP,
  type Status,
  SUCCESS,
} from '../framework.ts';

const ERR_REASON = "node(s) didn't have free ports for the requested pod ports";

/** Rejects nodes on which a pod already has one of the host ports. Keeps the ports of those nodes only that have some. */
export class NodePorts implements PreFilterPlugin, FilterPlugin, EnqueueExtensions, NodeInfoListener {
  readonly name = 'NodePorts';
  readonly filtersByRowAlone = true;
  private readonly usedPorts = new Map<number, HostPort[]>();

  eventsToRegister(): readonly EventRegistration[] {
    return [
      { kinds: ClusterEventKind.NodeAdd },
      {
        kinds: ClusterEventKind.AssignedPodDelete,
        hint: ({ spec }, { podTemplate }) => doHostPortsConflict(spec.hostPorts, podTemplate?.spec.hostPorts ?? []),
      },
    ];
  }

  podAdded({ template: { spec } }: PodInfo, node: number): void {
    const { hostPorts } = spec;
    if (hostPorts.length === 0) return;
    const used = this.usedPorts.get(node);
    if (used === undefined) this.usedPorts.set(node, [...hostPorts]);
    else used.push(...hostPorts);
  }

  podRemoved({ template: { spec } }: PodInfo, node: number): void {
    const { hostPorts } = spec;
    if (hostPorts.length === 0) return;
    const used = this.usedPorts.get(node)!;
    for (const port of hostPorts) used.splice(used.indexOf(port), 1);
    if (used.length === 0) this.usedPorts.delete(node);
  }

  preFilter({ template }: CycleState): Status {
    return template.spec.hostPorts.length === 0 ? SKIP : SUCCESS;
  }

  filter({ template }: CycleState, node: number): number {
    const used = this.usedPorts.get(node);
    return used !== undefined && doHostPortsConflict(template.spec.hostPorts, used) ? 1 : 0;
  }

  reasonsOf(): readonly string[] {
    return [ERR_REASON];
  }

  isUnresolvable(): boolean {
    return false;
  }
}
