/**
 * A point or span of simulated time: whole microseconds in a JS number. Integers up to 2^53 (285 years) are exact, so
 * times compare and add without rounding, and two events are simultaneous only when they really are.
 */
export type Micros = number;

export const MICROS_PER_MILLI = 1_000;
export const MICROS_PER_SECOND = 1_000_000;
