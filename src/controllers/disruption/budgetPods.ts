import { type Cluster, POD_READY, POD_TERMINATING, type PodDisruptionBudget } from '../../cluster/index.ts';
import { PodSelectors } from '../podSelectors.ts';

/** What is known of the pods of one budget as informers see them. */
export interface CountedPods {
  /** All of them, those that terminate or have finished included. */
  pods: number;
  /** Ready, and not being deleted. */
  healthy: number;
  /** How many belong to each controller, by uid; -1: to none. */
  readonly byOwner: Map<number, number>;
}

/** What a pod counts as: for whom, and as whose. */
interface Counted {
  readonly budgets: readonly number[];
  readonly owner: number;
  readonly isHealthy: boolean;
}

/** Counts the pods that each budget selects, pod by pod as they change, so that a sync costs nothing per pod. */
export class BudgetPods {
  private readonly cluster: Cluster;
  private readonly onChange: (budgetUid: number) => void;
  private readonly budgets: PodSelectors;
  private readonly byBudget = new Map<number, CountedPods>();
  /** By pod row; undefined for a pod that no budget selects. */
  private readonly counted: (Counted | undefined)[] = [];

  /** @param onChange called with the uid of every budget of a pod that changed */
  constructor(cluster: Cluster, onChange: (budgetUid: number) => void) {
    this.cluster = cluster;
    this.onChange = onChange;
    this.budgets = new PodSelectors(cluster);
    cluster.tables.PodDisruptionBudget.listen((before, after) => this.budgetChanged(before, after));
    cluster.listenPods((pod, _before, after) => this.podChanged(pod, after));
  }

  /** Undefined for a budget that is not there. */
  of(uid: number): Readonly<CountedPods> | undefined {
    return this.byBudget.get(uid);
  }

  /** The budget selects the pod, which informers see. */
  counts(pod: number, uid: number): boolean {
    return this.counted[pod]?.budgets.includes(uid) === true;
  }

  private budgetChanged(before: PodDisruptionBudget | undefined, after: PodDisruptionBudget | undefined): void {
    const { uid, meta } = (after ?? before)!;
    if (before !== undefined && before.spec.selector.canonical === after?.spec.selector.canonical) return;
    if (after === undefined) this.budgets.delete(before!);
    else this.budgets.add(after, after.spec.selector);
    // Counts are taken off before the budget is forgotten.
    if (after !== undefined && !this.byBudget.has(uid)) {
      this.byBudget.set(uid, { pods: 0, healthy: 0, byOwner: new Map() });
    }
    const { pods } = this.cluster;
    for (let pod = 0; pod < pods.rowCount; pod++) {
      if (pods.observed[pod] !== 0 && this.cluster.podNamespace(pod) === meta.namespace) {
        this.recount(pod, pods.observed[pod]!);
      }
    }
    if (after === undefined) this.byBudget.delete(uid);
  }

  private podChanged(pod: number, after: number): void {
    if (this.byBudget.size === 0) return;
    const before = this.counted[pod];
    this.recount(pod, after);
    for (const uid of before?.budgets ?? []) this.onChange(uid);
    for (const uid of this.counted[pod]?.budgets ?? []) this.onChange(uid);
  }

  private recount(pod: number, seen: number): void {
    const before = this.counted[pod];
    if (before !== undefined) this.count(before, -1);
    const after = seen === 0 ? undefined : this.countsAs(pod, seen);
    if (after !== undefined) this.count(after, 1);
    this.counted[pod] = after;
  }

  private countsAs(pod: number, seen: number): Counted | undefined {
    const budgets = this.budgets.matching(pod);
    if (budgets.length === 0) return undefined;
    return { budgets, owner: this.cluster.pods.observedOwner[pod]!, isHealthy: isHealthy(seen) };
  }

  private count({ budgets, owner, isHealthy }: Counted, change: 1 | -1): void {
    for (const uid of budgets) {
      const counts = this.byBudget.get(uid)!;
      counts.pods += change;
      if (isHealthy) counts.healthy += change;
      const owned = (counts.byOwner.get(owner) ?? 0) + change;
      if (owned === 0) counts.byOwner.delete(owner);
      else counts.byOwner.set(owner, owned);
    }
  }
}

/** Ready and not being deleted, by the state of a pod. */
export function isHealthy(state: number): boolean {
  return (state & (POD_READY | POD_TERMINATING)) === POD_READY;
}
