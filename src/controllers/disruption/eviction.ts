import {
  type ApiError,
  type Cluster,
  notFound,
  POD_FINISHED,
  POD_READY,
  POD_RUNNING,
  POD_TERMINATING,
  type PodDisruptionBudget,
} from '../../cluster/index.ts';
import type { RandomStream } from '../../kernel/randomStreams.ts';
import { MICROS_PER_MILLI, MICROS_PER_SECOND, type Micros } from '../../kernel/time.ts';
import { withDisruptionAllowed } from './conditions.ts';

/** Upstream's `EvictionsRetry`: tries of one request against other writers of the budget, and the time between them. */
const MAX_TRIES = 20;
const RETRY_MICROS = 500 * MICROS_PER_MILLI;
/** The time between tries is longer by up to this share. */
const RETRY_JITTER = 0.1;
/** More evictions than this may not be waiting for the controller to see them (upstream's `MaxDisruptedPodSize`). */
const MAX_DISRUPTED_PODS = 2_000;
/** What the server asks clients to wait whose budget the controller has yet to look at. */
const RETRY_AFTER_MICROS = 10 * MICROS_PER_SECOND;

const VIOLATION = "Cannot evict pod as it would violate the pod's disruption budget.";
const SEVERAL_BUDGETS =
  'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.';

export type EvictionState =
  /** The next step is due after this time. */
  | { readonly kind: 'pending'; readonly afterMicros: Micros }
  /** The pod is being deleted. */
  | { readonly kind: 'evicted' }
  /** @member retryAfterMicros what the server asks to wait; 0: it asks nothing. */
  | { readonly kind: 'refused'; readonly error: ApiError; readonly retryAfterMicros: Micros };

const NEXT: EvictionState = { kind: 'pending', afterMicros: 0 };
const EVICTED: EvictionState = { kind: 'evicted' };

/**
 * One request to a pod's eviction subresource (upstream's `EvictionREST.Create`), step by step, since the API server
 * itself reads and writes for it: it looks at the pod and its budget, charges the budget, and deletes the pod. Two requests
 * that charge one budget at a time meet: the later one tries again half a second on.
 */
export class EvictionRequest {
  state: EvictionState = NEXT;
  private readonly cluster: Cluster;
  private readonly pod: number;
  private readonly podUid: number;
  private readonly name: string;
  private readonly jitter: RandomStream;
  private step: 'look' | 'charge' | 'delete' = 'look';
  /** As it was read: the charge holds only for that. */
  private budget: PodDisruptionBudget | undefined;
  private tries = 0;
  /** The pod was not ready, which is why its budget is not charged. */
  private isFree = false;

  /** @param pod row of an existing pod */
  constructor(cluster: Cluster, pod: number) {
    this.cluster = cluster;
    this.pod = pod;
    this.podUid = cluster.pods.uid[pod]!;
    this.name = cluster.podName(pod);
    this.jitter = cluster.streams.stream(`eviction/${this.podUid}`);
  }

  /** Takes the next step; to be called when a request arrives. */
  advance(): ApiError | undefined {
    const { cluster, pod } = this;
    if (cluster.pods.state[pod] === 0 || cluster.pods.uid[pod] !== this.podUid) {
      this.state = refused(notFound('pods', this.name));
    } else if (this.step === 'look') this.state = this.look();
    else if (this.step === 'charge') this.state = this.charge();
    else this.state = this.delete();
    return this.state.kind === 'refused' ? this.state.error : undefined;
  }

  private look(): EvictionState {
    const state = this.cluster.pods.state[this.pod]!;
    const isPending = (state & POD_RUNNING) === 0;
    if (isPending || (state & (POD_FINISHED | POD_TERMINATING)) !== 0) return this.delete();
    const budgets = this.budgets();
    if (budgets.length > 1) return refused({ reason: 'InternalError', message: SEVERAL_BUDGETS });
    const budget = budgets[0];
    if (budget === undefined) return this.goOn('delete');
    this.isFree = isFree(budget, state);
    if (this.isFree) return this.goOn('delete');
    this.budget = budget;
    return this.check(budget) ?? this.goOn('charge');
  }

