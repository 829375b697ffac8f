/** The sig-apps tests of ReplicaSets, with upstream's names and numbers (test/e2e/apps/replica_set.go). */
import { describe, expect, test } from 'vitest';
import { play } from '../play.ts';
import { Stand } from '../stand.ts';
import {
  AGNHOST,
  newPod,
  newPodQuota,
  newReplicaSet,
  readyPods,
  replicaSetOf,
  setReplicas,
  WEBSERVER,
  waitForPods,
} from './replicas.ts';

describe('ReplicaSet', () => {
  test('should serve a basic image on each replica with a public image (every replica runs)', () => {
    const stand = new Stand();
    stand.create(newReplicaSet('my-hostname-basic', 1, { name: 'my-hostname-basic' }, AGNHOST));
    waitForPods(stand, 1);
    expect(readyPods(stand).map(({ image }) => image)).toEqual([AGNHOST]);
  });

  test('should surface a failure condition on a common issue like exceeded quota', () => {
    const stand = new Stand();
    const name = 'condition-test';
    stand.create(newPodQuota(name, '2'));
    const quota = () => stand.cluster.tables.ResourceQuota.find('default', name)!.status;
    stand.waitFor('the quota observed', () => quota().hard.get('pods') === 2);
    stand.create(newReplicaSet(name, 3, { name }, WEBSERVER));
    const conditions = () => replicaSetOf(stand, name).status.conditions;
    stand.waitFor('the condition', () => conditions().length > 0);
    expect(conditions()).toMatchObject([{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate' }]);
    expect(quota().used.get('pods')).toBe(2);
    setReplicas(stand, 'ReplicaSet', name, 2);
    stand.waitFor('no condition', () => conditions().length === 0);
  });

  test('should adopt matching pods on creation and release no longer matching pods', () => {
    const stand = new Stand();
    const name = 'pod-adoption-release';
    stand.create(newPod(name, { name }));
    waitForPods(stand, 1);
    stand.create(newReplicaSet(name, 1, { name }, WEBSERVER));
    const { pods } = stand.cluster;
    const owner = () => pods.owner[stand.pod(name).row];
    stand.waitFor('the adoption', () => owner() === replicaSetOf(stand, name).uid);
    expect(stand.pods()).toHaveLength(1);
    stand.edit('Pod', name, (_spec, document) => {
      (document.metadata as { labels: object }).labels = { name: 'not-matching-name' };
    });
    stand.waitFor('the release', () => owner() === -1);
    waitForPods(stand, 2);
  });

  test('Replicaset should have a working scale subresource', () => {
    const { result } = play({
      objects: [newReplicaSet('test-rs', 1, { name: 'sample-pod', pod: 'httpd' }, WEBSERVER)],
      steps: {
        '10s': 'get rs test-rs',
        '11s': 'scale rs/test-rs --replicas=2',
        '20s': 'get rs test-rs',
        '21s': `patch rs test-rs -p '{"spec":{"replicas":4}}'`,
        '30s': 'get rs test-rs',
      },
    });
    const counts = result.steps
      .filter(({ kubectl = '' }) => kubectl.startsWith('get'))
      .map(({ out }) => out.split('\n')[1]!.split(/ +/).slice(1, 4));
    expect(counts).toEqual([
      ['1', '1', '1'],
      ['2', '2', '2'],
      ['4', '4', '4'],
    ]);
  });

  test('Replace and Patch tests', () => {
    const stand = new Stand();
    stand.create(newReplicaSet('test-rs', 1, { name: 'sample-pod', pod: 'httpd' }, WEBSERVER));
    const available = () => replicaSetOf(stand, 'test-rs').status.availableReplicas;
    stand.waitFor('1 available replica', () => available() === 1);
    setReplicas(stand, 'ReplicaSet', 'test-rs', 2);
    stand.waitFor('2 available replicas', () => available() === 2);
    stand.edit('ReplicaSet', 'test-rs', (spec, document) => {
      const metadata = document.metadata as { labels: object };
      metadata.labels = { ...metadata.labels, 'test-rs': 'patched' };
      const { spec: podSpec } = spec.template as { spec: { containers: { image: string }[] } };
      Object.assign(podSpec, { terminationGracePeriodSeconds: 0 });
      podSpec.containers[0]!.image = AGNHOST;
      spec.replicas = 3;
    });
    stand.waitFor('3 available replicas', () => available() === 3);
    expect(replicaSetOf(stand, 'test-rs').meta.labels['test-rs']).toBe('patched');
    // A ReplicaSet never looks at what its pods are made from: only the third is new.
    expect(
      stand
        .pods()
        .map(({ image }) => image)
        .sort(),
    ).toEqual([AGNHOST, WEBSERVER, WEBSERVER]);
  });
});
