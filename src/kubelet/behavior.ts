import type { LabelSelector } from '../api/selector.ts';
import type { Distribution } from '../kernel/distribution.ts';
import { MICROS_PER_MILLI, MICROS_PER_SECOND } from '../kernel/time.ts';

/** Which pods a rule speaks of; every part that is given must hold. */
export interface BehaviorMatch {
  /** Image of the first container. */
  readonly image?: string;
  readonly labels?: LabelSelector;
  /** The pod's controller, or the Deployment above it: kind in lower case and name. */
  readonly workload?: { readonly kind: string; readonly name: string };
}

/** How the pods of one rule behave. Delays that the user left out are zero. */
export interface BehaviorRule {
  readonly match: BehaviorMatch;
  /** Pulling the image, when the node lacks it; one pull at a time per node. */
  readonly pull: Distribution;
  /** From the image being there to the containers having started. */
  readonly start: Distribution;
  /** From started to the moment from which a readiness probe would succeed. */
  readonly ready: Distribution;
  /** From SIGTERM to the exit of the last container; cut off by the grace period. */
  readonly terminate: Distribution;
  /** From ready to failing readiness again. */
  readonly unready: Distribution;
  /** Share of the requests to a ready pod that fail, 0 to 1: a bug that readiness does not see. */
  readonly errorRate: number;
}

/**
 * What is assumed of pods that no rule matches. A stateless service with its image in a nearby registry; the pod
 * startup objective of sig-scalability (99 % within 5 s without the pull) bounds start and ready from above.
 */
export const DEFAULT_BEHAVIOR: BehaviorRule = {
  match: {},
  pull: { kind: 'constant', micros: 3 * MICROS_PER_SECOND },
  start: { kind: 'constant', micros: 500 * MICROS_PER_MILLI },
  ready: { kind: 'constant', micros: 2 * MICROS_PER_SECOND },
  terminate: { kind: 'constant', micros: MICROS_PER_SECOND },
  unready: { kind: 'never' },
  errorRate: 0,
};
