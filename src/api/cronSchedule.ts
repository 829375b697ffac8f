/**
 * When a CronJob is due. Dates are searched by the package croner on a clock that knows no zones; how that clock stands
 * to a zone's clocks is upstream's rule (robfig/cron 3): a time that is skipped when clocks go forward does not come, one
 * that they show twice when they go back comes twice.
 */
import { Cron } from 'croner';
import { type CronField, type CronFields, parseCronFields } from './cronFields.ts';
import { parseTimeZone, type TimeZone, UTC } from './timeZone.ts';

/** Upstream looks no further into the future. */
const YEARS_TO_SEARCH = 5;
const LONGEST_MONTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

export interface CronSchedule {
  /** The first time after `afterEpochSeconds`, in seconds since the epoch; undefined: none in the next five years. */
  next(afterEpochSeconds: number): number | undefined;
}

/**
 * @param schedule five fields, a descriptor such as `@hourly`, or `@every` and a duration.
 * @param timeZone IANA name; undefined: UTC.
 * @throws RangeError in upstream's words for a bad schedule or zone.
 */
export function parseCronSchedule(schedule: string, timeZone: string | undefined): CronSchedule {
  const zone = timeZone === undefined ? UTC : parseTimeZone(timeZone);
  const parsed = parseCronFields(schedule);
  if (typeof parsed === 'number') return { next: (after) => after + parsed };
  return canMatch(parsed) ? new FieldSchedule(parsed, zone) : { next: () => undefined };
}

/** The search would go through thousands of years for the 30th of February. */
function canMatch({ minute, hour, dayOfMonth, month, dayOfWeek }: CronFields): boolean {
  if ([minute, hour, month].some(({ values }) => values.length === 0)) return false;
  const isDay = month.values.some((item) => dayOfMonth.values.some((day) => day <= LONGEST_MONTHS[item - 1]!));
  const needsBoth = dayOfMonth.isStar || dayOfWeek.isStar;
  const isWeekday = dayOfWeek.values.length > 0;
  return needsBoth ? isDay && isWeekday : isDay || isWeekday;
}

class FieldSchedule implements CronSchedule {
  readonly #cron: Cron;
  readonly #zone: TimeZone;

  constructor(fields: CronFields, zone: TimeZone) {
    this.#zone = zone;
    this.#cron = new Cron(pattern(fields), { mode: '5-part', utcOffset: 0 });
  }

  next(afterEpochSeconds: number): number | undefined {
    let start = afterEpochSeconds + 1;
    for (;;) {
      const offset = this.#zone.offsetSeconds(start);
      const local = this.#nextLocal(start + offset - 1);
      if (local === undefined) return undefined;
      const change = this.#zone.nextChange(start, local - offset);
      if (change === undefined) return local - offset;
      start = change;
    }
  }

  /** On the clock without zones, in its seconds. */
  #nextLocal(after: number): number | undefined {
    const from = new Date(after * 1000);
    const found = this.#cron.nextRun(from);
    if (found === null || found.getUTCFullYear() > from.getUTCFullYear() + YEARS_TO_SEARCH) return undefined;
    return found.getTime() / 1000;
  }
}

/** With every value written out, as libraries differ in what steps and names mean. */
function pattern({ minute, hour, dayOfMonth, month, dayOfWeek }: CronFields): string {
  return [minute, hour, dayOfMonth, month, dayOfWeek].map(fieldPattern).join(' ');
}

function fieldPattern({ values, isStar }: CronField): string {
  return isStar ? '*' : values.join(',');
}
