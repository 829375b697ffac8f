import { describe, expect, test } from 'vitest';
import { play, SET_IMAGE, type Sketch } from '../../testing/play.ts';
import { replay } from '../../testing/replay.ts';

const STEPS: Sketch['steps'] = {
  '10s': SET_IMAGE,
  '20s': 'set image deployment/web app=web:v3',
  '30s': 'set image deployment/web app=web:v4',
};

function revisionsAt(sketch: Sketch, seconds: number): string[] {
  let revisions: string[] = [];
  replay(play(sketch).log, (now) => {
    if (now.t <= seconds) revisions = [...now.replicaSets.values()].map(({ revision }) => revision);
  });
  return revisions;
}

describe('old ReplicaSets', () => {
  test('are kept up to the limit, not counting the new one', () => {
    const sketch: Sketch = { spec: { revisionHistoryLimit: 1 }, behavior: { ready: '1s' }, steps: STEPS };
    expect(revisionsAt(sketch, 19)).toEqual(['1', '2']);
    expect(revisionsAt(sketch, 29)).toEqual(['2', '3']);
    expect(revisionsAt(sketch, 60)).toEqual(['3', '4']);
  });

  test('are ten by default', () => {
    expect(revisionsAt({ behavior: { ready: '1s' }, steps: STEPS }, 60)).toEqual(['1', '2', '3', '4']);
  });

  test('go only when the rollout is complete', () => {
    const sketch: Sketch = {
      spec: { revisionHistoryLimit: 0 },
      behavior: [{ match: { image: 'web:v3' }, ready: 'never' }, {}],
      steps: STEPS,
    };
    expect(revisionsAt(sketch, 19)).toEqual(['2']);
    expect(revisionsAt(sketch, 29)).toEqual(['2', '3']);
    expect(revisionsAt(sketch, 60)).toEqual(['4']);
  });

  test('go by revision, not by age: one that was rolled back to is the youngest', () => {
    const sketch: Sketch = {
      spec: { revisionHistoryLimit: 1 },
      behavior: { ready: '1s' },
      steps: { '10s': SET_IMAGE, '20s': 'rollout undo deployment/web', '30s': 'set image deployment/web app=web:v3' },
    };
    expect(revisionsAt(sketch, 60)).toEqual(['3', '4']);
  });

  test('without one there is nothing to go back to', () => {
    const { result } = play({
      spec: { revisionHistoryLimit: 0 },
      steps: { '10s': SET_IMAGE, '20s': 'rollout undo deployment/web' },
    });
    expect(result.steps.at(-1)!.error).toContain('no rollout history found for deployment "web"');
  });

  test('go while paused too', () => {
    const sketch: Sketch = {
      behavior: { ready: '1s' },
      steps: {
        ...STEPS,
        '40s': ['rollout pause deployment/web', `patch deployment/web -p '{"spec":{"revisionHistoryLimit":1}}'`],
      },
    };
    expect(revisionsAt(sketch, 60)).toEqual(['3', '4']);
  });

  test('that still have pods stay, also beyond the limit', () => {
    const sketch: Sketch = {
      replicas: 4,
      spec: { revisionHistoryLimit: 0 },
      behavior: [{ match: { image: 'web:v2' }, ready: 'never' }, {}],
      steps: { '10s': SET_IMAGE, '20s': 'rollout pause deployment/web' },
    };
    expect(revisionsAt(sketch, 60)).toEqual(['1', '2']);
  });
});
