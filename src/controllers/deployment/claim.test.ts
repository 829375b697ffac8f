import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../api/types.ts';
import { deployment, lastRollout, play, podTemplate } from '../../testing/play.ts';
import { replay, sizesOf } from '../../testing/replay.ts';

const REVISION = 'deployment.kubernetes.io/revision';

function orphan(image: string, replicas = 2, annotations: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: 'old', labels: { app: 'web' }, annotations },
    spec: { replicas, selector: { matchLabels: { app: 'web' } }, template: podTemplate({}, image) },
  };
}

const CREATE = { kubectl: 'apply -f -', stdin: JSON.stringify(deployment()) };

describe('a ReplicaSet without an owner', () => {
  /** Conformance test "RollingUpdateDeployment should delete old pods and create new ones", with its revision. */
  test('is adopted by a Deployment that selects it, and rolled out of', () => {
    const played = play({
      objects: [orphan('web:v0', 2, { [REVISION]: '3546343826724305832' })],
      behavior: { ready: '1s' },
      steps: { '10s': CREATE },
    });
    const end = replay(played.log, () => {});
    expect(end.replicaSets.get('old')).toMatchObject({ spec: 0, revision: '3546343826724305832' });
    expect(end.replicaSets.get('web@1')).toMatchObject({ spec: 3, revision: '3546343826724305833' });
    expect(end.active().map((pod) => pod.image)).toEqual(['web:v1', 'web:v1', 'web:v1']);
    expect(lastRollout(played)).toMatchObject({ outcome: 'complete', revision: '3546343826724305833' });
  });

  test('with the very template becomes the new one: no other is made, and its pods stay', () => {
    const played = play({ objects: [orphan('web:v1')], behavior: { ready: '1s' }, steps: { '10s': CREATE } });
    const end = replay(played.log, () => {});
    expect([...end.replicaSets.keys()]).toEqual(['old']);
    expect(sizesOf(played.log, 'old')).toEqual([2, 3]);
    expect(played.result.pods.created).toBe(3);
  });

  test('that is not selected is left alone', () => {
    const other = orphan('web:v0');
    (other.metadata as JsonObject).labels = { app: 'other' };
    const played = play({ objects: [other], behavior: { ready: '1s' }, steps: { '10s': CREATE } });
    expect(sizesOf(played.log, 'old')).toEqual([2]);
  });
});

test('a ReplicaSet whose labels match no longer is let go with its pods, and replaced', () => {
  const name = play({ steps: { '1s': 'get replicasets -o name' } })
    .result.steps.at(-1)!
    .out.trim();
  const played = play({ behavior: { ready: '1s' }, steps: { '10s': `label ${name} app=other --overwrite` } });
  const end = replay(played.log, () => {});
  // Another ReplicaSet has the name that its template gives: the next one counts the collision.
  expect([...end.replicaSets.values()].map(({ spec, image }) => [spec, image])).toEqual([
    [3, 'web:v1'],
    [3, 'web:v1'],
  ]);
  expect(end.active()).toHaveLength(6);
  expect(end.deployments.get('web')).toMatchObject({ replicas: 3, available: 3 });
});
