import { describe, expect, test } from 'vitest';
import type { PersistentVolumeClaim } from '../../cluster/objects.ts';
import { ClusterEventKind } from '../clusterEvent.ts';
import { filterOne, wakes } from '../testing.ts';
import { NOT_HELPFUL, VolumeCluster, ZONE } from './testing/volumeCluster.ts';
import { VolumeBinding } from './volumeBinding.ts';

describe('what keeps a pod from all nodes', () => {
  test.each([
    ['persistentvolumeclaim "c" not found', () => {}],
    [
      'pod has unbound immediate PersistentVolumeClaims',
      (cluster: VolumeCluster) => {
        cluster.claim('c');
      },
    ],
    [
      'persistentvolumeclaim "c" is being deleted',
      (cluster: VolumeCluster) => {
        cluster.claim('c', { deletionMicros: 0, finalizers: ['kubernetes.io/pvc-protection'] });
      },
    ],
    [
      'persistentvolumeclaim "c" bound to non-existent persistentvolume "v"',
      (cluster: VolumeCluster) => {
        cluster.claim('c', { status: { phase: 'Lost' } }, { volumeName: 'v' });
      },
    ],
  ])('%s', (message, prepare) => {
    const cluster = new VolumeCluster();
    cluster.storageClass('std');
    prepare(cluster);
    cluster.podWith('p', ['c']);
    cluster.run(1);
    expect(cluster.failures()).toEqual([`0/2 nodes are available: ${message}.${NOT_HELPFUL(2)}`]);
  });

  test('volumes in different zones, or none at all', () => {
    const cluster = new VolumeCluster();
    cluster.volume('va', 'a');
    cluster.volume('vb', 'b');
    cluster.boundClaim('ca', 'va');
    cluster.boundClaim('cb', 'vb');
    cluster.boundClaim('cx', 'vx');
    cluster.podWith('p', ['ca', 'cb']);
    cluster.podWith('q', ['cx']);
    cluster.run(1);
    expect(cluster.failures()).toEqual([
      `0/2 nodes are available: 2 node(s) had volume node affinity conflict.${NOT_HELPFUL(2)}`,
      `0/2 nodes are available: persistentvolume "vx" not found.${NOT_HELPFUL(2)}`,
    ]);
  });

  test('a volume that is gone, where no other plugin says so', () => {
    const cluster = new VolumeCluster();
    const plugin = new VolumeBinding(cluster.handle());
    cluster.boundClaim('c', 'v');
    const pod = cluster.podWith('p', ['c'], { schedulerName: 'nobody' });
    cluster.run(1);
    const state = { ...cluster.cycle(), pod, template: cluster.cluster.templateOf(pod) };
    expect(filterOne(plugin, state, 0)).toEqual([
      'node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)',
    ]);
  });

  test('no volume to bind where nobody makes one, or not there', () => {
    const cluster = new VolumeCluster();
    cluster.storageClass('std', {
      provisioner: 'kubernetes.io/no-provisioner',
      volumeBindingMode: 'WaitForFirstConsumer',
    });
    const matchLabelExpressions = [{ key: ZONE, values: ['z'] }];
    cluster.storageClass('far', {
      volumeBindingMode: 'WaitForFirstConsumer',
      allowedTopologies: [{ matchLabelExpressions }],
    });
    cluster.claim('c');
    cluster.claim('d', {}, { storageClassName: 'far' });
    cluster.podWith('p', ['c']);
    cluster.podWith('q', ['d']);
    cluster.run(1);
    const text = `0/2 nodes are available: 2 node(s) didn't find available persistent volumes to bind.${NOT_HELPFUL(2)}`;
    expect(cluster.failures()).toEqual([text]);
    expect(cluster.log.length).toBe(2);
  });
});

