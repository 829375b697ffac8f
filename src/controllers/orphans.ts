import { SelectorSet } from '../api/selectorSet.ts';
import { type Cluster, isActive, type PodController } from '../cluster/index.ts';

/**
 * Which pods without a controller each controller of one kind could adopt, kept up to date as pods and controllers come
 * and go, so that neither looks through all of the other.
 */
export class OrphanIndex {
  private readonly cluster: Cluster;
  /** By namespace: uids of its controllers by selector. */
  private readonly selectors = new Map<string, SelectorSet<number>>();
  /** By uid of a controller: orphans that its selector matches. */
  private readonly adoptable = new Map<number, Set<number>>();
  /** By orphan: the uids under which it stands in `adoptable`. */
  private readonly candidates = new Map<number, readonly number[]>();

  constructor(cluster: Cluster) {
    this.cluster = cluster;
  }

  /**
   * Orphans that the controller's selector matches, in the order in which they were seen.
   *
   * @param isClaimable which of them by their state; by default the active ones
   */
  of(uid: number, isClaimable: (state: number) => boolean = isActive): number[] {
    const pods = this.adoptable.get(uid);
    return pods === undefined ? [] : [...pods].filter((pod) => isClaimable(this.cluster.pods.observed[pod]!));
  }

  /** A controller came or went. Its selector cannot change. */
  controllerSeen(before: PodController | undefined, after: PodController | undefined): void {
    if (after === undefined && before !== undefined) {
      this.selectors.get(before.meta.namespace)?.delete(before.uid);
      this.adoptable.delete(before.uid);
    } else if (before === undefined && after !== undefined) {
      this.add(after);
    }
  }

  /** An orphan came, or changed. Returns the uids of the controllers that could adopt it. */
  orphanSeen(pod: number): readonly number[] {
    this.orphanGone(pod);
    const selectors = this.selectors.get(this.cluster.podNamespace(pod));
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

  private add(controller: PodController): void {
    // A Job gets its selector when it is created.
    if (controller.spec.selector === undefined) return;
    const { namespace } = controller.meta;
    const selector = this.cluster.labels.compile(controller.spec.selector);
    let selectors = this.selectors.get(namespace);
    if (selectors === undefined) {
      selectors = new SelectorSet();
      this.selectors.set(namespace, selectors);
    }
    selectors.add(selector, controller.uid);
    this.adoptable.set(controller.uid, new Set());
    for (const pod of this.cluster.orphanPods) {
      if (this.cluster.podNamespace(pod) === namespace && selector.matches(this.cluster.pods.labelSet[pod]!)) {
        this.orphanSeen(pod);
      }
    }
  }
}
