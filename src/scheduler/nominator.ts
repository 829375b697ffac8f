import { widened } from '../cluster/columns.ts';

export interface NominatorOptions {
  /** Admitted priority of a waiting pod. */
  readonly priorityOf: (pod: number) => number;
  /** Which pods are nominated to run on the node has changed: answers that took them into account no longer hold. */
  readonly onChange: (node: number) => void;
}

const NO_PODS: readonly number[] = [];

/**
 * Waiting pods that have made room for themselves on a node, by that node: upstream's nominator, and what it writes to
 * `status.nominatedNodeName`. A nomination reserves nothing; but pods of at most the same priority are filtered as if
 * the nominated pod were on its node.
 */
export class Nominator {
  /** Nominated pods. */
  count = 0;
  private readonly options: NominatorOptions;
  private readonly pods = new Map<number, number[]>();
  private nodes = new Int32Array(0);
  private priorities = new Int32Array(0);

  constructor(options: NominatorOptions) {
    this.options = options;
  }

  /** Row of the node that the pod is nominated to run on; -1 for none. */
  nodeOf(pod: number): number {
    return pod < this.nodes.length ? this.nodes[pod]! : -1;
  }

  /** Nominated pods of the node, in the order of their nomination. Not to be kept. */
  podsOn(node: number): readonly number[] {
    return this.pods.get(node) ?? NO_PODS;
  }

  /** Priority that the nominated pod had when it was nominated. */
  priorityOf(pod: number): number {
    return this.priorities[pod]!;
  }

  /** Nominates the pod to run on the node, and on no other. */
  add(pod: number, node: number): void {
    if (this.nodeOf(pod) === node) return;
    this.delete(pod);
    this.ensure(pod);
    this.nodes[pod] = node;
    this.priorities[pod] = this.options.priorityOf(pod);
    const pods = this.pods.get(node);
    if (pods === undefined) this.pods.set(node, [pod]);
    else pods.push(pod);
    this.count++;
    this.options.onChange(node);
  }

  /** Takes the pod's nomination back, if it has one. */
  delete(pod: number): void {
    const node = this.nodeOf(pod);
    if (node === -1) return;
    this.nodes[pod] = -1;
    const pods = this.pods.get(node)!;
    if (pods.length === 1) this.pods.delete(node);
    else pods.splice(pods.indexOf(pod), 1);
    this.count--;
    this.options.onChange(node);
  }

  /** Whether another pod than this one, of at least this priority, is nominated to run on the node. */
  countsAgainst(pod: number, priority: number, node: number): boolean {
    if (this.count === 0) return false;
    const pods = this.pods.get(node);
    if (pods === undefined) return false;
    for (const other of pods) if (this.counts(other, pod, priority)) return true;
    return false;
  }

  /** Whether the nominated pod has to be reckoned with by a pod of this priority. */
  counts(nominated: number, pod: number, priority: number): boolean {
    return nominated !== pod && this.priorities[nominated]! >= priority;
  }

  private ensure(pod: number): void {
    const { length } = this.nodes;
    if (pod < length) return;
    const capacity = Math.max(pod + 1, 256, length * 2);
    this.nodes = widened(this.nodes, capacity).fill(-1, length);
    this.priorities = widened(this.priorities, capacity);
  }
}
