import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../api/types.ts';
import { storedDeployment } from '../testing/objects.ts';
import { hasReadinessProbes, type ProbedLife, probeTimes, readyAfterMicros } from './probes.ts';

const EXEC = { exec: { command: ['true'] } };
const probe = (fields: JsonObject = {}): JsonObject => ({ ...EXEC, ...fields });

function spec(container: JsonObject, pod: JsonObject = {}) {
  return storedDeployment({ container, pod }).spec.template.spec;
}

/** In seconds, for an application that serves after so many. */
function readyAfter(servesAfter: number, container: JsonObject): number {
  return readyAfterMicros(spec(container), Math.round(servesAfter * 1e6)) / 1e6;
}

/** Moments of a container that is admitted at 0, in seconds. */
function times(life: { started?: number; serves?: number; hangs?: number; lives?: number }, container: JsonObject) {
  const micros = (seconds: number) => Math.round(seconds * 1e6);
  const probed: ProbedLife = {
    admittedMicros: 0,
    startedMicros: micros(life.started ?? 0),
    servesMicros: micros(life.serves ?? life.started ?? 0),
    livesMicros: micros(life.lives ?? life.started ?? 0),
    hangsMicros: micros(life.hangs ?? Number.POSITIVE_INFINITY),
  };
  const found = probeTimes(spec(container).containers[0]!, probed);
  return {
    started: found.startedMicros / 1e6,
    ready: found.readyMicros / 1e6,
    unready: found.unreadyMicros / 1e6,
    kill: found.killMicros / 1e6,
  };
}

const NEVER = Number.POSITIVE_INFINITY;

describe('a pod is ready', () => {
  test('without probes when its application serves', () => {
    expect(readyAfter(2.5, {})).toBe(2.5);
    expect(hasReadinessProbes(spec({}))).toBe(false);
    expect(hasReadinessProbes(spec({ livenessProbe: probe() }))).toBe(false);
    expect(hasReadinessProbes(spec({ startupProbe: probe() }))).toBe(true);
  });

  test.each<[string, JsonObject, number, number]>([
    ['at once, when the first check succeeds', {}, 0, 0],
    ['at the next tick after it serves', {}, 2.5, 10],
    ['at the very tick', { periodSeconds: 5 }, 5, 5],
    ['at a later tick', { periodSeconds: 5 }, 5.000001, 10],
    ['not before the initial delay', { initialDelaySeconds: 7, periodSeconds: 5 }, 0, 10],
    ['at the tick of the initial delay', { initialDelaySeconds: 10, periodSeconds: 5 }, 0, 10],
    ['after the third success in a row', { periodSeconds: 2, successThreshold: 3 }, 3, 8],
  ])('%s: %o, serving after %f s', (_name, fields, servesAfter, seconds) => {
    const container = { readinessProbe: probe(fields) };
    expect(readyAfter(servesAfter, container)).toBe(seconds);
    expect(times({ serves: servesAfter }, container)).toMatchObject({ started: 0, ready: seconds, kill: NEVER });
  });

  test('when the last of its containers is', () => {
    const template = spec(
      { readinessProbe: probe({ periodSeconds: 3 }) },
      { containers: [{ name: 'a', image: 'a', readinessProbe: probe({ periodSeconds: 7 }) }] },
    );
    expect(readyAfterMicros({ ...template, containers: [...template.containers] }, 1e6) / 1e6).toBe(7);
  });
});

