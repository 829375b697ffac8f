import { describe, expect, test } from 'vitest';
import { lastRollout, type Played, play, SET_IMAGE, type Sketch } from '../../testing/play.ts';
import { replay, sizesOf } from '../../testing/replay.ts';

const BEHAVIOR = { behavior: { ready: '1s' } };

function outOf({ result }: Played): string {
  return result.steps.at(-1)!.out;
}

describe('kubectl rollout undo', () => {
  test('takes the old ReplicaSet again, with a revision that is new', () => {
    const played = play({
      ...BEHAVIOR,
      steps: { '10s': SET_IMAGE, '20s': 'rollout undo deployment/web', '30s': 'rollout history deployment/web' },
    });
    const end = replay(played.log, () => {});
    expect([...end.replicaSets.values()].map(({ name, revision, spec }) => [name, revision, spec])).toEqual([
      ['web@1', '3', 3],
      ['web@2', '2', 0],
    ]);
    // Revision 1 is no more.
    expect(outOf(played)).toMatch(/REVISION.*\n2 .*\n3 .*$/);
    expect(lastRollout(played)).toMatchObject({ revision: '3', outcome: 'complete' });
  });

  test('in the middle of a rollout keeps the old pods that there are, and drains the failed ones first', () => {
    const played = play({
      replicas: 10,
      behavior: [{ match: { image: 'web:v2' }, ready: 'never' }, { ready: '1s' }],
      steps: { '10s': SET_IMAGE, '20s': 'rollout undo deployment/web' },
    });
    // 8 old and 5 new pods; the new ones never got ready, and go at once. There is room for 2 and 3 more old ones.
    expect(sizesOf(played.log, 'web@2')).toEqual([3, 5, 0]);
    expect(sizesOf(played.log, 'web@1')).toEqual([10, 8, 10]);
    const created = played.log.filter((line) => line.kind === 'Pod' && line.event === 'created' && line.t >= 20);
    expect(created).toHaveLength(2);
    expect(lastRollout(played)).toMatchObject({ durationSeconds: 1, availableMin: 8 });
  });
});

describe('the annotation deprecated.deployment.rollback.to', () => {
  const annotate = (revision: string) => `annotate deployment/web deprecated.deployment.rollback.to=${revision}`;
  const rollback = (steps: Sketch['steps']) =>
    play({ ...BEHAVIOR, annotations: { 'kubernetes.io/change-cause': 'one' }, steps: { ...steps } });
  const change = [SET_IMAGE, 'annotate deployment/web kubernetes.io/change-cause=two'];

  test.each(['0', '1'])('%s goes back to the revision before, with what was noted for it', (revision) => {
    const played = rollback({
      '10s': change,
      '20s': annotate(revision),
      '30s': ['get deployment web -o yaml', 'rollout history deployment/web'],
    });
    const yaml = played.result.steps.at(-2)!.out;
    expect(yaml).toContain('image: web:v1');
    expect(yaml).not.toContain('deprecated.deployment.rollback.to');
    expect(outOf(played)).toMatch(/2 +two\n3 +one$/);
    expect(lastRollout(played)).toMatchObject({ revision: '3', startSeconds: 20, outcome: 'complete' });
  });

  test.each([
    ['7', 'a revision that there is not'],
    ['2', 'the present one'],
  ])('%s, %s, changes nothing but itself', (revision) => {
    const played = rollback({ '10s': change, '20s': annotate(revision), '30s': 'get deployment web -o yaml' });
    expect(outOf(played)).toContain('image: web:v2');
    expect(outOf(played)).not.toContain('deprecated.deployment.rollback.to');
    expect(lastRollout(played)).toMatchObject({ revision: '2', startSeconds: 10 });
  });

  test('no number is no request', () => {
    const played = rollback({ '10s': change, '20s': annotate('one'), '30s': 'get deployment web -o yaml' });
    expect(outOf(played)).toContain('deprecated.deployment.rollback.to: one');
  });
});
