import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../api/types.ts';
import { play, podTemplate, type Sketch } from '../play.ts';

/** Rollouts that want the same room. */
function application(name: string): JsonObject {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas: 4,
      strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      selector: { matchLabels: labels },
      template: { ...podTemplate(), metadata: { labels } },
    },
  };
}

/** Seconds that each rollout took when so many were released at once with room for so many more pods. */
function durations(count: number, room: number): number[] {
  const names = Array.from({ length: count }, (_none, index) => `app-${index}`);
  const { result } = play({
    objects: names.map(application),
    nodes: { count: 1, allocatable: { cpu: `${(4 * count + room) * 100}m` } },
    behavior: { ready: '10s', terminate: '0s' },
    steps: { '100s': names.map((name) => `set image deployment/${name} app=app:v2`) },
    until: '1h',
  } as Sketch);
  const updates = result.rollouts.filter(({ cause }) => cause === 'update');
  expect(updates.every(({ outcome, availableMin }) => outcome === 'complete' && availableMin === 4)).toBe(true);
  return updates.map(({ durationSeconds }) => durationSeconds!);
}

/** kubernetes/kubernetes#134810. */
describe('belief 20: "twelve releases at once take as long as one"', () => {
  test('4 pods of 10 s, one at a time: so they do where there is room for a pod of each', () => {
    expect(durations(1, 1)).toEqual([40]);
    expect(durations(12, 12)).toEqual(Array(12).fill(40));
  });

  test('with room for 3 pods the 48 go in sixteen waves of three', () => {
    const seconds = durations(12, 3);
    expect(Math.max(...seconds)).toBeGreaterThanOrEqual(16 * 10);
    // A pod that found no room looks again when one has gone, after a back-off of at most 10 s.
    expect(Math.max(...seconds)).toBeLessThan(2 * 16 * 10);
    expect(Math.min(...seconds)).toBeGreaterThanOrEqual(40);
  });
});
