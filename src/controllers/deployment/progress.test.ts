import { describe, expect, test } from 'vitest';
import { lastRollout, play, SET_IMAGE, type Sketch } from '../../testing/play.ts';
import { conditionCourse, replay } from '../../testing/replay.ts';

const STALLING: Sketch = {
  spec: { progressDeadlineSeconds: 60 },
  behavior: [{ match: { image: 'web:v2' }, ready: 'never' }, { ready: '1s' }],
  steps: { '10s': SET_IMAGE },
};

function progressing(sketch: Sketch, fromSeconds = 0) {
  return conditionCourse(play(sketch).log, 'Progressing', fromSeconds);
}

describe('the condition Progressing', () => {
  test('of a rollout that goes well', () => {
    expect(progressing({ behavior: { ready: '1s' } })).toEqual([
      [0, 'True/NewReplicaSetCreated'],
      [0, 'True/ReplicaSetUpdated'],
      [1, 'True/NewReplicaSetAvailable'],
    ]);
  });

  test('of one that makes no progress: the deadline, and the second after which it is looked at', () => {
    expect(progressing(STALLING, 11)).toEqual([[10 + 60 + 1, 'False/ProgressDeadlineExceeded']]);
  });

  /** Times are stored in whole seconds, so that the deadline counts from up to a second before. */
  test('counts from the second in which the last progress was', () => {
    expect(progressing({ ...STALLING, steps: { '10.9s': SET_IMAGE } }, 11)).toEqual([
      [71, 'False/ProgressDeadlineExceeded'],
    ]);
  });

  test('counts anew from each progress', () => {
    const sketch: Sketch = {
      ...STALLING,
      replicas: 4,
      strategy: { maxSurge: 1, maxUnavailable: 0 },
      behavior: [{ match: { image: 'web:v2' }, ready: { sequence: ['50s', '50s', 'never'] } }, {}],
    };
    expect(progressing(sketch, 11)).toEqual([
      [60, 'True/ReplicaSetUpdated'],
      [110 + 60 + 1, 'False/ProgressDeadlineExceeded'],
    ]);
  });

  test('recovers by another change, and says so', () => {
    const played = play({ ...STALLING, steps: { '10s': SET_IMAGE, '100s': 'set image deployment/web app=web:v3' } });
    expect(conditionCourse(played.log, 'Progressing', 71).map(([, reason]) => reason)).toEqual([
      'False/ProgressDeadlineExceeded',
      'True/NewReplicaSetCreated',
      'True/ReplicaSetUpdated',
      'True/NewReplicaSetAvailable',
    ]);
    expect(played.result.rollouts.map(({ outcome }) => outcome)).toEqual(['complete', 'superseded', 'complete']);
  });

  test('does not fall back when pods get unready after a rollout was complete', () => {
    const played = play({ spec: { progressDeadlineSeconds: 60 }, behavior: { ready: '1s', unready: '20s' } });
    const reasons = conditionCourse(played.log, 'Progressing', 2).map(([, reason]) => reason);
    expect(reasons).toEqual(['True/NewReplicaSetAvailable']);
    expect(conditionCourse(played.log, 'Available').at(-1)).toEqual([21, 'False/MinimumReplicasUnavailable']);
    expect(replay(played.log, () => {}).deployments.get('web')).toMatchObject({ available: 0, ready: 0, replicas: 3 });
  });

  test('stays as it is when a pod is lost and replaced', () => {
    const sketch: Sketch = { behavior: { ready: '1s', terminate: '1s' } };
    const played = play({ ...sketch, steps: { '10s': 'delete pods -l app=web --wait=false' } });
    expect(played.result.pods.created).toBe(6);
    const reasons = conditionCourse(played.log, 'Progressing', 10).map(([, reason]) => reason);
    expect(reasons).toEqual(['True/NewReplicaSetAvailable']);
  });

  test('is not there without a deadline', () => {
    const played = play({ ...STALLING, spec: { progressDeadlineSeconds: 2147483647 } });
    expect(conditionCourse(played.log, 'Progressing')).toEqual([]);
    expect(lastRollout(played)).toMatchObject({ outcome: 'unfinished', progressDeadlineSeconds: null });
  });
});

describe('the condition Available', () => {
  test('is true as long as no more are missing than may be', () => {
    const played = play({
      replicas: 4,
      behavior: { ready: { sequence: ['1s', '2s', '3s', '4s'] } },
    });
    expect(conditionCourse(played.log, 'Available')).toEqual([
      [0, 'False/MinimumReplicasUnavailable'],
      [3, 'True/MinimumReplicasAvailable'],
    ]);
  });
});

describe('minReadySeconds', () => {
  const patch = (minReadySeconds: number) =>
    `patch deployment/web -p '${JSON.stringify({ spec: { minReadySeconds } })}'`;

  test('counts from the whole second in which a pod became ready', () => {
    const played = play({ spec: { minReadySeconds: 10 }, behavior: { ready: '1.9s' } });
    expect(lastRollout(played)).toMatchObject({ durationSeconds: 11, outcome: 'complete' });
  });

  test('raised while all runs, makes pods wait again; lowered, gives them back at once', () => {
    const played = play({ behavior: { ready: '1s' }, steps: { '10s': patch(20), '12s': patch(5), '14s': patch(30) } });
    const available: [number, number][] = [];
    replay(played.log, ({ t, deployments }) => {
      const now = deployments.get('web')?.available;
      if (now !== undefined && now !== available.at(-1)?.[1]) available.push([t, now]);
    });
    // Ready since 1 s: available again at 31 s.
    expect(available).toEqual([
      [0, 0],
      [1, 3],
      [10, 0],
      [12, 3],
      [14, 0],
      [31, 3],
    ]);
    // It is no change of the template.
    expect(played.result.rollouts).toHaveLength(1);
  });

  test('is held against the old pods by their own ReplicaSet: a change together with the template does not reach them', () => {
    const spec = { minReadySeconds: 20, template: { spec: { containers: [{ name: 'app', image: 'web:v2' }] } } };
    const played = play({
      behavior: { ready: '1s' },
      steps: { '10s': `patch deployment/web -p '${JSON.stringify({ spec })}'` },
    });
    replay(played.log, (now) => {
      const old = now.replicaSets.get('web@1');
      if (now.t >= 10) expect(old?.available).toBe(old?.ready);
    });
  });
});
