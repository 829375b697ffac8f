import { describe, expect, test } from 'vitest';
import { decodeObject } from '../../api/decode/decode.ts';
import type {
  JsonObject,
  PersistentVolumeClaimManifest,
  PersistentVolumeManifest,
  StorageClassManifest,
} from '../../api/types.ts';
import type { PersistentVolume, PersistentVolumeClaim } from '../../cluster/objects.ts';
import { MICROS_PER_SECOND } from '../../kernel/time.ts';
import { ClusterEventKind } from '../clusterEvent.ts';
import { TestCluster, wakes } from '../testing.ts';
import { VolumeBinding } from './volumeBinding.ts';

const ZONE = 'topology.kubernetes.io/zone';
const NOT_HELPFUL = (nodes: number) =>
  ` preemption: 0/${nodes} nodes are available: ${nodes} Preemption is not helpful for scheduling.`;

/** A scheduler over a node in each of two zones, and claims, volumes and classes as the test says. */
class VolumeCluster extends TestCluster {
  constructor() {
    super();
    this.scheduler();
    this.createNode('n-a', { labels: { [ZONE]: 'a' } });
    this.createNode('n-b', { labels: { [ZONE]: 'b' } });
  }

  private stored() {
    return { uid: this.cluster.allocateUid(), resourceVersion: 1, generation: 1, creationMicros: 0, ownerUid: -1 };
  }

  storageClass(name: string, fields: JsonObject = {}): void {
    const document = { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name }, ...fields };
    const manifest = decodeObject({ provisioner: 'ebs.csi.aws.com', ...document }) as StorageClassManifest;
    this.cluster.tables.StorageClass.create({ ...manifest, ...this.stored() });
  }

  volume(name: string, zone: string | undefined, fields: Partial<PersistentVolume> = {}, gib = 1): PersistentVolume {
    const required = {
      nodeSelectorTerms: [{ matchExpressions: [{ key: ZONE, operator: 'In', values: [zone ?? ''] }] }],
    };
    const manifest = decodeObject({
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name },
      spec: {
        accessModes: ['ReadWriteOnce'],
        capacity: { storage: `${gib}Gi` },
        storageClassName: 'std',
        csi: { driver: 'd', volumeHandle: name },
        ...(zone === undefined ? {} : { nodeAffinity: { required } }),
      },
    }) as PersistentVolumeManifest;
    const volume: PersistentVolume = { ...manifest, ...this.stored(), status: { phase: 'Available' }, ...fields };
    this.cluster.tables.PersistentVolume.create(volume);
    return this.cluster.tables.PersistentVolume.get(volume.uid)!;
  }

  claim(name: string, fields: Partial<PersistentVolumeClaim> = {}, spec: JsonObject = {}): PersistentVolumeClaim {
    const resources = { requests: { storage: '1Gi' } };
    const manifest = decodeObject({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name },
      spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'std', resources, ...spec },
    }) as PersistentVolumeClaimManifest;
    const claim: PersistentVolumeClaim = {
      ...manifest,
      ...this.stored(),
      status: { phase: 'Pending' },
      dependsOn: undefined,
      ...fields,
    };
    this.cluster.tables.PersistentVolumeClaim.create(claim);
    return this.cluster.tables.PersistentVolumeClaim.get(claim.uid)!;
  }

  boundClaim(name: string, volumeName: string): PersistentVolumeClaim {
    return this.claim(name, { status: { phase: 'Bound' } }, { volumeName });
  }

  podWith(name: string, claims: readonly string[], spec: JsonObject = {}): number {
    const volumes = claims.map((claimName) => ({ name: claimName, persistentVolumeClaim: { claimName } }));
    return this.createPod(name, { spec: { volumes, ...spec } });
  }

  run(seconds: number): void {
    this.kernel.run({ untilMicros: this.kernel.nowMicros + seconds * MICROS_PER_SECOND });
  }

  /** What the failures of pods said, each once. */
  failures(): string[] {
    const texts = this.log.flatMap((line) => line.match(/ failed \w+: (.*)$/)?.[1] ?? []);
    return [...new Set(texts)];
  }
}

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
      `0/2 nodes are available: 2 node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s).${NOT_HELPFUL(2)}`,
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
