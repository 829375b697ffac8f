import type { LabelSelector } from '../api/selector.ts';
import { SelectorSet } from '../api/selectorSet.ts';
import type { AnyStored, Cluster } from '../cluster/index.ts';

const NONE: readonly number[] = [];

/** Objects that select pods of their namespace, to be asked which of them select a pod. */
export class PodSelectors {
  private readonly cluster: Cluster;
  /** By namespace: uids by selector. */
  private readonly selectors = new Map<string, SelectorSet<number>>();

  constructor(cluster: Cluster) {
    this.cluster = cluster;
  }

  /** Nothing was ever added. */
  get isUnused(): boolean {
    return this.selectors.size === 0;
  }

  /** Adds the object, or gives it another selector. */
  add({ uid, meta }: AnyStored, selector: LabelSelector): void {
    let selectors = this.selectors.get(meta.namespace);
    if (selectors === undefined) {
      selectors = new SelectorSet();
      this.selectors.set(meta.namespace, selectors);
    }
    selectors.add(this.cluster.labels.compile(selector), uid);
  }

  delete({ uid, meta }: AnyStored): void {
    this.selectors.get(meta.namespace)?.delete(uid);
  }

  /** Uids of the objects that select the pod, in the order in which they were added. */
  matching(pod: number): readonly number[] {
    const selectors = this.selectors.get(this.cluster.podNamespace(pod));
    if (selectors === undefined) return NONE;
    return this.cluster.labels.selectorsMatching(this.cluster.pods.labelSet[pod]!, selectors);
  }
}
