import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../api/types.ts';
import { type Played, play } from '../testing/play.ts';

const TEMPLATE = { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'report:v1' }] } };

function cronJob(spec: JsonObject): JsonObject {
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'report' },
    spec: { schedule: '*/1 * * * *', jobTemplate: { spec: { template: TEMPLATE } }, ...spec },
  };
}

function job(spec: JsonObject): JsonObject {
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'batch' }, spec: { template: TEMPLATE, ...spec } };
}

function jobs({ result }: Played) {
  return result.jobs.map(({ outcome, startSeconds, durationSeconds }) => ({ outcome, startSeconds, durationSeconds }));
}

describe('a CronJob', () => {
  test('has a row for each of its Jobs, those that its history has dropped included', () => {
    const objects = [cronJob({ successfulJobsHistoryLimit: 1 })];
    const { result } = play({ objects, behavior: { run: '5s' }, until: '3m30s' });
    expect(result.jobs.map(({ outcome, succeeded, podsCreated }) => ({ outcome, succeeded, podsCreated }))).toEqual(
      Array(3).fill({ outcome: 'complete', succeeded: 1, podsCreated: 1 }),
    );
  });

  test('gives its Jobs its name, even when it has gone since', () => {
    const steps = { '90s': 'delete cronjob report' };
    const { result } = play({ objects: [cronJob({})], behavior: { run: '5s' }, steps, until: '5m' });
    expect(result.jobs.map(({ cronJob }) => cronJob)).toEqual(['report']);
  });
});

describe('a Job', () => {
  test('that is deleted while it runs has no duration', () => {
    const played = play({ objects: [job({})], behavior: { run: '1h' }, steps: { '1m': 'delete job batch' } });
    expect(jobs(played)).toEqual([{ outcome: 'deleted', startSeconds: 0, durationSeconds: null }]);
  });

  test('that is deleted after its end keeps what came of it', () => {
    const played = play({ objects: [job({})], behavior: { run: '5s' }, steps: { '1m': 'delete job batch' } });
    expect(jobs(played)).toEqual([{ outcome: 'complete', startSeconds: 0, durationSeconds: 6 }]);
  });

  test('is suspended for as long as its spec says so', () => {
    const objects = [job({ suspend: true })];
    expect(jobs(play({ objects }))).toMatchObject([{ outcome: 'suspended' }]);
    const steps = { '1m': `patch job batch -p '{"spec":{"suspend":false}}'` };
    expect(jobs(play({ objects, behavior: { run: '5s' }, steps }))).toMatchObject([{ outcome: 'complete' }]);
  });
});
