import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../api/types.ts';
import type { PodLine } from '../../metrics/log/logLine.ts';
import { daemonSet, rollingUpdate } from '../daemonSets.ts';
import { lastRollout, type Played, play, type Sketch } from '../play.ts';
import { replay } from '../replay.ts';

/** StatefulSets and DaemonSets, which do not roll like Deployments. */
function statefulSet(spec: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'db' },
    spec: {
      replicas: 20,
      selector: { matchLabels: { app: 'db' } },
      template: {
        metadata: { labels: { app: 'db' } },
        spec: { containers: [{ name: 'db', image: 'db:v1' }] },
      },
      ...spec,
    },
  };
}

function terminated({ log }: Played, since: number): string[] {
  const isOne = (line: Played['log'][number]): line is PodLine => line.kind === 'Pod' && line.event === 'terminating';
  return log.filter(isOne).flatMap(({ t, name }) => (t >= since ? [name] : []));
}

describe('belief 17: "a StatefulSet rolls like a Deployment"', () => {
  /** A cache that takes 2 min to warm up. */
  const warmUp = { ready: '120s', terminate: '10s' };
  const update = (spec: JsonObject, kubernetes = '1.37') =>
    play({
      kubernetes,
      objects: [statefulSet(spec)],
      behavior: warmUp,
      steps: { '3000s': 'set image sts/db db=db:v2' },
      until: '6000s',
    } as Sketch);
  const seconds = (spec: JsonObject, kubernetes?: string) => lastRollout(update(spec, kubernetes)).durationSeconds;
  const four = (policy: string) => ({ podManagementPolicy: policy, ...rollingUpdate({ maxUnavailable: 4 }) });

  test('20 replicas go one by one, the last first: 20 times 130 s, where a Deployment takes 240 s', () => {
    const played = update({});
    expect(lastRollout(played)).toMatchObject({ outcome: 'complete', durationSeconds: 20 * 130, availableMin: 19 });
    expect(terminated(played, 3000)).toEqual(Array.from({ length: 20 }, (_, place) => `db-${19 - place}`));
    const deployment = play({
      replicas: 20,
      behavior: warmUp,
      steps: { '3000s': 'set image deployment/web app=web:v2' },
      until: '2h',
    });
    expect(lastRollout(deployment)).toMatchObject({ outcome: 'complete', durationSeconds: 240 });
  });

  test('Parallel is for starting and scaling: an update still goes one by one', () => {
    expect(seconds({ podManagementPolicy: 'Parallel' })).toBe(20 * 130);
  });

  test('maxUnavailable 4 takes 4 down at once; OrderedReady brings them back one after the other, the lowest first', () => {
    const played = update(four('OrderedReady'));
    expect(terminated(played, 3000).slice(0, 5)).toEqual(['db-19', 'db-18', 'db-17', 'db-16', 'db-15']);
    // The next four wait until all of the last are back, which saves 3 terminations of 4 and no start.
    expect(lastRollout(played)).toMatchObject({ durationSeconds: 5 * (10 + 4 * 120), availableMin: 16 });
  });

  test('with Parallel there are always 4 under way', () => {
    expect(seconds(four('Parallel'))).toBe(5 * 130);
  });

  test('the field counts for nothing where its gate is off, as in 1.34 and 1.36', () => {
    for (const kubernetes of ['1.34', '1.36']) expect(seconds(four('Parallel'), kubernetes)).toBe(20 * 130);
  });

  describe('a broken version', () => {
    const broken = (steps: NonNullable<Sketch['steps']>) =>
      play({
        objects: [statefulSet({ replicas: 4 })],
        behavior: [{ match: { image: 'db:v2' }, ready: 'never' }, { ready: '5s' }],
        steps: { '100s': 'set image sts/db db=db:v2', ...steps },
        until: '1000s',
      } as Sketch);
    const images = (played: Played) =>
      replay(played.log, () => {})
        .active()
        .map(({ image, isReady }) => `${image} ${isReady ? 'ready' : 'broken'}`)
        .sort();

    test('costs one pod, and the others stay as they are', () => {
      const played = broken({});
      expect(images(played)).toEqual(['db:v1 ready', 'db:v1 ready', 'db:v1 ready', 'db:v2 broken']);
      expect(lastRollout(played)).toMatchObject({ outcome: 'unfinished', availableMin: 3 });
    });

    test('is not repaired by kubectl rollout undo, until somebody deletes the broken pod', () => {
      const undone = { '200s': 'rollout undo sts/db' };
      expect(images(broken(undone))).toContain('db:v2 broken');
      const repaired = broken({ ...undone, '300s': 'delete pod db-3 --wait=false' });
      expect(images(repaired)).toEqual(Array(4).fill('db:v1 ready'));
    });
  });
});

