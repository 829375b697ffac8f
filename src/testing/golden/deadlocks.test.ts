import { describe, expect, test } from 'vitest';
import type { EventLine } from '../../metrics/log/logLine.ts';
import { lastRollout, type Played, play, SET_IMAGE } from '../play.ts';
import { conditionCourse, replay } from '../replay.ts';

/** Rollouts that never end, and what they look like. */
function failedScheduling({ log }: Played): EventLine[] {
  return log.filter((line): line is EventLine => line.kind === 'Event' && line.reason === 'FailedScheduling');
}

describe('belief 4: "25 % of one replica: one pod may go"', () => {
  test('unavailable rounds down to 0 and surge up to 1: on a full cluster nothing moves, and nothing says so', () => {
    const played = play({
      replicas: 1,
      nodes: { count: 1, allocatable: { cpu: '100m' } },
      behavior: { ready: '5s' },
      steps: { '10s': SET_IMAGE },
    });
    expect(lastRollout(played)).toMatchObject({
      outcome: 'stalled',
      durationSeconds: null,
      availableMin: 1,
      podsMax: 2,
      unschedulable: 1,
      pendingSeconds: null,
      // The deadline of 600 s, and the second after which it is looked at.
      noProgressMaxSeconds: 601,
    });
    expect(failedScheduling(played)).toMatchObject([
      { t: 10, name: 'Pod', message: expect.stringContaining('0/1 nodes are available: 1 Insufficient cpu') },
    ]);
    const end = replay(played.log, () => {});
    expect(end.active().map(({ image, isReady }) => [image, isReady])).toEqual([
      ['web:v1', true],
      ['web:v2', false],
    ]);
  });

  test('with room for one more pod it is done in 5 s, without a gap', () => {
    const played = play({
      replicas: 1,
      nodes: { count: 1, allocatable: { cpu: '200m' } },
      behavior: { ready: '5s' },
      steps: { '10s': SET_IMAGE },
    });
    expect(lastRollout(played)).toMatchObject({ outcome: 'complete', durationSeconds: 5, availableMin: 1, podsMax: 2 });
  });
});

describe('belief 13: "one pod per node and the default strategy are fine"', () => {
  test('3 replicas that fill 3 nodes: 25 % of 3 unavailable is 0, the surge pod stays pending', () => {
    const played = play({
      replicas: 3,
      nodes: { count: 3, allocatable: { pods: '1' } },
      behavior: { ready: '1s' },
      steps: { '10s': SET_IMAGE },
    });
    expect(lastRollout(played)).toMatchObject({
      outcome: 'stalled',
      availableMin: 3,
      podsMax: 4,
      unschedulable: 1,
      noProgressMaxSeconds: 601,
    });
    expect(failedScheduling(played)).toMatchObject([{ message: expect.stringContaining('3 Too many pods') }]);
  });

  test('so it does with required anti-affinity, whose old pods keep the new one off every node', () => {
    const term = { labelSelector: { matchLabels: { app: 'web' } }, topologyKey: 'kubernetes.io/hostname' };
    const affinity = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
    const update = (count: number) =>
      play({
        replicas: 3,
        nodes: { count },
        pod: { affinity },
        behavior: { ready: '1s' },
        steps: { '10s': SET_IMAGE },
      });
    const stuck = update(3);
    expect(lastRollout(stuck)).toMatchObject({ outcome: 'stalled', availableMin: 3, podsMax: 4, unschedulable: 1 });
    expect(failedScheduling(stuck)).toMatchObject([
      { message: expect.stringContaining("3 node(s) didn't match pod anti-affinity rules") },
    ]);
    expect(lastRollout(update(4))).toMatchObject({ outcome: 'complete', durationSeconds: 3, availableMin: 3 });
  });

  test('4 replicas on 4 nodes: 25 % of 4 is 1, and the rollout goes through', () => {
    const played = play({
      replicas: 4,
      nodes: { count: 4, allocatable: { pods: '1' } },
      behavior: { ready: '1s' },
      steps: { '10s': SET_IMAGE },
    });
    expect(lastRollout(played)).toMatchObject({ outcome: 'complete', durationSeconds: 4, availableMin: 3 });
  });
});

describe('belief 8: "a progress deadline of 600 s is plenty for a rollout of 5 minutes"', () => {
  const rollout = (progressDeadlineSeconds: number) =>
    play({
      replicas: 12,
      strategy: { maxSurge: 2, maxUnavailable: 1 },
      spec: { progressDeadlineSeconds },
      behavior: [{ match: { image: 'web:v2' }, ready: '100s' }, {}],
      steps: { '10s': [SET_IMAGE, 'rollout status deployment/web --timeout=30m'] },
    });

  test('it is held against each gap without progress, not against the whole rollout', () => {
    const played = rollout(120);
    expect(lastRollout(played)).toMatchObject({
      outcome: 'complete',
      durationSeconds: 4 * 100,
      noProgressMaxSeconds: 100,
    });
    expect(played.result.steps.at(-1)).toMatchObject({ endedSeconds: 410, error: '' });
  });

  test('kubectl rollout status gives up with it, whatever its --timeout; the rollout goes on and completes', () => {
    const played = rollout(60);
    expect(played.result.steps.at(-1)).toMatchObject({
      beganSeconds: 10,
      endedSeconds: 71,
      error: 'deployment "web" exceeded its progress deadline',
    });
    expect(lastRollout(played)).toMatchObject({ outcome: 'complete', durationSeconds: 400, noProgressMaxSeconds: 100 });
    // The condition comes and goes with every wave.
    const reasons = conditionCourse(played.log, 'Progressing', 10.001).map(([, reason]) => reason);
    const late = 'False/ProgressDeadlineExceeded';
    const goesOn = 'True/ReplicaSetUpdated';
    expect(reasons).toEqual([late, goesOn, late, goesOn, late, goesOn, late, goesOn, 'True/NewReplicaSetAvailable']);
  });
});
