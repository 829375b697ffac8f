/** The sig-apps tests of Jobs, with upstream's names and numbers (test/e2e/apps/job.go). */
import { describe, expect, test } from 'vitest';
import {
  FAIL,
  firstTime,
  job,
  jobLines,
  lastStatus,
  NOT_TERMINATE,
  oddIndexes,
  onlyJob,
  playJob,
  podLines,
  SUCCEED,
} from './jobs.ts';

const INDEXED = { completionMode: 'Indexed' };
const ENDED = { active: 0, ready: 0, terminating: 0 };
const COMPLETE = {
  Complete: 'True/CompletionsReached',
  SuccessCriteriaMet: 'True/CompletionsReached',
};

function onExitCode(action: string, code: number) {
  return { rules: [{ action, onExitCodes: { operator: 'In', values: [code] } }] };
}

describe('conformance', () => {
  test('should allow to use the pod failure policy on exit code to fail the job early', () => {
    const once = { run: '1s', exitCode: { sequence: [1, 0, 0, 0, 0, 0] } };
    const played = playJob({ podFailurePolicy: onExitCode('FailJob', 1) }, once);
    const { conditions, failed } = lastStatus(played);
    expect(conditions).toEqual({ FailureTarget: 'True/PodFailurePolicy', Failed: 'True/PodFailurePolicy' });
    // The default back-off limit is 6.
    expect(failed).toBeLessThanOrEqual(2);
    expect(onlyJob(played)).toMatchObject({ outcome: 'failed', reason: 'PodFailurePolicy', podsCreated: 2 });
  });

  test('should allow to use a pod failure policy to ignore failure matching on DisruptionTarget condition', () => {
    const spec = { ...INDEXED, parallelism: 3, completions: 3, backoffLimit: 2 };
    const ignore = { rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }] };
    const oncePerIndex = { terminate: '1s', run: { sequence: ['never', 'never', 'never', '1s', '1s', '1s'] } };
    const sketch = { nodes: { count: 1 }, steps: { '10s': 'drain node-0', '20s': 'uncordon node-0' } };
    const played = playJob({ ...spec, podFailurePolicy: ignore }, oncePerIndex, sketch);
    expect(podLines(played, 'terminating')).toHaveLength(3);
    expect(lastStatus(played)).toMatchObject({ ...ENDED, completedIndexes: '0-2', failed: 0, conditions: COMPLETE });
    expect(onlyJob(played).podsCreated).toBe(6);
    // Without the rule the failures exceed the limit.
    expect(onlyJob(playJob(spec, oncePerIndex, sketch))).toMatchObject({
      reason: 'BackoffLimitExceeded',
      failed: 3,
    });
  });

  test('should create pods for an Indexed job with completion indexes and specified hostname', () => {
    const key = 'batch.kubernetes.io/job-completion-index';
    const steps = { '30s': ['get pods --show-labels', 'get pods -o json'] };
    const played = playJob(INDEXED, SUCCEED, { steps });
    expect(lastStatus(played)).toMatchObject({ ...ENDED, completedIndexes: '0-3', conditions: COMPLETE });
    const [table, json] = played.result.steps.slice(-2).map(({ out }) => out) as [string, string];
    const pods = table.split('\n').slice(1);
    expect(pods.map((line) => /^batch-(\d)-[a-z0-9]{5} /.exec(line)?.[1]).sort()).toEqual(['0', '1', '2', '3']);
    for (const line of pods) expect(line).toContain(`${key}=${line.split('-')[1]},`);
    for (const [index, { metadata, spec }] of JSON.parse(json).items.entries()) {
      expect(metadata.annotations).toEqual({ [key]: String(index) });
      expect(spec.hostname).toBe(`batch-${index}`);
      expect(spec.containers[0].env).toMatchObject([{ name: 'JOB_COMPLETION_INDEX' }]);
    }
  });

  test('with successPolicy should succeeded when all indexes succeeded', () => {
    const successPolicy = { rules: [{ succeededCount: 2 }] };
    const played = playJob({ ...INDEXED, completions: 2, successPolicy }, SUCCEED);
    const met = firstTime(played, ({ conditions }) => conditions.SuccessCriteriaMet === 'True/SuccessPolicy')!;
    const complete = firstTime(played, ({ conditions }) => conditions.Complete === 'True/SuccessPolicy')!;
    expect(met).toBeLessThanOrEqual(complete);
    expect(lastStatus(played)).toMatchObject({ ...ENDED, failed: 0, succeeded: 2 });
  });

  test.each([
    ['succeededIndexes', { succeededIndexes: '0' }],
    ['succeededCount', { succeededCount: 1 }],
  ])('with successPolicy %s rule should succeeded even when some indexes remain pending', (_name, rule) => {
    const behavior = [oddIndexes({ run: '30s', exitCode: 1, terminate: '2s' }), SUCCEED];
    const successPolicy = { rules: [rule] };
    const played = playJob({ ...INDEXED, completions: 5, successPolicy }, behavior);
    expect(lastStatus(played)).toMatchObject({
      ...ENDED,
      completedIndexes: '0',
      succeeded: 1,
      conditions: { SuccessCriteriaMet: 'True/SuccessPolicy', Complete: 'True/SuccessPolicy' },
    });
    // Index 1 was still running; it is told to stop, and the Job is not complete before it has.
    const [stopped] = podLines(played, 'terminating').filter(({ name }) => name === 'Job/batch#1');
    expect(firstTime(played, ({ conditions }) => conditions.Complete !== undefined)).toBeGreaterThan(stopped!.t + 2);
  });

  test('should execute all indexes despite some failing when using backoffLimitPerIndex', () => {
    const played = playJob({ ...INDEXED, backoffLimitPerIndex: 1 }, [oddIndexes(FAIL), SUCCEED], {
      steps: { '100s': `get job batch -o jsonpath={.status.failedIndexes}` },
    });
    expect(lastStatus(played)).toMatchObject({
      ...ENDED,
      completedIndexes: '0,2',
      failed: 4,
      succeeded: 2,
      conditions: { Failed: 'True/FailedIndexes' },
    });
    expect(played.result.steps.at(-1)!.out).toBe('1,3');
  });

  test('should terminate job execution when the number of failed indexes exceeds maxFailedIndexes', () => {
    const spec = { ...INDEXED, parallelism: 1, backoffLimitPerIndex: 0, maxFailedIndexes: 0 };
    const played = playJob(spec, FAIL);
    expect(lastStatus(played)).toMatchObject({
      ...ENDED,
      failed: 1,
      conditions: { FailureTarget: 'True/MaxFailedIndexesExceeded', Failed: 'True/MaxFailedIndexesExceeded' },
    });
    expect(onlyJob(played).podsCreated).toBe(1);
  });

  test('should mark indexes as failed when the FailIndex action is matched in podFailurePolicy', () => {
    const spec = { ...INDEXED, completions: 2, backoffLimitPerIndex: 1, podFailurePolicy: onExitCode('FailIndex', 1) };
    const played = playJob(spec, [oddIndexes(FAIL), SUCCEED]);
    expect(lastStatus(played)).toMatchObject({ ...ENDED, completedIndexes: '0', failed: 1, succeeded: 1 });
    expect(onlyJob(played)).toMatchObject({ outcome: 'failed', reason: 'FailedIndexes', podsCreated: 2 });
  });

  test('should run a job to completion when tasks sometimes fail and are locally restarted', () => {
    const once = { run: '1s', exitCode: { attempts: [1, 0] } };
    const played = playJob({}, once, { objects: [job({}, { restartPolicy: 'OnFailure' })] });
    expect(lastStatus(played)).toMatchObject({ ...ENDED, succeeded: 4, failed: 0, conditions: COMPLETE });
    expect(onlyJob(played).podsCreated).toBe(4);
  });

  test('should delete a job', () => {
    const played = playJob({}, NOT_TERMINATE, { steps: { '10s': 'delete job batch', '30s': 'get pods,jobs' } });
    expect(lastStatus(played)).toMatchObject({ active: 2, deleted: true });
    expect(podLines(played, 'deleted')).toHaveLength(2);
    expect(played.result.steps.at(-1)!.out).toBe('No resources found in default namespace.');
  });

  test('should adopt matching orphans and release non-matching pods', () => {
    const sketch = { objects: [job()], behavior: NOT_TERMINATE };
    const pod = playJob({}, NOT_TERMINATE, { ...sketch, steps: { '10s': 'get pods -o name' } })
      .result.steps.at(-1)!
      .out.split('\n')[0]!;
    const uid = 'batch.kubernetes.io/controller-uid';
    const labels = playJob({}, NOT_TERMINATE, {
      steps: { '10s': `get ${pod} -o jsonpath={.metadata.labels.controller-uid}` },
    });
    const own = labels.result.steps.at(-1)!.out;
    const played = playJob({}, NOT_TERMINATE, {
      steps: { '10s': `label ${pod} ${uid}-`, '20s': `label ${pod} ${uid}=${own}`, '30s': 'get pods' },
    });
    const active = (t: number) => jobLines(played).findLast((line) => line.t < t)!.active;
    // It is replaced, and when it comes back there is one too many.
    expect(podLines(played, 'created')).toHaveLength(3);
    expect([active(10), active(20), active(30)]).toEqual([2, 2, 2]);
    expect(podLines(played, 'deleted')).toHaveLength(1);
    expect(lastStatus(played)).toMatchObject({ failed: 0, succeeded: 0 });
  });

  test('should manage the lifecycle of a job', () => {
    const played = playJob({ suspend: true, parallelism: 2, completions: 4 }, SUCCEED, {
      steps: {
        '10s': ['annotate job batch patched=true', `patch job batch -p '{"spec":{"suspend":false,"parallelism":4}}'`],
        '60s': 'get jobs -o name',
        '61s': 'delete jobs -l app=task',
        '90s': 'get jobs',
      },
    });
    const created = podLines(played, 'created');
    expect(created).toHaveLength(4);
    expect(created[0]!.t).toBeGreaterThanOrEqual(10);
    const outs = played.result.steps.map(({ out }) => out);
    expect(outs.slice(-4)).toEqual([
      'job.batch/batch patched',
      'job.batch/batch',
      'job.batch "batch" deleted',
      'No resources found in default namespace.',
    ]);
  });
});

