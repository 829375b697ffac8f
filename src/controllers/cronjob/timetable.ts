import { type CronSchedule, parseCronSchedule } from '../../api/cronSchedule.ts';
import { START_EPOCH_SECONDS } from '../../api/dateTime.ts';
import { type CronJob, truncateToSecond } from '../../cluster/index.ts';
import { MICROS_PER_MILLI, MICROS_PER_SECOND, type Micros } from '../../kernel/time.ts';

/** Syncs come this much after the time that a Job is due (upstream's `nextScheduleDelta`). */
const NEXT_SCHEDULE_DELTA_MICROS = 100 * MICROS_PER_MILLI;
/** More missed times than this are worth a warning. */
const MANY_MISSED = 100;

/** Virtual time as seconds since the epoch, without the fraction. */
export function epochSeconds(micros: Micros, startEpochSeconds = START_EPOCH_SECONDS): number {
  return Math.floor(micros / MICROS_PER_SECOND) + startEpochSeconds;
}

/** What a CronJob's schedule says at some moment (upstream's `mostRecentScheduleTime`). */
export interface Due {
  /** From where it was looked: the last time of which something came, or the creation. */
  readonly earliestMicros: Micros;
  /** The last time that has come since; undefined: none has. */
  readonly mostRecentMicros: Micros | undefined;
  readonly missed: 'none' | 'few' | 'many';
}

/** The times of a CronJob, on the simulation's clock. */
export class Timetable {
  private readonly schedule: CronSchedule;
  private readonly startEpochSeconds: number;

  /** @param startEpochSeconds the beginning of the run, in seconds since 1970 */
  constructor({ spec }: Pick<CronJob, 'spec'>, startEpochSeconds = START_EPOCH_SECONDS) {
    this.startEpochSeconds = startEpochSeconds;
    this.schedule = parseCronSchedule(spec.schedule, spec.timeZone);
  }

  /** The first time after; undefined when there is none. */
  next(afterMicros: Micros): Micros | undefined {
    const seconds = this.schedule.next(epochSeconds(afterMicros, this.startEpochSeconds));
    return seconds === undefined ? undefined : (seconds - this.startEpochSeconds) * MICROS_PER_SECOND;
  }

  /**
   * The last time that has come and of which nothing came yet. Undefined when the schedule has no times at all.
   *
   * @param cutsOff whether times that are past the starting deadline are left out
   */
  due(cronJob: CronJob, nowMicros: Micros, cutsOff: boolean): Due | undefined {
    const earliestMicros = earliest(cronJob, nowMicros, cutsOff);
    const first = this.next(earliestMicros);
    if (first === undefined) return undefined;
    if (nowMicros < first) return { earliestMicros, mostRecentMicros: undefined, missed: 'none' };
    const second = this.next(first);
    if (second === undefined) return undefined;
    if (nowMicros < second) return { earliestMicros, mostRecentMicros: first, missed: 'none' };
    // An estimate, by the distance between two times: it only bounds the search, and decides about the warning.
    const between = second - first;
    const missed = Math.floor((nowMicros - first) / between) + 1;
    const mostRecentMicros = this.last(first + (missed - 2) * between, nowMicros);
    return { earliestMicros, mostRecentMicros, missed: missed > MANY_MISSED ? 'many' : 'few' };
  }

  /** How long until the sync for the next time (upstream's `nextScheduleTimeDuration`). */
  delayMicros(cronJob: CronJob, nowMicros: Micros): Micros {
    const due = this.due(cronJob, nowMicros, false);
    const fallback = due?.missed === 'none' ? due.earliestMicros : nowMicros;
    const next = this.next(due?.mostRecentMicros ?? fallback);
    return next === undefined ? 0 : Math.max(0, next + NEXT_SCHEDULE_DELTA_MICROS - nowMicros);
  }

  private last(afterMicros: Micros, untilMicros: Micros): Micros | undefined {
    let last: Micros | undefined;
    let next = this.next(afterMicros);
    while (next !== undefined && next <= untilMicros) {
      last = next;
      next = this.next(next);
    }
    return last;
  }
}

function earliest({ creationMicros, status, spec }: CronJob, nowMicros: Micros, cutsOff: boolean): Micros {
  const since = status.lastScheduleMicros ?? truncateToSecond(creationMicros);
  if (!cutsOff || spec.startingDeadlineSeconds === undefined) return since;
  return Math.max(since, nowMicros - spec.startingDeadlineSeconds * MICROS_PER_SECOND);
}
