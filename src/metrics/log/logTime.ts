import { MICROS_PER_MILLI, type Micros } from '../../kernel/time.ts';

const MILLIS_PER_SECOND = 1_000;

/** Seconds, rounded to milliseconds, as lines carry them. */
export function logSeconds(micros: Micros): number {
  return Math.round(micros / MICROS_PER_MILLI) / MILLIS_PER_SECOND;
}
