import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../api/types.ts';
import type { LogEntry, PodDisruptionBudgetLine } from '../../metrics/log/logLine.ts';
import { type Played, play, podTemplate, type Sketch } from '../../testing/play.ts';
import { Stand } from '../../testing/stand.ts';
import { EvictionRequest } from './eviction.ts';

const BEHAVIOR = { behavior: { ready: '1s', terminate: '2s' } };
const SELECTOR = { matchLabels: { app: 'web' } };

function budget(spec: JsonObject, name = 'web'): JsonObject {
  const document = { selector: SELECTOR, ...spec };
  return { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name }, spec: document };
}

function bare(name: string): JsonObject {
  const containers = [{ name: 'app', image: 'bare:v1' }];
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { app: 'web' } }, spec: { containers } };
}

function budgets(log: readonly LogEntry[]): PodDisruptionBudgetLine[] {
  return log.filter((line): line is PodDisruptionBudgetLine => line.kind === 'PodDisruptionBudget');
}

/** `[allowed, healthy, desired, expected]` of the last line. */
function last({ log }: Played): number[] {
  const { allowed, healthy, desired, expected } = budgets(log).at(-1)!;
  return [allowed, healthy, desired, expected];
}

function settled(spec: JsonObject, sketch: Sketch = {}): Played {
  return play({ ...BEHAVIOR, replicas: 7, until: '60s', before: [budget(spec)], ...sketch });
}

describe('what a budget allows', () => {
  test.each<[string, JsonObject, number[]]>([
    ['a number that must stay', { minAvailable: 5 }, [2, 7, 5, 7]],
    ['a share that must stay, rounded up', { minAvailable: '50%' }, [3, 7, 4, 7]],
    ['a number that may go', { maxUnavailable: 2 }, [2, 7, 5, 7]],
    ['a share that may go, rounded up', { maxUnavailable: '50%' }, [4, 7, 3, 7]],
    ['more than there are may go', { maxUnavailable: 9 }, [7, 7, 0, 7]],
    ['more must stay than there are', { minAvailable: 9 }, [0, 7, 9, 7]],
    ['all of the namespace', { selector: {}, minAvailable: 1 }, [6, 7, 1, 7]],
    ['no pod', { selector: { matchLabels: { app: 'none' } }, maxUnavailable: 1 }, [0, 0, 0, 0]],
    [
      'no pod, although none has to stay',
      { selector: { matchLabels: { app: 'none' } }, minAvailable: 0 },
      [0, 0, 0, 0],
    ],
  ])('%s', (_, spec, expected) => {
    expect(last(settled(spec))).toEqual(expected);
  });

  test('counts pods that are ready, from the moment in which they are', () => {
    const { log } = settled({ minAvailable: 6 }, { behavior: { ready: { sequence: ['1s', '2s', '3s'] } } });
    const healthy = budgets(log).map(({ t, healthy }) => [t, healthy]);
    expect(healthy.filter(([t]) => t! >= 1)).toEqual([
      [1, 3],
      [2, 5],
      [3, 7],
    ]);
  });

  test('a terminating pod is still expected, and no longer healthy', () => {
    const steps = { '10s': 'delete pods --all --wait=false' };
    const { log } = settled({ minAvailable: 5 }, { steps });
    const [during] = budgets(log)
      .filter(({ t, healthy }) => t === 10 && healthy === 0)
      .slice(-1);
    expect(during).toMatchObject({ expected: 14, allowed: 0 });
  });

  test('follows the replicas of the Deployment, over both ReplicaSets of a rollout', () => {
    const steps = { '10s': 'set image deployment/web app=web:v2' };
    const { log } = settled({ maxUnavailable: 2 }, { steps });
    expect(new Set(budgets(log).map(({ expected }) => expected))).toEqual(new Set([0, 7]));
  });

  test.each(['StatefulSet', 'ReplicaSet', 'ReplicationController'])('follows the replicas of a %s', (kind) => {
    const apiVersion = kind === 'ReplicationController' ? 'v1' : 'apps/v1';
    const selector = kind === 'ReplicationController' ? { app: 'web' } : SELECTOR;
    const serviceName = kind === 'StatefulSet' ? { serviceName: 'web' } : {};
    const spec = { replicas: 4, selector, template: podTemplate(), ...serviceName };
    const objects = [budget({ maxUnavailable: '25%' }), { apiVersion, kind, metadata: { name: 'web' }, spec }];
    expect(last(play({ ...BEHAVIOR, objects, until: '60s' }))).toEqual([1, 4, 3, 4]);
  });

  test('of pods without a controller: a number counts them, a share leaves them out and says so', () => {
    const played = (spec: JsonObject) =>
      play({ ...BEHAVIOR, objects: [budget(spec), bare('a'), bare('b'), bare('c')], until: '60s' });
    expect(last(played({ minAvailable: 2 }))).toEqual([1, 3, 2, 3]);
    expect(last(played({ maxUnavailable: 1 }))).toEqual([0, 3, 0, 0]);
  });

  test('is nothing where a controller does not say how many it wants', () => {
    const agent: JsonObject = {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'agent' },
      spec: { selector: SELECTOR, template: podTemplate() },
    };
    const played = play({
      ...BEHAVIOR,
      objects: [budget({ maxUnavailable: 1 }), agent],
      steps: { '10s': 'get pdb web -o yaml' },
    });
    expect(played.result.steps.at(-1)!.out).toMatch(
      /message: daemonsets.apps does not implement the scale subresource/,
    );
    expect(played.result.steps.at(-1)!.out).toMatch(/reason: SyncFailed/);
    expect(last(played)[0]).toBe(0);
  });
});

