import { canonicalJson } from '../../api/canonical.ts';
import {
  type ApiError,
  type Cluster,
  call,
  type HorizontalPodAutoscaler,
  type HorizontalPodAutoscalerStatus,
  type Process,
  read,
  truncateToSecond,
} from '../../cluster/index.ts';
import type { Micros } from '../../kernel/time.ts';
import { type ControllerContext, type SyncError, Workers } from '../workers.ts';
import { Conditions } from './conditions.ts';
import { Decider, type Decision, type Reconciliation } from './decide.ts';
import { RestingAutoscalers } from './restingAutoscalers.ts';
import { readScale, updateScale } from './scaleTarget.ts';
import { ScalingMemory } from './scalingMemory.ts';

/** Minor version since which an autoscaler that is new, or has a new spec, does not wait for its first sync. */
const IMMEDIATE_SINCE = 37;

/**
 * Scales Deployments, ReplicaSets, ReplicationControllers and StatefulSets by what their pods use, as upstream's
 * pkg/controller/podautoscaler does, each autoscaler every 15 seconds.
 *
 * Left out: metrics other than those of resources, which fail as on a cluster without an adapter; the wait for the
 * informer (StaleControllerConsistencyHPA). Pod metrics are read in no time.
 */
export class HorizontalController {
  private readonly context: ControllerContext;
  private readonly cluster: Cluster;
  private readonly periodMicros: Micros;
  private readonly workers: Workers;
  private readonly decider: Decider;
  private readonly resting: RestingAutoscalers;
  private readonly memories = new Map<number, ScalingMemory>();

  constructor(context: ControllerContext) {
    const { kubeControllerManager } = context.controlPlane;
    this.context = context;
    this.cluster = context.cluster;
    this.periodMicros = kubeControllerManager.horizontalPodAutoscaler.syncPeriodMicros;
    this.workers = new Workers(context, {
      name: 'horizontal-pod-autoscaler',
      concurrency: kubeControllerManager.concurrentHorizontalPodAutoscalerSyncs,
      sync: (uid) => this.sync(uid),
    });
    this.cluster.sendEventsAbout('HorizontalPodAutoscaler', this.workers.client);
    this.decider = new Decider(context);
    this.resting = new RestingAutoscalers(this.cluster, this.periodMicros, (uid, delayMicros, lastMicros) => {
      this.memories.get(uid)?.renew(lastMicros);
      this.workers.queue.addAfter(uid, delayMicros);
    });
    this.cluster.tables.HorizontalPodAutoscaler.listen((before, after) => this.changed(before, after));
  }

  /** Every autoscaler has one place in a queue that nothing leaves before its period is over. */
  private changed(before: HorizontalPodAutoscaler | undefined, after: HorizontalPodAutoscaler | undefined): void {
    const { queue } = this.workers;
    if (after === undefined) {
      this.decider.forget(before!);
      queue.add(before!.uid);
    } else if (this.context.version.minor >= IMMEDIATE_SINCE && hasNewSpec(before, after)) queue.add(after.uid);
    else queue.addAfter(after.uid, this.periodMicros);
  }

  private *sync(uid: number): Process<SyncError> {
    this.resting.forget(uid);
    const autoscaler = this.cluster.tables.HorizontalPodAutoscaler.cached(uid);
    if (autoscaler === undefined) {
      this.memories.delete(uid);
      return undefined;
    }
    const isSettled = yield* this.reconcile(autoscaler);
    // Whether it failed or not: the next sync is one period later.
    if (isSettled) this.resting.rest(uid);
    else this.workers.queue.addAfter(uid, this.periodMicros);
    return undefined;
  }

  /** @returns whether the next sync would do nothing, unless something changes */
  private *reconcile(autoscaler: HorizontalPodAutoscaler): Process<boolean> {
    const { uid, meta, spec, status } = autoscaler;
    const { kernel } = this.cluster;
    const scale = yield* read(() => readScale(this.cluster, meta.namespace, spec.scaleTargetRef));
    const conditions = new Conditions(status.conditions, kernel.nowMicros);
    if ('message' in scale) return yield* this.failToGetScale(autoscaler, conditions, scale);
    conditions.set('AbleToScale', 'True', 'SucceededGetScale', SUCCEEDED_GET_SCALE);
    const memory = this.memoryOf(uid);
    memory.begin(scale.replicas, kernel.nowMicros);
    const reconciliation = { autoscaler, memory, conditions, scale };
    const decision = this.decider.decide(reconciliation);
    const { desired, reason, isSteady } = decision;
    if (desired !== undefined && desired !== scale.replicas) {
      yield* this.rescale(reconciliation, decision, desired);
      return false;
    }
    const isUnchanged = yield* this.writeStatus(reconciliation, decision, desired ?? status.desiredReplicas);
    if (desired === undefined) this.cluster.recordEvent(autoscaler, 'FailedComputeMetricsReplicas', reason);
    return isUnchanged && isSteady;
  }

