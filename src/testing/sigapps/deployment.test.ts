/** The sig-apps tests of Deployments, with upstream's names and numbers (test/e2e/apps/deployment.go). */
import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { DEPRECATED_ROLLBACK_ANNOTATION, ORPHAN_FINALIZER } from '../../cluster/index.ts';
import { play } from '../play.ts';
import { Stand } from '../stand.ts';
import {
  AGNHOST,
  breakImage,
  deploymentOf,
  imageOf,
  NONEXISTENT,
  newDeployment,
  newReplicaSet,
  ownedReplicaSets,
  readyPods,
  replicaSetOf,
  revisionOf,
  setImage,
  setReplicas,
  WEBSERVER,
  waitForComplete,
  waitForPods,
  waitForRevisionAndImage,
} from './replicas.ts';

describe('Deployment', () => {
  test('deployment reaping should cascade to its replica sets and pods', () => {
    const stand = new Stand();
    stand.create(newDeployment('test-new-deployment', 1, { name: 'webserver' }, WEBSERVER));
    waitForComplete(stand, 'test-new-deployment');
    stand.delete('Deployment', 'test-new-deployment');
    const { deployments, replicaSets } = stand.cluster;
    stand.waitFor('everything gone', () => deployments.size + replicaSets.size + stand.pods().length === 0);
  });

  test('RollingUpdateDeployment should delete old pods and create new ones', () => {
    const stand = new Stand();
    const labels = { name: 'sample-pod', pod: 'webserver' };
    // One less than the revision of the Deployment: numbers beyond 2^53.
    const annotations = { 'deployment.kubernetes.io/revision': '3546343826724305832' };
    stand.create(newReplicaSet('test-rolling-update-controller', 1, labels, WEBSERVER, annotations));
    waitForPods(stand, 1);
    stand.create(newDeployment('test-rolling-update-deployment', 1, { name: 'sample-pod' }, AGNHOST));
    waitForRevisionAndImage(stand, 'test-rolling-update-deployment', '3546343826724305833', AGNHOST);
    waitForComplete(stand, 'test-rolling-update-deployment');
    const replicaSets = ownedReplicaSets(stand, 'test-rolling-update-deployment');
    const old = replicaSets.filter((replicaSet) => imageOf(replicaSet) !== AGNHOST);
    expect(old.map(({ meta, spec }) => [meta.name, spec.replicas])).toEqual([['test-rolling-update-controller', 0]]);
    stand.run(5);
    expect(stand.pods().map(({ image, isReady }) => [image, isReady])).toEqual([[AGNHOST, true]]);
  });

  test('RecreateDeployment should delete old pods and create new ones', () => {
    const stand = new Stand({ terminateMicros: 5_000_000 });
    const strategy = { strategy: { type: 'Recreate' } };
    stand.create(newDeployment('test-recreate-deployment', 1, { name: 'sample-pod-3' }, AGNHOST, strategy));
    waitForRevisionAndImage(stand, 'test-recreate-deployment', '1', AGNHOST);
    waitForComplete(stand, 'test-recreate-deployment');
    const images = new Set<string>();
    stand.cluster.observePods(() => {
      const together = new Set(stand.pods().map(({ image }) => image));
      expect(together.size).toBeLessThanOrEqual(1);
      for (const image of together) images.add(image);
    });
    setImage(stand, 'test-recreate-deployment', WEBSERVER);
    waitForRevisionAndImage(stand, 'test-recreate-deployment', '2', WEBSERVER);
    waitForComplete(stand, 'test-recreate-deployment');
    expect([...images]).toEqual([AGNHOST, WEBSERVER]);
  });

  test('deployment should delete old replica sets', () => {
    const stand = new Stand();
    stand.create(newReplicaSet('test-cleanup-controller', 1, { name: 'cleanup-pod', pod: 'webserver' }, WEBSERVER));
    waitForPods(stand, 1);
    const before = stand.changes.length;
    const fields = { revisionHistoryLimit: 0 };
    stand.create(newDeployment('test-cleanup-deployment', 1, { name: 'cleanup-pod' }, AGNHOST, fields));
    stand.waitFor('the old ReplicaSet gone', () => {
      const owned = ownedReplicaSets(stand, 'test-cleanup-deployment');
      return owned.length === 1 && imageOf(owned[0]!) === AGNHOST;
    });
    expect(replicaSetOf(stand, 'test-cleanup-controller')).toBeUndefined();
    expect(stand.changes.slice(before).filter(({ what }) => what === 'created')).toHaveLength(1);
  });

  test('deployment should support rollover', () => {
    const stand = new Stand();
    const name = 'test-rollover-deployment';
    breakImage(stand, NONEXISTENT);
    stand.create(newReplicaSet('test-rollover-controller', 1, { name: 'rollover-pod', pod: 'webserver' }, WEBSERVER));
    waitForPods(stand, 1);
    const strategy = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } };
    const fields = { strategy, minReadySeconds: 10 };
    stand.create(newDeployment(name, 1, { name: 'rollover-pod' }, NONEXISTENT, fields));
    stand.waitFor('an updated replica', () => deploymentOf(stand, name).status.updatedReplicas >= 1);
    // The adopted ReplicaSet has no revision.
    expect(revisionOf(stand, name)).toBe('1');
    const sizes = () =>
      Object.fromEntries(ownedReplicaSets(stand, name).map((owned) => [imageOf(owned), owned.spec.replicas]));
    expect(sizes()).toEqual({ [WEBSERVER]: 1, [NONEXISTENT]: 1 });
    setImage(stand, name, AGNHOST);
    waitForRevisionAndImage(stand, name, '2', AGNHOST);
    waitForComplete(stand, name);
    expect(sizes()).toEqual({ [WEBSERVER]: 0, [NONEXISTENT]: 0, [AGNHOST]: 1 });
  });

  test('test Deployment ReplicaSet orphaning and adoption regarding controllerRef', () => {
    const stand = new Stand();
    const labels = { name: 'webserver' };
    stand.create(newDeployment('test-orphan-deployment', 1, labels, WEBSERVER));
    waitForComplete(stand, 'test-orphan-deployment');
    const [owned] = ownedReplicaSets(stand, 'test-orphan-deployment');
    stand.delete('Deployment', 'test-orphan-deployment', ORPHAN_FINALIZER);
    stand.waitFor('the Deployment gone', () => deploymentOf(stand, 'test-orphan-deployment') === undefined);
    expect(replicaSetOf(stand, owned!.meta.name).ownerUid).toBe(-1);
    stand.create(newDeployment('test-adopt-deployment', 1, labels, WEBSERVER));
    waitForComplete(stand, 'test-adopt-deployment');
    expect(ownedReplicaSets(stand, 'test-adopt-deployment').map(({ uid }) => uid)).toEqual([owned!.uid]);
    expect(stand.cluster.replicaSets.size).toBe(1);
    expect(stand.changes.filter(({ what }) => what === 'created')).toHaveLength(1);
  });

  test('Deployment should have a working scale subresource', () => {
    const { result } = play({
      objects: [newDeployment('test-new-deployment', 1, { name: 'webserver' }, WEBSERVER)],
      steps: {
        '10s': 'get deployment test-new-deployment',
        '11s': 'scale deployment/test-new-deployment --replicas=2',
        '20s': 'get deployment test-new-deployment',
        '21s': `patch deployment test-new-deployment -p '{"spec":{"replicas":4}}'`,
        '30s': 'get deployment test-new-deployment',
      },
    });
    const ready = result.steps
      .filter(({ kubectl = '' }) => kubectl.startsWith('get'))
      .map(({ out }) => /(\d+)\/(\d+)/.exec(out)?.[0]);
    expect(ready).toEqual(['1/1', '2/2', '4/4']);
  });

  test('deployment should support proportional scaling', () => {
    const stand = new Stand();
    const name = 'webserver-deployment';
    const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } };
    stand.create(newDeployment(name, 10, { name: 'webserver' }, WEBSERVER, { strategy }));
    waitForComplete(stand, name);
    breakImage(stand, 'webserver:404');
    setImage(stand, name, 'webserver:404');
    const sizes = () =>
      ownedReplicaSets(stand, name).map(({ spec, status }) => [spec.replicas, status.availableReplicas]);
    stand.waitFor('a rollout that is stuck', () => JSON.stringify(sizes()) === '[[8,8],[5,0]]');
    stand.run(30);
    expect(sizes()).toEqual([
      [8, 8],
      [5, 0],
    ]);
    expect(deploymentOf(stand, name).status.availableReplicas).toBeGreaterThanOrEqual(10 - 2);
    setReplicas(stand, 'Deployment', name, 30);
    // 8 + (30 - 10) * (8 / 13) = 20, and 5 + (30 - 10) * (5 / 13) = 13.
    stand.waitFor('the shares', () => JSON.stringify(sizes().map(([size]) => size)) === '[20,13]');
    stand.run(30);
    expect(sizes()).toEqual([
      [20, 20],
      [13, 0],
    ]);
  });

  test('should run the lifecycle of a Deployment (what its controller does)', () => {
    const stand = new Stand();
    const name = 'test-deployment';
    stand.create(newDeployment(name, 2, { 'test-deployment-static': 'true' }, WEBSERVER));
    stand.waitFor('2 ready replicas', () => deploymentOf(stand, name).status.readyReplicas === 2);
    setImage(stand, name, AGNHOST);
    setReplicas(stand, 'Deployment', name, 1);
    stand.waitFor('1 ready replica of the new image', () => {
      const { readyReplicas, updatedReplicas, replicas } = deploymentOf(stand, name).status;
      return readyReplicas === 1 && updatedReplicas === 1 && replicas === 1;
    });
    setReplicas(stand, 'Deployment', name, 2);
    stand.waitFor('2 ready replicas', () => deploymentOf(stand, name).status.readyReplicas === 2);
    expect(readyPods(stand).map(({ image }) => image)).toEqual([AGNHOST, AGNHOST]);
    stand.delete('Deployment', name);
    stand.waitFor('the pods gone', () => stand.pods().length === 0);
  });
});

