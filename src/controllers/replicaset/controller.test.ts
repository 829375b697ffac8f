import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../api/types.ts';
import type { PodLine } from '../../metrics/log/logLine.ts';
import { type Played, play, podTemplate, type Sketch } from '../../testing/play.ts';
import { replay } from '../../testing/replay.ts';

function replicaSet(replicas: number, spec: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: 'cache' },
    spec: { replicas, selector: { matchLabels: { app: 'web' } }, template: podTemplate(), ...spec },
  };
}

function pod(name: string, labels: JsonObject = { app: 'web' }): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels },
    spec: { containers: [{ name: 'app', image: 'bare:v1' }] },
  };
}

function podLines({ log }: Played, event: PodLine['event']): PodLine[] {
  return log.filter((line): line is PodLine => line.kind === 'Pod' && line.event === event);
}

/** How many are available by the ReplicaSet's status, each time that it changes. */
function availableCourse({ log }: Played): [number, number][] {
  const course: [number, number][] = [];
  for (const line of log) {
    if (line.kind === 'ReplicaSet' && line.available !== course.at(-1)?.[1]) course.push([line.t, line.available]);
  }
  return course;
}

const BEHAVIOR = { behavior: { ready: '1s', terminate: '10s' } };

describe('a ReplicaSet', () => {
  test('replaces a pod as soon as it terminates, not when it is gone', () => {
    const played = play({
      ...BEHAVIOR,
      objects: [replicaSet(3)],
      steps: { '20s': 'delete pods -l app=web --wait=false' },
    });
    expect(podLines(played, 'created').map(({ t }) => t)).toEqual([0, 0, 0, 20, 20, 20]);
    expect(podLines(played, 'deleted').map(({ t }) => t)).toEqual([30, 30, 30]);
  });

  test('neither restarts nor replaces pods that are not ready', () => {
    const played = play({ behavior: { ready: '1s', unready: '5s' }, objects: [replicaSet(3)] });
    expect(played.result.pods.created).toBe(3);
    expect(replay(played.log, () => {}).replicaSets.get('cache')).toMatchObject({ replicas: 3, ready: 0 });
  });

  test('tells of terminating pods from 1.35 on', () => {
    const terminating = (kubernetes: string) => {
      const played = play({
        ...BEHAVIOR,
        kubernetes,
        objects: [replicaSet(3)],
        steps: { '10s': 'scale replicaset/cache --replicas=1' },
      });
      return played.log.flatMap((line) => (line.kind === 'ReplicaSet' ? [line.terminating] : []));
    };
    expect(Math.max(...terminating('1.35').map((count) => count ?? -1))).toBe(2);
    expect(terminating('1.34').every((count) => count === undefined)).toBe(true);
  });

  test('changes its template for later pods alone', () => {
    const v2 = JSON.stringify({ spec: { template: { spec: { containers: [{ name: 'app', image: 'web:v2' }] } } } });
    const played = play({
      ...BEHAVIOR,
      objects: [replicaSet(2)],
      steps: { '10s': `patch replicaset/cache -p '${v2}'`, '20s': 'scale replicaset/cache --replicas=3' },
    });
    const end = replay(played.log, () => {});
    expect(end.active().map(({ image }) => image)).toEqual(['web:v1', 'web:v1', 'web:v2']);
  });
});

