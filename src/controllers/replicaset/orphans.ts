import { SelectorSet } from '../../api/selectorSet.ts';
import { type Cluster, isActive, type ReplicaSet } from '../../cluster/index.ts';

/**
 * Which pods without a controller each ReplicaSet could adopt, kept up to date as pods and ReplicaSets come and go, so
 * that neither looks through all of the other.
 */
export class OrphanIndex {
  private readonly cluster: Cluster;
  /** By namespace: uids of its ReplicaSets by selector. */
  private readonly replicaSets = new Map<string, SelectorSet<number>>();
  /** By uid of a ReplicaSet: orphans that its selector matches. */
  private readonly adoptable = new Map<number, Set<number>>();
  /** By orphan: the uids under which it stands in `adoptable`. */
  private readonly candidates = new Map<number, readonly number[]>();

  constructor(cluster: Cluster) {
    this.cluster = cluster;
  }

  /** Active orphans that the ReplicaSet's selector matches, in the order in which they were seen. */
  of(uid: number): number[] {
    const pods = this.adoptable.get(uid);
    return pods === undefined ? [] : [...pods].filter((pod) => isActive(this.cluster.pods.observed[pod]!));
  }

  /** A ReplicaSet came or went. Its selector cannot change. */
  replicaSetSeen(before: ReplicaSet | undefined, after: ReplicaSet | undefined): void {
    if (after === undefined && before !== undefined) {
      this.replicaSets.get(before.meta.namespace)?.delete(before.uid);
      this.adoptable.delete(before.uid);
    } else if (before === undefined && after !== undefined) {
      this.add(after);
    }
  }

  /** An orphan came, or changed. Returns the uids of the ReplicaSets that could adopt it. */
  orphanSeen(pod: number): readonly number[] {
    this.orphanGone(pod);
    const selectors = this.replicaSets.get(this.cluster.podNamespace(pod));
    if (selectors === undefined) return [];
    const uids = this.cluster.labels.selectorsMatching(this.cluster.pods.labelSet[pod]!, selectors);
    for (const uid of uids) this.adoptable.get(uid)!.add(pod);
    if (uids.length > 0) this.candidates.set(pod, uids);
    return uids;
  }

  /** The pod has a controller now, or is gone. */
  orphanGone(pod: number): void {
    const uids = this.candidates.get(pod);
    if (uids === undefined) return;
    for (const uid of uids) this.adoptable.get(uid)?.delete(pod);
    this.candidates.delete(pod);
  }

  private add(replicaSet: ReplicaSet): void {
    const { namespace } = replicaSet.meta;
    const selector = this.cluster.labels.compile(replicaSet.spec.selector);
    let selectors = this.replicaSets.get(namespace);
    if (selectors === undefined) {
      selectors = new SelectorSet();
      this.replicaSets.set(namespace, selectors);
    }
    selectors.add(selector, replicaSet.uid);
    this.adoptable.set(replicaSet.uid, new Set());
    for (const pod of this.cluster.orphanPods) {
      if (this.cluster.podNamespace(pod) === namespace && selector.matches(this.cluster.pods.labelSet[pod]!)) {
        this.orphanSeen(pod);
      }
    }
  }
}