describe('where a pod goes', () => {
  test('to its volume, from everywhere where that can be reached', () => {
    const cluster = new VolumeCluster();
    cluster.volume('v', 'b');
    cluster.volume('w', undefined);
    cluster.boundClaim('c', 'v');
    cluster.boundClaim('d', 'w');
    const pods = [1, 2, 3, 4].map((i) => cluster.podWith(`p${i}`, i === 4 ? ['d'] : ['c', 'd']));
    cluster.run(1);
    expect(pods.slice(0, 3).map((pod) => cluster.nodeOf(pod))).toEqual(['n-b', 'n-b', 'n-b']);
    expect(cluster.nodeOf(pods[3]!)).not.toBe('');
  });

  test('the smallest free volume of the node is named for the claim, and the pod waits until both are bound', () => {
    const cluster = new VolumeCluster();
    const { PersistentVolume, PersistentVolumeClaim } = cluster.cluster.tables;
    cluster.storageClass('std', { volumeBindingMode: 'WaitForFirstConsumer' });
    cluster.volume('large', 'a', {}, 5);
    const small = cluster.volume('small', 'a', {}, 2);
    cluster.volume('elsewhere', 'b', {}, 1);
    const claim = cluster.claim('c');
    const pod = cluster.podWith('p', ['c'], { nodeSelector: { [ZONE]: 'a' } });
    cluster.run(3);
    expect(PersistentVolume.get(small.uid)).toMatchObject({ spec: { claimRef: 'default/c' }, claimUid: claim.uid });
    expect(cluster.nodeOf(pod)).toBe('');
    // What the volume binder does.
    const spec = { ...claim.spec, volumeName: 'small' };
    PersistentVolumeClaim.update({ ...PersistentVolumeClaim.get(claim.uid)!, spec, status: { phase: 'Bound' } });
    cluster.run(1);
    expect(cluster.nodeOf(pod)).toBe('n-a');
  });

  test('a claim whose volume is made for the node of its first pod holds a second one to that node', () => {
    const cluster = new VolumeCluster();
    cluster.storageClass('std', { volumeBindingMode: 'WaitForFirstConsumer' });
    const claim = cluster.claim('c');
    cluster.podWith('p', ['c'], { nodeSelector: { [ZONE]: 'b' } });
    cluster.run(0.5);
    const { annotations } = cluster.cluster.tables.PersistentVolumeClaim.get(claim.uid)!.meta;
    expect(annotations['volume.kubernetes.io/selected-node']).toBe('n-b');
    cluster.podWith('q', ['c'], { nodeSelector: { [ZONE]: 'a' } });
    cluster.run(0.5);
    expect(cluster.failures()).toEqual([
      "0/2 nodes are available: 1 node(s) didn't find available persistent volumes to bind, 1 node(s) didn't match Pod's " +
        `node affinity/selector.${NOT_HELPFUL(2)}`,
    ]);
  });

  test('a volume that another pod is about to get is not given twice', () => {
    const cluster = new VolumeCluster();
    cluster.storageClass('std', {
      provisioner: 'kubernetes.io/no-provisioner',
      volumeBindingMode: 'WaitForFirstConsumer',
    });
    cluster.volume('only', 'a');
    cluster.claim('c');
    cluster.claim('d');
    cluster.podWith('p', ['c']);
    cluster.podWith('q', ['d']);
    cluster.run(0.5);
    expect(cluster.failures()).toEqual([
      `0/2 nodes are available: 2 node(s) didn't find available persistent volumes to bind.${NOT_HELPFUL(2)}`,
    ]);
    // The pod goes before it was bound: its volume is free for the other one.
    cluster.cluster.deletePod(cluster.cluster.findPod('default', 'p'));
    cluster.run(0.5);
    const [volume] = cluster.cluster.tables.PersistentVolume.list();
    // The reference to the first claim has been written by then, and is that claim's to use.
    expect(volume!.spec.claimRef).toBe('default/c');
  });

  test('a pod whose claim cannot be written is tried again', () => {
    const cluster = new VolumeCluster();
    cluster.storageClass('std', { volumeBindingMode: 'WaitForFirstConsumer' });
    const claim = cluster.claim('c');
    const { PersistentVolumeClaim } = cluster.cluster.tables;
    cluster.run(0.1);
    cluster.podWith('p', ['c']);
    // Somebody else writes the claim between the decision and the request.
    cluster.kernel.run({ untilMicros: cluster.kernel.nowMicros + 2_500 });
    PersistentVolumeClaim.update({ ...PersistentVolumeClaim.get(claim.uid)!, generation: 2 });
    cluster.run(5);
    const { annotations } = PersistentVolumeClaim.get(claim.uid)!.meta;
    expect(annotations['volume.kubernetes.io/selected-node']).toMatch(/^n-/);
  });
});

test('wakes for classes, volumes, nodes and the pod’s own claims, and skips pods without claims', () => {
  const cluster = new VolumeCluster();
  const plugin = new VolumeBinding(cluster.handle());
  cluster.podWith('p', ['c']);
  const template = cluster.template();
  const wakesFor = (kinds: number, claim?: PersistentVolumeClaim) =>
    wakes(plugin, template, claim === undefined ? { kinds } : { kinds, claim });
  expect(wakesFor(ClusterEventKind.VolumeAddOrUpdate)).toBe(true);
  expect(wakesFor(ClusterEventKind.StorageClassAddOrUpdate)).toBe(true);
  expect(wakesFor(ClusterEventKind.NodeUpdateLabel)).toBe(true);
  expect(wakesFor(ClusterEventKind.AssignedPodDelete)).toBe(false);
  expect(wakesFor(ClusterEventKind.ClaimAddOrUpdate, cluster.claim('c'))).toBe(true);
  expect(wakesFor(ClusterEventKind.ClaimAddOrUpdate, cluster.claim('other'))).toBe(false);
  expect(plugin.preFilter(cluster.cycle()).code).toBe('Skip');
});
