/** `autoscaling/v2` HorizontalPodAutoscaler. */
import type { FieldPath } from '../path.ts';
import { parseCpuMilli } from '../quantity.ts';
import type {
  AutoscalerMetric,
  HorizontalPodAutoscalerManifest,
  HorizontalPodAutoscalerSpec,
  JsonObject,
  MetricTarget,
  ResourceMetric,
  ScalingPolicy,
  ScalingRules,
} from '../types.ts';
import { type DecodeContext, failAt, parseAt, unsupported } from './context.ts';
import { integerAt, objectAt, objectsAt, readMeta, stringAt } from './read.ts';

const FOREIGN_FIELDS = { Object: 'object', Pods: 'pods', External: 'external' } as const;
const METRIC_TYPES = ['ContainerResource', 'External', 'Object', 'Pods', 'Resource'] as const;
const RESOURCES = ['cpu', 'memory'] as const;
const TARGET_TYPES = ['AverageValue', 'Utilization', 'Value'] as const;
const POLICY_TYPES = ['Percent', 'Pods'] as const;
const SELECT_POLICIES = ['Disabled', 'Max', 'Min'] as const;
/** Of `stabilizationWindowSeconds` and of `periodSeconds`. */
const MOST_STABILIZATION_SECONDS = 3600;
const MOST_PERIOD_SECONDS = 1800;

/**
 * @param document defaulted, of checked shape.
 * @throws InputError at the first field that upstream's validation would refuse, and for a resource other than cpu and
 *   memory, of which nothing is measured.
 */
export function readHorizontalPodAutoscaler(
  context: DecodeContext,
  document: JsonObject,
): HorizontalPodAutoscalerManifest {
  const meta = readMeta(context, document, true);
  const spec = objectAt(document, 'spec');
  const metrics = objectsAt(spec, 'metrics').map((metric, index) =>
    readMetric(context, ['spec', 'metrics', index], metric),
  );
  return {
    kind: 'HorizontalPodAutoscaler',
    meta,
    spec: {
      scaleTargetRef: readTargetRef(context, objectAt(spec, 'scaleTargetRef')),
      ...readLimits(context, spec, metrics),
      metrics,
      behavior: spec.behavior === undefined ? undefined : readBehavior(context, objectAt(spec, 'behavior')),
    },
    manifest: document,
  };
}

function readTargetRef(context: DecodeContext, reference: JsonObject): HorizontalPodAutoscalerSpec['scaleTargetRef'] {
  for (const field of ['kind', 'name'] as const) {
    if (stringAt(reference, field) === '') failAt(context, ['spec', 'scaleTargetRef', field], 'Required value');
  }
  const [apiVersion, kind, name] = (['apiVersion', 'kind', 'name'] as const).map((field) => stringAt(reference, field));
  return { apiVersion: apiVersion!, kind: kind!, name: name! };
}

function readLimits(
  context: DecodeContext,
  spec: JsonObject,
  metrics: readonly AutoscalerMetric[],
): Pick<HorizontalPodAutoscalerSpec, 'minReplicas' | 'maxReplicas'> {
  const minReplicas = integerAt(context, ['spec', 'minReplicas'], spec.minReplicas, 1);
  if (spec.maxReplicas === undefined) failAt(context, ['spec', 'maxReplicas'], 'Required value');
  const maxReplicas = integerAt(context, ['spec', 'maxReplicas'], spec.maxReplicas, 1, 1);
  if (maxReplicas < minReplicas) {
    const message = `Invalid value: ${maxReplicas}: must be greater than or equal to \`minReplicas\``;
    failAt(context, ['spec', 'maxReplicas'], message);
  }
  if (minReplicas === 0 && !metrics.some(({ type }) => type === 'Object' || type === 'External')) {
    const message =
      'Forbidden: must specify at least one Object or External metric to support scaling to zero replicas';
    failAt(context, ['spec', 'metrics'], message);
  }
  return { minReplicas, maxReplicas };
}

function readMetric(context: DecodeContext, path: FieldPath, metric: JsonObject): AutoscalerMetric {
  const type = oneOf(context, [...path, 'type'], stringAt(metric, 'type'), METRIC_TYPES);
  if (type !== 'Resource' && type !== 'ContainerResource') {
    const field = FOREIGN_FIELDS[type];
    if (metric[field] === undefined) missingSource(context, path, field);
    // As on a cluster without an adapter, the metric fails.
    return { type, name: stringAt(objectAt(objectAt(metric, field), 'metric'), 'name') };
  }
  const field = type === 'Resource' ? 'resource' : 'containerResource';
  if (metric[field] === undefined) missingSource(context, path, field);
  return readResource(context, [...path, field], objectAt(metric, field), type);
}

function missingSource(context: DecodeContext, path: FieldPath, field: string): never {
  return failAt(context, [...path, field], 'Required value: must populate information for the given metric source');
}

