import { describe, expect, test } from 'vitest';
import { buildScenario } from '../../scenario/index.ts';
import { lastRollout, type Played, play, SET_IMAGE, type Sketch, scenarioText } from '../../testing/play.ts';
import { conditionCourse, replay, sizesOf } from '../../testing/replay.ts';

const GATE = { featureGates: { DeploymentPodReplacementPolicy: true } };
const COMPLETE = { podReplacementPolicy: 'TerminationComplete' };
const BEHAVIOR = { ready: '1s', terminate: '5s' };

function waiting(sketch: Sketch, policy = 'TerminationComplete'): Played {
  const spec = { podReplacementPolicy: policy, ...sketch.spec };
  return play({ ...GATE, behavior: BEHAVIOR, ...sketch, spec });
}

/** The most pods at once, terminating ones included, and the fewest that were available from a time on. */
function extremes({ log }: Played, fromSeconds = 0): { most: number; fewest: number } {
  let [most, fewest] = [0, Number.POSITIVE_INFINITY];
  replay(log, (now) => {
    most = Math.max(most, now.pods.size);
    if (now.t >= fromSeconds) fewest = Math.min(fewest, now.available());
  });
  return { most, fewest };
}

describe('a rolling update under TerminationComplete', () => {
  const strategy = { maxSurge: 2, maxUnavailable: 1 };

  test('never has more pods than replicas and maxSurge, those that terminate included', () => {
    const sketch = { replicas: 10, strategy, steps: { '10s': SET_IMAGE } };
    expect(extremes(waiting(sketch), 10)).toEqual({ most: 12, fewest: 9 });
    expect(extremes(play({ ...sketch, behavior: BEHAVIOR }), 10).most).toBeGreaterThan(12);
  });

  test('adds the next pods when old ones are gone', () => {
    const played = waiting({ replicas: 4, strategy: { maxSurge: 1, maxUnavailable: 0 }, steps: { '10s': SET_IMAGE } });
    expect(sizesOf(played.log, 'web@2')).toEqual([1, 2, 3, 4]);
    // Each pod takes 1 s to be ready and each of the old ones 5 s to go; the last of them is waited for too.
    expect(lastRollout(played)).toMatchObject({ outcome: 'complete', podsMaxWithTerminating: 5 });
  });

  test('is complete only when the last pod is gone', () => {
    const { log } = waiting({
      replicas: 2,
      strategy: { maxSurge: '100%', maxUnavailable: 0 },
      steps: { '10s': SET_IMAGE },
    });
    const course = conditionCourse(log, 'Progressing', 10);
    expect(course.at(-1)).toEqual([16, 'True/NewReplicaSetAvailable']);
  });

  test('counts the deadline from the last pod that went', () => {
    const sequence = ['3s', '6s', '9s', '12s'];
    const { log } = waiting({
      replicas: 4,
      strategy: { maxSurge: '100%', maxUnavailable: 0 },
      behavior: { ready: '1s', terminate: { sequence } },
      spec: { progressDeadlineSeconds: 4, ...COMPLETE },
      steps: { '10s': SET_IMAGE },
    });
    expect(conditionCourse(log, 'Progressing', 10).map(([, reason]) => reason)).not.toContain(
      'False/ProgressDeadlineExceeded',
    );
  });
});

describe('scaling up under TerminationComplete', () => {
  const steps = { '10s': 'scale deployment/web --replicas=2', '11s': 'scale deployment/web --replicas=6' };
  const strategy = { maxSurge: 0, maxUnavailable: 1 };

  test('waits for pods that still terminate', () => {
    const played = waiting({ replicas: 5, strategy, steps });
    expect(extremes(played).most).toBe(6);
    expect(sizesOf(played.log, 'web@1')).toEqual([5, 2, 3, 6]);
    expect(sizesOf(play({ replicas: 5, strategy, behavior: BEHAVIOR, steps }).log, 'web@1')).toEqual([5, 2, 6]);
  });

  test('does so for Recreate too', () => {
    const played = waiting({ replicas: 5, strategy: 'Recreate', steps });
    expect(extremes(played).most).toBe(6);
    expect(replay(played.log, () => {}).active()).toHaveLength(6);
  });

  test('gives several ReplicaSets their shares as terminating pods make room, the largest first', () => {
    const played = waiting({
      replicas: 10,
      strategy: { maxSurge: 3, maxUnavailable: 2 },
      behavior: [
        { match: { image: 'web:v2' }, ready: 'never', terminate: '1s' },
        { ready: '1s', terminate: '20s' },
      ],
      nodes: { count: 10 },
      // The new version is stuck: 8 old and 3 new pods, and 2 old ones that take 20 s to go.
      steps: { '10s': SET_IMAGE, '12s': 'scale deployment/web --replicas=30' },
    });
    expect(extremes(played).most).toBe(33);
    // Shares of 33 in place of 13 are 20 and 8; what is left over is the largest one's, at first 3 and then 2 more.
    expect(sizesOf(played.log, 'web@1')).toEqual([10, 8, 23, 25]);
    expect(sizesOf(played.log, 'web@2')).toEqual([3, 8]);
  });
});

describe('TerminationStarted', () => {
  test('lets a Recreate Deployment go on while its old pods stop', () => {
    const sketch = { strategy: 'Recreate', steps: { '10s': SET_IMAGE } } as const;
    expect(lastRollout(waiting(sketch, 'TerminationStarted'))).toMatchObject({ durationSeconds: 1 });
    expect(lastRollout(waiting(sketch))).toMatchObject({ durationSeconds: 6 });
  });
});

describe('without the gate', () => {
  test('the field changes nothing, and the run says so', () => {
    const sketch: Sketch = { replicas: 10, spec: COMPLETE, behavior: BEHAVIOR, steps: { '10s': SET_IMAGE } };
    expect(play(sketch).log).toEqual(play({ ...sketch, spec: {} }).log);
    const files = [{ file: 'test.yaml', text: scenarioText(sketch) }];
    expect(buildScenario({ files }, {}).assumptions).toContain(
      'spec.podReplacementPolicy of deployment/web has no effect: the feature gate DeploymentPodReplacementPolicy is off',
    );
  });

  test('with it, the run says that the field is experimental', () => {
    const files = [{ file: 'test.yaml', text: scenarioText({ ...GATE, spec: COMPLETE }) }];
    const { assumptions } = buildScenario({ files }, {});
    expect(assumptions.some((text) => /DeploymentPodReplacementPolicy is experimental/.test(text))).toBe(true);
    expect(assumptions.some((text) => text.includes('no effect'))).toBe(false);
  });
});

test('status.terminatingReplicas is there in versions that have it, or with its gate', () => {
  const reported = (sketch: Sketch) =>
    play({ ...sketch, steps: { '10s': 'scale deployment/web --replicas=0' } }).log.some(
      (line) => line.kind === 'Deployment' && line.terminating === 3,
    );
  const behavior = BEHAVIOR;
  expect(reported({ behavior })).toBe(true);
  expect(reported({ behavior, kubernetes: '1.33' })).toBe(false);
  expect(
    reported({ behavior, kubernetes: '1.33', featureGates: { DeploymentReplicaSetTerminatingReplicas: true } }),
  ).toBe(true);
  expect(reported({ behavior, featureGates: { DeploymentReplicaSetTerminatingReplicas: false } })).toBe(false);
});
