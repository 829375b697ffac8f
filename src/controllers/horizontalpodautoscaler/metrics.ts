import type { AutoscalerMetric, ResourceMetric } from '../../api/types.ts';
import type { MetricStatus } from '../../cluster/index.ts';
import type { MetricInput, ReplicaCalculator } from './replicaCalculator.ts';

/** What all metrics of an autoscaler together ask for. */
export interface MetricsOutcome {
  /** Undefined: nothing may be changed. */
  readonly replicas: number | undefined;
  /** Of the metric that asks for the most: `cpu resource utilization (percentage of request)`. */
  readonly name: string;
  readonly statuses: readonly (MetricStatus | undefined)[];
  readonly failures: readonly MetricFailure[];
}

export interface MetricFailure {
  /** `FailedGetResourceMetric` */
  readonly reason: string;
  readonly message: string;
  /** What the error is called among those of all metrics. */
  readonly error: string;
}

/**
 * Upstream's `computeReplicasForMetrics`: the most that any metric asks for. Where some metric fails the others may
 * still scale up.
 */
export function computeReplicasForMetrics(
  calculator: ReplicaCalculator,
  metrics: readonly AutoscalerMetric[],
  input: Omit<MetricInput, 'metric'>,
): MetricsOutcome {
  let replicas: number | undefined;
  let name = '';
  const statuses: (MetricStatus | undefined)[] = [];
  const failures: MetricFailure[] = [];
  for (const metric of metrics) {
    const proposal = isResource(metric) ? calculator.calculate({ ...input, metric }) : unavailable(metric);
    if (typeof proposal === 'string') {
      statuses.push(undefined);
      failures.push(failureOf(metric, proposal));
      continue;
    }
    statuses.push(proposal.status);
    if (replicas !== undefined && proposal.replicas <= replicas) continue;
    replicas = proposal.replicas;
    name = nameOf(metric as ResourceMetric);
  }
  const isHeld = failures.length > 0 && (replicas ?? 0) < input.currentReplicas;
  return { replicas: isHeld ? undefined : replicas, name, statuses, failures };
}

/** The error of a sync in which some metrics failed. */
export function failuresText(failures: readonly MetricFailure[], metrics: readonly AutoscalerMetric[]): string {
  return `invalid metrics (${failures.length} invalid out of ${metrics.length}), first error is: ${failures[0]!.error}`;
}

function nameOf({ type, resource, target }: ResourceMetric): string {
  const of = type === 'Resource' ? `${resource} resource` : `${resource} container resource`;
  return target.averageUtilization === undefined ? of : `${of} utilization (percentage of request)`;
}

function failureOf(metric: AutoscalerMetric, problem: string): MetricFailure {
  if (!isResource(metric)) {
    const error = `failed to get ${metric.type.toLowerCase()} metric value: ${problem}`;
    return { reason: `FailedGet${metric.type}Metric`, message: problem, error };
  }
  const { type, resource, target } = metric;
  const what = target.averageUtilization === undefined ? 'usage' : 'utilization';
  const message = `failed to get ${resource} ${what}: ${problem}`;
  const of = type === 'Resource' ? 'resource metric' : 'container metric';
  return { reason: `FailedGet${type}Metric`, message, error: `failed to get ${resource} ${of} value: ${message}` };
}

/** As on a cluster in which nobody serves the API of such metrics. */
function unavailable({ type, name }: Exclude<AutoscalerMetric, ResourceMetric>): string {
  const api = type === 'External' ? 'external' : 'custom';
  return `unable to get metric ${name}: unable to fetch metrics from ${api} metrics API: no ${api} metrics are simulated`;
}

function isResource(metric: AutoscalerMetric): metric is ResourceMetric {
  return metric.type === 'Resource' || metric.type === 'ContainerResource';
}
