/** Columns and status of HorizontalPodAutoscalers. */

import { displayAmount } from '../../../api/quantityNotation.ts';
import type { AutoscalerMetric, JsonObject, ResourceMetric } from '../../../api/types.ts';
import type { HorizontalPodAutoscaler, MetricStatus } from '../../../cluster/objects.ts';
import { timestamp } from '../timestamps.ts';
import { ageOf, type Columns, columnsOf, NONE, UNKNOWN } from './columns.ts';

/** More metrics are counted only. */
const MOST_METRICS = 2;

export const horizontalPodAutoscalerColumns: Columns = columnsOf(
  'HorizontalPodAutoscaler',
  ['REFERENCE', 'TARGETS', 'MINPODS', 'MAXPODS', 'REPLICAS', 'AGE'],
  [],
  ({ spec, status, creationMicros }, cluster) => [
    `${spec.scaleTargetRef.kind}/${spec.scaleTargetRef.name}`,
    targetsOf(spec.metrics, status.currentMetrics),
    String(spec.minReplicas),
    String(spec.maxReplicas),
    String(status.currentReplicas),
    ageOf(cluster, creationMicros),
  ],
);

/** `cpu: 50%/80%, memory: <unknown>/70%` */
function targetsOf(metrics: readonly AutoscalerMetric[], current: readonly (MetricStatus | undefined)[]): string {
  if (metrics.length === 0) return NONE;
  const texts = metrics.map((metric, index) => targetOf(metric, current[index]));
  const shown = texts.slice(0, MOST_METRICS).join(', ');
  return texts.length > MOST_METRICS ? `${shown} + ${texts.length - MOST_METRICS} more...` : shown;
}

function targetOf(metric: AutoscalerMetric, current: MetricStatus | undefined): string {
  if (!isResource(metric)) return `${UNKNOWN}/${metric.type.toLowerCase()} ${metric.name}`;
  const { averageUtilization, averageValueMilli } = metric.target;
  if (averageUtilization === undefined) {
    const value = current === undefined ? UNKNOWN : thousandths(current.averageValueMilli);
    return `${metric.resource}: ${value}/${thousandths(averageValueMilli!)}`;
  }
  const used = current?.averageUtilization === undefined ? UNKNOWN : `${current.averageUtilization}%`;
  return `${metric.resource}: ${used}/${averageUtilization}%`;
}

function isResource(metric: AutoscalerMetric): metric is ResourceMetric {
  return metric.type === 'Resource' || metric.type === 'ContainerResource';
}

function thousandths(milli: number): string {
  return displayAmount(milli / 1000, 'DecimalSI');
}

/** All of the status but its conditions. */
export function autoscalerStatus({ status }: HorizontalPodAutoscaler): JsonObject {
  const metrics = status.currentMetrics.map(
    (metric): JsonObject => (metric === undefined ? { type: '' } : used(metric)),
  );
  return {
    ...(metrics.length > 0 && { currentMetrics: metrics }),
    ...(status.currentReplicas !== 0 && { currentReplicas: status.currentReplicas }),
    desiredReplicas: status.desiredReplicas,
    ...(status.lastScaleMicros !== undefined && { lastScaleTime: timestamp(status.lastScaleMicros) }),
  };
}

function used({ resource, container, averageUtilization, averageValueMilli }: MetricStatus): JsonObject {
  const current = {
    ...(averageUtilization !== undefined && { averageUtilization }),
    averageValue: thousandths(averageValueMilli),
  };
  return container === ''
    ? { type: 'Resource', resource: { name: resource, current } }
    : { type: 'ContainerResource', containerResource: { name: resource, container, current } };
}
