import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../api/types.ts';
import { LIFTED, type Played, play, type Sketch } from '../../testing/play.ts';
import {
  eventLines,
  FAIL,
  job,
  jobLines,
  lastStatus,
  NOT_TERMINATE,
  onlyJob,
  playJob,
  podLines,
  SUCCEED,
} from '../../testing/sigapps/jobs.ts';

function patch(spec: JsonObject): string {
  return `patch job batch -p '${JSON.stringify({ spec })}'`;
}

function createdAt(played: Played): number[] {
  return podLines(played, 'created').map(({ t }) => t);
}

/** Status of the Job at some moment. */
function statusAt(played: Played, seconds: number) {
  return jobLines(played).findLast(({ t }) => t <= seconds)!;
}

const ONE = { parallelism: 1, completions: 1 };

describe('back-off', () => {
  test('a failed pod is replaced after 10 s, 20 s, 40 s … from its end', () => {
    const played = playJob({ ...ONE, backoffLimit: 4 }, { run: '500ms', exitCode: 1 });
    // Ends are kept in whole seconds.
    expect(createdAt(played)).toEqual([0, 10, 30, 70, 150]);
    expect(lastStatus(played)).toMatchObject({ failed: 5, conditions: { Failed: 'True/BackoffLimitExceeded' } });
  });

  test('it never is longer than 10 min', () => {
    const played = playJob({ ...ONE, backoffLimit: 8 }, { run: '500ms', exitCode: 1 }, { until: '2h' });
    const times = createdAt(played);
    expect(times.slice(1).map((time, place) => time - times[place]!)).toEqual([10, 20, 40, 80, 160, 320, 600, 600]);
  });

  test('a success starts it anew', () => {
    const behavior = { run: '500ms', exitCode: { sequence: [1, 1, 0, 1, 0] } };
    const played = playJob({ parallelism: 1, completions: 2 }, behavior);
    expect(createdAt(played)).toEqual([0, 10, 30, 31, 41]);
  });

  describe('while it lasts and another pod runs', () => {
    const behavior = { run: { sequence: ['1s', '30s', '30s'] }, exitCode: { sequence: [1, 0, 0] } };
    const played = (kubernetes: string) => playJob({ parallelism: 2, completions: 2 }, behavior, { kubernetes });

    test('that one is active', () => {
      expect(statusAt(played('1.37'), 8)).toMatchObject({ active: 1, ready: 1, failed: 1 });
    });

    test('1.32 and 1.33 report no active pods, which the API server refuses until the back-off is over', () => {
      expect(statusAt(played('1.33'), 8)).toMatchObject({ active: 2, ready: 2, failed: 0 });
      expect(statusAt(played('1.33'), 15)).toMatchObject({ active: 2, failed: 1 });
    });

    test('before 1.32 that status is let through', () => {
      expect(statusAt(played('1.31'), 8)).toMatchObject({ active: 0, ready: 1, failed: 1 });
      expect(statusAt(played('1.31'), 15)).toMatchObject({ active: 2, failed: 1 });
    });
  });

  test('every index waits for itself with backoffLimitPerIndex', () => {
    const behavior = { run: '500ms', exitCode: { sequence: [1, 0, 1, 0, 0, 0] } };
    const spec = { parallelism: 2, completions: 4, completionMode: 'Indexed', backoffLimitPerIndex: 3 };
    const played = playJob(spec, behavior);
    expect(lastStatus(played)).toMatchObject({ completedIndexes: '0-3', failed: 2 });
    // Index 0 fails at 0.5 s, index 2 at 1.5 s. Only the two lowest pending ones are looked at: 3 has to wait with them.
    expect(createdAt(played)).toEqual([0, 0, 1, 10, 11, 11]);
  });
});

describe('restartPolicy OnFailure', () => {
  test('restarts of all containers count together, and the last of them ends the Job', () => {
    const objects = [job({ parallelism: 2, completions: 2, backoffLimit: 3 }, { restartPolicy: 'OnFailure' })];
    const played = play({ objects, behavior: FAIL } as Sketch);
    expect(onlyJob(played)).toMatchObject({ outcome: 'failed', reason: 'BackoffLimitExceeded', podsCreated: 2 });
    expect(podLines(played, 'deleted')).toHaveLength(2);
    // What still ran has failed with the Job.
    expect(lastStatus(played)).toMatchObject({ active: 0, failed: 2, terminating: 0 });
  });
});

