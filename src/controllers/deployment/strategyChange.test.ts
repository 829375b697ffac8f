import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../api/types.ts';
import type { LogEntry } from '../../metrics/log/logLine.ts';
import { lastRollout, play, SET_IMAGE } from '../../testing/play.ts';
import { replay, sizesOf } from '../../testing/replay.ts';

const patch = (strategy: JsonObject) => `patch deployment web -p '${JSON.stringify({ spec: { strategy } })}'`;
const TO_RECREATE = patch({ type: 'Recreate', rollingUpdate: null });
const toRolling = (limits: JsonObject) => patch({ type: 'RollingUpdate', rollingUpdate: limits });

/** When a ReplicaSet was first seen with this size. */
function sizedAt(log: readonly LogEntry[], name: string, size: number): number | undefined {
  return log.find((line) => line.kind === 'ReplicaSet' && line.name === name && line.spec === size)?.t;
}

describe('a change of strategy in the middle of a rollout', () => {
  test('to Recreate stops all old pods at once, and the new ReplicaSet grows when they are gone', () => {
    const played = play({
      replicas: 4,
      strategy: { maxSurge: 1, maxUnavailable: 0 },
      behavior: { ready: '5s', terminate: '3s' },
      steps: { '10s': SET_IMAGE, '17s': TO_RECREATE },
    });
    expect(sizesOf(played.log, 'web@1')).toEqual([4, 3, 0]);
    expect(sizesOf(played.log, 'web@2')).toEqual([1, 2, 4]);
    expect([sizedAt(played.log, 'web@1', 0), sizedAt(played.log, 'web@2', 4)]).toEqual([17, 20]);
    expect(lastRollout(played)).toMatchObject({ outcome: 'complete' });
  });

  test('from Recreate does not wait for the old pods any longer', () => {
    const played = play({
      replicas: 4,
      strategy: 'Recreate',
      behavior: { ready: '1s', terminate: '20s' },
      steps: { '10s': SET_IMAGE, '15s': toRolling({ maxSurge: 1, maxUnavailable: 0 }) },
    });
    expect([sizedAt(played.log, 'web@1', 0), sizedAt(played.log, 'web@2', 4)]).toEqual([10, 15]);
    expect(replay(played.log, () => {}).active('web@2')).toHaveLength(4);
  });

  test('of its limits counts from the next step on', () => {
    const played = play({
      replicas: 10,
      strategy: { maxSurge: 1, maxUnavailable: 0 },
      behavior: { ready: '5s', terminate: '1s' },
      steps: { '10s': SET_IMAGE, '22s': toRolling({ maxSurge: 5, maxUnavailable: 5 }) },
    });
    expect(sizesOf(played.log, 'web@2')).toEqual([1, 2, 3, 7, 10]);
    expect(sizesOf(played.log, 'web@1')).toEqual([10, 9, 8, 3, 2, 0]);
  });
});