describe('a startup probe', () => {
  test('makes ready when it has succeeded, if that is all there is', () => {
    expect(times({ serves: 2.5 }, { startupProbe: probe({ periodSeconds: 3 }) })).toMatchObject({
      started: 3,
      ready: 3,
    });
  });

  test('is followed by the readiness probe at once', () => {
    const container = { startupProbe: probe({ periodSeconds: 3 }), readinessProbe: probe({ periodSeconds: 10 }) };
    expect(times({ serves: 4 }, container)).toMatchObject({ started: 6, ready: 6 });
    const delayed = { ...container, readinessProbe: probe({ periodSeconds: 10, initialDelaySeconds: 8 }) };
    expect(times({ serves: 4 }, delayed)).toMatchObject({ started: 6, ready: 16 });
  });

  test('is asked at the ticks of a worker that runs since the pod was admitted', () => {
    const container = { startupProbe: probe({ periodSeconds: 10 }) };
    expect(times({ started: 4, serves: 5 }, container)).toMatchObject({ started: 10 });
  });

  test('kills after so many failures in a row', () => {
    const container = { startupProbe: probe({ periodSeconds: 5, failureThreshold: 3 }) };
    expect(times({ serves: 10 }, container)).toMatchObject({ started: 10, kill: NEVER });
    expect(times({ serves: 10.5 }, container)).toMatchObject({ started: NEVER, ready: NEVER, kill: 10 });
    const delayed = { startupProbe: probe({ periodSeconds: 5, failureThreshold: 3, initialDelaySeconds: 12 }) };
    expect(times({ serves: NEVER }, delayed)).toMatchObject({ kill: 25 });
  });
});

describe('a container that is not alive yet', () => {
  const livenessProbe = probe({ periodSeconds: 5, failureThreshold: 3, initialDelaySeconds: 7 });

  test('is killed when its liveness probe has failed so often, without waiting for time-outs', () => {
    expect(times({ lives: 20.5 }, { livenessProbe })).toMatchObject({ kill: 20 });
    expect(times({ lives: NEVER }, { livenessProbe })).toMatchObject({ kill: 20 });
  });

  test('is left alone when it lives at the last of these checks', () => {
    expect(times({ lives: 20 }, { livenessProbe })).toMatchObject({ kill: NEVER });
    expect(times({ lives: 20, hangs: 21 }, { livenessProbe })).toMatchObject({ kill: 36 });
  });

  test('has as long as its startup probe allows', () => {
    const startupProbe = probe({ periodSeconds: 10, failureThreshold: 30 });
    expect(times({ lives: 120, serves: 120 }, { startupProbe, livenessProbe })).toMatchObject({ kill: NEVER });
    expect(times({ lives: 200, serves: 120 }, { startupProbe, livenessProbe })).toMatchObject({ kill: 130 });
  });
});

describe('a container that hangs', () => {
  test('is killed once its liveness probe has failed often enough, time-outs included', () => {
    const livenessProbe = probe({ periodSeconds: 5, failureThreshold: 3 });
    expect(times({ hangs: 12 }, { livenessProbe })).toMatchObject({ ready: 0, unready: NEVER, kill: 26 });
    const slow = probe({ periodSeconds: 5, failureThreshold: 3, timeoutSeconds: 7 });
    expect(times({ hangs: 12 }, { livenessProbe: slow })).toMatchObject({ kill: 15 + 3 * 7 });
  });

  test('is not asked before the initial delay', () => {
    const livenessProbe = probe({ periodSeconds: 5, failureThreshold: 1, initialDelaySeconds: 21 });
    expect(times({ started: 1, hangs: 2 }, { livenessProbe })).toMatchObject({ kill: 26 });
  });

  test('fails its readiness probe, too', () => {
    const readinessProbe = probe({ periodSeconds: 2, failureThreshold: 2 });
    expect(times({ serves: 3, hangs: 7 }, { readinessProbe })).toMatchObject({ ready: 4, unready: 11, kill: NEVER });
    expect(times({ serves: 3, hangs: 3.5 }, { readinessProbe })).toMatchObject({ ready: NEVER });
  });

  test('is not noticed without a probe', () => {
    expect(times({ hangs: 3 }, {})).toEqual({ started: 0, ready: 0, unready: NEVER, kill: NEVER });
  });

  test('before its startup probe succeeds is killed by that', () => {
    const container = {
      startupProbe: probe({ periodSeconds: 5, failureThreshold: 3 }),
      livenessProbe: probe({ periodSeconds: 1 }),
    };
    expect(times({ serves: 6, hangs: 7 }, container)).toMatchObject({ started: NEVER, kill: 11 });
    expect(times({ serves: 3, hangs: 5.5 }, container)).toMatchObject({ started: 5, kill: 9 });
  });
});
