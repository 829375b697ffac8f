/**
 * Time zones by their IANA names. What the zones are comes with the runtime (`process.versions.tz`), as it comes with the
 * machine of a real controller manager.
 */

/** Zones change their offset far less often than once a day. */
const SECONDS_PER_DAY = 86_400;
const NAME_PART = /^[A-Za-z._0-9+][A-Za-z.\-_0-9+]{0,13}$/;
const LONG_OFFSET = /GMT(?:([+-])([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?)?$/;

/** All times are seconds since the epoch. */
export interface TimeZone {
  /** What its clocks are ahead of UTC, in seconds. */
  offsetSeconds(at: number): number;
  /** The first second after `from`, and not after `until`, at which the offset is another; undefined: none. */
  nextChange(from: number, until: number): number | undefined;
}

export const UTC: TimeZone = {
  offsetSeconds: () => 0,
  nextChange: () => undefined,
};

/**
 * The zone of that name; letters must be in the right case, as in the file names where upstream looks for it.
 *
 * @throws RangeError in upstream's words for a name that no zone has.
 */
export function parseTimeZone(name: string): TimeZone {
  if (name === '') throw new RangeError('timeZone must be nil or non-empty string');
  if (name.toLowerCase() === 'local') {
    throw new RangeError('timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones');
  }
  const isPlausible = name.split('/').every((part) => NAME_PART.test(part) && part !== '.' && part !== '..');
  const format = isPlausible ? formatOf(name) : undefined;
  if (format === undefined) throw new RangeError(`unknown time zone ${name}`);
  return name === 'UTC' ? UTC : new NamedTimeZone(format);
}

/** Milliseconds to a text that ends with the offset. */
type Format = (atMillis: number) => string;

/** Undefined: no such zone, or its name with other capitals. */
function formatOf(name: string): Format | undefined {
  try {
    const format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
    const found = format.resolvedOptions().timeZone;
    return found !== name && found.toLowerCase() === name.toLowerCase() ? undefined : format.format;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

class NamedTimeZone implements TimeZone {
  readonly #format: Format;

  constructor(format: Format) {
    this.#format = format;
  }

  offsetSeconds(at: number): number {
    const [, sign, hours, minutes, seconds] = LONG_OFFSET.exec(this.#format(at * 1000)) ?? [];
    if (sign === undefined) return 0;
    const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds ?? 0);
    return sign === '-' ? -size : size;
  }

  nextChange(from: number, until: number): number | undefined {
    const offset = this.offsetSeconds(from);
    for (let last = from; last < until; ) {
      const next = Math.min(last + SECONDS_PER_DAY, until);
      if (this.offsetSeconds(next) !== offset) return this.#bisect(last, next, offset);
      last = next;
    }
    return undefined;
  }

  #bisect(from: number, until: number, offset: number): number {
    let before = from;
    let after = until;
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2);
      if (this.offsetSeconds(middle) === offset) before = middle;
      else after = middle;
    }
    return after;
  }
}
