import type { ResourceMetric } from '../../api/types.ts';
import {
  type Cluster,
  type MetricStatus,
  POD_EXISTS,
  POD_FAILED,
  POD_READY,
  POD_RUNNING,
  POD_SUCCEEDED,
  POD_TERMINATING,
  type PodMetricsSource,
  truncateToSecond,
} from '../../cluster/index.ts';
import type { Micros } from '../../kernel/time.ts';
import type { HorizontalPodAutoscalerOptions } from '../options.ts';

/** Shares by which usage may exceed its target, and fall short of it, before anything changes. */
export interface Tolerances {
  readonly scaleUp: number;
  readonly scaleDown: number;
}

export interface Proposal {
  readonly replicas: number;
  readonly status: MetricStatus;
}

/** What a metric is reckoned from. */
export interface MetricInput {
  readonly currentReplicas: number;
  /** Rows of the pods that the target's selector selects, as informers see them. */
  readonly pods: readonly number[];
  readonly metric: ResourceMetric;
  readonly tolerances: Tolerances;
}

/** The pods of a target by how they count (upstream's `groupPods`); those that terminate or failed are in none. */
interface PodGroups {
  /** Thousandths, by pod: all that is measured. */
  readonly usage: Map<number, number>;
  readonly ready: number;
  readonly unready: readonly number[];
  readonly missing: readonly number[];
}

interface Ratio {
  readonly ratio: number;
  /** Percent; undefined for a target that is an amount. */
  readonly utilization: number | undefined;
  /** Thousandths, per pod that is measured. */
  readonly average: number;
}

const FINISHED_OR_GONE = POD_TERMINATING | POD_FAILED;

/** How many replicas a metric asks for, as upstream's `replica_calculator.go` reckons it. */
export class ReplicaCalculator {
  /** Whether, in the last calculation, a pod counted in a way that time alone will change. */
  isTransient = false;
  private readonly cluster: Cluster;
  private readonly source: PodMetricsSource | undefined;
  private readonly options: HorizontalPodAutoscalerOptions;

  constructor(cluster: Cluster, source: PodMetricsSource | undefined, options: HorizontalPodAutoscalerOptions) {
    this.cluster = cluster;
    this.source = source;
    this.options = options;
  }

  /** @returns what is wrong where the metric cannot be had */
  calculate(input: MetricInput): Proposal | string {
    const { metric, pods } = input;
    const samples = this.samplesOf(metric, pods);
    if (samples.size === 0) {
      return `unable to get metrics for resource ${metric.resource}: no metrics returned from resource metrics API`;
    }
    if (pods.length === 0) return 'no pods returned by selector while calculating replica count';
    const groups = this.groupPods(metric.resource, pods, samples);
    if (groups.usage.size === 0) return 'did not receive metrics for targeted pods (pods might be unready)';
    const requests = metric.target.averageUtilization === undefined ? undefined : this.requestsOf(metric, pods);
    if (typeof requests === 'string') return requests;
    const usage = ratioOf(metric, groups.usage, requests);
    if (!Number.isFinite(usage.ratio)) return 'no metrics returned matched known pods';
    const replicas = replicasFor(input, groups, usage, requests);
    const { resource, container } = metric;
    const status = { resource, container, averageUtilization: usage.utilization, averageValueMilli: usage.average };
    return { replicas, status };
  }

  /** Thousandths by pod; one that lacks the resource, or whose container is another, has no sample. */
  private samplesOf({ resource, container }: ResourceMetric, pods: readonly number[]): Map<number, number> {
    const samples = new Map<number, number>();
    for (const pod of pods) {
      const sample = this.source?.sampleOf(pod);
      const amount = resource === 'cpu' ? sample?.cpuMilli : times1000(sample?.memoryBytes);
      if (amount === undefined) continue;
      // All that is used is the first container's.
      const { containers } = this.cluster.templateOf(pod).spec;
      if (container === '' || container === containers[0]!.name) samples.set(pod, amount);
      else if (containers.some(({ name }) => name === container)) samples.set(pod, 0);
    }
    return samples;
  }

  private groupPods(resource: string, pods: readonly number[], samples: Map<number, number>): PodGroups {
    const usage = new Map<number, number>();
    const unready: number[] = [];
    const missing: number[] = [];
    let ready = 0;
    for (const pod of pods) {
      const state = this.cluster.pods.observed[pod]!;
      const sample = samples.get(pod);
      if ((state & FINISHED_OR_GONE) !== 0) continue;
      if ((state & (POD_RUNNING | POD_SUCCEEDED)) === 0) unready.push(pod);
      else if (sample === undefined) missing.push(pod);
      else if (resource === 'cpu' && this.isUnready(pod, state)) unready.push(pod);
      else {
        usage.set(pod, sample);
        ready++;
      }
    }
    return { usage, ready, unready, missing };
  }

