/** The sig-apps tests of ReplicationControllers, with upstream's names and numbers (test/e2e/apps/rc.go). */
import { describe, expect, test } from 'vitest';
import type { ReplicationController } from '../../cluster/index.ts';
import { play } from '../play.ts';
import { Stand } from '../stand.ts';
import {
  AGNHOST,
  newPod,
  newPodQuota,
  newReplicationController,
  readyPods,
  setReplicas,
  WEBSERVER,
  waitForPods,
} from './replicas.ts';

function controllerOf(stand: Stand, name: string): ReplicationController {
  return stand.cluster.tables.ReplicationController.find('default', name)!;
}

function ownerOf(stand: Stand, pod: string): number {
  return stand.cluster.pods.owner[stand.pod(pod).row]!;
}

describe('ReplicationController', () => {
  test('should serve a basic image on each replica with a public image (every replica runs)', () => {
    const stand = new Stand();
    stand.create(newReplicationController('my-hostname-basic', 1, { name: 'my-hostname-basic' }, AGNHOST));
    waitForPods(stand, 1);
    expect(readyPods(stand).map(({ image }) => image)).toEqual([AGNHOST]);
  });

  test('should surface a failure condition on a common issue like exceeded quota', () => {
    const stand = new Stand();
    const name = 'condition-test';
    stand.create(newPodQuota(name, '2'));
    const quota = () => stand.cluster.tables.ResourceQuota.find('default', name)!.status;
    stand.waitFor('the quota observed', () => quota().hard.get('pods') === 2);
    stand.create(newReplicationController(name, 3, { name }, WEBSERVER));
    const conditions = () => controllerOf(stand, name).status.conditions;
    stand.waitFor('the condition', () => conditions().length > 0);
    expect(conditions()).toMatchObject([{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate' }]);
    setReplicas(stand, 'ReplicationController', name, 2);
    stand.waitFor('no condition', () => conditions().length === 0);
  });

  test('should adopt matching pods on creation', () => {
    const stand = new Stand();
    const name = 'pod-adoption';
    stand.create(newPod(name, { name }));
    waitForPods(stand, 1);
    stand.create(newReplicationController(name, 1, { name }, WEBSERVER));
    stand.waitFor('the adoption', () => ownerOf(stand, name) === controllerOf(stand, name).uid);
    stand.run(10);
    expect(stand.podNames()).toEqual([name]);
  });

  test('should release no longer matching pods', () => {
    const stand = new Stand();
    const name = 'pod-release';
    stand.create(newReplicationController(name, 1, { name }, WEBSERVER));
    waitForPods(stand, 1);
    const [pod] = stand.podNames();
    stand.edit('Pod', pod!, (_spec, document) => {
      (document.metadata as { labels: object }).labels = { name: 'not-matching-name' };
    });
    stand.waitFor('the release', () => ownerOf(stand, pod!) === -1);
    waitForPods(stand, 2);
  });

  test('should test the lifecycle of a ReplicationController (what its controller does)', () => {
    const stand = new Stand();
    const name = 'rc-test';
    stand.create(newReplicationController(name, 1, { 'test-rc-static': 'true' }, WEBSERVER));
    const ready = () => controllerOf(stand, name).status.readyReplicas;
    stand.waitFor('1 ready replica', () => ready() === 1);
    stand.edit('ReplicationController', name, (_spec, document) => {
      const metadata = document.metadata as { labels: object };
      metadata.labels = { ...metadata.labels, 'test-rc': 'patched' };
    });
    expect(controllerOf(stand, name).meta.labels['test-rc']).toBe('patched');
    setReplicas(stand, 'ReplicationController', name, 2);
    stand.waitFor('2 ready replicas', () => ready() === 2);
    stand.delete('ReplicationController', name);
    stand.waitFor('the pods gone', () => stand.pods().length === 0);
  });

  test('should get and update a ReplicationController scale', () => {
    const { result } = play({
      objects: [newReplicationController('e2e-rc', 1, { name: 'e2e-rc' }, WEBSERVER)],
      steps: { '10s': 'get rc e2e-rc', '11s': 'scale rc/e2e-rc --replicas=2', '20s': 'get rc e2e-rc' },
    });
    const [before, answer, after] = result.steps.slice(1).map(({ out }) => out);
    expect(before).toMatch(/e2e-rc +1 +1 +1 /);
    expect(answer).toBe('replicationcontroller/e2e-rc scaled');
    expect(after).toMatch(/e2e-rc +2 +2 +2 /);
  });
});
