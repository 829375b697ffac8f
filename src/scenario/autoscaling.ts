/** Pools that an autoscaler grows and shrinks, and the flags of that autoscaler. */
import { z } from 'zod';
import { type DecodeContext, failAt } from '../api/decode/context.ts';
import type { FieldPath } from '../api/path.ts';
import type { JsonValue } from '../api/types.ts';
import {
  type ClusterAutoscalerOptions,
  DEFAULT_CLUSTER_AUTOSCALER,
} from '../controllers/clusterautoscaler/nodeGroup.ts';
import type { Distribution } from '../kernel/distribution.ts';
import type { Micros } from '../kernel/time.ts';
import { readDelay } from './delays.ts';
import { readDuration } from './readSteps.ts';
import { delayForm, durationForm, type Leaf, wholeNumber } from './schemaForms.ts';

const NAME = 'cluster-autoscaler';

/** How far an autoscaler may take a pool. */
export interface PoolAutoscaling {
  readonly min: number;
  readonly max: number;
  /** From the request for a node to its kubelet registering it. */
  readonly provisioningDelay: Distribution;
}

export type AutoscaleInput = z.infer<ReturnType<typeof autoscaleSchema>>;
export type ClusterAutoscalerInput = z.infer<ReturnType<typeof clusterAutoscalerSchema>>;

export function autoscaleSchema(leaf: Leaf, mostNodes: number) {
  return z.strictObject({
    min: wholeNumber(0, mostNodes).optional().describe('Fewest nodes (default: count).'),
    max: wholeNumber(1, mostNodes).describe('Most nodes.'),
    provisioningDelay: leaf(delayForm()).describe('From the request for a node to its kubelet registering it.'),
  });
}

export function clusterAutoscalerSchema(leaf: Leaf) {
  const duration = (what: string) => leaf(durationForm()).optional().describe(what);
  return z.strictObject({
    'scan-interval': duration('How often it looks (default 10s).'),
    expander: z
      .enum(['least-waste', 'random'])
      .optional()
      .describe('Which of several pools grows (default least-waste).'),
    'scale-down-enabled': z.boolean().optional().describe('Whether it takes empty nodes away (default true).'),
    'scale-down-unneeded-time': duration('How long a node has to be empty (default 10m).'),
    'scale-down-delay-after-add': duration('From the last scale-up to the next scale-down (default 10m).'),
    'max-node-provision-time': duration('How long it waits for a node (default 15m).'),
    'max-scale-down-parallelism': wholeNumber(1)
      .optional()
      .describe('Most nodes that one scan takes away (default 10).'),
  });
}

/**
 * Reads `autoscale` of a pool.
 *
 * @param count as written, or undefined
 * @throws InputError for a pool that begins outside its bounds.
 */
export function readAutoscale(
  context: DecodeContext,
  path: FieldPath,
  input: AutoscaleInput,
  count: number | undefined,
): PoolAutoscaling {
  const min = input.min ?? count ?? 1;
  if (input.max < min) failAt(context, [...path, 'max'], `must not be less than ${min}, the fewest nodes`);
  if (count !== undefined && (count < min || count > input.max)) {
    failAt(context, path, `the pool begins with ${count} nodes, which is not between ${min} and ${input.max}`);
  }
  const provisioningDelay = readDelay(context, [...path, 'provisioningDelay'], input.provisioningDelay);
  return { min, max: input.max, provisioningDelay };
}

/**
 * Reads `controlPlane.cluster-autoscaler`.
 *
 * @throws InputError for a duration that cannot be.
 */
export function readClusterAutoscaler(context: DecodeContext, input: ClusterAutoscalerInput): ClusterAutoscalerOptions {
  const defaults = DEFAULT_CLUSTER_AUTOSCALER;
  const duration = (flag: keyof ClusterAutoscalerInput, fallback: Micros): Micros => {
    const value = input[flag];
    if (value === undefined) return fallback;
    return readDuration(context, ['controlPlane', NAME, flag], value as JsonValue);
  };
  const scanIntervalMicros = duration('scan-interval', defaults.scanIntervalMicros);
  if (scanIntervalMicros === 0) failAt(context, ['controlPlane', NAME, 'scan-interval'], 'must be greater than 0');
  return {
    scanIntervalMicros,
    expander: input.expander ?? defaults.expander,
    isScaleDownEnabled: input['scale-down-enabled'] ?? defaults.isScaleDownEnabled,
    scaleDownUnneededMicros: duration('scale-down-unneeded-time', defaults.scaleDownUnneededMicros),
    scaleDownDelayAfterAddMicros: duration('scale-down-delay-after-add', defaults.scaleDownDelayAfterAddMicros),
    maxNodeProvisionMicros: duration('max-node-provision-time', defaults.maxNodeProvisionMicros),
    maxScaleDownParallelism: input['max-scale-down-parallelism'] ?? defaults.maxScaleDownParallelism,
  };
}
