import type { Micros } from './time.ts';

/** Names one pushed event for `cancel`. Valid until `clear`; a handle is never mistaken for a later event's. */
export type EventHandle = number;

/**
 * Pending events, earliest first. The tie rule: events of equal time come out in the order they were pushed.
 *
 * Times are whole and between 0 and `Number.MAX_SAFE_INTEGER`; `handler` is not negative; `handler`, `a`, `b` and
 * `cause` are 32-bit integers. The kernel checks this. The queue itself refuses only times that would break its order
 * (not finite, or too large).
 *
 * Events are numbers in typed arrays. `pop` hands the event out through fields, so no object is made per event.
 */
export interface EventQueue {
  /** Events that were pushed and neither popped nor cancelled. */
  readonly size: number;
  /**
   * Adds an event. Its sequence number is the count of pushes since the start or the last `clear`.
   *
   * @param cause a number that goes with the event
   * @throws RangeError when the time is not a finite, exact number, or when more events are pending than there are
   *   slots
   */
  push(timeMicros: Micros, handler: number, a: number, b: number, cause: number): EventHandle;
  /** Takes an event out. False, and no effect, when it was already popped or cancelled. */
  cancel(handle: EventHandle): boolean;
  /** Moves the earliest event into the fields below. False, and the fields unchanged, when there is none. */
  pop(): boolean;
  /** Time of the earliest event, or Infinity when there is none. */
  peekTimeMicros(): Micros;
  /** Calls `visit` with the `cause` of each event that is pending, in any order. */
  visitCauses(visit: (cause: number) => void): void;
  /** Drops all events and handles and counts sequences from 0 again, but keeps the memory for the next run. */
  clear(): void;

  timeMicros: Micros;
  sequence: number;
  handler: number;
  a: number;
  b: number;
  cause: number;
}
