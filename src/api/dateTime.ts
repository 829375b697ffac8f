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
