import type { Micros } from '../kernel/time.ts';

/**
 * The longest time between two signs of progress. A paused rollout has no deadline (upstream starts it anew on
 * resumption), so the time from pause to resumption belongs to no gap.
 */
export class ProgressGap {
  private longestMicros: Micros = 0;
  /** Undefined while paused. */
  private lastSignMicros: Micros | undefined;

  constructor(startMicros: Micros, paused: boolean) {
    this.lastSignMicros = paused ? undefined : startMicros;
  }

  /** Something moved on. */
  sign(nowMicros: Micros): void {
    if (this.lastSignMicros === undefined) return;
    this.longestMicros = Math.max(this.longestMicros, nowMicros - this.lastSignMicros);
    this.lastSignMicros = nowMicros;
  }

  pause(nowMicros: Micros): void {
    this.sign(nowMicros);
    this.lastSignMicros = undefined;
  }

  resume(nowMicros: Micros): void {
    this.lastSignMicros = nowMicros;
  }

  /** The longest gap when the last one is closed now. */
  longest(nowMicros: Micros): Micros {
    this.sign(nowMicros);
    return this.longestMicros;
  }
}
