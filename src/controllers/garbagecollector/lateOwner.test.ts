import { expect, test } from 'vitest';
import type { JsonObject } from '../../api/types.ts';
import { deployment, play, podTemplate, SET_IMAGE } from '../../testing/play.ts';
import { replay } from '../../testing/replay.ts';

const BEHAVIOR = { behavior: { ready: '1s', terminate: '1s' } };
/** Controllers act on what was a second ago: what they write may come after its owner's end. */
const controlPlane: JsonObject = { latency: { watch: '1s' } };

test('a ReplicaSet that is made when its Deployment has gone already goes too', () => {
  const steps = { '20s': [SET_IMAGE, 'delete deployment/web --wait=false'] };
  const end = replay(play({ ...BEHAVIOR, controlPlane, steps }).log, () => {});
  expect([end.deployments.size, end.replicaSets.size, end.pods.size]).toEqual([0, 0, 0]);
});

test('pods that a ReplicaSet adopts when it has gone already go too', () => {
  const cache: JsonObject = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: 'cache' },
    spec: { replicas: 3, selector: { matchLabels: { app: 'web' } }, template: podTemplate() },
  };
  const again = { kubectl: 'apply -f -', stdin: JSON.stringify({ ...cache, metadata: { name: 'other' } }) };
  const steps = { '20s': 'delete rs/cache --cascade=orphan', '30s': again, '33s': 'delete rs/other --wait=false' };
  const limits = { 'kube-controller-manager': { 'kube-api-qps': 1, 'kube-api-burst': 1 } };
  const played = play({ ...BEHAVIOR, controlPlane: { ...controlPlane, ...limits }, objects: [cache], steps });
  const end = replay(played.log, () => {});
  expect([end.replicaSets.size, end.pods.size]).toEqual([0, 0]);
});

test('a Deployment that comes back adopts what its ReplicaSet left, and loses none of it', () => {
  const apply = { kubectl: 'apply -f -', stdin: JSON.stringify(deployment()) };
  const steps = { '20s': 'delete deployment/web --cascade=orphan', '30s': apply };
  const { result } = play({ ...BEHAVIOR, controlPlane, steps });
  expect(result.pods.created).toBe(3);
});
