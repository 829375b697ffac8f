/** The API server's defaults of HorizontalPodAutoscalers, and what it makes of their first version. */
import { isJsonObject } from './canonical.ts';
import { child, fill, objectAt } from './defaults.ts';
import type { JsonObject } from './types.ts';

/** Percent of the requested cpu, where no metric is given. */
const DEFAULT_UTILIZATION = 80;

const DEFAULT_POLICIES = {
  scaleUp: [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ],
  scaleDown: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
} as const;

/** Upstream's `SetDefaults_HorizontalPodAutoscaler`. */
export function defaultHorizontalPodAutoscaler(document: JsonObject): void {
  const spec = child(document, 'spec');
  fill(spec, { minReplicas: 1 });
  if (!Array.isArray(spec.metrics) || spec.metrics.length === 0) spec.metrics = [cpuMetric(DEFAULT_UTILIZATION)];
  if (!isJsonObject(spec.behavior)) return;
  for (const direction of ['scaleUp', 'scaleDown'] as const) {
    const rules = child(spec.behavior, direction);
    fill(rules, { selectPolicy: 'Max', policies: DEFAULT_POLICIES[direction].map((policy) => ({ ...policy })) });
    if (direction === 'scaleUp') fill(rules, { stabilizationWindowSeconds: 0 });
  }
}

/**
 * An object of `autoscaling/v1` as one of `autoscaling/v2`. The annotations that carry in v1 what has no field there stay
 * annotations, of no account.
 */
export function convertAutoscalerV1(document: JsonObject): JsonObject {
  const { targetCPUUtilizationPercentage, ...spec } = objectAt(document, 'spec');
  const metrics =
    typeof targetCPUUtilizationPercentage === 'number' ? { metrics: [cpuMetric(targetCPUUtilizationPercentage)] } : {};
  // What is wrong with it is told under its own name.
  const kept = 'metrics' in metrics || targetCPUUtilizationPercentage == null ? {} : { targetCPUUtilizationPercentage };
  return { ...document, apiVersion: 'autoscaling/v2', spec: { ...spec, ...metrics, ...kept } };
}

/** `{type: Resource, …}` for a share of the requested cpu. */
export function cpuMetric(averageUtilization: number): JsonObject {
  return { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } };
}
