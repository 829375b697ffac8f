import type { SimulatedNode, SimulatedPod } from './simulatedNode.ts';

/**
 * Finds the first of some nodes that takes a pod. Nodes only fill up: where a pod had no place, its likes have none either, and
 * are not tried there again. Those that are helped by others being somewhere, or are spread evenly, are tried everywhere.
 */
export class FirstFit {
  private readonly nodes: readonly SimulatedNode[];
  private readonly fits: (pod: SimulatedPod, node: SimulatedNode) => boolean;
  /** Where to begin, by what makes pods alike. */
  private readonly begin = new Map<string, number>();

  /** @param nodes more may be added at their end meanwhile */
  constructor(nodes: readonly SimulatedNode[], fits: (pod: SimulatedPod, node: SimulatedNode) => boolean) {
    this.nodes = nodes;
    this.fits = fits;
  }

  find(pod: SimulatedPod): SimulatedNode | undefined {
    const { podAffinity, topologySpreadConstraints } = pod.template.spec;
    const isSteady = podAffinity.required.length === 0 && topologySpreadConstraints.length === 0;
    const key = `${pod.template.id}/${pod.labelSet}/${pod.namespace}`;
    let index = isSteady ? (this.begin.get(key) ?? 0) : 0;
    while (index < this.nodes.length && !this.fits(pod, this.nodes[index]!)) index++;
    if (isSteady) this.begin.set(key, index);
    return this.nodes[index];
  }
}