function readResource(
  context: DecodeContext,
  path: FieldPath,
  source: JsonObject,
  type: ResourceMetric['type'],
): ResourceMetric {
  const container = stringAt(source, 'container');
  if (type === 'ContainerResource' && container === '') {
    failAt(context, [...path, 'container'], 'Required value: must specify a container');
  }
  const name = stringAt(source, 'name');
  if (name === '') failAt(context, [...path, 'name'], 'Required value: must specify a resource name');
  const resource = RESOURCES.find((known) => known === name);
  if (resource === undefined) {
    return failAt(context, [...path, 'name'], `usage of ${name} is not simulated, that of cpu and memory is`);
  }
  return { type, resource, container, target: readTarget(context, [...path, 'target'], objectAt(source, 'target')) };
}

function readTarget(context: DecodeContext, path: FieldPath, target: JsonObject): MetricTarget {
  if (stringAt(target, 'type') === '')
    failAt(context, [...path, 'type'], 'Required value: must specify a metric target type');
  oneOf(context, [...path, 'type'], stringAt(target, 'type'), TARGET_TYPES);
  const utilization = target.averageUtilization;
  const averageValue = target.averageValue as string | number | undefined;
  if (utilization !== undefined && averageValue !== undefined) {
    failAt(
      context,
      [...path, 'averageValue'],
      'Forbidden: may not set both a target raw value and a target utilization',
    );
  }
  if (utilization === undefined && averageValue === undefined) {
    const message = 'Required value: must set either a target raw value or a target utilization';
    failAt(context, [...path, 'averageUtilization'], message);
  }
  if (utilization !== undefined) {
    const averageUtilization = integerAt(context, [...path, 'averageUtilization'], utilization, 1, 1);
    return { averageUtilization, averageValueMilli: undefined };
  }
  const averageValueMilli = parseAt(context, [...path, 'averageValue'], () => parseCpuMilli(averageValue!));
  if (averageValueMilli <= 0) failAt(context, [...path, 'averageValue'], 'must be positive');
  return { averageUtilization: undefined, averageValueMilli };
}

function readBehavior(context: DecodeContext, behavior: JsonObject): HorizontalPodAutoscalerSpec['behavior'] {
  const read = (direction: 'scaleUp' | 'scaleDown'): ScalingRules =>
    readRules(context, ['spec', 'behavior', direction], objectAt(behavior, direction));
  return { scaleUp: read('scaleUp'), scaleDown: read('scaleDown') };
}

function readRules(context: DecodeContext, path: FieldPath, rules: JsonObject): ScalingRules {
  const policies = objectsAt(rules, 'policies').map((policy, index) =>
    readPolicy(context, [...path, 'policies', index], policy),
  );
  if (policies.length === 0) failAt(context, [...path, 'policies'], 'Required value: must specify at least one Policy');
  const window = rules.stabilizationWindowSeconds;
  return {
    stabilizationWindowSeconds:
      window === undefined
        ? undefined
        : limited(context, [...path, 'stabilizationWindowSeconds'], window, 0, MOST_STABILIZATION_SECONDS),
    selectPolicy: oneOf(context, [...path, 'selectPolicy'], stringAt(rules, 'selectPolicy'), SELECT_POLICIES),
    policies,
    tolerance: readTolerance(context, [...path, 'tolerance'], rules.tolerance as string | number | undefined),
  };
}

function readPolicy(context: DecodeContext, path: FieldPath, policy: JsonObject): ScalingPolicy {
  for (const field of ['value', 'periodSeconds'] as const) {
    if (policy[field] === undefined) failAt(context, [...path, field], 'Required value');
  }
  return {
    type: oneOf(context, [...path, 'type'], stringAt(policy, 'type'), POLICY_TYPES),
    value: integerAt(context, [...path, 'value'], policy.value, 1, 1),
    periodSeconds: limited(context, [...path, 'periodSeconds'], policy.periodSeconds!, 1, MOST_PERIOD_SECONDS),
  };
}

function limited(context: DecodeContext, path: FieldPath, value: unknown, least: number, most: number): number {
  const read = integerAt(context, path, value as number, least, least);
  if (read > most) failAt(context, path, `must be less than or equal to ${most}`);
  return read;
}

function readTolerance(
  context: DecodeContext,
  path: FieldPath,
  value: string | number | undefined,
): number | undefined {
  if (value === undefined) return undefined;
  // Upstream reads it as thousandths.
  const tolerance = parseAt(context, path, () => parseCpuMilli(value)) / 1000;
  if (tolerance < 0) failAt(context, path, 'must be greater than or equal to 0');
  return tolerance;
}

function oneOf<T extends string>(context: DecodeContext, path: FieldPath, value: string, known: readonly T[]): T {
  return known.find((one) => one === value) ?? unsupported(context, path, value, known);
}
