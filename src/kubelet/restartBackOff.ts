import { MICROS_PER_SECOND, type Micros } from '../kernel/time.ts';

/** Between which waits a back-off doubles. */
export interface BackOffLimits {
  readonly initialMicros: Micros;
  readonly mostMicros: Micros;
}

/** Upstream's `initialBackOff` and `MaxCrashLoopBackOff`. */
export const DEFAULT_BACK_OFF: BackOffLimits = {
  initialMicros: 10 * MICROS_PER_SECOND,
  mostMicros: 300 * MICROS_PER_SECOND,
};

/** The same with the feature gate ReduceDefaultCrashLoopBackOffDecay. */
const REDUCED_BACK_OFF: BackOffLimits = {
  initialMicros: MICROS_PER_SECOND,
  mostMicros: 60 * MICROS_PER_SECOND,
};

/**
 * Upstream's `newCrashLoopBackOff`.
 *
 * @param isReduced the gate ReduceDefaultCrashLoopBackOffDecay
 * @param mostMicros `crashLoopBackOff.maxContainerRestartPeriod`; undefined: not set
 */
export function crashLoopBackOff(isReduced: boolean, mostMicros?: Micros): BackOffLimits {
  const limits = isReduced ? REDUCED_BACK_OFF : DEFAULT_BACK_OFF;
  if (mostMicros === undefined) return limits;
  return { initialMicros: Math.min(limits.initialMicros, mostMicros), mostMicros };
}

/**
 * How long a container that keeps ending is kept from starting again: client-go's `flowcontrol.Backoff` as the kubelet
 * uses it, one entry. The first restart is at once, the next ones wait 10, 20, 40 … 300 s from the end of the container;
 * an end that comes more than twice the longest wait after the last restart begins anew.
 */
export class RestartBackOff {
  private delayMicros: Micros = 0;
  private updatedMicros: Micros = 0;
  private readonly limits: BackOffLimits;

  constructor(limits: BackOffLimits = DEFAULT_BACK_OFF) {
    this.limits = limits;
  }

  /** Until when a container that ended at `finishedMicros` has to wait; that moment itself when it need not. */
  endMicros(finishedMicros: Micros): Micros {
    return this.hasExpired(finishedMicros) ? finishedMicros : finishedMicros + this.delayMicros;
  }

  /** The container that ended at `finishedMicros` is started again now. */
  next(finishedMicros: Micros, nowMicros: Micros): void {
    const { initialMicros, mostMicros } = this.limits;
    if (this.delayMicros === 0 || this.hasExpired(finishedMicros)) this.delayMicros = initialMicros;
    else this.delayMicros = Math.min(2 * this.delayMicros, mostMicros);
    this.updatedMicros = nowMicros;
  }

  private hasExpired(finishedMicros: Micros): boolean {
    return finishedMicros - this.updatedMicros > 2 * this.limits.mostMicros;
  }
}