  /** A pod that has just started burns cpu without doing work for anybody; times are whole seconds, as in the API. */
  private isUnready(pod: number, state: number): boolean {
    const { pods, kernel } = this.cluster;
    const now = kernel.nowMicros;
    const { cpuInitializationPeriodMicros, initialReadinessDelayMicros } = this.options;
    const isReady = (state & POD_READY) !== 0;
    const startedMicros = truncateToSecond(pods.boundMicros[pod]!);
    const transitionMicros = isReady ? truncateToSecond(pods.readyMicros[pod]!) : this.unreadySinceMicros(pod);
    if (startedMicros + cpuInitializationPeriodMicros > now) {
      const sampleMicros = truncateToSecond(now);
      const isOld = sampleMicros < transitionMicros + this.source!.windowMicros;
      // One that was never ready stays left out after the period too.
      if (isReady ? isOld : pods.readyMicros[pod] !== -1) this.isTransient = true;
      return !isReady || isOld;
    }
    return !isReady && startedMicros + initialReadinessDelayMicros > transitionMicros;
  }

  /** A pod that was never ready has had its condition since its start; one that ceased to be was ready for a while. */
  private unreadySinceMicros(pod: number): Micros {
    const { pods } = this.cluster;
    return truncateToSecond(pods.readyMicros[pod] === -1 ? pods.boundMicros[pod]! : this.cluster.kernel.nowMicros);
  }

  /** Thousandths by pod. @returns what is wrong where a container requests nothing */
  private requestsOf(
    { resource, container: wanted }: ResourceMetric,
    pods: readonly number[],
  ): Map<number, number> | string {
    const requests = new Map<number, number>();
    for (const pod of pods) {
      if ((this.cluster.pods.observed[pod]! & POD_EXISTS) === 0) continue;
      const { containers, initContainers } = this.cluster.templateOf(pod).spec;
      let sum = 0;
      for (const container of [...containers, ...initContainers.filter(({ isSidecar }) => isSidecar)]) {
        if (wanted !== '' && container.name !== wanted) continue;
        const { cpuMilli, memoryBytes } = container.requests;
        if (!(resource === 'cpu' ? container.isCpuRequested : container.isMemoryRequested)) {
          return `missing request for ${resource} in container ${container.name} of Pod ${this.cluster.podName(pod)}`;
        }
        sum += resource === 'cpu' ? cpuMilli : memoryBytes * 1000;
      }
      requests.set(pod, sum);
    }
    return requests;
  }
}

/** @param requests undefined for a target that is an amount per pod */
function ratioOf(
  { target }: ResourceMetric,
  usage: Map<number, number>,
  requests: Map<number, number> | undefined,
): Ratio {
  let used = 0;
  let requested = 0;
  for (const [pod, amount] of usage) {
    used += amount;
    requested += requests?.get(pod) ?? 0;
  }
  const average = Math.floor(used / usage.size);
  if (requests === undefined) return { ratio: average / target.averageValueMilli!, utilization: undefined, average };
  const utilization = Math.floor((used * 100) / requested);
  return { ratio: utilization / target.averageUtilization!, utilization, average };
}

function replicasFor(
  { metric, currentReplicas, tolerances }: MetricInput,
  { usage, ready, unready, missing }: PodGroups,
  { ratio }: Ratio,
  requests: Map<number, number> | undefined,
): number {
  const countsUnready = unready.length > 0 && ratio > 1;
  if (!countsUnready && missing.length === 0) {
    return isWithin(ratio, tolerances) ? currentReplicas : Math.ceil(ratio * ready);
  }
  const assumed = new Map(usage);
  // Against the direction of the change: pods without samples use all of it, or nothing.
  if (ratio < 1) for (const pod of missing) assumed.set(pod, fullUsage(metric, requests?.get(pod)));
  else if (ratio > 1) for (const pod of missing) assumed.set(pod, 0);
  if (countsUnready) for (const pod of unready) assumed.set(pod, 0);
  const next = ratioOf(metric, assumed, requests).ratio;
  const turns = (ratio < 1 && next > 1) || (ratio > 1 && next < 1);
  if (isWithin(next, tolerances) || turns) return currentReplicas;
  const replicas = Math.ceil(next * assumed.size);
  const isBackwards = (next < 1 && replicas > currentReplicas) || (next > 1 && replicas < currentReplicas);
  return isBackwards ? currentReplicas : replicas;
}

function fullUsage({ target }: ResourceMetric, request: number | undefined): number {
  if (target.averageUtilization === undefined) return target.averageValueMilli!;
  return Math.floor((request! * Math.max(100, target.averageUtilization)) / 100);
}

function isWithin(ratio: number, { scaleUp, scaleDown }: Tolerances): boolean {
  return 1 - scaleDown <= ratio && ratio <= 1 + scaleUp;
}

function times1000(value: number | undefined): number | undefined {
  return value === undefined ? undefined : value * 1000;
}