  private goOn(step: 'charge' | 'delete'): EvictionState {
    this.step = step;
    return NEXT;
  }

  private budgets(): PodDisruptionBudget[] {
    const { cluster, pod } = this;
    const namespace = cluster.podNamespace(pod);
    const labelSet = cluster.pods.labelSet[pod]!;
    return cluster.tables.PodDisruptionBudget.list().filter(
      ({ meta, spec }) => meta.namespace === namespace && cluster.labels.compile(spec.selector).matches(labelSet),
    );
  }

  /** Why the budget does not allow it; undefined: it does (upstream's `checkAndDecrement`). */
  private check({ meta, status, generation }: PodDisruptionBudget): EvictionState | undefined {
    if (status.observedGeneration < generation) return refused(violation(), RETRY_AFTER_MICROS);
    if (status.disruptedPods.size > MAX_DISRUPTED_PODS) {
      const why = 'DisruptedPods map too big - too many evictions not confirmed by PDB controller';
      const message = `poddisruptionbudget.policy "${meta.name}" is forbidden: ${why}`;
      return refused({ reason: 'Forbidden', message });
    }
    return status.disruptionsAllowed === 0 ? refused(violation()) : undefined;
  }

  private charge(): EvictionState {
    const { PodDisruptionBudget: table } = this.cluster.tables;
    const budget = this.budget!;
    const now = this.cluster.kernel.nowMicros;
    const disruptionsAllowed = budget.status.disruptionsAllowed - 1;
    const conditions =
      disruptionsAllowed === 0 ? withDisruptionAllowed(budget.status.conditions, 0, now) : budget.status.conditions;
    const disruptedPods = new Map([...budget.status.disruptedPods, [this.podUid, now]]);
    const status = { ...budget.status, disruptionsAllowed, disruptedPods, conditions };
    const error = table.update({ ...budget, status });
    if (error === undefined) return this.goOn('delete');
    if (error.reason !== 'Conflict') return refused(error);
    this.step = 'look';
    this.tries++;
    if (this.tries < MAX_TRIES) return { kind: 'pending', afterMicros: this.retryMicros() };
    const message = `couldn't update PodDisruptionBudget "${budget.meta.name}" due to conflicts`;
    return refused({ reason: 'Timeout', message });
  }

  private retryMicros(): Micros {
    return RETRY_MICROS + Math.floor(RETRY_MICROS * RETRY_JITTER * this.jitter.uniform());
  }

  /** The condition DisruptionTarget comes first, and tells Jobs that the pod is not to blame. */
  private delete(): EvictionState {
    const state = this.cluster.pods.state[this.pod]!;
    // It became ready meanwhile: the decision no longer holds.
    if (this.isFree && (state & POD_READY) !== 0) return refused(violation(), RETRY_AFTER_MICROS);
    if ((state & (POD_FINISHED | POD_TERMINATING)) === 0) this.cluster.setPodDisrupted(this.pod);
    const error = this.cluster.deletePod(this.pod);
    return error === undefined ? EVICTED : refused(error);
  }
}

/** A pod that is not ready takes nothing from a budget that has enough others, or that lets such pods always go. */
function isFree({ spec, status }: PodDisruptionBudget, podState: number): boolean {
  if ((podState & POD_READY) !== 0) return false;
  if (spec.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true;
  return status.currentHealthy >= status.desiredHealthy && status.desiredHealthy > 0;
}

function violation(): ApiError {
  return { reason: 'TooManyRequests', message: VIOLATION };
}

function refused(error: ApiError, retryAfterMicros: Micros = 0): EvictionState {
  return { kind: 'refused', error, retryAfterMicros };
}
