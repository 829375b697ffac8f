import { describe, expect, it } from 'vitest';
import type { Probe } from '../../api/types.ts';
import type { ProbedContainer } from '../../kubelet/probes.ts';
import { servesWithin, spreadEvenly } from './servesWithin.ts';

const SECOND = 1_000_000;

function probe(fields: Partial<Probe>): Probe {
  const defaults = {
    initialDelaySeconds: 0,
    periodSeconds: 10,
    timeoutSeconds: 1,
    successThreshold: 1,
    failureThreshold: 3,
  };
  return { ...defaults, ...fields };
}

function probed(readiness?: Partial<Probe>, startup?: Partial<Probe>): ProbedContainer {
  return {
    readinessProbe: readiness && probe(readiness),
    startupProbe: startup && probe({ failureThreshold: 100, ...startup }),
    livenessProbe: undefined,
  };
}

/** In seconds, to the nearest microsecond. */
function within(containers: readonly ProbedContainer[], readySeconds: number, admittedSeconds = 0): [number, number] {
  const { lowMicros, highMicros } = servesWithin(containers, readySeconds * SECOND, admittedSeconds * SECOND);
  return [Math.round(lowMicros / 10) / 1e5, highMicros / SECOND];
}

describe('when an application began to serve', () => {
  it.each([
    ['the check before', [probed({})], 20, [10, 20]],
    ['a second off', [probed({})], 21, [10, 20]],
    ['a second off, the other way', [probed({})], 19, [10, 20]],
    ['the first check', [probed({})], 0, [0, 0]],
    ['a first check that comes late', [probed({ initialDelaySeconds: 15 })], 20, [0, 20]],
    ['two successes in a row', [probed({ successThreshold: 2 })], 30, [10, 20]],
    ['no check: the period before', [probed({})], 14, [4, 14]],
    ['no check, two in a row', [probed({ successThreshold: 2 })], 25, [5, 15]],
    ['a check every second', [probed({ periodSeconds: 1 })], 5, [4, 5]],
    ['before its first check', [probed({ initialDelaySeconds: 30 })], 4, [0, 4]],
    ['the slower of two', [probed({}), probed({ periodSeconds: 1 })], 20, [10, 20]],
    ['two that both have passed', [probed({ periodSeconds: 4 }), probed({ periodSeconds: 10 })], 12, [8, 10]],
    ['no probes', [], 7, [7, 7]],
  ] as const)('is known from %s', (_what, containers, readySeconds, expected) => {
    expect(within(containers, readySeconds)).toEqual(expected);
  });

  it('is known from startup probes, which tick since the pod was admitted', () => {
    expect(within([probed(undefined, { periodSeconds: 5 })], 7, 3)).toEqual([2, 7]);
    // Readiness is asked for from then on: at 7 s and, since it has to wait, at 17 s.
    expect(within([probed({ initialDelaySeconds: 12 }, { periodSeconds: 5 })], 17, 3)).toEqual([2, 7]);
  });
});

it('equal intervals are filled evenly', () => {
  const interval = { lowMicros: 0, highMicros: 10 * SECOND };
  const point = { lowMicros: 3 * SECOND, highMicros: 3 * SECOND };
  expect(spreadEvenly([interval, point, interval, interval, interval]).sort((a, b) => a - b)).toEqual(
    [1.25, 3, 3.75, 6.25, 8.75].map((seconds) => seconds * SECOND),
  );
});
