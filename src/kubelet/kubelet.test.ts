import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../api/types.ts';
import type { PodLine } from '../metrics/log/logLine.ts';
import { play, podTemplate, type Sketch } from '../testing/play.ts';

/** When each pod came to what, in the order of creation. */
function times(sketch: Sketch, event: PodLine['event'], seed = 1): number[] {
  const { log } = play(sketch, seed);
  const lines = log.filter((line): line is PodLine => line.kind === 'Pod');
  const created = lines.filter((line) => line.event === 'created').map(({ name }) => name);
  return created.flatMap((name) =>
    lines.filter((line) => line.name === name && line.event === event).map(({ t }) => t),
  );
}

const ONE_NODE = { nodes: { count: 1 } };

describe('the life of a pod', () => {
  test('pulls its image, starts, gets ready, and stops', () => {
    const sketch: Sketch = {
      ...ONE_NODE,
      replicas: 1,
      behavior: { pull: '3s', start: '500ms', ready: '2s', terminate: '4s' },
      steps: { '10s': 'scale deployment/web --replicas=0' },
    };
    expect(times(sketch, 'ready')).toEqual([5.5]);
    expect(times(sketch, 'terminating')).toEqual([10]);
    expect(times(sketch, 'deleted')).toEqual([14]);
  });

  test('a kubelet takes its time to begin with it', () => {
    const controlPlane = { preset: 'unlimited', latency: { kubeletSync: '34ms' } };
    expect(times({ ...ONE_NODE, replicas: 1, controlPlane, behavior: { ready: '1s' } }, 'ready')).toEqual([1.034]);
  });

  test('without a rule it has defaults, and without a probe is ready when it runs', () => {
    const rule = { match: { image: 'other:v1' } };
    expect(times({ ...ONE_NODE, replicas: 1, behavior: rule }, 'ready')).toEqual([3.5]);
    const readinessProbe = { exec: { command: ['true'] }, periodSeconds: 1 };
    expect(times({ ...ONE_NODE, replicas: 1, behavior: rule, container: { readinessProbe } }, 'ready')).toEqual([5.5]);
  });

  test('is ready at the first probe that succeeds', () => {
    const readinessProbe = { exec: { command: ['true'] }, periodSeconds: 5 };
    const sketch: Sketch = {
      ...ONE_NODE,
      replicas: 1,
      behavior: { start: '1s', ready: '6s' },
      container: { readinessProbe },
    };
    expect(times(sketch, 'ready')).toEqual([1 + 10]);
  });
});

describe('images', () => {
  test('are pulled once for all pods of a node', () => {
    expect(times({ ...ONE_NODE, behavior: { pull: '3s', start: '1s' } }, 'ready')).toEqual([4, 4, 4]);
  });

  test('of several containers are pulled one after the other', () => {
    const pod = { initContainers: [{ name: 'init', image: 'init:v1' }] };
    expect(times({ ...ONE_NODE, replicas: 1, pod, behavior: { pull: '3s' } }, 'ready')).toEqual([6]);
  });

  test('that never come leave the pod waiting, which goes at once when it is deleted', () => {
    const sketch: Sketch = {
      ...ONE_NODE,
      replicas: 1,
      behavior: { pull: 'never', terminate: '5s' },
      steps: { '10s': 'scale deployment/web --replicas=0' },
    };
    expect(times(sketch, 'ready')).toEqual([]);
    expect(times(sketch, 'deleted')).toEqual([10]);
  });
});

