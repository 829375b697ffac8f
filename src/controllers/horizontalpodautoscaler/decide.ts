import type { FeatureGates } from '../../api/featureGates.ts';
import type { HorizontalPodAutoscalerSpec } from '../../api/types.ts';
import type { Cluster, HorizontalPodAutoscaler, HorizontalPodAutoscalerStatus } from '../../cluster/index.ts';
import type { HorizontalPodAutoscalerOptions } from '../options.ts';
import { PodSelectors } from '../podSelectors.ts';
import type { ControllerContext } from '../workers.ts';
import type { Conditions } from './conditions.ts';
import { computeReplicasForMetrics, failuresText, type MetricsOutcome } from './metrics.ts';
import { longestWindowMicros, normalizeDesiredReplicas } from './normalize.ts';
import { ReplicaCalculator, type Tolerances } from './replicaCalculator.ts';
import type { Scale } from './scaleTarget.ts';
import type { ScalingMemory } from './scalingMemory.ts';

/** What one sync works with. */
export interface Reconciliation {
  readonly autoscaler: HorizontalPodAutoscaler;
  readonly memory: ScalingMemory;
  readonly conditions: Conditions;
  readonly scale: Scale;
}

export interface Decision {
  /** How large the target is to be; undefined: the metrics failed, and all stays as it is. */
  readonly desired: number | undefined;
  readonly statuses: HorizontalPodAutoscalerStatus['currentMetrics'];
  /** For Events: why the target is scaled, or what is wrong. */
  readonly reason: string;
  /** Later syncs come to the same as long as nothing changes. */
  readonly isSteady: boolean;
}

/** Decides how large the target of an autoscaler is to be: the middle of upstream's `reconcileAutoscaler`. */
export class Decider {
  private readonly cluster: Cluster;
  private readonly gates: FeatureGates;
  private readonly source: ControllerContext['podMetrics'];
  private readonly options: HorizontalPodAutoscalerOptions;
  private readonly calculator: ReplicaCalculator;
  /** Which autoscalers take a pod for theirs; known of those that have got as far as their metrics. */
  private readonly selectors: PodSelectors;

  constructor({ cluster, gates, podMetrics, controlPlane }: ControllerContext) {
    this.cluster = cluster;
    this.gates = gates;
    this.source = podMetrics;
    this.options = controlPlane.kubeControllerManager.horizontalPodAutoscaler;
    this.calculator = new ReplicaCalculator(cluster, podMetrics, this.options);
    this.selectors = new PodSelectors(cluster);
  }

  forget(autoscaler: HorizontalPodAutoscaler): void {
    this.selectors.delete(autoscaler);
  }

  decide(reconciliation: Reconciliation): Decision {
    const { autoscaler, conditions, scale } = reconciliation;
    const { minReplicas, maxReplicas } = autoscaler.spec;
    const { replicas } = scale;
    if (replicas === 0 && !(minReplicas === 0 && this.gates.HPAScaleToZero)) {
      conditions.set('ScalingActive', 'False', 'ScalingDisabled', SCALING_DISABLED);
      return { desired: replicas, statuses: [], reason: '', isSteady: true };
    }
    if (replicas > maxReplicas) return unasked(maxReplicas, 'Current number of replicas above Spec.MaxReplicas');
    if (replicas < minReplicas) return unasked(minReplicas, 'Current number of replicas below Spec.MinReplicas');
    return this.askMetrics(reconciliation);
  }

