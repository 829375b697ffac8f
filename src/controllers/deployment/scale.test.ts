import { describe, expect, test } from 'vitest';
import type { ReplicaSetLine } from '../../metrics/log/logLine.ts';
import { lastRollout, type Played, play, SET_IMAGE, type Sketch } from '../../testing/play.ts';
import { replay, replayInstants, sizesOf } from '../../testing/replay.ts';

/** Ten replicas whose new version never gets ready: 8 old and 5 new. */
const STUCK: Sketch = {
  replicas: 10,
  strategy: { maxSurge: 3, maxUnavailable: 2 },
  behavior: [{ match: { image: 'web:v2' }, ready: 'never' }, { ready: '1s' }],
};

/** `replicaset.apps/web-…` of the first template. */
const FIRST = play({ steps: { '1s': 'get replicasets -o name' } })
  .result.steps.at(-1)!
  .out.trim();

function scale(replicas: number): string {
  return `scale deployment/web --replicas=${replicas}`;
}

/** The first size that each ReplicaSet gets from a time on. */
function firstSizes({ log }: Played, fromSeconds: number, before: Record<string, number>): Record<string, number> {
  const sizes = { ...before };
  const isSet = new Set<string>();
  for (const line of log) {
    if (line.kind !== 'ReplicaSet' || line.t < fromSeconds || isSet.has(line.name)) continue;
    if (line.spec === sizes[line.name]) continue;
    sizes[line.name] = line.spec;
    isSet.add(line.name);
  }
  return sizes;
}

describe('scaling', () => {
  test('without a rollout sizes the one ReplicaSet, in one step', () => {
    const played = play({ steps: { '10s': scale(7), '20s': scale(2), '30s': scale(0), '40s': scale(1) } });
    expect(sizesOf(played.log, 'web@1')).toEqual([3, 7, 2, 0, 1]);
    expect(played.result.rollouts).toHaveLength(1);
  });

  /** Conformance test "deployment should support proportional scaling". */
  test('in the middle of a rollout keeps the proportion: 8 and 5 become 20 and 13', () => {
    const played = play({ ...STUCK, steps: { '10s': SET_IMAGE, '20s': scale(30) } });
    expect(firstSizes(played, 20, { 'web@1': 8, 'web@2': 5 })).toEqual({ 'web@1': 20, 'web@2': 13 });
    const end = replay(played.log, () => {});
    expect(end.specSum()).toBe(33);
    expect(end.replicaSets.get('web@1')).toMatchObject({ desired: '30', max: '33', spec: 20 });
    expect(end.replicaSets.get('web@2')).toMatchObject({ desired: '30', max: '33', spec: 13 });
  });

  test('down keeps it too: 8 and 5 become 5 and 3', () => {
    const played = play({ ...STUCK, steps: { '10s': SET_IMAGE, '20s': scale(5) } });
    expect(firstSizes(played, 20, { 'web@1': 8, 'web@2': 5 })).toEqual({ 'web@1': 5, 'web@2': 3 });
    // From then on it is the rollout again: one more may be missing than there are pods ready.
    const end = replay(played.log, () => {});
    expect([...end.replicaSets.values()].map(({ spec }) => spec)).toEqual([3, 5]);
  });

  /** 8 replicas whose new version never gets ready: 5 old and 5 new. */
  const even: Sketch = { ...STUCK, replicas: 8, strategy: { maxSurge: 2, maxUnavailable: 3 } };

  test('up, of two that are alike the newer one gets the odd pod', () => {
    const played = play({ ...even, steps: { '10s': SET_IMAGE, '20s': scale(11) } });
    // 5 * 13 / 10 = 6.5, rounded up for both, but there are only 3 to add.
    expect(firstSizes(played, 20, { 'web@1': 5, 'web@2': 5 })).toEqual({ 'web@1': 6, 'web@2': 7 });
  });

  test('down, of two that are alike the older one loses the odd pod', () => {
    const played = play({ ...even, steps: { '10s': SET_IMAGE, '20s': scale(5) } });
    // 5 * 7 / 10 = 3.5, rounded up for both: one of the 3 to remove is left over, and the first in turn loses it.
    expect(firstSizes(played, 20, { 'web@1': 5, 'web@2': 5 })).toEqual({ 'web@1': 3, 'web@2': 4 });
  });

  test('an old ReplicaSet that a user scales up when the new one has all its pods is emptied', () => {
    const played = play({
      behavior: { ready: '1s' },
      steps: { '10s': SET_IMAGE, '20s': scale(5), '30s': `scale ${FIRST} --replicas=4` },
    });
    expect(sizesOf(played.log, 'web@1').slice(-2)).toEqual([4, 0]);
    expect(sizesOf(played.log, 'web@2').at(-1)).toBe(5);
  });

  test('to nothing empties both, and back again fills the new one alone', () => {
    const played = play({ ...STUCK, steps: { '10s': SET_IMAGE, '20s': scale(0), '30s': scale(4) } });
    expect(sizesOf(played.log, 'web@1')).toEqual([10, 8, 0]);
    expect(sizesOf(played.log, 'web@2')).toEqual([3, 5, 0, 4]);
  });

  test('leaves a complete rollout complete', () => {
    const played = play({ ...STUCK, behavior: { ready: '1s' }, steps: { '10s': SET_IMAGE, '60s': scale(12) } });
    expect(sizesOf(played.log, 'web@1').at(-1)).toBe(0);
    expect(sizesOf(played.log, 'web@2').at(-1)).toBe(12);
    expect(lastRollout(played)).toMatchObject({ outcome: 'complete', desiredReplicas: 10 });
  });

  test('together with a new template comes first, on the old ReplicaSet', () => {
    const patch = {
      replicas: 6,
      template: { spec: { containers: [{ name: 'app', image: 'web:v2' }] } },
    };
    const played = play({
      strategy: { maxSurge: 0, maxUnavailable: 1 },
      behavior: { ready: '1s' },
      steps: { '10s': `patch deployment/web -p '${JSON.stringify({ spec: patch })}'` },
    });
    expect(sizesOf(played.log, 'web@1').slice(0, 2)).toEqual([3, 6]);
    expect(sizesOf(played.log, 'web@2').at(-1)).toBe(6);
  });

  test('a ReplicaSet that a user scales is set right', () => {
    const played = play({ steps: { '10s': `scale ${FIRST} --replicas=9` } });
    expect(sizesOf(played.log, 'web@1')).toEqual([3, 9, 3]);
    replayInstants(played.log, (now) => expect(now.active().length).toBeLessThanOrEqual(3));
  });
});

describe('a rollover', () => {
  test('takes the pods of the interrupted version first, however many: they were never available', () => {
    const played = play({
      ...STUCK,
      behavior: [{ match: { image: 'web:v2' }, ready: 'never' }, { ready: '5s' }],
      steps: { '20s': SET_IMAGE, '30s': 'set image deployment/web app=web:v3' },
    });
    const at30 = played.log.filter((line): line is ReplicaSetLine => line.kind === 'ReplicaSet' && line.t === 30);
    expect(at30.filter(({ name }) => name === 'web@1').every(({ spec }) => spec === 8)).toBe(true);
    expect(sizesOf(played.log, 'web@2')).toEqual([3, 5, 0]);
    expect(sizesOf(played.log, 'web@3')[0]).toBe(0);
    expect(lastRollout(played)).toMatchObject({ outcome: 'complete', availableMin: 8 });
  });
});
