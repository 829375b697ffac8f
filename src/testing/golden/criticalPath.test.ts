import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../api/types.ts';
import { CRITICAL_PATH_PHASES } from '../../metrics/result.ts';
import { lastRollout, play, SET_IMAGE, type Sketch, UNLIMITED } from '../play.ts';

const AT = '60s';
const ONE_MORE = { maxSurge: 1, maxUnavailable: 0 };
const ONE_LESS = { maxSurge: 0, maxUnavailable: 1 };

/** Seconds by phase of the last rollout, of phases that took some. Without latencies all figures are exact. */
function phases(sketch: Sketch): Record<string, number> {
  const { criticalPathSeconds, durationSeconds } = lastRollout(play({ steps: { [AT]: SET_IMAGE }, ...sketch }));
  const seconds = CRITICAL_PATH_PHASES.map((phase) => [phase, criticalPathSeconds![phase]] as const);
  const taken = seconds.filter(([, value]) => value > 0);
  expect(taken.reduce((sum, [, value]) => sum + Math.round(value * 1e6), 0)).toBe(Math.round(durationSeconds! * 1e6));
  return Object.fromEntries(taken);
}

function quota(pods: string): JsonObject {
  return { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'pods' }, spec: { hard: { pods } } };
}

function filler(replicas: number): JsonObject {
  const containers = [{ name: 'app', image: 'filler:v1', resources: { requests: { cpu: '100m' } } }];
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'filler' },
    spec: {
      replicas,
      selector: { matchLabels: { app: 'filler' } },
      template: { metadata: { labels: { app: 'filler' } }, spec: { containers } },
    },
  };
}

describe('what a rollout waited for', () => {
  test('the slowest of its pods to be ready', () => {
    const behavior = [{ match: { image: 'web:v2' }, ready: { sequence: ['2s', '8s', '3s'] } }, {}];
    expect(phases({ replicas: 3, strategy: { maxSurge: 3, maxUnavailable: 0 }, behavior })).toEqual({ readiness: 8 });
  });

  test('the pull, the start and the readiness of a pod, one after the other', () => {
    const behavior = { pull: '3s', start: '2s', ready: '5s' };
    const seconds = { imagePull: 3, start: 2, readiness: 5 };
    expect(phases({ replicas: 1, strategy: ONE_MORE, behavior })).toEqual(seconds);
  });

  test('minReadySeconds, once for each wave', () => {
    const sketch = { replicas: 2, strategy: ONE_MORE, spec: { minReadySeconds: 10 }, behavior: { ready: '1s' } };
    expect(phases(sketch)).toEqual({ readiness: 2, minReady: 20 });
  });

  test('the end of the old pods, where they are all to go first', () => {
    const behavior = { ready: '2s', terminate: '4s' };
    expect(phases({ replicas: 2, strategy: 'Recreate', behavior })).toEqual({ termination: 4, readiness: 2 });
  });

  test('room, until somebody else makes some', () => {
    const sketch = {
      replicas: 2,
      strategy: ONE_MORE,
      nodes: { count: 1, allocatable: { cpu: '300m', memory: '1Gi', pods: '10' } },
      behavior: { ready: '2s' },
      before: [filler(1)],
      steps: { [AT]: SET_IMAGE, '100s': 'scale deployment/filler --replicas=0' },
    };
    expect(phases(sketch)).toEqual({ capacityWait: 40, readiness: 4 });
  });

  test("tokens of a controller's client", () => {
    const behavior = { ready: '1s' };
    const limits = { 'kube-controller-manager': { 'kube-api-qps': 1, 'kube-api-burst': 1 } };
    const bound = phases({
      replicas: 10,
      behavior,
      controlPlane: { ...UNLIMITED, ...limits },
      steps: { '10m': SET_IMAGE },
    });
    const free = phases({ replicas: 10, behavior, steps: { '10m': SET_IMAGE } });
    expect(Object.keys(bound)).toEqual(['apiLimit']);
    expect(bound.apiLimit).toBeGreaterThan(20);
    expect(free).toEqual({ readiness: 2 });
  });

  // Its own status wakes the ReplicaSet once, which counts as a failure: tries are at 5 ms, and then at 5 + 20 (2^n - 1) ms.
  test('the back-off after refusals by a quota: the old pod is gone after 9 s, the next try is at 10.225 s', () => {
    const behavior = { ready: '2s', terminate: '9s' };
    const sketch = { replicas: 1, strategy: ONE_LESS, behavior, before: [quota('1')] };
    expect(phases(sketch)).toEqual({ quotaBackOff: 10.225, readiness: 2 });
  });

  test('whoever paused it', () => {
    const steps = { [AT]: ['rollout pause deployment/web', SET_IMAGE], '90s': 'rollout resume deployment/web' };
    expect(phases({ replicas: 1, strategy: ONE_MORE, behavior: { ready: '2s' }, steps })).toEqual({
      operator: 30,
      readiness: 2,
    });
  });

  test('a disruption budget: evictions are tried every 5 s, and the first pod is replaced after 7', () => {
    const budget = {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'web' },
      spec: { maxUnavailable: 1, selector: { matchLabels: { app: 'web' } } },
    };
    const steps = [
      'rollout pause deployment/web',
      SET_IMAGE,
      'drain node-0 --ignore-daemonsets',
      'rollout resume deployment/web',
    ];
    const sketch = { replicas: 4, strategy: { maxSurge: '100%', maxUnavailable: 0 }, nodes: { count: 2 } };
    const behavior = { ready: '7s', terminate: '500ms' };
    const seconds = phases({ ...sketch, behavior, before: [budget], steps: { [AT]: steps } });
    // The second pod: a conflict, half a second and some jitter later the refusal, again 5 s later, and evicted at 10.5 s.
    // kubectl asks once a second whether pods are gone: the first second, and the last one, are its own.
    expect(seconds).toEqual({ disruptionBudget: expect.any(Number), operator: 2, readiness: 7 });
    expect(seconds.disruptionBudget).toBeGreaterThanOrEqual(9.5);
    expect(seconds.disruptionBudget).toBeLessThan(9.6);
  });
});