describe('a work queue', () => {
  const queue = { completions: null, parallelism: 3 };

  test('starts no more pods once one has succeeded, and is complete when all have ended', () => {
    const behavior = { run: { sequence: ['1s', '10s', '20s'] }, exitCode: { sequence: [0, 1, 0] } };
    const played = playJob(queue, behavior);
    expect(onlyJob(played)).toMatchObject({ outcome: 'complete', podsCreated: 3, succeeded: 2, failed: 1 });
    expect(statusAt(played, 15)).toMatchObject({ active: 1, succeeded: 1 });
  });

  test('replaces failed pods until then', () => {
    const played = playJob(queue, { run: { sequence: ['1s', '20s', '20s'] }, exitCode: { sequence: [1, 0, 0, 0] } });
    expect(onlyJob(played)).toMatchObject({ outcome: 'complete', podsCreated: 4, succeeded: 3, failed: 1 });
  });
});

describe('parallelism', () => {
  test('lowered, the pods that are least far go first, and do not count as failed', () => {
    const behavior = { ready: { sequence: ['0s', 'never', '0s', '0s'] }, run: '60s' };
    const played = playJob({ parallelism: 4, completions: 4 }, behavior, {
      steps: { '10s': patch({ parallelism: 2 }) },
    });
    const stopped = podLines(played, 'terminating').map(({ name }) => name);
    // Not ready; then of those ready for the same time the one created last.
    expect(stopped).toEqual(['Job/batch#1', 'Job/batch#3']);
    expect(lastStatus(played)).toMatchObject({ succeeded: 4, failed: 0 });
    expect(onlyJob(played).podsCreated).toBe(6);
  });

  test('0 stops all pods without ending the Job', () => {
    const played = playJob({}, NOT_TERMINATE, { steps: { '10s': patch({ parallelism: 0 }) } });
    expect(lastStatus(played)).toMatchObject({ active: 0, failed: 0, conditions: {} });
  });

  test('an Indexed Job can grow and shrink: pods beyond the completions go, and what they did is forgotten', () => {
    const behavior = { run: { sequence: ['1s', '100s', '1s', '100s'] } };
    const spec = { parallelism: 4, completions: 4, completionMode: 'Indexed' };
    const played = playJob(spec, behavior, { steps: { '10s': patch({ parallelism: 2, completions: 2 }) } });
    expect(statusAt(played, 9)).toMatchObject({ completedIndexes: '0,2', succeeded: 2 });
    expect(podLines(played, 'terminating').map(({ name }) => name)).toEqual(['Job/batch#3']);
    expect(lastStatus(played)).toMatchObject({ completedIndexes: '0,1', succeeded: 2 });
  });
});

describe('the deadline', () => {
  test('is counted from the last time that the Job was resumed', () => {
    const steps = { '5s': patch({ suspend: true }), '30s': patch({ suspend: false }) };
    const played = playJob({ activeDeadlineSeconds: 10 }, NOT_TERMINATE, { steps });
    const failed = jobLines(played).find(({ conditions }) => conditions.FailureTarget !== undefined)!;
    expect(failed.t).toBeCloseTo(40, 3);
  });

  test('can be set later', () => {
    const steps = { '20s': patch({ activeDeadlineSeconds: 30 }) };
    const played = playJob({}, NOT_TERMINATE, { steps });
    expect(onlyJob(played)).toMatchObject({ outcome: 'failed', reason: 'DeadlineExceeded' });
    expect(jobLines(played).find(({ conditions }) => conditions.FailureTarget !== undefined)!.t).toBeCloseTo(30, 3);
  });

  test('is not put off by the back-off', () => {
    const played = playJob({ ...ONE, activeDeadlineSeconds: 8 }, { run: '500ms', exitCode: 1 });
    expect(lastStatus(played)).toMatchObject({ failed: 1, conditions: { Failed: 'True/DeadlineExceeded' } });
    expect(lastStatus(played).t).toBeCloseTo(8, 3);
  });
});

