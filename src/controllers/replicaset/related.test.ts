import { expect, test } from 'vitest';
import { HandDrivenCluster } from '../../metrics/testing/handDrivenCluster.ts';
import { VictimSelector } from './victims.ts';

/**
 * Two pods share a node for 1000 s, a third has been alone on another for 100 s. Returns who goes first: one of those that
 * share, if pods on a node are related, and else the youngest.
 *
 * @param owners whether the Deployment controls the ReplicaSet, first and in the end
 */
function first(...owners: [atFirst: boolean, inTheEnd: boolean]): 'sharing' | 'youngest' {
  const driven = new HandDrivenCluster();
  const { cluster } = driven;
  const selector = new VictimSelector(cluster);
  for (const name of ['a', 'b']) driven.createNode(name);
  const deployment = driven.createDeployment();
  const [atFirst, inTheEnd] = owners.map((isControlled) => (isControlled ? deployment : -1));
  const replicaSet = driven.createReplicaSet(atFirst!);
  driven.at(1, () => {
    for (let i = 0; i < 2; i++) driven.createReadyPod(replicaSet, 0);
  });
  driven.at(900, () => driven.createReadyPod(replicaSet, 1));
  driven.at(950, () => driven.changeReplicaSet(replicaSet, (before) => ({ ...before, ownerUid: inTheEnd! })));
  driven.run(1000);
  const [victim] = selector.select(cluster.owners.get(replicaSet)!, [], 1);
  return cluster.pods.node[victim!] === 0 ? 'sharing' : 'youngest';
}

test('pods are related by the controller of their ReplicaSet, as it is now', () => {
  expect(first(true, true)).toBe('sharing');
  expect(first(false, true)).toBe('sharing');
});

/** Upstream looks for ReplicaSets of the same controller, and finds none where there is no controller. */
test('the pods of a ReplicaSet without a controller are not related', () => {
  expect(first(false, false)).toBe('youngest');
  expect(first(true, false)).toBe('youngest');
});