interface Iteration {
  /** 0: a new rollout, 1: back to the revision before, 2: scaling, 3: pause or resume, 4: pods deleted. */
  readonly action: number;
  /** Of 10: which of the pods, and which way to scale. */
  readonly share: number;
  /** Seconds before it. */
  readonly pause: number;
}

/** Upstream's `testIterativeDeployments`. */
function iterate(iterations: readonly Iteration[]): void {
  const stand = new Stand();
  const name = 'webserver';
  const fields = { progressDeadlineSeconds: 30, revisionHistoryLimit: 2 };
  stand.create(newDeployment(name, 6, { name: 'webserver' }, WEBSERVER, fields));
  for (const [index, { action, share, pause }] of iterations.entries()) {
    stand.run(pause);
    if (action === 0) setImage(stand, name, `webserver:${index}`);
    else if (action === 1) rollBack(stand, name);
    else if (action === 2) {
      const { replicas } = deploymentOf(stand, name).spec;
      setReplicas(stand, 'Deployment', name, Math.max(0, replicas + (share < 5 ? 1 : -1)));
    } else if (action === 3) setPaused(stand, name, !deploymentOf(stand, name).spec.paused);
    else for (const [at, pod] of stand.pods().entries()) if ((at * 3) % 10 < share) stand.delete('Pod', pod.name);
  }
  setPaused(stand, name, false);
  waitForComplete(stand, name);
  stand.run(60);
  const { spec, status } = deploymentOf(stand, name);
  expect(status.conditions.map(({ type, reason }) => [type, reason])).toContainEqual([
    'Progressing',
    'NewReplicaSetAvailable',
  ]);
  expect(readyPods(stand)).toHaveLength(spec.replicas);
  expect(ownedReplicaSets(stand, name).length).toBeLessThanOrEqual(3);
}

function rollBack(stand: Stand, name: string): void {
  stand.edit('Deployment', name, (_spec, document) => {
    const metadata = document.metadata as { annotations?: Record<string, string> };
    metadata.annotations = { ...metadata.annotations, [DEPRECATED_ROLLBACK_ANNOTATION]: '0' };
  });
}

function setPaused(stand: Stand, name: string, paused: boolean): void {
  stand.edit('Deployment', name, (spec) => {
    spec.paused = paused;
  });
}

const iteration = fc.record({
  action: fc.integer({ min: 0, max: 4 }),
  share: fc.integer({ min: 0, max: 10 }),
  pause: fc.integer({ min: 0, max: 8 }),
});

property.prop([fc.array(iteration, { minLength: 20, maxLength: 20 })], { numRuns: 25 })(
  'iterative rollouts should eventually progress',
  (iterations) => iterate(iterations),
);