describe('delays', () => {
  test('of a sequence are dealt in the order of creation, again from the start, for each image', () => {
    const ready = { sequence: ['1s', '2s', '3s'] };
    expect(times({ ...ONE_NODE, replicas: 5, behavior: { ready } }, 'ready')).toEqual([1, 2, 3, 1, 2]);
    const sketch: Sketch = {
      ...ONE_NODE,
      replicas: 2,
      strategy: { maxSurge: 2, maxUnavailable: 0 },
      behavior: { ready },
      steps: { '10s': 'set image deployment/web app=web:v2' },
    };
    expect(times(sketch, 'ready')).toEqual([1, 2, 11, 12]);
  });

  test('of a sequence are dealt by each rule on its own; the first rule that matches counts', () => {
    const behavior: JsonObject[] = [
      { match: { image: 'web:v2' }, ready: { sequence: ['4s', '5s'] } },
      { match: { labels: { app: 'web' } }, ready: { sequence: ['1s', '2s'] } },
      { ready: '99s' },
    ];
    const sketch: Sketch = {
      ...ONE_NODE,
      replicas: 2,
      strategy: { maxSurge: 2, maxUnavailable: 0 },
      behavior,
      steps: { '10s': 'set image deployment/web app=web:v2' },
    };
    expect(times(sketch, 'ready')).toEqual([1, 2, 14, 15]);
  });

  test('by workload are those of the Deployment above the pod', () => {
    const behavior: JsonObject[] = [{ match: { workload: 'deployment/web' }, ready: '4s' }, { ready: '1s' }];
    expect(times({ ...ONE_NODE, replicas: 1, behavior }, 'ready')).toEqual([4]);
    const other: JsonObject[] = [{ match: { workload: 'deployment/other' }, ready: '4s' }, { ready: '1s' }];
    expect(times({ ...ONE_NODE, replicas: 1, behavior: other }, 'ready')).toEqual([1]);
  });

  test('that are random depend on the seed and the pod, and on nothing else', () => {
    const ready = { uniform: { min: '1s', max: '9s' } };
    const five = times({ ...ONE_NODE, replicas: 5, behavior: { ready } }, 'ready');
    expect(new Set(five).size).toBe(5);
    expect(times({ ...ONE_NODE, replicas: 5, behavior: { ready } }, 'ready', 2)).not.toEqual(five);
    // Neither more pods nor another delay shift what is drawn.
    const eight = times({ nodes: { count: 3 }, replicas: 8, behavior: { ready, start: '1s' } }, 'ready');
    expect(eight.slice(0, 5)).toEqual(five.map((seconds) => expect.closeTo(seconds + 1, 6)));
  });
});

describe('stopping', () => {
  const stopped = (grace: number, terminate: string) =>
    times(
      {
        ...ONE_NODE,
        replicas: 1,
        pod: { terminationGracePeriodSeconds: grace },
        behavior: { terminate },
        steps: { '10s': 'scale deployment/web --replicas=0' },
      },
      'deleted',
    );

  test('takes what the behavior says, cut off by the grace period', () => {
    expect(stopped(30, '4s')).toEqual([14]);
    expect(stopped(3, '4s')).toEqual([13]);
    expect(stopped(30, 'never')).toEqual([40]);
    expect(stopped(0, '4s')).toEqual([10]);
  });

  test('a pod that never got ready stops like one that did', () => {
    const sketch: Sketch = {
      ...ONE_NODE,
      replicas: 1,
      behavior: { ready: 'never', terminate: '4s' },
      steps: { '10s': 'scale deployment/web --replicas=0' },
    };
    expect(times(sketch, 'deleted')).toEqual([14]);
  });

  test('a terminating pod neither gets ready nor unready any more', () => {
    const sketch: Sketch = {
      ...ONE_NODE,
      replicas: 2,
      behavior: { ready: { sequence: ['12s', '1s'] }, unready: '12s', terminate: '20s' },
      steps: { '10s': 'scale deployment/web --replicas=0' },
    };
    expect(times(sketch, 'ready')).toEqual([1]);
    expect(times(sketch, 'unready')).toEqual([]);
  });
});

describe('unready', () => {
  test('counts from being ready, and lasts', () => {
    const sketch: Sketch = { ...ONE_NODE, replicas: 1, behavior: { ready: '2s', unready: '5s' } };
    expect([times(sketch, 'ready'), times(sketch, 'unready')]).toEqual([[2], [7]]);
  });

  test('never is the default', () => {
    expect(times({ ...ONE_NODE, behavior: { ready: '2s' } }, 'unready')).toEqual([]);
    expect(times({ ...ONE_NODE, behavior: { ready: '2s', unready: 'never' } }, 'unready')).toEqual([]);
  });
});

test("a Job's pod says how it ended before it goes, so that the Job can count it", () => {
  const template = {
    ...podTemplate(),
    spec: { restartPolicy: 'Never', containers: [{ name: 'app', image: 'web:v1' }] },
  };
  const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'batch' }, spec: { template } };
  const { log } = play({
    objects: [job],
    behavior: { ready: '1s', terminate: '3s' },
    steps: { '10s': 'delete pod -l app=web --wait=false' },
    until: '14s',
  });
  const events = log.flatMap((line) =>
    line.kind === 'Pod' && line.name === 'Job/batch#0' ? [[line.t, line.event]] : [],
  );
  expect(events.slice(2)).toEqual([
    [1, 'ready'],
    [10, 'terminating'],
    [13, 'unready'],
    [13, 'deleted'],
  ]);
});
