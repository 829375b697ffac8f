import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../api/types.ts';
import type { EventLine, PodDisruptionBudgetLine, PodLine } from '../../metrics/log/logLine.ts';
import { LIFTED, lastRollout, type Played, play, type Sketch } from '../play.ts';

/** Budgets and quotas, and what rollouts make of them. */
describe('belief 9: "a PodDisruptionBudget protects my rollout"', () => {
  const statefulSet = (name: string): JsonObject => ({
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name },
    spec: {
      replicas: 3,
      selector: { matchLabels: { set: name } },
      template: {
        metadata: { labels: { app: 'db', set: name } },
        spec: { containers: [{ name: 'db', image: 'db:v1' }] },
      },
    },
  });
  const budget = {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'db' },
    spec: { maxUnavailable: 1, selector: { matchLabels: { app: 'db' } } },
  };
  const played = (steps: NonNullable<Sketch['steps']>) =>
    play({
      objects: [statefulSet('left'), statefulSet('right'), budget],
      behavior: { ready: '10s', terminate: '5s' },
      steps,
      until: '300s',
    } as Sketch);
  const budgets = ({ log }: Played, since: number) =>
    log.filter((line): line is PodDisruptionBudgetLine => line.kind === 'PodDisruptionBudget' && line.t >= since);
  const both = { '100s': ['set image sts/left db=db:v2', 'set image sts/right db=db:v2'] };

  test('two StatefulSets behind one budget of 1: their updates take a pod each, whatever it allows', () => {
    const run = played(both);
    const seen = budgets(run, 100);
    expect(Math.min(...seen.map(({ healthy }) => healthy))).toBe(4);
    expect(seen.every(({ desired }) => desired === 5)).toBe(true);
    expect(run.result.rollouts.slice(-2)).toMatchObject([
      { workload: 'statefulset/left', outcome: 'complete', durationSeconds: 3 * 15 },
      { workload: 'statefulset/right', outcome: 'complete', durationSeconds: 3 * 15 },
    ]);
  });

  test('what it holds up meanwhile is an eviction of a pod whose turn has not come', () => {
    const isBound = (line: Played['log'][number]): line is PodLine =>
      line.kind === 'Pod' && line.event === 'bound' && line.name === 'left-0';
    const node = played({}).log.find(isBound)!.node;
    const drain = (steps: NonNullable<Sketch['steps']>) =>
      played({ ...steps, '101s': `drain ${node} --timeout=10s` }).result.steps.at(-1)!;
    expect(drain({})).toMatchObject({ error: '', out: expect.stringContaining('pod/left-0 evicted') });
    expect(drain(both).error).toBe('error when evicting pods/"left-0" -n "default": global timeout reached: 10s');
  });
});

describe('belief 10: "a quota that is full only slows the rollout down a bit"', () => {
  const quota = {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'pods' },
    spec: { hard: { pods: '3' } },
  };
  const update = (graceSeconds: number, before: readonly JsonObject[]) =>
    play({
      replicas: 3,
      strategy: { maxSurge: 0, maxUnavailable: 1 },
      spec: { progressDeadlineSeconds: 7200 },
      pod: { terminationGracePeriodSeconds: graceSeconds },
      before,
      behavior: { ready: '5s', terminate: `${graceSeconds}s` },
      controlPlane: LIFTED,
      steps: { '100s': 'set image deployment/web app=web:v2' },
      until: '3h',
    });
  const seconds = (played: Played) => lastRollout(played).durationSeconds;
  /** From one new pod to the next, in whole seconds; the first from the start of the update. */
  const gaps = ({ log }: Played) => {
    const isNew = (line: Played['log'][number]): line is PodLine =>
      line.kind === 'Pod' && line.event === 'created' && line.t > 100;
    const times = [100, ...log.filter(isNew).map(({ t }) => t)];
    return times.slice(1).map((t, place) => Math.round(t - times[place]!));
  };

  test('3 pods of 5 s, one at a time: without it the old ones terminate beside the new ones, 15 s', () => {
    expect(seconds(update(90, []))).toBeCloseTo(15, 0);
  });

  /** The ReplicaSet tries again after 5 ms, 10 ms … 82 s, 164 s; that an old pod has gone at last does not wake it. */
  test('with it and a grace period of 90 s each pod waits not 90 s for its predecessor, but 164 s', () => {
    const played = update(90, [quota]);
    expect(gaps(played)).toEqual([164, 169, 169]);
    expect(seconds(played)).toBeCloseTo(3 * 169, 0);
    const refusals = played.log.filter(
      (line): line is EventLine => line.kind === 'Event' && line.reason === 'FailedCreate',
    );
    expect(refusals).toHaveLength(45);
    expect(refusals[0]!.message).toMatch(/exceeded quota: pods, requested: pods=1, used: pods=3, limited: pods=3$/);
  });

  test('with a grace period of 700 s it waits 10 min longer than that', () => {
    expect(gaps(update(700, [quota]))[0]).toBe(1311);
  });
});
