import { describe, expect, test } from 'vitest';
import type { LogEntry } from '../../metrics/log/logLine.ts';
import { lastRollout, play, SET_IMAGE } from '../play.ts';
import { replayInstants } from '../replay.ts';

/** How many pods a rollout has, and what people believe it has. */
const AT_10S = { '10s': SET_IMAGE };

/** Pods at the end of an instant: old ones, new ones, and those that still terminate. */
function podsAt(log: readonly LogEntry[], seconds: number) {
  const counts = { old: 0, new: 0, terminating: 0 };
  replayInstants(log, (now) => {
    if (now.t > seconds) return;
    const pods = [...now.pods.values()];
    counts.terminating = pods.filter((pod) => pod.isTerminating).length;
    counts.old = now.active().filter((pod) => pod.image === 'web:v1').length;
    counts.new = now.active().filter((pod) => pod.image === 'web:v2').length;
  });
  return counts;
}

describe('belief 1: "there are never more than replicas + maxSurge pods"', () => {
  test('15 replicas, 25 %/25 %: 3 terminating and 7 new pods at once, 22 pods instead of 19', () => {
    const played = play({
      replicas: 15,
      behavior: [{ match: { image: 'web:v2' }, ready: 'never' }, { terminate: '30s' }],
      steps: AT_10S,
    });
    // +4 with the new ReplicaSet, -3 as many may be unavailable, and +3 into the places of those that terminate.
    expect(podsAt(played.log, 10)).toEqual({ old: 12, new: 7, terminating: 3 });
    expect(lastRollout(played)).toMatchObject({ podsMax: 19, podsMaxWithTerminating: 22 });
  });

  test('belief 5, "replicas + maxSurge is the quota": 10 replicas, 25 %/25 %: a quota for the 13 of the formula is 2 short', () => {
    const played = play({
      replicas: 10,
      behavior: [{ match: { image: 'web:v2' }, ready: 'never' }, { terminate: '30s' }],
      steps: AT_10S,
    });
    expect(podsAt(played.log, 10)).toEqual({ old: 8, new: 5, terminating: 2 });
    expect(lastRollout(played)).toMatchObject({ podsMax: 13, podsMaxWithTerminating: 15, requestedCpuMax: 1.5 });
  });
});

describe('belief 2: "maxSurge 0 means one out, then one in"', () => {
  const sketch = {
    replicas: 4,
    strategy: { maxSurge: 0, maxUnavailable: 1 },
    pod: { terminationGracePeriodSeconds: 60 },
    behavior: { ready: '5s', terminate: '60s' },
    steps: AT_10S,
  };

  test('the new pod is made while the old one still terminates', () => {
    const played = play(sketch);
    expect(podsAt(played.log, 10)).toEqual({ old: 3, new: 1, terminating: 1 });
    // 5 s a pod, so that all four old ones still terminate when the last new one is ready.
    expect(lastRollout(played)).toMatchObject({
      outcome: 'complete',
      durationSeconds: 20,
      podsMax: 4,
      podsMaxWithTerminating: 8,
    });
  });

  test('on a full cluster it is refused and waits for the place: what wakes a node autoscaler', () => {
    const played = play({ ...sketch, nodes: { count: 4, allocatable: { pods: '1' } } });
    expect(lastRollout(played)).toMatchObject({
      outcome: 'complete',
      durationSeconds: 4 * (60 + 5),
      availableMin: 3,
      podsMaxWithTerminating: 5,
      unschedulable: 4,
      pendingSeconds: { p50: 60, p95: 60, p99: 60 },
    });
  });
});

describe('belief 3: "the peak is a constant of the strategy"', () => {
  const peak = (grace: number) =>
    lastRollout(
      play({
        replicas: 100,
        nodes: { count: 40 },
        pod: { terminationGracePeriodSeconds: grace },
        behavior: { ready: '5s', terminate: '600s' },
        steps: AT_10S,
      }),
    ).podsMaxWithTerminating;

  test('100 replicas, 25 %/25 %: it grows with the grace period up to twice the replicas', () => {
    // Two waves, 5 s apart: 25 old pods go with the first and 50 with the second.
    expect(peak(0)).toBe(125);
    expect(peak(4)).toBe(125 + 50);
    expect(peak(6)).toBe(125 + 50 + 25);
    expect(peak(600)).toBe(200);
  });
});
