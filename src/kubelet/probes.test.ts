import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../api/types.ts';
import { storedDeployment } from '../testing/objects.ts';
import { hasReadinessProbes, readyAfterMicros } from './probes.ts';

const EXEC = { exec: { command: ['true'] } };
const probe = (fields: JsonObject = {}): JsonObject => ({ ...EXEC, ...fields });

function spec(container: JsonObject, pod: JsonObject = {}) {
  return storedDeployment({ container, pod }).spec.template.spec;
}

/** In seconds, for an application that serves after so many. */
function readyAfter(servesAfter: number, container: JsonObject, pod: JsonObject = {}): number {
  return readyAfterMicros(spec(container, pod), Math.round(servesAfter * 1e6)) / 1e6;
}

describe('a pod is ready', () => {
  test('without probes when its application serves', () => {
    expect(readyAfter(2.5, {})).toBe(2.5);
    expect(hasReadinessProbes(spec({}))).toBe(false);
    expect(hasReadinessProbes(spec({ livenessProbe: probe() }))).toBe(false);
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
    expect(readyAfter(servesAfter, { readinessProbe: probe(fields) })).toBe(seconds);
  });

  test('when its startup probe has succeeded, if that is all there is', () => {
    expect(readyAfter(2.5, { startupProbe: probe({ periodSeconds: 1 }) })).toBe(3);
    expect(hasReadinessProbes(spec({ startupProbe: probe() }))).toBe(true);
  });

  test('by its readiness probe after its startup probe, which it then follows at once', () => {
    const container = { startupProbe: probe({ periodSeconds: 3 }), readinessProbe: probe({ periodSeconds: 10 }) };
    expect(readyAfter(4, container)).toBe(6);
    const delayed = { ...container, readinessProbe: probe({ periodSeconds: 10, initialDelaySeconds: 8 }) };
    expect(readyAfter(4, delayed)).toBe(16);
  });

  test('when the last of its containers is, sidecars included, other init containers not', () => {
    const sidecar = (name: string, restartPolicy?: string): JsonObject => ({
      name,
      image: 'side:v1',
      readinessProbe: probe({ periodSeconds: 7 }),
      ...(restartPolicy === undefined ? {} : { restartPolicy }),
    });
    const container = { readinessProbe: probe({ periodSeconds: 3 }) };
    expect(readyAfter(1, container)).toBe(3);
    expect(readyAfter(1, container, { initContainers: [sidecar('side', 'Always')] })).toBe(7);
    expect(readyAfter(1, {}, { initContainers: [sidecar('side', 'Always')] })).toBe(7);
  });
});
