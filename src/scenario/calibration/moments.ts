/** Spans between times of a dump, of which some are known to the microsecond and most to the second. */
import type { Instant } from '../../api/dateTime.ts';
import { MICROS_PER_SECOND, type Micros } from '../../kernel/time.ts';

/** How long something took. */
export interface Span {
  /** Negative where the times contradict each other. */
  readonly micros: Micros;
  /** False: of times that were cut to whole seconds, so that it may be wrong by up to a second either way. */
  readonly isExact: boolean;
}

/**
 * From one time to another. Where one of them is cut to whole seconds, the other one is cut as well: a difference of two cut
 * times is right on average, that of a cut and an exact one is half a second off.
 */
export function spanBetween(from: Instant, to: Instant): Span {
  if (from.isExact && to.isExact) return { micros: to.epochMicros - from.epochMicros, isExact: true };
  return { micros: wholeSeconds(to) - wholeSeconds(from), isExact: false };
}

/** The earlier of two times, either of which may be unknown. */
export function earlier(a: Instant | undefined, b: Instant | undefined): Instant | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return b.epochMicros < a.epochMicros ? b : a;
}

/** The later of two times. */
export function later(a: Instant, b: Instant): Instant {
  return b.epochMicros > a.epochMicros ? b : a;
}

/** The second that a time falls in, in microseconds. */
export function wholeSeconds({ epochMicros }: Instant): Micros {
  return Math.floor(epochMicros / MICROS_PER_SECOND) * MICROS_PER_SECOND;
}
