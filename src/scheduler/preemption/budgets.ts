import type { Cluster } from '../../cluster/cluster.ts';
import { Lister } from '../../cluster/lister.ts';
import type { PodDisruptionBudget } from '../../cluster/objects.ts';

const NONE: ReadonlySet<number> = new Set();

/** PodDisruptionBudgets as the scheduler's informers show them, and which pods may not go by them. */
export class Budgets {
  private readonly cluster: Cluster;
  private readonly budgets: Lister<PodDisruptionBudget>;

  /** To be made before any object is written. */
  constructor(cluster: Cluster) {
    this.cluster = cluster;
    this.budgets = new Lister(cluster.tables.PodDisruptionBudget);
  }

  get count(): number {
    return this.budgets.size;
  }

  /**
   * Those of the pods, in their order, that a budget would be overdrawn by if all of them up to there went (upstream's
   * filterPodsWithPDBViolation). A pod whose eviction a budget has allowed already costs it nothing more.
   */
  violating(pods: readonly number[]): ReadonlySet<number> {
    if (this.budgets.size === 0) return NONE;
    const violating = new Set<number>();
    const allowed = new Map<number, number>();
    for (const pod of pods) {
      for (const { uid, status } of this.of(pod)) {
        if (status.disruptedPods.has(this.cluster.pods.uid[pod]!)) continue;
        const left = (allowed.get(uid) ?? status.disruptionsAllowed) - 1;
        allowed.set(uid, left);
        if (left < 0) violating.add(pod);
      }
    }
    return violating;
  }

  /** Unlike for evictions, an empty selector selects nothing, and so does any for a pod without labels. */
  private of(pod: number): PodDisruptionBudget[] {
    const { labels, pods } = this.cluster;
    const labelSet = pods.labelSet[pod]!;
    if (Object.keys(labels.labelsOf(labelSet)).length === 0) return [];
    const namespace = this.cluster.podNamespace(pod);
    return [...this.budgets.list()].filter(({ meta, spec }) => {
      if (meta.namespace !== namespace) return false;
      const selector = labels.compile(spec.selector);
      return selector.requirements.length > 0 && selector.matches(labelSet);
    });
  }
}
