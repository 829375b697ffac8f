import { MICROS_PER_SECOND, type Micros } from './time.ts';

/**
 * A token bucket with the semantics of Go's `golang.org/x/time/rate`, which client-go uses for flow control: it starts
 * full, fills at a steady rate up to `burst` tokens, and a caller may take a token that is not there yet and wait for
 * it.
 *
 * Instead of a count of tokens it keeps the time at which the bucket would be full again (the "theoretical arrival
 * time" of the generic cell rate algorithm). The two are the same state, but at the usual rates (5, 10, 20, 50 a
 * second) the time is a whole number of microseconds: no rounding errors gather.
 */
export class TokenBucket {
  private readonly intervalMicros: Micros;
  private readonly fillMicros: Micros;
  private fullAtMicros: Micros = 0;

  /**
   * @param ratePerSecond tokens per second; Infinity for no limit
   * @param burst most tokens the bucket holds, at least 1
   * @throws RangeError when no token would ever come: a rate or burst that is not positive
   */
  constructor(ratePerSecond: number, burst: number) {
    if (!(ratePerSecond > 0)) throw new RangeError(`Unexpected ratePerSecond: ${ratePerSecond}`);
    if (!(Number.isSafeInteger(burst) && burst >= 1) && ratePerSecond !== Number.POSITIVE_INFINITY) {
      throw new RangeError(`Unexpected burst: ${burst}`);
    }
    this.intervalMicros = MICROS_PER_SECOND / ratePerSecond;
    this.fillMicros = this.intervalMicros * burst;
  }

  /**
   * Takes a token, in the order of calls.
   *
   * @returns when the token is there, to the whole microsecond: `nowMicros` or later
   */
  reserve(nowMicros: Micros): Micros {
    if (this.intervalMicros === 0) return nowMicros;
    this.fullAtMicros = Math.max(this.fullAtMicros, nowMicros) + this.intervalMicros;
    return Math.max(nowMicros, Math.round(this.fullAtMicros - this.fillMicros));
  }

  /**
   * Takes a token if there is one (Go's `Allow`).
   *
   * @returns false when there is none at `nowMicros`; nothing is taken then
   */
  tryTake(nowMicros: Micros): boolean {
    if (this.intervalMicros === 0) return true;
    const fullAtMicros = Math.max(this.fullAtMicros, nowMicros) + this.intervalMicros;
    if (Math.round(fullAtMicros - this.fillMicros) > nowMicros) return false;
    this.fullAtMicros = fullAtMicros;
    return true;
  }
}
