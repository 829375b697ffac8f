import { expect, test } from 'vitest';
import { HandDrivenCluster } from '../metrics/testing/handDrivenCluster.ts';

test('a changed minReadySeconds counts the pods that informers have seen, not those that exist', () => {
  const driven = new HandDrivenCluster();
  const { cluster } = driven;
  driven.createNode('node');
  const replicaSet = driven.createReplicaSet(-1);
  const owner = cluster.owners.get(replicaSet)!;
  driven.run(1);
  const pods = [driven.createReadyPod(replicaSet), driven.createReadyPod(replicaSet)];
  driven.at(10, () => {
    driven.changeReplicaSet(replicaSet, (before) => ({ ...before, spec: { ...before.spec, minReadySeconds: 2 } }));
    cluster.setPodOwner(pods[0]!, undefined);
  });
  driven.run(20);
  expect([owner.ready, owner.availability.available(cluster.kernel.nowMicros)]).toEqual([1, 1]);
});