describe('a pod without an owner', () => {
  test('is adopted, whatever its template, and counts', () => {
    const played = play({ ...BEHAVIOR, objects: [pod('bare'), replicaSet(3)] });
    expect(played.result.pods.created).toBe(3);
    expect(replay(played.log, () => {}).replicaSets.get('cache')).toMatchObject({ replicas: 3, ready: 3 });
  });

  test('that is one too many goes itself', () => {
    const played = play({
      ...BEHAVIOR,
      objects: [replicaSet(2)],
      steps: { '10s': { kubectl: 'apply -f -', stdin: JSON.stringify(pod('bare')) } },
    });
    // It is adopted before it has a node, and such pods go first.
    expect(podLines(played, 'deleted').map(({ name }) => name)).toEqual(['bare']);
    expect(replay(played.log, () => {}).replicaSets.get('cache')).toMatchObject({ replicas: 2 });
  });

  test('brings along the time for which it has been ready', () => {
    const played = play({
      behavior: [{ match: { image: 'bare:v1' }, ready: '1s' }, { ready: { sequence: ['1s', 'never'] } }],
      objects: [pod('bare', { app: 'other' })],
      steps: {
        '50s': { kubectl: 'apply -f -', stdin: JSON.stringify(replicaSet(2, { minReadySeconds: 100 })) },
        '60s': 'label pod bare app=web --overwrite',
      },
    });
    // One is ready since 51 s, the adopted one since 1 s; it takes the place of the one that never gets ready.
    expect(availableCourse(played)).toEqual([
      [50, 0],
      [101, 1],
      [151, 2],
    ]);
  });

  test('of other labels is left alone', () => {
    const played = play({ ...BEHAVIOR, objects: [pod('bare', { app: 'other' }), replicaSet(2)] });
    expect(played.result.pods.created).toBe(3);
  });
});

test('a pod whose labels match no longer is let go, runs on, and is replaced', () => {
  const sketch: Sketch = { ...BEHAVIOR, objects: [replicaSet(2)] };
  const name = play({ ...sketch, steps: { '10s': 'get pods -o name' } })
    .result.steps.at(-1)!
    .out.split('\n')[0]!;
  const played = play({ ...sketch, steps: { '10s': `label ${name} app=debug --overwrite` } });
  const end = replay(played.log, () => {});
  expect(end.active().filter(({ isReady }) => isReady)).toHaveLength(3);
  expect(podLines(played, 'terminating')).toEqual([]);
  expect(end.replicaSets.get('cache')).toMatchObject({ replicas: 2, ready: 2 });
});

describe('creating many pods', () => {
  const created = (controlPlane: JsonObject, replicas: number) =>
    podLines(play({ objects: [replicaSet(replicas)], nodes: { count: 20 }, controlPlane }), 'created').map(
      ({ t }) => t,
    );

  test('goes in batches of 1, 2, 4 …, each a round trip after the one before', () => {
    const times = created({ preset: 'unlimited', latency: { api: '100ms' } }, 20);
    const sizes = [...new Set(times)].map((time) => times.filter((other) => other === time).length);
    expect(sizes).toEqual([1, 2, 4, 8, 5]);
    const [first] = times;
    expect(times.at(-1)! - first!).toBeCloseTo(0.4, 6);
  });

  test('is held to the client limits: a burst of 30, then 20 a second', () => {
    const times = created({ preset: 'unlimited', 'kube-controller-manager': { 'kube-api-qps': 20 } }, 130);
    // Each of the batches of 1, 2, 4 and 8 is followed by an Event that takes a token of the burst.
    expect(times.filter((time) => time === times[0])).toHaveLength(30 - 4);
    // So are those of 16, 32 and 64: before the last batch three more Events have had theirs.
    expect(times.at(-1)! - times[0]!).toBeCloseTo((104 + 3) / 20, 6);
  });

  test('takes 500 a sync', () => {
    const status = play({ objects: [replicaSet(1200)], nodes: { count: 20 } }).log.flatMap((line) =>
      line.kind === 'ReplicaSet' ? [line.replicas] : [],
    );
    expect(status).toEqual(expect.arrayContaining([500, 1000, 1200]));
  });
});

describe('minReadySeconds', () => {
  const available = (kubernetes: string) =>
    availableCourse(
      play({
        kubernetes,
        behavior: { ready: { sequence: ['1s', '4s'] } },
        objects: [replicaSet(2, { minReadySeconds: 10 })],
      }),
    );

  test('counts every pod at its time', () => {
    expect(available('1.34')).toEqual([
      [0, 0],
      [11, 1],
      [14, 2],
    ]);
  });

  test('until 1.33 counted a second late at first, and the next one minReadySeconds later', () => {
    expect(available('1.33')).toEqual([
      [0, 0],
      [12, 1],
      [22, 2],
    ]);
  });
});
