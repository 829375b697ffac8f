import { describe, expect, test } from 'vitest';
import { deployment, lastRollout, play, podTemplate, SET_IMAGE } from '../../testing/play.ts';
import { replay } from '../../testing/replay.ts';

const RECREATE = { strategy: 'Recreate', behavior: { ready: '2s', terminate: '5s' } } as const;

describe('a Recreate Deployment', () => {
  test('waits until every old pod is gone, and then makes all new ones at once', () => {
    const played = play({ ...RECREATE, steps: { '10s': SET_IMAGE } });
    replay(played.log, (now) => {
      const images = new Set([...now.pods.values()].map((pod) => pod.image));
      expect(images.size).toBeLessThanOrEqual(1);
    });
    expect(lastRollout(played)).toMatchObject({ outcome: 'complete', durationSeconds: 7, availableMin: 0, podsMax: 3 });
  });

  test('has nothing to wait for when it is new', () => {
    expect(lastRollout(play(RECREATE))).toMatchObject({ cause: 'create', durationSeconds: 2 });
  });

  test('is scaled like any other', () => {
    const end = replay(play({ ...RECREATE, steps: { '10s': 'scale deployment/web --replicas=5' } }).log, () => {});
    expect(end.active().map((pod) => pod.owner)).toEqual(Array(5).fill('web@1'));
  });

  test('a scale-down in the middle of a rollout shows in the number of new pods', () => {
    const played = play({ ...RECREATE, steps: { '10s': SET_IMAGE, '12s': 'scale deployment/web --replicas=1' } });
    expect(replay(played.log, () => {}).active()).toMatchObject([{ image: 'web:v2' }]);
    expect(lastRollout(played)).toMatchObject({ outcome: 'complete', durationSeconds: 7 });
  });

  test('goes back to an old ReplicaSet that still has its template', () => {
    const steps = { '10s': SET_IMAGE, '30s': 'rollout undo deployment/web' };
    const played = play({ ...RECREATE, steps });
    expect(replay(played.log, () => {}).active('web@1')).toHaveLength(3);
    expect(lastRollout(played)).toMatchObject({ revision: '3', durationSeconds: 7 });
  });

  /** Without terminatingReplicas, until 1.34, nothing but the last pod's deletion says that it is time. */
  test.each(['1.33', '1.37'])('is woken by the last pod of a ReplicaSet that it adopted (%s)', (kubernetes) => {
    const template = podTemplate({}, 'web:v0');
    const orphan = {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name: 'old', labels: { app: 'web' } },
      spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template },
    };
    const apply = { kubectl: 'apply -f -', stdin: JSON.stringify(deployment(RECREATE)) };
    const played = play({ ...RECREATE, kubernetes, objects: [orphan], steps: { '10s': apply } });
    expect(lastRollout(played)).toMatchObject({ outcome: 'complete', startSeconds: 10, durationSeconds: 5 + 2 });
  });
});
