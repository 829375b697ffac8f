import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../api/types.ts';
import { play, podTemplate } from '../../testing/play.ts';
import { replay } from '../../testing/replay.ts';

const BEHAVIOR = { behavior: { ready: '1s', terminate: '1s' } };

function controller(replicas: number, labels: JsonObject = { app: 'web' }): JsonObject {
  const template = { ...podTemplate(), metadata: { labels: { app: 'web', ...labels } } };
  const spec = { replicas, selector: labels, template };
  return { apiVersion: 'v1', kind: 'ReplicationController', metadata: { name: 'web' }, spec };
}

function pods(steps: Record<string, string>, object = controller(3)): string[] {
  const played = play({ ...BEHAVIOR, objects: [object], steps: { ...steps, '60s': 'get pods -o name' } });
  return played.result.steps.at(-1)!.out.split('\n');
}

describe('a ReplicationController', () => {
  test('keeps its number of pods', () => {
    expect(pods({})).toHaveLength(3);
    expect(pods({ '10s': 'scale rc web --replicas=5' })).toHaveLength(5);
    expect(pods({ '10s': 'scale rc web --replicas=1' })).toHaveLength(1);
    expect(pods({ '10s': 'delete pods --all --wait=false' })).toHaveLength(3);
  });

  test('tells of them in its status', () => {
    const steps = { '10s': 'get rc web' };
    const { result } = play({ ...BEHAVIOR, objects: [controller(3)], steps });
    expect(result.steps.at(-1)!.out.split('\n')[1]).toMatch(/^web +3 +3 +3 +10s$/);
  });

  test('has Events of its own name', () => {
    const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'q' }, spec: { hard: { pods: 2 } } };
    const { log } = play({ ...BEHAVIOR, objects: [quota, controller(3)], until: '10s' });
    const refused = log.find((line) => line.kind === 'Event' && line.reason === 'FailedCreate');
    expect(refused?.name).toBe('ReplicationController');
  });

  test('lets pods go that a new selector leaves out, and makes others', () => {
    const patch = `patch rc web -p '{"spec":{"selector":{"app":"web","v":"2"},"template":{"metadata":{"labels":{"v":"2"}}}}}'`;
    const { log, result } = play({
      ...BEHAVIOR,
      objects: [controller(3)],
      steps: { '10s': patch, '60s': 'get rc web' },
    });
    expect(replay(log, () => {}).active()).toHaveLength(6);
    expect(result.steps.at(-1)!.out.split('\n')[1]).toMatch(/^web +3 +3 +3 /);
  });

  test('chooses what to delete as a ReplicaSet does: what is not ready first', () => {
    const sequence = ['1s', '1s', 'never', '1s'];
    const played = play({
      behavior: { ready: { sequence }, terminate: '1s' },
      objects: [controller(4)],
      steps: { '30s': 'scale rc web --replicas=3' },
    });
    const gone = played.log.find((line) => line.kind === 'Pod' && line.event === 'terminating');
    expect(gone?.name).toBe('ReplicationController/web#2');
  });
});
