import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../api/types.ts';
import { PodRig } from './testing/podRig.ts';

const probe = (fields: JsonObject = {}): JsonObject => ({ exec: { command: ['true'] }, ...fields });
const pod = (container: JsonObject, spec: JsonObject = {}): JsonObject => ({
  ...spec,
  containers: [{ name: 'app', image: 'app:v1', ...container }],
});

function life(spec: JsonObject, behavior: JsonObject, until = 100): string[] {
  return new PodRig({ pods: { p: spec }, behavior }).run(until).history();
}

describe('a container whose liveness probe fails', () => {
  const livenessProbe = probe({ periodSeconds: 5, failureThreshold: 2 });

  test('is stopped and started again', () => {
    const history = life(pod({ livenessProbe }), { ready: '1s', hang: '12s', terminate: '3s' }, 40);
    // Checks at 15 and 20 fail, the second of them after a second; SIGTERM then takes 3 s.
    expect(history.slice(2)).toEqual([
      '1 Running ready app=ready',
      '24 Running app=Error(143)',
      '24 Running app=runningx1',
      '25 Running ready app=readyx1',
    ]);
  });

  test('is not started again where nothing is', () => {
    expect(life(pod({ livenessProbe }, { restartPolicy: 'Never' }), { hang: '12s' }).at(-1)).toBe(
      '21 Failed app=Error(143)',
    );
  });

  test('waits with back-off, as after any other end', () => {
    const restarts = new PodRig({ pods: { p: pod({ livenessProbe }) }, behavior: { hang: '12s' } })
      .run(100)
      .times(/app=readyx/);
    expect(restarts[0]).toBe(21);
    expect(restarts[1]).toBeGreaterThan(21 + 10 + 10);
  });

  test('is killed when it does not heed SIGTERM', () => {
    const spec = pod({ livenessProbe }, { terminationGracePeriodSeconds: 4 });
    expect(life(spec, { hang: '12s', terminate: 'never' }, 30).slice(2, 3)).toEqual(['25 Running app=Error(137)']);
  });

  test('gets the grace period of the probe, where that has one', () => {
    const own = { ...livenessProbe, terminationGracePeriodSeconds: 3 };
    const history = life(pod({ livenessProbe: own }), { hang: '12s', terminate: 'never' }, 30);
    expect(history.slice(2, 3)).toEqual(['24 Running app=Error(137)']);
    const startupProbe = probe({ periodSeconds: 5, failureThreshold: 2, terminationGracePeriodSeconds: 4 });
    const starting = life(pod({ startupProbe, livenessProbe: own }), { ready: '1m', terminate: 'never' }, 20);
    expect(starting.slice(2, 3)).toEqual(['9 Running app=Error(137)']);
  });

  test('is left alone while it answers', () => {
    expect(life(pod({ livenessProbe }), { hang: 'never', ready: '1m' })).toEqual([
      '0 Pending',
      '0 Running',
      '60 Running ready',
    ]);
  });
});

describe('a container that is not alive yet when its liveness probe checks', () => {
  const livenessProbe = probe({ initialDelaySeconds: 6, periodSeconds: 5, failureThreshold: 2 });

  test('is stopped and begins from nothing each time, so that it never gets ready', () => {
    const history = life(pod({ livenessProbe }), { ready: '18s', live: '18s', terminate: '1s' }, 60);
    // Checks at 10 and 15 fail; the ones of the second start at 25 and 30.
    expect(history.slice(1, 5)).toEqual([
      '0 Running app=running',
      '16 Running app=Error(143)',
      '16 Running app=runningx1',
      '31 Running app=CrashLoopBackOff(143)x1',
    ]);
    expect(history.some((line) => line.includes('=ready'))).toBe(false);
  });

  test('is left alone when it is in time', () => {
    expect(life(pod({ livenessProbe }), { ready: '14s', live: '14s' }).slice(1)).toEqual([
      '0 Running app=running',
      '14 Running ready app=ready',
    ]);
  });
});

test('a container whose readiness probe fails is not restarted', () => {
  const readinessProbe = probe({ periodSeconds: 5, failureThreshold: 2 });
  expect(life(pod({ readinessProbe }), { hang: '12s' })).toEqual([
    '0 Pending',
    '0 Running ready app=ready',
    '21 Running app=running',
  ]);
});

describe('a startup probe', () => {
  const startupProbe = probe({ periodSeconds: 5, failureThreshold: 3 });

  test('that does not succeed in time has its container started again', () => {
    const history = life(pod({ startupProbe }), { ready: '11s', terminate: '2s' }, 40);
    expect(history.slice(0, 4)).toEqual([
      '0 Pending',
      '0 Running app=running',
      '12 Running app=Error(143)',
      '12 Running app=runningx1',
    ]);
  });

  test('that succeeds makes ready', () => {
    expect(life(pod({ startupProbe }), { ready: '9s' })).toEqual([
      '0 Pending',
      '0 Running app=running',
      '10 Running ready app=ready',
    ]);
  });
});