describe('beside conformance', () => {
  test('should run a job to completion when tasks succeed', () => {
    const played = playJob({}, SUCCEED);
    expect(lastStatus(played)).toMatchObject({ ...ENDED, succeeded: 4, failed: 0, conditions: COMPLETE });
    expect(onlyJob(played)).toMatchObject({ outcome: 'complete', podsCreated: 4, activeMax: 2 });
  });

  test('should allow to use a pod failure policy to ignore failure matching on exit code', () => {
    const oncePerIndex = { run: '1s', exitCode: { sequence: [42, 42, 42, 0, 0, 0] } };
    const spec = { ...INDEXED, parallelism: 3, completions: 3, backoffLimit: 2 };
    const played = playJob({ ...spec, podFailurePolicy: onExitCode('Ignore', 42) }, oncePerIndex);
    expect(lastStatus(played)).toMatchObject({ ...ENDED, completedIndexes: '0-2', failed: 0, conditions: COMPLETE });
    expect(onlyJob(playJob(spec, oncePerIndex))).toMatchObject({ outcome: 'failed', reason: 'BackoffLimitExceeded' });
  });

  test('should not create pods when created in suspend state', () => {
    const played = playJob({ suspend: true }, SUCCEED, {
      steps: { '20s': `patch job batch -p '{"spec":{"suspend":false}}'` },
    });
    const suspended = jobLines(played).find(({ conditions }) => conditions.Suspended !== undefined)!;
    expect(suspended).toMatchObject({ active: 0, conditions: { Suspended: 'True/JobSuspended' } });
    expect(podLines(played, 'created')[0]!.t).toBeGreaterThanOrEqual(20);
    expect(lastStatus(played)).toMatchObject({
      succeeded: 4,
      conditions: { ...COMPLETE, Suspended: 'False/JobResumed' },
    });
  });

  test('should delete pods when suspended', () => {
    const played = playJob({}, NOT_TERMINATE, { steps: { '10s': `patch job batch -p '{"spec":{"suspend":true}}'` } });
    expect(podLines(played, 'deleted')).toHaveLength(2);
    // What suspension stops has not failed.
    expect(lastStatus(played)).toMatchObject({ ...ENDED, failed: 0, conditions: { Suspended: 'True/JobSuspended' } });
  });

  test('should recreate pods only after they have failed if pod replacement policy is set to Failed', () => {
    const replacing = (podReplacementPolicy: string) => {
      const spec = { parallelism: 1, completions: 1, backoffLimit: 1, podReplacementPolicy };
      return playJob(spec, { ready: '0s', terminate: '5s' }, { steps: { '10s': 'delete pods --all --wait=false' } });
    };
    const played = replacing('Failed');
    const waiting = firstTime(played, (line) => line.active === 0 && line.failed === 0 && line.terminating === 1)!;
    const replaced = firstTime(played, (line) => line.active === 1 && line.failed === 1 && line.terminating === 0)!;
    expect(waiting).toBeLessThan(12);
    // 5 s to terminate, then the back-off after a failure.
    expect(replaced).toBeGreaterThanOrEqual(25);
    const [, second] = podLines(replacing('TerminatingOrFailed'), 'created');
    expect(second!.t).toBeLessThan(21);
  });

  test('should count the failures of each index by itself when using backoffLimitPerIndex', () => {
    const played = playJob({ ...INDEXED, completions: 2, backoffLimitPerIndex: 1 }, FAIL);
    expect(lastStatus(played)).toMatchObject({ completedIndexes: '', failed: 4, succeeded: 0 });
    expect(onlyJob(played).podsCreated).toBe(4);
  });

  test('should run a job to completion when tasks sometimes fail and are not locally restarted', () => {
    const played = playJob({}, { run: '1s', exitCode: { sequence: [1, 0, 0, 0, 0] } });
    expect(lastStatus(played)).toMatchObject({ ...ENDED, succeeded: 4, failed: 1, conditions: COMPLETE });
  });

  test('should fail when exceeds active deadline', () => {
    const played = playJob({ activeDeadlineSeconds: 1 }, NOT_TERMINATE);
    const conditions = { FailureTarget: 'True/DeadlineExceeded', Failed: 'True/DeadlineExceeded' };
    expect(lastStatus(played)).toMatchObject({ ...ENDED, succeeded: 0, conditions });
    expect(firstTime(played, (line) => line.conditions.FailureTarget !== undefined)).toBeCloseTo(1, 1);
  });

  test('should fail to exceed backoffLimit', () => {
    const played = playJob({ parallelism: 1, completions: 1, backoffLimit: 1 }, FAIL);
    const conditions = { FailureTarget: 'True/BackoffLimitExceeded', Failed: 'True/BackoffLimitExceeded' };
    expect(lastStatus(played)).toMatchObject({ ...ENDED, failed: 2, conditions });
    expect(onlyJob(played).podsCreated).toBe(2);
  });

  test('should run a job to completion with CPU requests', () => {
    const spec = { parallelism: 90, completions: 90 };
    const requests = { containers: [{ name: 'task', image: 'task:v1', resources: { requests: { cpu: '1' } } }] };
    const played = playJob({}, SUCCEED, { objects: [job(spec, requests)] });
    expect(lastStatus(played)).toMatchObject({ succeeded: 90, conditions: COMPLETE });
  });

  test('finished pods are named before they are counted, and counted once', () => {
    const played = playJob({ backoffLimit: 2 }, { run: '1s', exitCode: { sequence: [0, 1] } });
    const counts = jobLines(played).map(({ succeeded, failed }) => succeeded + failed);
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
    const { podsCreated, succeeded, failed } = onlyJob(played);
    expect(succeeded + failed).toBe(podsCreated);
  });
});