describe('a Job that ends', () => {
  test('has failed only when its pods have stopped', () => {
    const played = playJob({ activeDeadlineSeconds: 5 }, { ready: '0s', terminate: '10s' });
    const target = jobLines(played).find(({ conditions }) => conditions.FailureTarget !== undefined)!;
    expect(target).toMatchObject({ active: 0, terminating: 2, conditions: { FailureTarget: 'True/DeadlineExceeded' } });
    expect(target.conditions.Failed).toBeUndefined();
    expect(lastStatus(played)).toMatchObject({
      terminating: 0,
      failed: 2,
      conditions: { Failed: 'True/DeadlineExceeded' },
    });
    expect(lastStatus(played).t).toBeGreaterThan(15);
  });

  test('had in 1.30 ended at once, and had no reason for its success', () => {
    const failing = playJob({ activeDeadlineSeconds: 5 }, { ready: '0s', terminate: '10s' }, { kubernetes: '1.30' });
    expect(lastStatus(failing).conditions).toEqual({ Failed: 'True/DeadlineExceeded' });
    expect(jobLines(failing).find(({ conditions }) => conditions.Failed !== undefined)!.t).toBeLessThan(6);
    expect(lastStatus(playJob({}, SUCCEED, { kubernetes: '1.30' })).conditions).toEqual({ Complete: 'True/' });
  });

  test('keeps its pods, which nobody deletes', () => {
    const played = playJob({}, SUCCEED, { steps: { '60s': 'get pods --no-headers' } });
    expect(played.result.steps.at(-1)!.out.split('\n')).toHaveLength(4);
    expect(podLines(played, 'deleted')).toEqual([]);
  });

  test('lets its pods go at once when they are deleted: they are counted', () => {
    const played = playJob({}, SUCCEED, { steps: { '60s': 'delete pods --all' } });
    expect(podLines(played, 'deleted').map(({ t }) => t)).toEqual([60, 60, 60, 60]);
    expect(lastStatus(played)).toMatchObject({ succeeded: 4 });
  });
});

describe('a pod that a user deletes', () => {
  test('has failed, and stays until that is counted', () => {
    const played = playJob(
      { ...ONE },
      { ready: '0s', terminate: '0s', run: '60s' },
      {
        steps: { '10s': 'delete pods --all --wait=false' },
      },
    );
    const [gone] = podLines(played, 'deleted');
    expect(gone!.t).toBeCloseTo(11, 3);
    expect(statusAt(played, 11.1)).toMatchObject({ failed: 1 });
    expect(lastStatus(played)).toMatchObject({ succeeded: 1, failed: 1 });
  });
});

describe('failure policies', () => {
  const container = (name: string): JsonObject => ({ name, image: 'task:v1' });
  const twoContainers = (rules: JsonObject[], exitCodes: Record<string, number>) => {
    const containers = Object.fromEntries(
      Object.entries(exitCodes).map(([name, exitCode]) => [name, { run: '1s', exitCode }]),
    );
    const spec = { ...ONE, backoffLimit: 0, podFailurePolicy: { rules } };
    const objects = [job(spec, { containers: [container('main'), container('helper')] })];
    return onlyJob(play({ objects, behavior: { containers } } as Sketch)).reason;
  };
  const rule = (action: string, onExitCodes: JsonObject): JsonObject => ({ action, onExitCodes });

  test.each([
    ['In', [rule('FailJob', { operator: 'In', values: [3] })], 'PodFailurePolicy'],
    ['NotIn', [rule('FailJob', { operator: 'NotIn', values: [3] })], 'BackoffLimitExceeded'],
    [
      'of another container',
      [rule('FailJob', { containerName: 'helper', operator: 'In', values: [3] })],
      'BackoffLimitExceeded',
    ],
    ['of the container', [rule('FailJob', { containerName: 'main', operator: 'In', values: [3] })], 'PodFailurePolicy'],
    [
      'the first rule that matches',
      [rule('Count', { operator: 'In', values: [3] }), rule('FailJob', { operator: 'In', values: [3] })],
      'BackoffLimitExceeded',
    ],
  ])('%s', (_name, rules, reason) => {
    expect(twoContainers(rules, { main: 3, helper: 0 })).toBe(reason);
  });

  test('NotIn says nothing of containers that succeeded', () => {
    const notIn = [rule('FailJob', { operator: 'NotIn', values: [3] })];
    expect(twoContainers(notIn, { main: 0, helper: 3 })).toBe('BackoffLimitExceeded');
    expect(twoContainers(notIn, { main: 0, helper: 4 })).toBe('PodFailurePolicy');
  });
});

