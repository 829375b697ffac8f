import { describe, expect, test } from 'vitest';
import { type Condition, REVISION_ANNOTATION } from '../cluster/index.ts';
import type { RolloutResult } from './result.ts';
import { RolloutObserver } from './rollouts.ts';
import { HandDrivenCluster } from './testing/handDrivenCluster.ts';

const DONE = { replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 };

function setUp() {
  const driven = new HandDrivenCluster();
  driven.createNode('node');
  driven.kernel.run();
  const observer = new RolloutObserver({ kernel: driven.kernel, cluster: driven.cluster });
  return { driven, observer, cluster: driven.cluster };
}

/** A Deployment with two ready pods whose first rollout, from 0 s to 1 s, is complete. */
function setUpComplete() {
  const { driven, observer, cluster } = setUp();
  const deployment = driven.createDeployment();
  const old = driven.createReplicaSet(deployment, { name: 'web-1' });
  driven.createReadyPod(old);
  driven.createReadyPod(old);
  driven.annotateDeployment(deployment, { [REVISION_ANNOTATION]: '1' });
  driven.at(1, () => driven.setStatus(deployment, DONE));
  return { driven, observer, cluster, deployment, old };
}

function exceeded(): Condition[] {
  const reason = 'ProgressDeadlineExceeded';
  return [{ type: 'Progressing', status: 'False', reason, message: '', lastUpdateMicros: 0, lastTransitionMicros: 0 }];
}

function only(results: readonly RolloutResult[]): RolloutResult {
  expect(results).toHaveLength(1);
  return results[0]!;
}

