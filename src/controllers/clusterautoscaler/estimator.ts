import { FirstFit } from './firstFit.ts';
import type { NodeGroup } from './nodeGroup.ts';
import type { SimulatedNode, SimulatedPod } from './simulatedNode.ts';
import type { Snapshot } from './snapshot.ts';

/** What more nodes of a group in one zone would do: upstream's expander.Option. */
export interface Option {
  readonly group: NodeGroup;
  readonly zone: string;
  readonly nodeCount: number;
  /** Those that would have a place. */
  readonly pods: readonly SimulatedPod[];
  /** Share of the new nodes' cpu that nobody asks for, plus that of their memory. */
  readonly waste: number;
}

/** Pods that not even an empty node of the group would take, with the reasons. */
export type Rejections = Map<number, readonly string[]>;

/**
 * How many nodes of a group would give places to how many pods: upstream's BinpackingNodeEstimator, first-fit-decreasing by
 * the sum of the shares that a pod takes of a node's cpu and memory. `room` is how many nodes there may be.
 */
export function estimate(
  snapshot: Snapshot,
  group: NodeGroup,
  zone: string,
  pods: readonly SimulatedPod[],
  room: number,
  rejections: Rejections,
): Option | undefined {
  const newNode = (index: number) => snapshot.templateNode(group, `template-node-for-${group.name}-${index}`, zone);
  const empty = newNode(0);
  const fitting = pods.filter((pod) => {
    const reasons = snapshot.reasonsAgainst(pod, empty, [empty]);
    if (reasons.length > 0) rejections.set(pod.pod, reasons);
    return reasons.length === 0;
  });
  const nodes: SimulatedNode[] = [];
  const firstFit = new FirstFit(nodes, (pod, node) => snapshot.reasonsAgainst(pod, node, nodes).length === 0);
  const placed: SimulatedPod[] = [];
  for (const pod of decreasing(group, fitting)) {
    let node = firstFit.find(pod);
    if (node === undefined) {
      if (nodes.length >= room) continue;
      node = newNode(nodes.length);
      if (snapshot.reasonsAgainst(pod, node, [...nodes, node]).length > 0) continue;
      nodes.push(node);
    }
    node.place(pod);
    placed.push(pod);
  }
  if (nodes.length === 0) return undefined;
  return { group, zone, nodeCount: nodes.length, pods: placed, waste: wasteOf(group, nodes.length, placed) };
}

/** Larger pods first; equal ones stay in their order. */
function decreasing({ allocatable }: NodeGroup, pods: readonly SimulatedPod[]): SimulatedPod[] {
  const score = ({ template: { requests } }: SimulatedPod) =>
    share(requests.cpuMilli, allocatable.cpuMilli) + share(requests.memoryBytes, allocatable.memoryBytes);
  return [...pods].sort((a, b) => score(b) - score(a));
}

function wasteOf({ allocatable }: NodeGroup, nodeCount: number, pods: readonly SimulatedPod[]): number {
  let cpuMilli = 0;
  let memoryBytes = 0;
  for (const { template } of pods) {
    cpuMilli += template.requests.cpuMilli;
    memoryBytes += template.requests.memoryBytes;
  }
  const wasted = (asked: number, each: number) => (each === 0 ? 0 : 1 - asked / (nodeCount * each));
  return wasted(cpuMilli, allocatable.cpuMilli) + wasted(memoryBytes, allocatable.memoryBytes);
}

function share(amount: number, of: number): number {
  return of === 0 ? 0 : amount / of;
}
