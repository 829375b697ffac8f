import { describe, expect, test } from 'vitest';
import { lastRollout, play, SET_IMAGE, type Sketch } from '../play.ts';
import { replayInstants } from '../replay.ts';

/** How long rollouts take, and what people believe they take. */
describe('belief 6: "a rollout takes ceil(replicas / (maxSurge + maxUnavailable)) times start + minReadySeconds"', () => {
  const sketch: Sketch = {
    replicas: 6,
    strategy: { maxSurge: 0, maxUnavailable: 2 },
    spec: { minReadySeconds: 550, progressDeadlineSeconds: 3600 },
    until: '3h',
  };
  const seconds = (kubernetes: string, ready: string[]) =>
    lastRollout(
      play({ ...sketch, kubernetes, behavior: { ready: { sequence: ready } }, steps: { '2000s': SET_IMAGE } }),
    ).durationSeconds;

  test('now it does, where pods start alike: 3 waves of 551 s', () => {
    expect(seconds('1.37', ['1s'])).toBe(3 * 551);
    expect(seconds('1.37', ['1s', '3s'])).toBe(3 * 553);
  });

  /**
   * Before 1.34 the controller looked at a ReplicaSet again minReadySeconds after it had last looked, and found pods that
   * had become available in between only then (kubernetes#103258: 3,240 s where 1,650 s were expected).
   */
  test('until 1.33 pods that are ready 2 s apart make it 1,095 s longer', () => {
    expect(seconds('1.33', ['1s'])).toBe(3 * 551);
    expect(seconds('1.33', ['1s', '3s'])).toBe(2754);
    expect(seconds('1.34', ['1s', '3s'])).toBe(1659);
  });
});

describe('belief 15: "minReadySeconds holds the old pods until the new ones have proved themselves"', () => {
  test('1 replica, maxSurge 2, maxUnavailable 2: the old pod goes at once, and nothing is available for 31 s', () => {
    const played = play({
      replicas: 1,
      strategy: { maxSurge: 2, maxUnavailable: 2 },
      spec: { minReadySeconds: 30 },
      behavior: { ready: '1s' },
      steps: { '60s': SET_IMAGE },
    });
    expect(lastRollout(played)).toMatchObject({
      durationSeconds: 31,
      availableMin: 0,
      availableMean: 0,
      unavailablePodSeconds: 31,
    });
    replayInstants(played.log, (now) => {
      if (now.t >= 60) expect(now.active('web@1')).toEqual([]);
    });
  });
});

describe('belief 7: "with maxSurge 100 % even a big rollout takes as long as one pod"', () => {
  const rollout = (controlPlane: Sketch['controlPlane']) =>
    lastRollout(
      play({
        replicas: 300,
        strategy: { maxSurge: '100%', maxUnavailable: 0 },
        nodes: { count: 20 },
        behavior: { ready: '1s' },
        steps: { '100s': SET_IMAGE },
        ...(controlPlane === undefined ? {} : { controlPlane }),
      }),
    );

  test('300 pods: so it does without limits', () => {
    expect(rollout({ preset: 'unlimited' })).toMatchObject({ durationSeconds: 1, podsMax: 600 });
  });

  test('with the default 20 requests a second, 300 creations and 300 deletions take some 30 s', () => {
    const { durationSeconds, podsMax } = rollout({});
    const byRate = (2 * 300 - 30) / 20;
    expect(durationSeconds).toBeGreaterThan(byRate);
    expect(durationSeconds).toBeLessThan(byRate + 2.5);
    expect(podsMax).toBe(600);
  });
});
