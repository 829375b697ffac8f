import {
  type ApiError,
  type Cluster,
  call,
  POD_TERMINATING,
  type PodDisruptionBudget,
  type PodDisruptionBudgetStatus,
  type Process,
} from '../../cluster/index.ts';
import { MICROS_PER_SECOND, type Micros } from '../../kernel/time.ts';
import { type ControllerContext, type SyncError, Workers } from '../workers.ts';
import { BudgetPods, type CountedPods, isHealthy } from './budgetPods.ts';
import { withDisruptionAllowed, withSyncFailed } from './conditions.ts';
import { type Expectation, expectedPods } from './expectedPods.ts';

/** How long an eviction may take from its permission to the pod's deletion (upstream's `DeletionTimeout`). */
const DELETION_TIMEOUT_MICROS = 120 * MICROS_PER_SECOND;

/**
 * Keeps `status.disruptionsAllowed` of PodDisruptionBudgets, as upstream's pkg/controller/disruption does.
 *
 * Left out: the condition DisruptionTarget is not taken back after two minutes, since here whoever sets it deletes the
 * pod at once. A pod of several budgets wakes all of them, where upstream picks one at random.
 */
export class DisruptionController {
  private readonly cluster: Cluster;
  private readonly workers: Workers;
  private readonly pods: BudgetPods;

  constructor(context: ControllerContext) {
    this.cluster = context.cluster;
    this.workers = new Workers(context, {
      name: 'disruption-controller',
      concurrency: 1,
      sync: (uid) => this.sync(uid),
    });
    this.cluster.sendEventsAbout('PodDisruptionBudget', this.workers.client);
    this.pods = new BudgetPods(this.cluster, (uid) => this.workers.queue.add(uid));
    this.cluster.tables.PodDisruptionBudget.listen((before, after) => this.workers.queue.add((after ?? before)!.uid));
  }

  private *sync(uid: number): Process<SyncError> {
    const budget = this.cluster.tables.PodDisruptionBudget.cached(uid);
    if (budget === undefined) return undefined;
    const counted = this.pods.of(uid)!;
    if (counted.pods === 0) this.cluster.recordEvent(budget, 'NoPods', 'No matching pods found');
    const expectation = expectedPods(this.cluster, budget, counted);
    if (typeof expectation === 'string') {
      const message = `Failed to calculate the number of expected pods: ${expectation}`;
      this.cluster.recordEvent(budget, 'CalculateExpectedPodCountFailed', message);
      return yield* this.failSafe(budget, expectation);
    }
    if (expectation.unmanaged > 0) this.cluster.recordEvent(budget, 'UnmanagedPods', UNMANAGED_PODS);
    return yield* this.updateStatus(budget, counted, expectation);
  }

  private *updateStatus(
    budget: PodDisruptionBudget,
    counted: Readonly<CountedPods>,
    { expectedPods, desiredHealthy }: Expectation,
  ): Process<SyncError> {
    const now = this.cluster.kernel.nowMicros;
    const disruptedPods = this.disruptedPods(budget, now);
    const currentHealthy = counted.healthy - this.healthyOf(disruptedPods);
    // A budget that selects no pod yet is to be safe when the first ones come and this controller has not seen them.
    const disruptionsAllowed = expectedPods <= 0 ? 0 : Math.max(0, currentHealthy - desiredHealthy);
    const status: PodDisruptionBudgetStatus = {
      observedGeneration: budget.generation,
      disruptionsAllowed,
      currentHealthy,
      desiredHealthy,
      expectedPods,
      disruptedPods,
      conditions: withDisruptionAllowed(budget.status.conditions, disruptionsAllowed, now),
    };
    if (!isSameStatus(budget.status, status)) {
      const error = yield* this.write(budget, status);
      // What a conflict comes from brings the budget back; any other failure makes it allow nothing.
      if (error?.reason === 'Conflict') return error;
      if (error !== undefined) return yield* this.failSafe(budget, error.message);
    }
    this.recheck(budget.uid, disruptedPods, now);
    return undefined;
  }

  /** Evictions that were allowed and are not seen yet; after two minutes they count as not coming. */
  private disruptedPods({ uid, status }: PodDisruptionBudget, now: Micros): ReadonlyMap<number, Micros> {
    if (status.disruptedPods.size === 0) return status.disruptedPods;
    const { pods } = this.cluster;
    const remaining = [...status.disruptedPods].filter(([podUid, sinceMicros]) => {
      const pod = pods.uid.indexOf(podUid);
      const isSeen = this.pods.counts(pod, uid) && (pods.observed[pod]! & POD_TERMINATING) === 0;
      return isSeen && sinceMicros + DELETION_TIMEOUT_MICROS > now;
    });
    return new Map(remaining);
  }

  private healthyOf(disruptedPods: ReadonlyMap<number, Micros>): number {
    const { uid, observed } = this.cluster.pods;
    let healthy = 0;
    for (const podUid of disruptedPods.keys()) if (isHealthy(observed[uid.indexOf(podUid)]!)) healthy++;
    return healthy;
  }

  private recheck(uid: number, disruptedPods: ReadonlyMap<number, Micros>, now: Micros): void {
    if (disruptedPods.size === 0) return;
    const first = Math.min(...disruptedPods.values());
    this.workers.queue.addAfter(uid, first + DELETION_TIMEOUT_MICROS - now);
  }

  /** When nothing else works, a budget at least allows nothing. */
  private *failSafe(budget: PodDisruptionBudget, message: string): Process<SyncError> {
    const conditions = withSyncFailed(budget.status.conditions, message, this.cluster.kernel.nowMicros);
    if (budget.status.disruptionsAllowed === 0 && conditions === budget.status.conditions) return undefined;
    return yield* this.write(budget, { ...budget.status, disruptionsAllowed: 0, conditions });
  }

  private *write(budget: PodDisruptionBudget, status: PodDisruptionBudgetStatus): Process<ApiError | undefined> {
    const { error } = yield call(() => this.cluster.tables.PodDisruptionBudget.update({ ...budget, status }));
    return error?.reason === 'NotFound' ? undefined : error;
  }
}

const UNMANAGED_PODS =
  'Pods selected by this PodDisruptionBudget were found to be unmanaged. As a result, the status of the PDB cannot be ' +
  'calculated correctly, which may result in undefined behavior. To account for these pods please set ' +
  '".spec.minAvailable" field of the PDB to an integer value.';

function isSameStatus(a: PodDisruptionBudgetStatus, b: PodDisruptionBudgetStatus): boolean {
  return (
    a.observedGeneration === b.observedGeneration &&
    a.disruptionsAllowed === b.disruptionsAllowed &&
    a.currentHealthy === b.currentHealthy &&
    a.desiredHealthy === b.desiredHealthy &&
    a.expectedPods === b.expectedPods &&
    a.conditions === b.conditions &&
    a.disruptedPods.size === b.disruptedPods.size
  );
}