describe('a Job of somebody else', () => {
  test('is left alone, which the run says', () => {
    const played = playJob({ managedBy: 'example.com/queue' }, SUCCEED);
    expect(onlyJob(played).podsCreated).toBe(0);
    expect(played.result.warnings).toContain(
      'job/batch: managedBy leaves it to example.com/queue, which is not simulated: nothing happens to it',
    );
  });

  test('is nobody else’s before 1.32, or by the name of the cluster’s own controller', () => {
    const outcomes = [
      playJob({ managedBy: 'example.com/queue' }, SUCCEED, { kubernetes: '1.31' }),
      playJob({ managedBy: 'kubernetes.io/job-controller' }, SUCCEED),
    ].map((played) => onlyJob(played).outcome);
    expect(outcomes).toEqual(['complete', 'complete']);
  });
});

test('pods of a Job that was created suspended start with its resumption; startTime is kept until 1.35', () => {
  const steps = {
    '10s': patch({ suspend: true }),
    '20s': 'get job batch -o jsonpath={.status.startTime}',
    '30s': patch({ suspend: false }),
    '40s': 'get job batch -o jsonpath={.status.startTime}',
  };
  const started = (kubernetes: string) => {
    const { steps: played } = playJob({}, NOT_TERMINATE, { steps, kubernetes }).result;
    return [played.at(-3)!.out, played.at(-1)!.out];
  };
  expect(started('1.35')).toEqual(['2000-01-01T00:00:00Z', '2000-01-01T00:00:30Z']);
  expect(started('1.36')).toEqual(['', '2000-01-01T00:00:30Z']);
});

test('pods that a quota refuses are tried again, ever later, and the refusal is an Event', () => {
  const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'few' }, spec: { hard: { pods: '2' } } };
  const spec = { parallelism: 4, completions: 4 };
  const played = playJob({}, { run: '20s' }, { objects: [quota, job(spec)] });
  const refusals = eventLines(played);
  expect(refusals[0]).toMatchObject({ name: 'Job', reason: 'FailedCreate' });
  expect(refusals[0]!.message).toMatch(/^Error creating: pods "batch-[a-z0-9]{5}" is forbidden: exceeded quota: few/);
  // 1 s after the first failure; then, as the status has changed, 1 s later instead of 2; then 4 s.
  expect([...new Set(refusals.map(({ t }) => t))].slice(0, 4)).toEqual([0, 1, 2, 6]);
  expect(onlyJob(played)).toMatchObject({ outcome: 'complete', podsCreated: 4, activeMax: 2 });
});

test('late informers: a sync knows what the controller has counted from 1.36 on, and before makes a pod too many', () => {
  const controlPlane = { ...LIFTED, latency: { watch: '1500ms' } };
  const behavior = { run: '1s', exitCode: { sequence: [0, 0, 0, 1, 0] } };
  const succeeded = (kubernetes: string) =>
    onlyJob(playJob({ parallelism: 5, completions: 10 }, behavior, { kubernetes, controlPlane })).succeeded;
  expect([succeeded('1.35'), succeeded('1.36')]).toEqual([11, 10]);
});

test('500 pods at most are created, and counted, in one sync', () => {
  const played = playJob({ parallelism: 1200, completions: 1200 }, SUCCEED, { nodes: { count: 20 } });
  const times = createdAt(played);
  expect(times.filter((time) => time === times[0])).toHaveLength(500);
  expect(lastStatus(played)).toMatchObject({ succeeded: 1200 });
  const counted = jobLines(played).map(({ succeeded }) => succeeded);
  expect(Math.max(...counted.slice(1).map((count, place) => count - counted[place]!))).toBe(500);
});