  private askMetrics({ autoscaler, memory, conditions, scale }: Reconciliation): Decision {
    const { spec } = autoscaler;
    const pods = this.selectedPods(scale);
    const ambiguity = this.ambiguityOf(autoscaler, scale, pods);
    if (ambiguity !== undefined) {
      this.cluster.recordEvent(autoscaler, 'AmbiguousSelector', ambiguity);
      conditions.set('ScalingActive', 'False', 'AmbiguousSelector', ambiguity);
      return { desired: undefined, statuses: [], reason: ambiguity, isSteady: true };
    }
    this.calculator.isTransient = false;
    const outcome = computeReplicasForMetrics(this.calculator, spec.metrics, {
      currentReplicas: scale.replicas,
      pods,
      tolerances: this.tolerancesOf(spec),
    });
    const isSteady = !this.calculator.isTransient && this.isLoadSteady(pods);
    for (const { reason, message } of outcome.failures) this.cluster.recordEvent(autoscaler, reason, message);
    const { replicas, name, statuses } = outcome;
    if (replicas === undefined) return failed(outcome, spec, conditions, isSteady);
    conditions.set('ScalingActive', 'True', 'ValidMetricFound', `${VALID_METRIC_FOUND} ${name}`);
    const { nowMicros } = this.cluster.kernel;
    const { downscaleStabilizationMicros } = this.options;
    const given = { spec, memory, conditions, nowMicros, downscaleStabilizationMicros };
    const normalized = normalizeDesiredReplicas({ ...given, current: scale.replicas, desired: replicas });
    const cutoffMicros = nowMicros - longestWindowMicros(spec, downscaleStabilizationMicros);
    return {
      desired: normalized.replicas,
      statuses,
      reason: replicas > scale.replicas ? `${name} above target` : 'All metrics below target',
      isSteady: isSteady && !normalized.isRateLimited && memory.isSteady(replicas, cutoffMicros),
    };
  }

  /** Rows of the target's pods as informers see them, those of all its ReplicaSets. */
  private selectedPods({ object, selector }: Scale): number[] {
    const { pods, labels } = this.cluster;
    const compiled = labels.compile(selector);
    const selected: number[] = [];
    for (let pod = 0; pod < pods.rowCount; pod++) {
      if (pods.observed[pod] === 0 || !compiled.matches(pods.labelSet[pod]!)) continue;
      if (this.cluster.podNamespace(pod) === object.meta.namespace) selected.push(pod);
    }
    return selected;
  }

  /** Autoscalers that have pods in common all stop. */
  private ambiguityOf(
    autoscaler: HorizontalPodAutoscaler,
    { selector }: Scale,
    pods: readonly number[],
  ): string | undefined {
    this.selectors.add(autoscaler, selector);
    const uids = new Set(pods.flatMap((pod) => [...this.selectors.matching(pod)]));
    if (uids.size < 2) return undefined;
    const { namespace } = autoscaler.meta;
    const table = this.cluster.tables.HorizontalPodAutoscaler;
    const names = [...uids].flatMap((uid) => table.cached(uid)?.meta.name ?? []).sort();
    const keys = names.map((name) => `${namespace}/${name}`).join(' ');
    return `pods by selector ${selector.canonical} are controlled by multiple HPAs: [${keys}]`;
  }

  private isLoadSteady(pods: readonly number[]): boolean {
    return pods.every(
      (pod) => (this.source?.nextChangeMicros(pod) ?? Number.POSITIVE_INFINITY) === Number.POSITIVE_INFINITY,
    );
  }

  private tolerancesOf({ behavior }: HorizontalPodAutoscalerSpec): Tolerances {
    const { tolerance } = this.options;
    if (behavior === undefined || !this.gates.HPAConfigurableTolerance) {
      return { scaleUp: tolerance, scaleDown: tolerance };
    }
    return {
      scaleUp: behavior.scaleUp.tolerance ?? tolerance,
      scaleDown: behavior.scaleDown.tolerance ?? tolerance,
    };
  }
}

/** Outside of its limits an autoscaler does not ask its metrics. */
function unasked(desired: number, reason: string): Decision {
  return { desired, statuses: [], reason, isSteady: false };
}

function failed(
  { failures, statuses }: MetricsOutcome,
  { metrics }: HorizontalPodAutoscalerSpec,
  conditions: Conditions,
  isSteady: boolean,
): Decision {
  const { reason, message } = failures[0]!;
  conditions.set('ScalingActive', 'False', reason, `the HPA was unable to compute the replica count: ${message}`);
  return { desired: undefined, statuses, reason: failuresText(failures, metrics), isSteady };
}

const SCALING_DISABLED = 'scaling is disabled since the replica count of the target is zero';
const VALID_METRIC_FOUND = 'the HPA was able to successfully calculate a replica count from';
