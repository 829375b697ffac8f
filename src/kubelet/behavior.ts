import type { LabelSelector } from '../api/selector.ts';
import { AT_ONCE, type Distribution, NOT_AT_ALL } from '../kernel/distribution.ts';
import { MICROS_PER_MILLI, MICROS_PER_SECOND } from '../kernel/time.ts';
import type { LoadRule, UsageRule } from './usage.ts';

/** Which pods a rule speaks of; every part that is given must hold. */
export interface BehaviorMatch {
  /** Image of the first container; with `*` at its end, all that begin so. */
  readonly image?: string;
  readonly labels?: LabelSelector;
  /** The pod's controller, or the Deployment above it: kind in lower case and name. */
  readonly workload?: { readonly kind: string; readonly name: string };
}

/** What a container exits with when it ends by itself. */
export type ExitCodes =
  | { readonly kind: 'constant'; readonly code: number }
  /** By order of the pods' creation, and again from the start. */
  | { readonly kind: 'sequence'; readonly codes: readonly number[] }
  /** By how often the container has been started in its pod; the last one repeats. */
  | { readonly kind: 'attempts'; readonly codes: readonly number[] };

/** A delay that differs by how often the container has been started in its pod; the last one repeats. */
export interface AttemptDelays {
  readonly kind: 'attempts';
  readonly delays: readonly Distribution[];
}

/** The delays of a container's life. */
export interface ContainerDelays {
  /** Pulling the image, when the node lacks it; one pull at a time per node. */
  readonly pull: Distribution;
  /** From the image being there to the container having started. */
  readonly start: Distribution;
  /** From started to the moment from which a readiness probe would succeed. */
  readonly ready: Distribution;
  /** From SIGTERM to the exit; cut off by the grace period. */
  readonly terminate: Distribution;
  /** From ready to failing readiness again. */
  readonly unready: Distribution;
  /** From started to passing a liveness probe. */
  readonly live: Distribution;
  /** From started to exiting by itself. */
  readonly run: Distribution | AttemptDelays;
  /** From started to answering no probe any more. */
  readonly hang: Distribution | AttemptDelays;
}

export type DelayWord = keyof ContainerDelays;

/** How one container differs from what its pod's rule, or the default for its kind, says. */
export interface ContainerBehavior extends Partial<ContainerDelays> {
  readonly exitCode?: ExitCodes;
  /** Volume that it fills: an init container by ending with 0, another one by becoming ready. */
  readonly writes?: string;
  /** Volume without whose content it is of no use: not ready, or, as an init container, not done. */
  readonly reads?: string;
}

/** How the pods of one rule behave: their containers together, and some on their own. */
export interface BehaviorRule extends ContainerDelays {
  /** Nobody has said so: what is assumed of pods that no rule matches. */
  readonly isAssumed?: true;
  readonly match: BehaviorMatch;
  readonly exitCode: ExitCodes;
  /** By name, init containers and sidecars too. */
  readonly containers: ReadonlyMap<string, ContainerBehavior>;
  /** Share of the requests to a ready pod that fail, 0 to 1: a bug that readiness does not see. */
  readonly errorRate: number;
  /** What each running pod uses; left out: nobody measures it. */
  readonly usage?: UsageRule;
  /** What its ready pods share, beside what each uses anyway. */
  readonly load?: LoadRule;
}

/** Names, in the `behavior` of a scenario, of what takes a delay. */
export const DELAY_WORDS = [
  'pull',
  'start',
  'ready',
  'terminate',
  'unready',
  'live',
  'run',
  'hang',
] as const satisfies readonly DelayWord[];

export const SUCCESS: ExitCodes = { kind: 'constant', code: 0 };

/** Which code a container exits with, at its `attempt`-th start (from 0) in a pod that was dealt `index`. */
export function exitCodeOf(codes: ExitCodes, index: number, attempt: number): number {
  switch (codes.kind) {
    case 'constant':
      return codes.code;
    case 'sequence':
      return codes.codes[index % codes.codes.length]!;
    case 'attempts':
      return codes.codes[Math.min(attempt, codes.codes.length - 1)]!;
  }
}

/** Whether a rule's `image` speaks of this one. Names of images have no `*`. */
export function isImageMatched(pattern: string, image: string): boolean {
  return pattern.endsWith('*') ? image.startsWith(pattern.slice(0, -1)) : image === pattern;
}

/** The distribution of a delay at the container's `attempt`-th start, from 0. */
export function delayOf(delay: Distribution | AttemptDelays, attempt: number): Distribution {
  return delay.kind === 'attempts' ? delay.delays[Math.min(attempt, delay.delays.length - 1)]! : delay;
}

/**
 * What is assumed of pods that no rule matches. A stateless service with its image in a nearby registry; the pod
 * startup objective of sig-scalability (99 % within 5 s without the pull) bounds start and ready from above.
 */
export const DEFAULT_BEHAVIOR: BehaviorRule = {
  isAssumed: true,
  match: {},
  pull: { kind: 'constant', micros: 3 * MICROS_PER_SECOND },
  start: { kind: 'constant', micros: 500 * MICROS_PER_MILLI },
  ready: { kind: 'constant', micros: 2 * MICROS_PER_SECOND },
  terminate: { kind: 'constant', micros: MICROS_PER_SECOND },
  unready: NOT_AT_ALL,
  live: AT_ONCE,
  run: NOT_AT_ALL,
  hang: NOT_AT_ALL,
  exitCode: SUCCESS,
  containers: new Map(),
  errorRate: 0,
};