describe('belief 18: "a DaemonSet rolls the faster the more nodes there are"', () => {
  const update = (spec: JsonObject, sketch: Sketch = {}) =>
    play({
      objects: [daemonSet(spec)],
      nodes: { count: 1000 },
      behavior: { ready: '14s', terminate: '1s' },
      steps: { '100s': 'set image ds/agent agent=agent:v2' },
      until: '5h',
      ...sketch,
    } as Sketch);

  test('1,000 nodes and 15 s a pod: with the default of one at a time 4 h 10 min', () => {
    expect(lastRollout(update({}))).toMatchObject({ durationSeconds: 1000 * 15, availableMin: 999 });
  });

  test('10 % is ten waves', () => {
    expect(lastRollout(update(rollingUpdate({ maxUnavailable: '10%' })))).toMatchObject({
      durationSeconds: 10 * 15,
      availableMin: 900,
    });
  });

  describe('one node on which the new pod does not fit', () => {
    const tight = { count: 1, allocatable: { cpu: '100m' } };
    const resources = { requests: { cpu: '100m' } };
    const containers = [{ name: 'agent', image: 'agent:v1', resources }];
    const grow = (spec: JsonObject) =>
      play({
        objects: [daemonSet(spec, { containers })],
        nodes: tight,
        behavior: { ready: '14s', terminate: '1s' },
        steps: {
          '50s': { addNodes: { name: 'roomy', count: 9 } },
          '100s': 'set resources ds/agent --requests=cpu=200m',
        },
        until: '1h',
      } as Sketch);
    const updated = ({ log }: Played) => log.findLast(({ kind }) => kind === 'DaemonSet');

    test('stalls the other nine', () => {
      expect(updated(grow({}))).toMatchObject({ desired: 10, updated: 1, available: 9, unavailable: 1 });
    });

    test('costs its own place and no more with maxUnavailable 2', () => {
      const played = grow(rollingUpdate({ maxUnavailable: 2 }));
      expect(updated(played)).toMatchObject({ desired: 10, updated: 10, available: 9, unavailable: 1 });
    });
  });

  test('with a surge no node is without a pod', () => {
    const surge = rollingUpdate({ maxSurge: '10%', maxUnavailable: 0 });
    const rollout = lastRollout(update(surge, { nodes: { count: 100 } }));
    // Old pods terminate beside the next new ones: only the last wave waits for them.
    expect(rollout).toMatchObject({ durationSeconds: 10 * 14 + 1, availableMin: 100, podsMax: 110 });
  });

  test('with host ports a surge pod waits for ever for the port of the pod that waits for it', () => {
    const ports = [{ containerPort: 9100, hostPort: 9100 }];
    const containers = [{ name: 'agent', image: 'agent:v1', ports }];
    const played = play({
      objects: [daemonSet(rollingUpdate({ maxSurge: 1, maxUnavailable: 0 }), { containers })],
      behavior: { ready: '14s' },
      steps: { '100s': 'set image ds/agent agent=agent:v2' },
      until: '1h',
    } as Sketch);
    expect(lastRollout(played)).toMatchObject({ outcome: 'unfinished', availableMin: 4, unschedulable: 1 });
    expect(terminated(played, 0)).toEqual([]);
  });
});
