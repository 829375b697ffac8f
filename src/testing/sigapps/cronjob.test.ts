/** The sig-apps tests of CronJobs, with upstream's names and numbers (test/e2e/apps/cronjob.go). */
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../api/types.ts';
import type { JobLine } from '../../metrics/log/logLine.ts';
import { type Played, play, type Sketch } from '../play.ts';
import { cronJob, FAIL, NOT_TERMINATE, podLines, SUCCEED } from './jobs.ts';

/** Minutes from 1970 to the start of the simulation, which Jobs' names count from. */
const START_MINUTES = 946_684_800 / 60;
const EVERY_MINUTE = '*/1 * * * ?';

function playCronJob(spec: JsonObject, behavior: Sketch['behavior'], sketch: Sketch = {}): Played {
  const objects = [cronJob({ schedule: EVERY_MINUTE, ...spec })];
  return play({ behavior, objects, until: '5m30s', ...sketch } as Sketch);
}

/** When each Job was made, by its minute: `[minute, seconds]`. */
function started({ log }: Played): [number, number][] {
  const seen = new Map<string, number>();
  for (const line of log) if (line.kind === 'Job' && !seen.has(line.name)) seen.set(line.name, line.t);
  return [...seen].map(([name, t]) => [Number(name.replace('report-', '')) - START_MINUTES, t]);
}

/** Jobs that exist and have not finished, at some time. */
function activeAt({ log }: Played, seconds: number): string[] {
  const last = new Map<string, JobLine>();
  for (const line of log) if (line.kind === 'Job' && line.t <= seconds) last.set(line.name, line);
  const isOver = ({ deleted, conditions }: JobLine) => deleted || conditions.Complete || conditions.Failed;
  return [...last.values()].filter((line) => !isOver(line)).map(({ name }) => name);
}

describe('conformance', () => {
  test('should schedule multiple jobs concurrently', () => {
    const played = playCronJob({ concurrencyPolicy: 'Allow' }, NOT_TERMINATE);
    expect(activeAt(played, 125)).toHaveLength(2);
    expect(activeAt(played, 305)).toHaveLength(5);
  });

  test('should not schedule jobs when suspended [Slow]', () => {
    const played = playCronJob({ suspend: true }, SUCCEED);
    expect(played.result.jobs).toEqual([]);
    // Nothing is going to happen: the run does not wait for its end.
    expect(played.result.end).toBe('quiet');
  });

  test('should not schedule new jobs when ForbidConcurrent [Slow]', () => {
    const played = playCronJob({ concurrencyPolicy: 'Forbid' }, NOT_TERMINATE);
    expect(started(played)).toEqual([[1, 60.1]]);
    expect(activeAt(played, 300)).toHaveLength(1);
  });

  test('should replace jobs when ReplaceConcurrent', () => {
    const played = playCronJob({ concurrencyPolicy: 'Replace' }, NOT_TERMINATE);
    const [first] = activeAt(played, 90);
    const later = activeAt(played, 150);
    expect(later).toHaveLength(1);
    expect(later[0]).not.toBe(first);
  });
});

describe('beside conformance', () => {
  test('a Job for each time, named by its minute, a tenth of a second late', () => {
    expect(started(playCronJob({}, SUCCEED))).toEqual([1, 2, 3, 4, 5].map((minute) => [minute, minute * 60 + 0.1]));
  });

  test('should remove from active list jobs that have been deleted', () => {
    const played = playCronJob({ concurrencyPolicy: 'Forbid' }, NOT_TERMINATE, {
      steps: { '90s': 'delete jobs --all', '100s': 'get cronjob report -o jsonpath={.status.active}' },
    });
    expect(played.result.steps.at(-1)!.out).toBe('');
    expect(started(played).map(([minute]) => minute)).toEqual([1, 2]);
  });

  test.each([
    ['successful', SUCCEED, { successfulJobsHistoryLimit: 1, failedJobsHistoryLimit: 0 }],
    ['failed', FAIL, { successfulJobsHistoryLimit: 0, failedJobsHistoryLimit: 1 }],
  ])('should delete %s finished jobs with limit of one', (_what, behavior, limits) => {
    const objects = [cronJob({ schedule: EVERY_MINUTE, ...limits }, { backoffLimit: 0 })];
    const played = playCronJob({}, behavior, { objects, steps: { '250s': 'get jobs -o name' } });
    expect(played.result.steps.at(-1)!.out).toBe(`job.batch/report-${START_MINUTES + 4}`);
  });

  test('should support timezone', () => {
    const played = playCronJob({ schedule: '0 3 * * *', timeZone: 'Asia/Kathmandu' }, SUCCEED, { until: '24h' });
    // 03:00 there is 21:15 UTC.
    expect(started(played)).toEqual([[21 * 60 + 15, (21 * 60 + 15) * 60 + 0.1]]);
  });

  test('a Job that runs into the next time is waited for, and made up for', () => {
    const late = playCronJob({ concurrencyPolicy: 'Forbid' }, { run: '90s' });
    // It is over after 151 s: the second minute is made up for. When that is over, at 242 s, the third is too old.
    expect(started(late).map(([minute]) => minute)).toEqual([1, 2, 4]);
    const strict = playCronJob({ concurrencyPolicy: 'Forbid', startingDeadlineSeconds: 10 }, { run: '90s' });
    expect(started(strict).map(([minute]) => minute)).toEqual([1, 3, 5]);
  });

  test('resuming makes up for the last of the missed times only', () => {
    const resume = { steps: { '200s': `patch cronjob report -p '{"spec":{"suspend":false}}'` } };
    const played = playCronJob({ suspend: true }, SUCCEED, resume);
    expect(started(played)[0]).toEqual([3, 200]);
    const strict = playCronJob({ suspend: true, startingDeadlineSeconds: 10 }, SUCCEED, resume);
    expect(started(strict)[0]).toEqual([4, 240.1]);
  });

  test('another schedule takes the place of the first', () => {
    const played = playCronJob({ schedule: '0 * * * *' }, SUCCEED, {
      steps: { '30s': `patch cronjob report -p '{"spec":{"schedule":"*/2 * * * *"}}'` },
    });
    expect(started(played).map(([minute]) => minute)).toEqual([2, 4]);
  });

  test('a Job made by hand is none of its own', () => {
    const played = playCronJob({ schedule: '0 * * * *' }, SUCCEED, {
      steps: {
        '10s': 'create job now --from=cronjob/report',
        '60s': 'get cronjob report -o jsonpath={.status.lastScheduleTime}',
      },
    });
    expect(played.result.jobs).toMatchObject([{ job: 'job/now', cronJob: 'report', outcome: 'complete' }]);
    expect(played.result.steps.at(-1)!.out).toBe('');
  });

  test('deleting it takes its Jobs and their pods along', () => {
    const played = playCronJob({}, NOT_TERMINATE, { steps: { '150s': 'delete cronjob report' } });
    expect(podLines(played, 'created')).toHaveLength(2);
    expect(podLines(played, 'deleted')).toHaveLength(2);
    expect(activeAt(played, 330)).toEqual([]);
  });
});
