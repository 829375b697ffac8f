import { describe, expect, test } from 'vitest';
import type { CronJobSpec } from '../../api/types.ts';
import { type CronJob, type CronJobStatus, EMPTY_CRON_JOB_STATUS } from '../../cluster/index.ts';
import { MICROS_PER_SECOND } from '../../kernel/time.ts';
import { jobName } from './newJob.ts';
import { Timetable } from './timetable.ts';

const MINUTE = 60;

/** Times are seconds. */
function timetable(schedule: string, fields: Partial<CronJobSpec> = {}, last?: number, created = 0) {
  const spec = { schedule, timeZone: undefined, startingDeadlineSeconds: undefined, ...fields };
  const status: CronJobStatus = {
    ...EMPTY_CRON_JOB_STATUS,
    lastScheduleMicros: last === undefined ? undefined : last * MICROS_PER_SECOND,
  };
  const cronJob = { meta: { name: 'report' }, spec, status, creationMicros: created * MICROS_PER_SECOND } as CronJob;
  const table = new Timetable(cronJob);
  const inSeconds = (micros: number | undefined) => (micros === undefined ? undefined : micros / MICROS_PER_SECOND);
  return {
    cronJob,
    due: (now: number, cutsOff = true) => {
      const due = table.due(cronJob, now * MICROS_PER_SECOND, cutsOff);
      return due && { mostRecent: inSeconds(due.mostRecentMicros), missed: due.missed };
    },
    delay: (now: number) => inSeconds(table.delayMicros(cronJob, now * MICROS_PER_SECOND)),
  };
}

describe('what is due', () => {
  test('nothing before the first time, then that', () => {
    const { due } = timetable('*/5 * * * *');
    expect(due(299.9)).toEqual({ mostRecent: undefined, missed: 'none' });
    expect(due(300)).toEqual({ mostRecent: 300, missed: 'none' });
    expect(due(599)).toEqual({ mostRecent: 300, missed: 'none' });
  });

  test('the last one of several', () => {
    expect(timetable('*/5 * * * *').due(20 * MINUTE)).toEqual({ mostRecent: 1200, missed: 'few' });
    expect(timetable('* * * * *').due(101 * MINUTE)).toEqual({ mostRecent: 6060, missed: 'many' });
    expect(timetable('* * * * *').due(100 * MINUTE)).toEqual({ mostRecent: 6000, missed: 'few' });
  });

  test('of those since the last one that was started, or the creation', () => {
    expect(timetable('*/5 * * * *', {}, 300).due(500)).toEqual({ mostRecent: undefined, missed: 'none' });
    expect(timetable('*/5 * * * *', {}, undefined, 300.5).due(500)).toEqual({ mostRecent: undefined, missed: 'none' });
  });

  test('not beyond the starting deadline', () => {
    const { due } = timetable('*/5 * * * *', { startingDeadlineSeconds: 10 });
    expect(due(309)).toEqual({ mostRecent: 300, missed: 'none' });
    expect(due(311)).toEqual({ mostRecent: undefined, missed: 'none' });
    expect(due(311, false)).toEqual({ mostRecent: 300, missed: 'none' });
  });

  test('with uneven distances', () => {
    // 06:30, 10:30 and 14:30 on weekdays; 2000-01-03 was a Monday.
    const { due } = timetable('30 6-16/4 * * 1-5');
    const monday = 2 * 86_400;
    expect(due(monday + 15 * 3600)).toEqual({ mostRecent: monday + 14.5 * 3600, missed: 'few' });
    // Upstream's estimate leads past the last time before the weekend.
    expect(due(monday + 5 * 86_400)).toEqual({ mostRecent: undefined, missed: 'few' });
  });

  test('a schedule without times', () => {
    expect(timetable('0 0 30 2 *').due(1000)).toBeUndefined();
  });
});

describe('how long until the next sync', () => {
  test('a tenth of a second after the next time', () => {
    expect(timetable('*/5 * * * *').delay(10)).toBeCloseTo(290.1, 6);
    expect(timetable('*/5 * * * *').delay(300)).toBeCloseTo(300.1, 6);
    expect(timetable('@every 90s', {}, 90).delay(100)).toBeCloseTo(80.1, 6);
  });

  test('none where there is no time', () => {
    expect(timetable('0 0 30 2 *').delay(10)).toBe(0);
  });
});

test('a Job is named by the minutes since 1970', () => {
  expect(jobName(timetable('* * * * *').cronJob, 90 * MICROS_PER_SECOND)).toBe('report-15778081');
});
