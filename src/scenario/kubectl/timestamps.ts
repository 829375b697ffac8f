import { rfc3339, START_EPOCH_SECONDS } from '../../api/dateTime.ts';
import type { Micros } from '../../kernel/time.ts';
import { MICROS_PER_SECOND } from '../../kernel/time.ts';

/** Virtual time as RFC 3339: the simulation begins at 2000-01-01T00:00:00Z. */
export function timestamp(micros: Micros): string {
  return rfc3339(Math.floor(micros / MICROS_PER_SECOND) + START_EPOCH_SECONDS);
}

/** An age as kubectl's columns show it: `119s`, `3m20s`, `3h5m`, `2d3h`. */
export function humanAge(micros: Micros): string {
  const seconds = Math.floor(micros / MICROS_PER_SECOND);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (seconds < 120) return `${seconds}s`;
  if (minutes < 10) return joinUnits(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  if (hours < 8) return joinUnits(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  return days < 8 ? joinUnits(days, 'd', hours % 24, 'h') : `${days}d`;
}

function joinUnits(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`;
}
