import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../api/types.ts';
import type { PodLine, ReplicaSetLine } from '../../metrics/log/logLine.ts';
import { type Played, play, podTemplate } from '../../testing/play.ts';
import { replay } from '../../testing/replay.ts';

function replicaSet(replicas: number): JsonObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: 'cache' },
    spec: { replicas, selector: { matchLabels: { app: 'web' } }, template: podTemplate() },
  };
}

const LATENCIES: readonly [string, JsonObject][] = [
  ['no latency', { preset: 'unlimited' }],
  ['the default latencies', {}],
  ['a slow watch', { latency: { watch: '1s' } }],
  ['slow requests', { latency: { api: '300ms' } }],
];

function count({ log }: Played, event: PodLine['event'], afterSeconds: number): number {
  return log.filter((line) => line.kind === 'Pod' && line.event === event && line.t >= afterSeconds).length;
}

function statuses({ log }: Played): ReplicaSetLine[] {
  return log.filter((line): line is ReplicaSetLine => line.kind === 'ReplicaSet' && !line.deleted);
}

const BEHAVIOR = { behavior: { ready: '1s', terminate: '1s' } };

describe.each(LATENCIES)('with %s', (_name, controlPlane) => {
  test('a ReplicaSet that comes back finds all the pods that were left to it, and keeps them', () => {
    const played = play({
      ...BEHAVIOR,
      controlPlane,
      objects: [replicaSet(8)],
      steps: {
        '20s': 'delete rs/cache --cascade=orphan',
        '40s': { kubectl: 'apply -f -', stdin: JSON.stringify(replicaSet(8)) },
      },
    });
    expect(count(played, 'created', 20)).toBe(0);
    expect(count(played, 'terminating', 20)).toBe(0);
    expect(Math.max(...statuses(played).map(({ replicas }) => replicas))).toBe(8);
  });

  test('one that comes back smaller deletes as many as are too many', () => {
    const played = play({
      ...BEHAVIOR,
      controlPlane,
      objects: [replicaSet(8)],
      steps: {
        '20s': 'delete rs/cache --cascade=orphan',
        '40s': { kubectl: 'apply -f -', stdin: JSON.stringify(replicaSet(5)) },
      },
    });
    expect(count(played, 'created', 20)).toBe(0);
    expect(count(played, 'terminating', 20)).toBe(3);
  });

  test('pods that are relabelled go on, and are replaced one for one', () => {
    const played = play({
      ...BEHAVIOR,
      controlPlane,
      objects: [replicaSet(8)],
      steps: { '20s': 'label pods -l app=web app=gone --overwrite' },
    });
    expect(count(played, 'created', 20)).toBe(8);
    expect(count(played, 'terminating', 20)).toBe(0);
    for (const { replicas, ready, available } of statuses(played)) {
      expect(replicas).toBeGreaterThanOrEqual(0);
      expect(ready).toBeLessThanOrEqual(replicas);
      expect(available).toBeLessThanOrEqual(ready);
    }
    expect(replay(played.log, () => {}).pods.size).toBe(16);
  });
});

test('a pod that is let go while it is being deleted is no longer waited for', () => {
  const played = play({
    ...BEHAVIOR,
    controlPlane: { latency: { watch: '1s' } },
    objects: [replicaSet(3)],
    steps: {
      '20s': 'scale rs/cache --replicas=0',
      // Has the ReplicaSet looked at when its pods show neither as terminating nor as relabelled.
      '20300ms': 'annotate rs/cache note=1',
      '21s': 'label pods --all app=gone --overwrite',
      '60s': 'scale rs/cache --replicas=2',
    },
  });
  expect(count(played, 'created', 60)).toBe(2);
});