  private *failToGetScale(
    autoscaler: HorizontalPodAutoscaler,
    conditions: Conditions,
    { message }: ApiError,
  ): Process<boolean> {
    this.cluster.recordEvent(autoscaler, 'FailedGetScale', message);
    conditions.set('AbleToScale', 'False', 'FailedGetScale', `${FAILED_GET_SCALE}: ${message}`);
    return yield* this.update(autoscaler, { ...autoscaler.status, conditions: conditions.all });
  }

  private *rescale(reconciliation: Reconciliation, decision: Decision, desired: number): Process<void> {
    const { autoscaler, memory, conditions, scale } = reconciliation;
    const { kernel } = this.cluster;
    const newSize = `New size: ${desired}; reason: ${decision.reason}`;
    const { error } = yield call(() => updateScale(this.cluster, scale, desired));
    if (error !== undefined) {
      this.cluster.recordEvent(autoscaler, 'FailedRescale', `${newSize}; error: ${error.message}`);
      conditions.set('AbleToScale', 'False', 'FailedUpdateScale', `${FAILED_UPDATE_SCALE}: ${error.message}`);
      yield* this.writeStatus(reconciliation, decision, autoscaler.status.desiredReplicas);
      return;
    }
    const updated = `the HPA controller was able to update the target scale to ${desired}`;
    conditions.set('AbleToScale', 'True', 'SucceededRescale', updated);
    if (this.context.gates.HPAScaleToZero) {
      conditions.set('ScaledToZero', 'False', 'NotScaledToZero', NOT_SCALED_TO_ZERO);
    }
    this.cluster.recordEvent(autoscaler, 'SuccessfulRescale', newSize);
    const rules = autoscaler.spec.behavior?.[desired > scale.replicas ? 'scaleUp' : 'scaleDown'];
    if (rules !== undefined) {
      const longestSeconds = Math.max(...rules.policies.map(({ periodSeconds }) => periodSeconds));
      memory.scaled(scale.replicas, desired, kernel.nowMicros, longestSeconds);
    }
    yield* this.writeStatus(reconciliation, decision, desired, truncateToSecond(kernel.nowMicros));
  }

  private *writeStatus(
    { autoscaler, conditions, scale }: Reconciliation,
    { statuses }: Decision,
    desiredReplicas: number,
    lastScaleMicros = autoscaler.status.lastScaleMicros,
  ): Process<boolean> {
    return yield* this.update(autoscaler, {
      currentReplicas: scale.replicas,
      desiredReplicas,
      currentMetrics: statuses,
      lastScaleMicros,
      conditions: conditions.all,
    });
  }

  /** @returns whether there was nothing to write; what is not written in time is written by the next sync */
  private *update(autoscaler: HorizontalPodAutoscaler, status: HorizontalPodAutoscalerStatus): Process<boolean> {
    if (isSameStatus(autoscaler.status, status)) return true;
    yield call(() => this.cluster.tables.HorizontalPodAutoscaler.update({ ...autoscaler, status }));
    return false;
  }

  private memoryOf(uid: number): ScalingMemory {
    let memory = this.memories.get(uid);
    if (memory === undefined) this.memories.set(uid, (memory = new ScalingMemory()));
    return memory;
  }
}

const SUCCEEDED_GET_SCALE = "the HPA controller was able to get the target's current scale";
const FAILED_GET_SCALE = "the HPA controller was unable to get the target's current scale";
const FAILED_UPDATE_SCALE = 'the HPA controller was unable to update the target scale';
const NOT_SCALED_TO_ZERO = 'the HPA controller did not scale the workload to zero';

function hasNewSpec(before: HorizontalPodAutoscaler | undefined, after: HorizontalPodAutoscaler): boolean {
  if (before === undefined) return true;
  return before.spec !== after.spec && canonicalJson(before.manifest.spec!) !== canonicalJson(after.manifest.spec!);
}

function isSameStatus(a: HorizontalPodAutoscalerStatus, b: HorizontalPodAutoscalerStatus): boolean {
  return (
    a.currentReplicas === b.currentReplicas &&
    a.desiredReplicas === b.desiredReplicas &&
    a.lastScaleMicros === b.lastScaleMicros &&
    a.conditions === b.conditions &&
    JSON.stringify(a.currentMetrics) === JSON.stringify(b.currentMetrics)
  );
}