describe('RolloutObserver', () => {
  test('the creation of a Deployment is a rollout', () => {
    const { driven, observer } = setUp();
    driven.at(2, () => {
      const deployment = driven.createDeployment({ namespace: 'shop' });
      const replicaSet = driven.createReplicaSet(deployment, { namespace: 'shop' });
      driven.createReadyPod(replicaSet);
      driven.createReadyPod(replicaSet);
      driven.at(5, () => driven.setStatus(deployment, DONE));
    });
    driven.run(10);
    expect(only(observer.finish())).toEqual({
      workload: 'shop/deployment/web',
      revision: '',
      cause: 'create',
      outcome: 'complete',
      startSeconds: 2,
      desiredReplicas: 2,
      durationSeconds: 3,
      criticalPathSeconds: null,
      availableMin: 0,
      availableMean: 2,
      unavailablePodSeconds: 0,
      podsMax: 2,
      podsMaxWithTerminating: 2,
      requestedCpuMax: 1,
      requestedMemoryMax: 2 * 2 ** 30,
      surgePodSeconds: 0,
      noProgressMaxSeconds: 3,
      progressDeadlineSeconds: 600,
      pendingSeconds: { p50: 0, p95: 0, p99: 0 },
      unschedulable: 0,
      preemptions: 0,
      disruptions: 0,
    });
  });

  test('a changed template is a rollout: availability and surge count from the change to the completion', () => {
    const { driven, observer, cluster, deployment } = setUpComplete();
    driven.at(10, () => driven.applyDeployment(deployment, { image: 'web:v2' }));
    driven.at(11, () => {
      const replicaSet = driven.createReplicaSet(deployment, { name: 'web-2', image: 'web:v2' });
      driven.annotateDeployment(deployment, { [REVISION_ANNOTATION]: '2' });
      driven.createPod(replicaSet);
      driven.createPod(replicaSet);
      driven.setStatus(deployment, { updatedReplicas: 0 });
    });
    driven.at(12, () => cluster.deletePod(0));
    driven.at(14, () => {
      cluster.bindPod(2, 0);
      cluster.setPodRunning(2, true);
      driven.setStatus(deployment, { replicas: 3, updatedReplicas: 1 });
    });
    driven.at(15, () => cluster.deletePod(1));
    driven.at(16, () => {
      cluster.bindPod(3, 0);
      cluster.setPodRunning(3, true);
    });
    driven.at(20, () => driven.setStatus(deployment, DONE));
    driven.at(22, () => cluster.removePod(0));
    driven.run(30);
    const results = observer.finish();
    expect(results.map(({ cause, outcome }) => [cause, outcome])).toEqual([
      ['create', 'complete'],
      ['update', 'complete'],
    ]);
    expect(results[1]).toMatchObject({
      revision: '2',
      startSeconds: 10,
      durationSeconds: 10,
      availableMin: 1,
      availableMean: (2 * 2 + 1 * 2 + 2 * 1 + 1 * 1 + 2 * 4) / 10,
      unavailablePodSeconds: 3,
      podsMax: 4,
      podsMaxWithTerminating: 4,
      requestedCpuMax: 2,
      surgePodSeconds: 2 * 9,
      noProgressMaxSeconds: 6,
      pendingSeconds: { p50: 3, p95: 5, p99: 5 },
    });
  });

  test('a status that meets only some of the conditions of kubectl rollout status is not done', () => {
    const { driven, observer, deployment } = setUpComplete();
    driven.at(10, () => driven.applyDeployment(deployment, { image: 'web:v2' }));
    // Not yet observed.
    driven.at(11, () => driven.setStatus(deployment, { ...DONE, observedGeneration: 1 }));
    driven.at(12, () => driven.setStatus(deployment, { ...DONE, updatedReplicas: 1 }));
    driven.at(13, () => driven.setStatus(deployment, { ...DONE, replicas: 3 }));
    driven.at(14, () => driven.setStatus(deployment, { ...DONE, availableReplicas: 1 }));
    driven.at(15, () => driven.setStatus(deployment, DONE));
    driven.run(20);
    expect(observer.finish()[1]).toMatchObject({ outcome: 'complete', durationSeconds: 5 });
  });

  test('a template change supersedes the rollout before it', () => {
    const { driven, observer, deployment } = setUpComplete();
    driven.at(10, () => driven.applyDeployment(deployment, { image: 'web:v2' }));
    driven.at(14, () => driven.applyDeployment(deployment, { image: 'web:v1', replicas: 3 }));
    driven.run(20);
    const results = observer.finish().slice(1);
    expect(results).toMatchObject([
      { outcome: 'superseded', startSeconds: 10, durationSeconds: null, desiredReplicas: 2, noProgressMaxSeconds: 4 },
      { outcome: 'unfinished', startSeconds: 14, durationSeconds: null, desiredReplicas: 3, unavailablePodSeconds: 6 },
    ]);
  });

  test('pods of the ReplicaSet that a rollback returns to belong to the rollback', () => {
    const { driven, observer, cluster, deployment, old } = setUpComplete();
    driven.at(10, () => driven.applyDeployment(deployment, { image: 'web:v2' }));
    driven.at(11, () => driven.createPod(old));
    driven.at(12, () => driven.applyDeployment(deployment, { image: 'web:v1' }));
    driven.at(13, () => driven.createPod(old));
    driven.at(14, () => {
      observer.podUnschedulable(2);
      observer.podUnschedulable(3);
      observer.podUnschedulable(3);
      cluster.bindPod(2, 0);
      cluster.bindPod(3, 0);
    });
    driven.run(20);
    const [, first, rollback] = observer.finish();
    expect(first).toMatchObject({ pendingSeconds: null, unschedulable: 0 });
    expect(rollback).toMatchObject({ pendingSeconds: { p50: 1, p95: 1, p99: 1 }, unschedulable: 1 });
  });

  test('a rollout past its progress deadline is stalled, unless it completes later', () => {
    const { driven, observer, deployment } = setUpComplete();
    driven.at(10, () => driven.applyDeployment(deployment, { image: 'web:v2' }));
    driven.at(11, () => driven.setStatus(deployment, { updatedReplicas: 0, conditions: exceeded() }));
    driven.run(20);
    expect(observer.finish()[1]).toMatchObject({ outcome: 'stalled', durationSeconds: null, noProgressMaxSeconds: 10 });

    const later = setUpComplete();
    later.driven.at(10, () => later.driven.applyDeployment(later.deployment, { image: 'web:v2' }));
    later.driven.at(11, () => later.driven.setStatus(later.deployment, { updatedReplicas: 1, conditions: exceeded() }));
    later.driven.at(15, () => later.driven.setStatus(later.deployment, DONE));
    later.driven.run(20);
    expect(later.observer.finish()[1]).toMatchObject({ outcome: 'complete', durationSeconds: 5 });
  });

  test('the deletion of a Deployment ends its rollout', () => {
    const { driven, observer, cluster, deployment } = setUpComplete();
    driven.at(10, () => driven.applyDeployment(deployment, { image: 'web:v2' }));
    driven.at(13, () => {
      cluster.deployments.delete(deployment);
      driven.createDeployment();
    });
    driven.run(20);
    const results = observer.finish();
    expect(results.slice(1)).toMatchObject([
      { outcome: 'unfinished', cause: 'update', availableMean: 2, noProgressMaxSeconds: 3 },
      { outcome: 'unfinished', cause: 'create', startSeconds: 13, availableMean: 0 },
    ]);
  });

  test('scaling alone is no rollout; within one it changes what availability is held against', () => {
    const { driven, observer, deployment } = setUpComplete();
    driven.at(5, () => driven.applyDeployment(deployment, { replicas: 3 }));
    driven.at(6, () => driven.applyDeployment(deployment, { replicas: 2 }));
    driven.at(10, () => driven.applyDeployment(deployment, { image: 'web:v2' }));
    driven.at(12, () => driven.applyDeployment(deployment, { image: 'web:v2', replicas: 5 }));
    driven.run(16);
    const results = observer.finish();
    expect(results).toHaveLength(2);
    expect(results[1]).toMatchObject({ desiredReplicas: 5, unavailablePodSeconds: 12 });
    expect(observer.warnings()).toEqual([
      'deployment/web, revision 1: scaled from 2 to 5 replicas during the rollout; availability is held against the ' +
        'replicas desired at each moment',
    ]);
  });

  test("the Deployment's own minReadySeconds decides when pods are available", () => {
    const { driven, observer, deployment, old } = setUpComplete();
    driven.at(4, () => driven.applyDeployment(deployment, { minReadySeconds: 10 }));
    driven.at(5, () => driven.applyDeployment(deployment, { minReadySeconds: 10, image: 'web:v2' }));
    // Ready since 0 s: available again at 10 s.
    driven.at(6.5, () => driven.createReadyPod(old));
    driven.run(25);
    expect(observer.finish()[1]).toMatchObject({
      availableMin: 0,
      unavailablePodSeconds: 2 * 5,
      availableMean: (2 * 6 + 3 * 9) / 20,
    });
  });

  test('pods come and go with their ReplicaSet, and by adoption and release', () => {
    const { driven, observer, cluster, deployment, old } = setUpComplete();
    driven.at(10, () => driven.applyDeployment(deployment, { image: 'web:v2' }));
    driven.at(11, () => cluster.setPodOwner(0, undefined));
    driven.at(12, () => cluster.setPodOwner(0, cluster.owners.get(old)));
    driven.at(13, () => driven.changeReplicaSet(old, (before) => ({ ...before, ownerUid: -1 })));
    driven.at(14, () => driven.changeReplicaSet(old, (before) => ({ ...before, ownerUid: deployment })));
    driven.at(15, () => driven.createBarePod('bare'));
    driven.run(20);
    expect(observer.finish()[1]).toMatchObject({ availableMin: 0, unavailablePodSeconds: 1 + 2, podsMax: 2 });
  });

  test('time spent paused does not count as time without progress', () => {
    const { driven, observer, deployment } = setUpComplete();
    driven.at(10, () => driven.applyDeployment(deployment, { image: 'web:v2', paused: true }));
    driven.at(100, () => driven.applyDeployment(deployment, { image: 'web:v2' }));
    driven.at(50, () => driven.setStatus(deployment, { updatedReplicas: 0 }));
    driven.at(103, () => driven.setStatus(deployment, { updatedReplicas: 1, replicas: 3 }));
    driven.at(105, () => driven.setStatus(deployment, DONE));
    driven.run(110);
    expect(observer.finish()[1]).toMatchObject({ durationSeconds: 95, noProgressMaxSeconds: 3 });
  });

  test('two Deployments are measured apart, in the order of the starts', () => {
    const { driven, observer } = setUp();
    const deployments = ['a', 'b'].map((name) => driven.createDeployment({ name }));
    const [a, b] = deployments.map((uid, index) => driven.createReplicaSet(uid, { name: `rs-${index}` }));
    driven.at(1, () => driven.createReadyPod(b!));
    driven.at(3, () => driven.createReadyPod(a!));
    driven.at(4, () => driven.applyDeployment(deployments[1]!, { name: 'b', image: 'web:v2' }));
    driven.run(10);
    expect(observer.finish()).toMatchObject([
      { workload: 'deployment/a', availableMean: 0.7 },
      { workload: 'deployment/b', outcome: 'superseded', availableMean: 0.75 },
      { workload: 'deployment/b', cause: 'update', availableMean: 1 },
    ]);
  });
});
