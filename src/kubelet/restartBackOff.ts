import { MICROS_PER_SECOND, type Micros } from '../kernel/time.ts';

/** Upstream's `initialBackOff` and `MaxCrashLoopBackOff`. */
const INITIAL_MICROS = 10 * MICROS_PER_SECOND;
const MOST_MICROS = 300 * MICROS_PER_SECOND;

/**
 * How long a container that keeps ending is kept from starting again: client-go's `flowcontrol.Backoff` as the kubelet
 * uses it, one entry. The first restart is at once, the next ones wait 10, 20, 40 … 300 s from the end of the container;
 * an end that comes more than 600 s after the last restart begins anew.
 */
export class RestartBackOff {
  private delayMicros: Micros = 0;
  private updatedMicros: Micros = 0;

  /** Until when a container that ended at `finishedMicros` has to wait; that moment itself when it need not. */
  endMicros(finishedMicros: Micros): Micros {
    return this.hasExpired(finishedMicros) ? finishedMicros : finishedMicros + this.delayMicros;
  }

  /** The container that ended at `finishedMicros` is started again now. */
  next(finishedMicros: Micros, nowMicros: Micros): void {
    if (this.delayMicros === 0 || this.hasExpired(finishedMicros)) this.delayMicros = INITIAL_MICROS;
    else this.delayMicros = Math.min(2 * this.delayMicros, MOST_MICROS);
    this.updatedMicros = nowMicros;
  }

  private hasExpired(finishedMicros: Micros): boolean {
    return finishedMicros - this.updatedMicros > 2 * MOST_MICROS;
  }
}
