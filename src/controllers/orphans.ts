import { type Cluster, isActive, type PodController } from '../cluster/index.ts';
import { PodSelectors } from './podSelectors.ts';

/**
 * Which pods without a controller each controller of one kind could adopt, kept up to date as pods and controllers come
 * and go, so that neither looks through all of the other.
 */
export class OrphanIndex {
  private readonly cluster: Cluster;
  private readonly controllers: PodSelectors;
  /** By uid of a controller: orphans that its selector matches. */
  private readonly adoptable = new Map<number, Set<number>>();
  /** By orphan: the uids under which it stands in `adoptable`. */
  private readonly candidates = new Map<number, readonly number[]>();

  constructor(cluster: Cluster) {
    this.cluster = cluster;
    this.controllers = new PodSelectors(cluster);
  }

  /**
   * Orphans that the controller's selector matches, in the order in which they were seen.
   *
   * @param isClaimable which of them by their state; by default the active ones
   */
  of(uid: number, isClaimable: (state: number) => boolean = isActive): number[] {
    const pods = this.adoptable.get(uid);
    return pods === undefined || pods.size === 0
      ? []
      : [...pods].filter((pod) => isClaimable(this.cluster.pods.observed[pod]!));
  }

  /** A controller came or went. Its selector cannot change. */
  controllerSeen(before: PodController | undefined, after: PodController | undefined): void {
    if (after === undefined && before !== undefined) {
      this.controllers.delete(before);
      this.adoptable.delete(before.uid);
    } else if (before === undefined && after !== undefined) {
      this.add(after);
    }
  }

  /** A pod without a controller here came, or changed. Returns the uids of the controllers that could adopt it. */
  orphanSeen(pod: number): readonly number[] {
    this.orphanGone(pod);
    if (this.cluster.pastOf(pod)?.isForeign) return [];
    const uids = this.controllers.matching(pod);
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
    this.controllers.add(controller, controller.spec.selector);
    this.adoptable.set(controller.uid, new Set());
    const { namespace } = controller.meta;
    const selector = this.cluster.labels.compile(controller.spec.selector);
    for (const pod of this.cluster.orphanPods) {
      if (this.cluster.podNamespace(pod) === namespace && selector.matches(this.cluster.pods.labelSet[pod]!)) {
        this.orphanSeen(pod);
      }
    }
  }
}
