import type { Micros } from '../../kernel/time.ts';
import { MICROS_PER_SECOND } from '../../kernel/time.ts';

const SECONDS_PER_DAY = 86_400;
/** 1 March 2000, from which the leap day is the last day of a year, is 60 days after the epoch. */
const DAYS_TO_MARCH = 60;
const DAYS_PER_ERA = 146_097;

/** Virtual time as RFC 3339: the simulation begins at 2000-01-01T00:00:00Z. */
export function timestamp(micros: Micros): string {
  const seconds = Math.floor(micros / MICROS_PER_SECOND);
  const ofDay = seconds % SECONDS_PER_DAY;
  const clock = [Math.floor(ofDay / 3600), Math.floor(ofDay / 60) % 60, ofDay % 60].map(twoDigits).join(':');
  return `${date(Math.floor(seconds / SECONDS_PER_DAY))}T${clock}Z`;
}

/** The civil calendar, counted in years that begin in March. */
function date(daysSinceEpoch: number): string {
  const days = daysSinceEpoch - DAYS_TO_MARCH;
  const era = Math.floor(days / DAYS_PER_ERA);
  const ofEra = days - era * DAYS_PER_ERA;
  const year = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const ofYear = ofEra - (365 * year + Math.floor(year / 4) - Math.floor(year / 100));
  const month = Math.floor((5 * ofYear + 2) / 153);
  const day = ofYear - Math.floor((153 * month + 2) / 5) + 1;
  const civilMonth = month < 10 ? month + 3 : month - 9;
  const civilYear = 2000 + era * 400 + year + (civilMonth <= 2 ? 1 : 0);
  return `${civilYear}-${twoDigits(civilMonth)}-${twoDigits(day)}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
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
