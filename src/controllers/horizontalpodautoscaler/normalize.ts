import type { HorizontalPodAutoscalerSpec, ScalingRules } from '../../api/types.ts';
import { MICROS_PER_SECOND, type Micros } from '../../kernel/time.ts';
import type { Conditions } from './conditions.ts';
import type { ScalingMemory } from './scalingMemory.ts';

/** Without `behavior` an autoscaler at most doubles its target, but always may go to four. */
const SCALE_UP_LIMIT_FACTOR = 2;
const SCALE_UP_LIMIT_MINIMUM = 4;

export interface NormalizeInput {
  readonly spec: HorizontalPodAutoscalerSpec;
  readonly memory: ScalingMemory;
  readonly conditions: Conditions;
  readonly current: number;
  /** What the metrics ask for. */
  readonly desired: number;
  readonly nowMicros: Micros;
  readonly downscaleStabilizationMicros: Micros;
}

interface Limited {
  readonly replicas: number;
  readonly reason: string;
  readonly message: string;
  readonly isRateLimited?: boolean;
}

export interface Normalized {
  readonly replicas: number;
  /** More could be done, or less, were there not so much of late. */
  readonly isRateLimited: boolean;
}

/** What the metrics ask for, held back by what was recommended before and by how fast it may go. */
export function normalizeDesiredReplicas(input: NormalizeInput): Normalized {
  const stabilized = stabilize(input);
  const { behavior } = input.spec;
  const limited = behavior === undefined ? limitPlainly(input, stabilized) : limitByRules(input, stabilized, behavior);
  const isLimited = limited.replicas !== stabilized;
  input.conditions.set('ScalingLimited', isLimited ? 'True' : 'False', limited.reason, limited.message);
  return { replicas: limited.replicas, isRateLimited: limited.isRateLimited === true };
}

/** How far back any recommendation counts. */
export function longestWindowMicros(spec: HorizontalPodAutoscalerSpec, downscaleStabilizationMicros: Micros): Micros {
  const upSeconds = spec.behavior?.scaleUp.stabilizationWindowSeconds ?? 0;
  return Math.max(upSeconds * MICROS_PER_SECOND, downscaleWindowMicros(spec, downscaleStabilizationMicros));
}

/** How far back recommendations count for scaling down. */
function downscaleWindowMicros(spec: HorizontalPodAutoscalerSpec, downscaleStabilizationMicros: Micros): Micros {
  const seconds = spec.behavior?.scaleDown.stabilizationWindowSeconds;
  return seconds === undefined ? downscaleStabilizationMicros : seconds * MICROS_PER_SECOND;
}

function stabilize(input: NormalizeInput): number {
  const { spec, memory, conditions, current, desired, nowMicros } = input;
  const downCutoff = nowMicros - downscaleWindowMicros(spec, input.downscaleStabilizationMicros);
  let stabilized: number;
  if (spec.behavior === undefined) {
    stabilized = Math.max(desired, ...memory.since(downCutoff));
    memory.recommend(desired, nowMicros, downCutoff);
  } else {
    const upCutoff = nowMicros - (spec.behavior.scaleUp.stabilizationWindowSeconds ?? 0) * MICROS_PER_SECOND;
    const lowest = Math.min(desired, ...memory.after(upCutoff));
    const highest = Math.max(desired, ...memory.after(downCutoff));
    stabilized = Math.min(Math.max(current, lowest), highest);
    memory.recommend(desired, nowMicros, Math.min(upCutoff, downCutoff));
  }
  if (stabilized === desired) {
    conditions.set('AbleToScale', 'True', 'ReadyForNewScale', 'recommended size matches current size');
  } else if (desired < stabilized) conditions.set('AbleToScale', 'True', 'ScaleDownStabilized', SCALE_DOWN_STABILIZED);
  else conditions.set('AbleToScale', 'True', 'ScaleUpStabilized', SCALE_UP_STABILIZED);
  return stabilized;
}

const SCALE_DOWN_STABILIZED =
  'recent recommendations were higher than current one, applying the highest recent recommendation';
const SCALE_UP_STABILIZED =
  'recent recommendations were lower than current one, applying the lowest recent recommendation';

/** Upstream's `convertDesiredReplicasWithRules`. */
function limitPlainly({ spec, current }: NormalizeInput, desired: number): Limited {
  const scaleUpLimit = Math.max(SCALE_UP_LIMIT_FACTOR * current, SCALE_UP_LIMIT_MINIMUM);
  if (desired < spec.minReplicas) return tooFew(spec.minReplicas);
  if (spec.maxReplicas > scaleUpLimit && desired > scaleUpLimit) return tooFast(scaleUpLimit, 'Up');
  return desired > spec.maxReplicas ? tooMany(spec.maxReplicas) : withinRange(desired);
}

/** Upstream's `convertDesiredReplicasWithBehaviorRate`. */
function limitByRules(
  { spec, memory, current, nowMicros }: NormalizeInput,
  desired: number,
  { scaleUp, scaleDown }: { readonly scaleUp: ScalingRules; readonly scaleDown: ScalingRules },
): Limited {
  if (desired > current) {
    // More may have been added in the period than a policy, changed meanwhile, allows: then nothing happens.
    const limit = Math.max(current, memory.scaleUpLimit(current, scaleUp, nowMicros));
    if (desired <= Math.min(limit, spec.maxReplicas)) return withinRange(desired);
    return spec.maxReplicas > limit ? byRules(tooFast(limit, 'Up'), scaleUp) : tooMany(spec.maxReplicas);
  }
  if (desired < current) {
    const limit = Math.min(current, memory.scaleDownLimit(current, scaleDown, nowMicros));
    if (desired >= Math.max(limit, spec.minReplicas)) return withinRange(desired);
    return spec.minReplicas < limit ? byRules(tooFast(limit, 'Down'), scaleDown) : tooFew(spec.minReplicas);
  }
  return withinRange(desired);
}

/** A direction that is switched off stays so. */
function byRules(limited: Limited, { selectPolicy }: ScalingRules): Limited {
  return { ...limited, isRateLimited: selectPolicy !== 'Disabled' };
}

function tooFew(replicas: number): Limited {
  const message = 'the desired replica count is less than the minimum replica count';
  return { replicas, reason: 'TooFewReplicas', message };
}

function tooMany(replicas: number): Limited {
  const message = 'the desired replica count is more than the maximum replica count';
  return { replicas, reason: 'TooManyReplicas', message };
}

function tooFast(replicas: number, direction: 'Up' | 'Down'): Limited {
  const word = direction === 'Up' ? 'increasing' : 'decreasing';
  const message = `the desired replica count is ${word} faster than the maximum scale rate`;
  return { replicas, reason: `Scale${direction}Limit`, message };
}

function withinRange(replicas: number): Limited {
  return { replicas, reason: 'DesiredWithinRange', message: 'the desired count is within the acceptable range' };
}
