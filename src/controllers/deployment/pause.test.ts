import { describe, expect, test } from 'vitest';
import { lastRollout, play, SET_IMAGE } from '../../testing/play.ts';
import { conditionCourse, replay, sizesOf } from '../../testing/replay.ts';

const PAUSE = 'rollout pause deployment/web';
const RESUME = 'rollout resume deployment/web';
const V3 = 'set image deployment/web app=web:v3';

describe('a paused Deployment', () => {
  test('collapses several changes into one rollout', () => {
    const played = play({
      behavior: { ready: '2s' },
      steps: { '10s': PAUSE, '11s': SET_IMAGE, '12s': V3, '20s': RESUME },
    });
    const end = replay(played.log, () => {});
    expect([...end.replicaSets.values()].map(({ image, revision, spec }) => [image, revision, spec])).toEqual([
      ['web:v1', '1', 0],
      ['web:v3', '2', 3],
    ]);
  });

  test('goes on as it was when the change is taken back', () => {
    const played = play({
      steps: { '10s': PAUSE, '11s': SET_IMAGE, '12s': 'set image deployment/web app=web:v1', '20s': RESUME },
    });
    const end = replay(played.log, () => {});
    expect([...end.replicaSets.values()].map(({ revision }) => revision)).toEqual(['1']);
    expect(played.result.pods.created).toBe(3);
  });

  test('from its creation has no ReplicaSet until it is resumed', () => {
    const played = play({ spec: { paused: true }, steps: { '10s': SET_IMAGE, '20s': RESUME } });
    replay(played.log, (now) => {
      if (now.t < 20) expect(now.replicaSets.size).toBe(0);
    });
    expect(replay(played.log, () => {}).replicaSets.get('web@1')).toMatchObject({ image: 'web:v2', spec: 3 });
  });

  test('is still scaled, heals itself and tells its status', () => {
    const played = play({
      behavior: { ready: '1s' },
      steps: { '10s': PAUSE, '11s': 'scale deployment/web --replicas=5', '12.5s': 'delete pods -l app=web' },
    });
    const end = replay(played.log, () => {});
    expect(end.active('web@1')).toHaveLength(5);
    expect(played.result.pods.created).toBe(5 + 5);
    expect(end.deployments.get('web')).toMatchObject({ spec: 5, available: 5, observed: 3 });
  });

  test('in the middle of a rollout freezes both ReplicaSets as they are', () => {
    const played = play({
      replicas: 10,
      behavior: { ready: { sequence: ['2s', '3s', '4s'] } },
      steps: { '10s': SET_IMAGE, '12.5s': PAUSE, '60s': RESUME },
    });
    let frozen: number[] = [];
    replay(played.log, (now) => {
      const sizes = [...now.replicaSets.values()].map(({ spec }) => spec);
      if (now.t >= 12.5 && frozen.length === 0) frozen = sizes;
      if (now.t >= 12.5 && now.t < 60) expect(sizes).toEqual(frozen);
    });
    expect(frozen.every((size) => size > 0)).toBe(true);
    expect(lastRollout(played).outcome).toBe('complete');
  });

  test('says so in Progressing, and the time counts to no deadline', () => {
    const played = play({
      spec: { progressDeadlineSeconds: 30 },
      behavior: [{ match: { image: 'web:v2' }, ready: '25s' }, {}],
      steps: { '10s': SET_IMAGE, '20s': PAUSE, '100s': RESUME },
    });
    // While paused the new pod got ready, at 35 s.
    expect(conditionCourse(played.log, 'Progressing', 20)).toEqual([
      [20, 'True/ReplicaSetUpdated'],
      [20, 'Unknown/DeploymentPaused'],
      [100, 'Unknown/DeploymentResumed'],
      [100, 'True/ReplicaSetUpdated'],
      [150, 'True/NewReplicaSetAvailable'],
    ]);
    expect(sizesOf(played.log, 'web@2')).toEqual([1, 2, 3]);
  });
});
