import { expect, test } from 'vitest';
import type { JsonObject } from '../api/types.ts';
import { play, podTemplate } from '../testing/play.ts';

test('the pods of a ReplicaSet that a Deployment adopted behave as the Deployment', () => {
  const early: JsonObject = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: 'early', labels: { app: 'web' } },
    spec: { replicas: 3, selector: { matchLabels: { app: 'web' } }, template: podTemplate() },
  };
  const { log } = play({
    before: [early],
    behavior: [{ match: { workload: 'deployment/web' }, ready: '9s' }, { ready: '1s' }],
    steps: { '30s': 'scale deployment/web --replicas=4' },
  });
  const late = log.filter((line) => line.kind === 'Pod' && line.event === 'ready' && line.t > 30);
  expect(late).toMatchObject([{ t: 39, name: 'ReplicaSet/early#3' }]);
});
