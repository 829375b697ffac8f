/** What pods use of cpu and memory, as rules of `behavior` say: all of it is the first container's. */
import type { Micros } from '../kernel/time.ts';

/** What is undefined is not measured. */
export interface UsageAmounts {
  readonly cpuMilli?: number;
  readonly memoryBytes?: number;
}

/** What each running pod of a rule uses. */
export interface UsageRule extends UsageAmounts {
  /** Instead, for a while from the start of its containers. */
  readonly startup?: UsageAmounts & { readonly forMicros: Micros };
}

/** From that time of the run on. */
export interface LoadStep {
  readonly atMicros: Micros;
  readonly amount: number;
}

/** A load that pods share, over time: sorted, the first step at 0. */
export type LoadRule = { readonly [Resource in keyof UsageAmounts]: readonly LoadStep[] } & {
  /** Where the load is given as requests: how many a second. */
  readonly requestsPerSecond?: readonly LoadStep[];
};

/** The load at a time of the run. */
export function loadAt(steps: readonly LoadStep[], atMicros: Micros): number {
  return steps.findLast((step) => step.atMicros <= atMicros)?.amount ?? 0;
}

/** When the load changes next; Infinity: never. */
export function nextStepMicros(load: LoadRule, nowMicros: Micros): Micros {
  const steps = [...(load.cpuMilli ?? []), ...(load.memoryBytes ?? [])];
  return Math.min(Number.POSITIVE_INFINITY, ...steps.map(({ atMicros }) => atMicros).filter((at) => at > nowMicros));
}