describe('a budget that changes', () => {
  test('is reckoned anew, with another selector from other pods', () => {
    const patch = `patch pdb web -p '{"spec":{"minAvailable":3}}'`;
    expect(last(settled({ minAvailable: 5 }, { steps: { '10s': patch } }))).toEqual([4, 7, 3, 7]);
    const other = `patch pdb web --type=merge -p '{"spec":{"selector":{"matchLabels":{"app":"none"}}}}'`;
    expect(last(settled({ minAvailable: 5 }, { steps: { '10s': other } }))).toEqual([0, 0, 5, 0]);
  });

  test('counts a pod that gets its label, and no longer one that loses it', () => {
    const objects = [budget({ minAvailable: 1 }), bare('a'), { ...bare('b'), metadata: { name: 'b' } }];
    const steps = { '10s': 'label pod b app=web', '20s': 'label pod a app-' };
    const { log } = play({ ...BEHAVIOR, objects, steps });
    const course = budgets(log).filter(({ t }) => t >= 10);
    expect(course.map(({ expected, healthy }) => [expected, healthy])).toEqual([
      [2, 2],
      [1, 1],
    ]);
  });

  test('that is deleted allows everything', () => {
    const steps = { '10s': 'delete pdb web', '20s': 'drain node-0' };
    const { result } = settled({ maxUnavailable: 0 }, { nodes: { count: 1, name: 'node' }, steps });
    expect(result.steps.at(-1)!.error).toBe('');
  });
});

test('an eviction that was allowed and does not come is forgotten after two minutes', () => {
  const stand = new Stand();
  stand.create(budget({ minAvailable: 2 }), bare('a'), bare('b'), bare('c'));
  const status = () => stand.cluster.tables.PodDisruptionBudget.find('default', 'web')!.status;
  stand.waitFor('three healthy pods', () => status().currentHealthy === 3);
  const request = new EvictionRequest(stand.cluster, stand.pod('a').row);
  // It looks and charges the budget, and then never gets to delete the pod.
  for (let step = 0; step < 2; step++) request.advance();
  stand.run(1);
  expect(status()).toMatchObject({ currentHealthy: 2, disruptionsAllowed: 0 });
  expect(status().disruptedPods.size).toBe(1);
  stand.run(118);
  expect(status().currentHealthy).toBe(2);
  stand.run(2);
  expect(status()).toMatchObject({ currentHealthy: 3, disruptionsAllowed: 1 });
  expect(status().disruptedPods.size).toBe(0);
});
