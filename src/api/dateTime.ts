/** Dates as Kubernetes writes them. The runtime's own are not asked: they know the machine. */

/** The simulation begins at 2000-01-01T00:00:00Z: seconds since 1970 at that moment. */
export const START_EPOCH_SECONDS = 946_684_800;

const SECONDS_PER_DAY = 86_400;
/** 1 March 2000, from which the leap day is the last day of a year, is 60 days after the start. */
const DAYS_TO_MARCH = 60;
const DAYS_PER_ERA = 146_097;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** 1 January 2000 was a Saturday. */
const WEEKDAYS = ['Sat', 'Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri'];

/** `2000-01-01T00:00:00Z`, or with `+02:00` the clock of a zone that is ahead of UTC by so much. */
export function rfc3339(epochSeconds: number, offsetSeconds = 0): string {
  const { year, month, day, clock } = civil(epochSeconds + offsetSeconds);
  const zone = offsetSeconds === 0 ? 'Z' : offset(offsetSeconds);
  return `${year}-${twoDigits(month)}-${twoDigits(day)}T${clock}${zone}`;
}

/** `Sat, 01 Jan 2000 00:00:00 +0000`, in UTC. */
export function rfc1123z(epochSeconds: number): string {
  const { year, month, day, clock, weekday } = civil(epochSeconds);
  return `${weekday}, ${twoDigits(day)} ${MONTHS[month - 1]} ${year} ${clock} +0000`;
}

/** The civil calendar, counted in years that begin in March. */
function civil(epochSeconds: number) {
  const seconds = epochSeconds - START_EPOCH_SECONDS;
  const daysSinceStart = Math.floor(seconds / SECONDS_PER_DAY);
  const days = daysSinceStart - DAYS_TO_MARCH;
  const era = Math.floor(days / DAYS_PER_ERA);
  const ofEra = days - era * DAYS_PER_ERA;
  const year = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const ofYear = ofEra - (365 * year + Math.floor(year / 4) - Math.floor(year / 100));
  const month = Math.floor((5 * ofYear + 2) / 153);
  const day = ofYear - Math.floor((153 * month + 2) / 5) + 1;
  const civilMonth = month < 10 ? month + 3 : month - 9;
  const ofDay = seconds - daysSinceStart * SECONDS_PER_DAY;
  return {
    year: 2000 + era * 400 + year + (civilMonth <= 2 ? 1 : 0),
    month: civilMonth,
    day,
    clock: [Math.floor(ofDay / 3600), Math.floor(ofDay / 60) % 60, ofDay % 60].map(twoDigits).join(':'),
    weekday: WEEKDAYS[((daysSinceStart % 7) + 7) % 7]!,
  };
}

/** `+02:00` */
function offset(offsetSeconds: number): string {
  const size = Math.abs(offsetSeconds);
  const hours = twoDigits(Math.floor(size / 3600));
  return `${offsetSeconds < 0 ? '-' : '+'}${hours}:${twoDigits(Math.floor(size / 60) % 60)}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

/** An instant, and whether its text told parts of a second. */
export interface Instant {
  /** Microseconds since 1970. */
  readonly epochMicros: number;
  readonly isExact: boolean;
}

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;

/**
 * Reads what `rfc3339` writes and what the API server does: `2026-01-02T03:04:05Z`, with parts of a second, which are cut to
 * microseconds, and with any offset.
 *
 * @throws RangeError for anything else, such as a month 13.
 */
export function parseRfc3339(text: string): Instant {
  const match = RFC3339.exec(text);
  if (match === null) throw badTime(text);
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [number, ...number[]];
  const [fraction, sign, offsetHours = '0', offsetMinutes = '0'] = match.slice(7);
  const days = daysSinceStart(year, month!, day!);
  const ofDay = hour! * 3600 + minute! * 60 + second!;
  const epochSeconds = START_EPOCH_SECONDS + days * SECONDS_PER_DAY + ofDay;
  // A day or an hour that is too large would come out as another one.
  if (rfc3339(epochSeconds).slice(0, 19) !== text.slice(0, 19).toUpperCase()) throw badTime(text);
  const ahead = (sign === '-' ? -1 : 1) * (Number(offsetHours) * 3600 + Number(offsetMinutes) * 60);
  const micros = Number((fraction ?? '').padEnd(6, '0').slice(0, 6));
  return { epochMicros: (epochSeconds - ahead) * 1_000_000 + micros, isExact: fraction !== undefined };
}

/** The inverse of `civil`: days from 1 January 2000, by the calendar whose years begin in March. */
function daysSinceStart(year: number, month: number, day: number): number {
  const marchYear = month < 3 ? year - 1 : year;
  const era = Math.floor((marchYear - 2000) / 400);
  const yearOfEra = marchYear - 2000 - era * 400;
  const monthFromMarch = (month + 9) % 12;
  const ofYear = Math.floor((153 * monthFromMarch + 2) / 5) + day - 1;
  const leapDays = Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100);
  return era * DAYS_PER_ERA + yearOfEra * 365 + leapDays + ofYear + DAYS_TO_MARCH;
}

function badTime(text: string): RangeError {
  return new RangeError(`expected a time such as 2026-01-02T03:04:05Z, got ${JSON.stringify(text.slice(0, 40))}`);
}
