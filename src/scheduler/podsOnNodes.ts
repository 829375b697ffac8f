import { widened } from '../cluster/columns.ts';

const NO_PODS: readonly number[] = [];

/**
 * Which pods count on which node, and how low the priorities of all of them go. The pods of a node stand in the order in
 * which upstream's NodeInfo has them, since preemption goes by it where pods are equally important: the last pod takes
 * the place of one that goes, and a pod that is updated goes and comes again.
 */
export class PodsOnNodes {
  /** By node row: another number whenever one of its pods has been updated. */
  versions = new Int32Array(0);
  private readonly byNode: number[][] = [];
  /** By pod row: its place among the pods of its node. */
  private places = new Int32Array(0);
  /** How many pods have it, by priority. */
  private readonly counts = new Map<number, { count: number }>();
  private lastPriority = Number.NaN;
  private lastCounter = { count: 0 };

  /** Makes room for so many nodes, with pods or not. */
  ensure(nodeCount: number): void {
    if (nodeCount > this.versions.length) this.versions = widened(this.versions, Math.max(64, 2 * nodeCount));
  }

  /** Rows of the node's pods; not to be kept. */
  of(node: number): readonly number[] {
    return this.byNode[node] ?? NO_PODS;
  }

  /** Lowest priority of any pod on any node; Infinity where there is none. */
  lowestPriority(): number {
    let lowest = Number.POSITIVE_INFINITY;
    for (const [priority, { count }] of this.counts) if (count > 0 && priority < lowest) lowest = priority;
    return lowest;
  }

  /** The pod, which is on no node, comes last on this one. */
  add(pod: number, node: number, priority: number): void {
    if (pod >= this.places.length) this.places = widened(this.places, Math.max(pod + 1, 256, this.places.length * 2));
    const pods = this.podsOf(node);
    this.places[pod] = pods.length;
    pods.push(pod);
    this.counterOf(priority).count++;
  }

  /** @param node the one that the pod was added to, with this priority */
  remove(pod: number, node: number, priority: number): void {
    const pods = this.byNode[node]!;
    const last = pods.pop()!;
    if (last !== pod) this.put(last, pods, this.places[pod]!);
    this.counterOf(priority).count--;
  }

  /** Informers showed the pod again. */
  update(pod: number, node: number): void {
    const pods = this.byNode[node]!;
    const last = pods.length - 1;
    this.put(pods[last]!, pods, this.places[pod]!);
    this.put(pod, pods, last);
    this.versions[node]!++;
  }

  private put(pod: number, pods: number[], place: number): void {
    pods[place] = pod;
    this.places[pod] = place;
  }

  private podsOf(node: number): number[] {
    this.ensure(node + 1);
    while (this.byNode.length <= node) this.byNode.push([]);
    return this.byNode[node]!;
  }

  /** Most pods have the priority of the one before. */
  private counterOf(priority: number): { count: number } {
    if (priority === this.lastPriority) return this.lastCounter;
    let counter = this.counts.get(priority);
    if (counter === undefined) {
      counter = { count: 0 };
      this.counts.set(priority, counter);
    }
    this.lastPriority = priority;
    this.lastCounter = counter;
    return counter;
  }
}
