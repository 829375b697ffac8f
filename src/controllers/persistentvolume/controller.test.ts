import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../api/types.ts';
import type { PersistentVolume, PersistentVolumeClaim } from '../../cluster/index.ts';
import { Stand } from '../../testing/stand.ts';

const ZONE = 'topology.kubernetes.io/zone';

function claim(name: string, spec: JsonObject = {}): JsonObject {
  const resources = { requests: { storage: '10Gi' } };
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name },
    spec: { accessModes: ['ReadWriteOnce'], resources, ...spec },
  };
}

function volume(name: string, storage: string, spec: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name },
    spec: { capacity: { storage }, accessModes: ['ReadWriteOnce'], nfs: { server: 'nas', path: '/' }, ...spec },
  };
}

function storageClass(name: string, fields: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name },
    provisioner: 'ebs.csi.aws.com',
    ...fields,
  };
}

/** A pod with these claims. */
function pod(name: string, claims: readonly string[], spec: JsonObject = {}): JsonObject {
  const volumes = claims.map((claimName) => ({ name: claimName, persistentVolumeClaim: { claimName } }));
  const containers = [{ name: 'c', image: 'c:v1' }];
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers, volumes, ...spec } };
}

const WAIT = { volumeBindingMode: 'WaitForFirstConsumer' };
const IN_ZONES = [{ [ZONE]: 'a' }, { [ZONE]: 'b' }, { [ZONE]: 'c' }];

function claimOf(stand: Stand, name: string): PersistentVolumeClaim {
  return stand.claims().find(({ meta }) => meta.name === name)!;
}

function volumeOf(stand: Stand, name: string): PersistentVolume | undefined {
  return stand.cluster.tables.PersistentVolume.find('', name);
}

/** Volume of a bound claim. */
function boundVolume(stand: Stand, name: string): PersistentVolume {
  const { spec, status } = claimOf(stand, name);
  expect(status.phase).toBe('Bound');
  const bound = volumeOf(stand, spec.volumeName)!;
  expect(bound).toMatchObject({ spec: { claimRef: `default/${name}` }, status: { phase: 'Bound' } });
  return bound;
}

function zoneOf({ spec }: PersistentVolume): string | undefined {
  return spec.nodeAffinity?.[0]?.matchExpressions.find(({ key }) => key === ZONE)?.values[0];
}

function standWith(objects: readonly JsonObject[], nodes?: readonly JsonObject[]): Stand {
  const stand = new Stand(nodes === undefined ? {} : { nodes });
  stand.create(...objects);
  stand.run(1);
  return stand;
}

function messages(stand: Stand): string[] {
  return stand.events.filter(({ kind }) => kind === 'PersistentVolumeClaim').map(({ message }) => message);
}

describe('volumes that are there', () => {
  test('a claim gets the smallest that is large enough, and spares those that can do more', () => {
    const modes = ['ReadWriteOnce', 'ReadOnlyMany'];
    const stand = standWith([
      volume('small', '5Gi'),
      volume('shared', '10Gi', { accessModes: modes }),
      volume('large', '50Gi'),
      volume('medium', '20Gi'),
    ]);
    stand.create(claim('one'), claim('many', { accessModes: modes }));
    stand.run(1);
    expect(boundVolume(stand, 'one').meta.name).toBe('medium');
    expect(boundVolume(stand, 'many').meta.name).toBe('shared');
    expect(volumeOf(stand, 'small')!.status.phase).toBe('Available');
  });

  test('only of its class, and never one that is reserved for another claim', () => {
    const stand = standWith([
      storageClass('slow', { provisioner: 'kubernetes.io/no-provisioner' }),
      volume('other', '10Gi'),
      volume('reserved', '10Gi', { storageClassName: 'slow', claimRef: { namespace: 'default', name: 'second' } }),
      volume('free', '30Gi', { storageClassName: 'slow' }),
    ]);
    stand.create(...['first', 'second', 'third'].map((name) => claim(name, { storageClassName: 'slow' })));
    stand.run(1);
    expect(boundVolume(stand, 'first').meta.name).toBe('free');
    expect(boundVolume(stand, 'second').meta.name).toBe('reserved');
    expect(claimOf(stand, 'third').status.phase).toBe('Pending');
    expect(messages(stand)).toContain('no persistent volumes available for this claim and no storage class is set');
    // One that comes later will do.
    stand.create(volume('late', '10Gi', { storageClassName: 'slow' }));
    stand.run(1);
    expect(boundVolume(stand, 'third').meta.name).toBe('late');
  });

  test('a claim that names its volume gets that one or none', () => {
    const stand = standWith([
      volume('small', '5Gi'),
      volume('right', '10Gi'),
      claim('wrong', { volumeName: 'small', storageClassName: '' }),
      claim('mine', { volumeName: 'right', storageClassName: '' }),
    ]);
    expect(boundVolume(stand, 'mine').meta.name).toBe('right');
    expect(claimOf(stand, 'wrong').status.phase).toBe('Pending');
    expect(messages(stand)).toContain('Cannot bind to requested volume "small": requested PV is too small');
  });

  test.each([
    ['Retain', 'Released'],
    ['Recycle', 'Available'],
    ['Delete', undefined],
  ])('what %s does with a volume whose claim has gone', (persistentVolumeReclaimPolicy, phase) => {
    const stand = standWith([
      volume('v', '10Gi', { persistentVolumeReclaimPolicy, storageClassName: 'x' }),
      claim('c', { storageClassName: 'x' }),
    ]);
    boundVolume(stand, 'c');
    stand.delete('PersistentVolumeClaim', 'c');
    stand.run(1);
    expect(volumeOf(stand, 'v')?.status.phase).toBe(phase);
    // A claim of the same name is another claim.
    stand.create(claim('c', { storageClassName: 'x' }));
    stand.run(1);
    expect(claimOf(stand, 'c').status.phase).toBe(phase === 'Available' ? 'Bound' : 'Pending');
  });

  test('a claim is lost with its volume', () => {
    const stand = standWith([volume('v', '10Gi', { storageClassName: 'x' }), claim('c', { storageClassName: 'x' })]);
    stand.delete('PersistentVolume', 'v');
    stand.run(1);
    // Bound: it is only marked.
    const held = volumeOf(stand, 'v')!;
    expect(held.deletionMicros).toBeDefined();
    stand.cluster.tables.PersistentVolume.removeFinalizer(held.uid, 'kubernetes.io/pv-protection');
    stand.run(1);
    expect(claimOf(stand, 'c').status.phase).toBe('Lost');
    expect(messages(stand)).toContain('Bound claim has lost its PersistentVolume. Data on the volume is lost!');
  });

  test('a volume of the disks of one node waits for a pod, and then holds it there', () => {
    const onNode = (name: string) => ({
      required: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [name] }] }],
      },
    });
    const local = (name: string, node: string) =>
      volume(name, '10Gi', { storageClassName: 'local', nodeAffinity: onNode(node) });
    const stand = standWith([
      storageClass('local', { provisioner: 'kubernetes.io/no-provisioner', ...WAIT }),
      local('v1', 'node-1'),
      local('v2', 'node-2'),
      claim('a', { storageClassName: 'local' }),
      claim('b', { storageClassName: 'local' }),
      claim('c', { storageClassName: 'local' }),
    ]);
    expect(messages(stand)).toContain('waiting for first consumer to be created before binding');
    stand.create(pod('pa', ['a']), pod('pb', ['b']), pod('pc', ['c']));
    stand.run(5);
    const placed = [stand.pod('pa').node, stand.pod('pb').node];
    expect([...placed].sort()).toEqual(['node-1', 'node-2']);
    expect(boundVolume(stand, 'a').meta.name).toBe(`v${placed[0]!.slice(-1)}`);
    expect(stand.pod('pc').node).toBe('');
  });
});

describe('volumes that are made', () => {
  test('an input without any class: reachable from everywhere, at once, of no class', () => {
    const stand = standWith([claim('c'), claim('none', { storageClassName: '' })], IN_ZONES);
    expect(boundVolume(stand, 'c').spec).toMatchObject({
      nodeAffinity: undefined,
      storageClassName: '',
      capacityBytes: 10 * 2 ** 30,
    });
    // An empty class asks for a volume that somebody has made.
    expect(claimOf(stand, 'none').status.phase).toBe('Pending');
    stand.delete('PersistentVolumeClaim', 'c');
    stand.run(1);
    expect(stand.cluster.tables.PersistentVolume.size).toBe(0);
  });

  test('a claim gets the default class, also one that comes later, and the class decides', () => {
    const annotations = { 'storageclass.kubernetes.io/is-default-class': 'true' };
    const defaultClass = {
      ...storageClass('std', { reclaimPolicy: 'Retain' }),
      metadata: { name: 'std', annotations },
    };
    const stand = standWith(
      [storageClass('other'), claim('c'), claim('gone', { storageClassName: 'nobody' })],
      IN_ZONES,
    );
    expect(claimOf(stand, 'c').status.phase).toBe('Pending');
    expect(messages(stand)).toContain('storageclass.storage.k8s.io "nobody" not found');
    stand.create(defaultClass);
    stand.run(1);
    expect(claimOf(stand, 'c').spec.storageClassName).toBe('std');
    expect(boundVolume(stand, 'c').spec).toMatchObject({ storageClassName: 'std', reclaimPolicy: 'Retain' });
  });

  test('claims of a set go from zone to zone, those of one pod to the same, within what the class allows', () => {
    const names = [0, 1, 2, 3].flatMap((ordinal) => [`data-db-${ordinal}`, `wal-db-${ordinal}`]);
    const claims = names.map((name) => claim(name, { storageClassName: 'std' }));
    const stand = standWith([storageClass('std'), ...claims], IN_ZONES);
    const zones = names.map((name) => zoneOf(boundVolume(stand, name)));
    expect(zones.filter((_, i) => i % 2 === 0)).toEqual(zones.filter((_, i) => i % 2 === 1));
    expect(new Set(zones.slice(0, 6))).toEqual(new Set(['a', 'b', 'c']));
    expect(zones[6]).toBe(zones[0]);
    const allowedTopologies = [{ matchLabelExpressions: [{ key: ZONE, values: ['b'] }] }];
    const narrow = standWith([storageClass('std', { allowedTopologies }), ...claims], IN_ZONES);
    expect(new Set(names.map((name) => zoneOf(boundVolume(narrow, name))))).toEqual(new Set(['b']));
  });

  test.each([
    ['efs.csi.aws.com', undefined],
    ['nfs.csi.k8s.io', undefined],
    ['filestore.csi.storage.gke.io', undefined],
    ['file.csi.azure.com', undefined],
    ['rook-ceph.cephfs.csi.ceph.com', undefined],
    ['pd.csi.storage.gke.io', ZONE],
    ['disk.csi.azure.com', ZONE],
    ['rancher.io/local-path', 'kubernetes.io/hostname'],
  ])('what %s makes is bound to %s', (provisioner, key) => {
    const stand = standWith([storageClass('s', { provisioner }), claim('c', { storageClassName: 's' })], IN_ZONES);
    expect(boundVolume(stand, 'c').spec.nodeAffinity?.[0]?.matchExpressions[0]?.key).toBe(key);
  });

  test('for the node of the first pod where the class waits for it', () => {
    const stand = standWith([storageClass('s', WAIT), claim('c', { storageClassName: 's' })], IN_ZONES);
    expect(claimOf(stand, 'c').status.phase).toBe('Pending');
    stand.create(pod('p', ['c'], { nodeSelector: { [ZONE]: 'c' } }));
    stand.run(3);
    expect(zoneOf(boundVolume(stand, 'c'))).toBe('c');
    expect(stand.pod('p').node).toBe('node-2');
    // The pod's replacement has to go where the volume is.
    stand.delete('Pod', 'p');
    stand.run(3);
    for (const name of ['q', 'r', 's']) stand.create(pod(name, ['c']));
    stand.run(3);
    expect(['q', 'r', 's'].map((name) => stand.pod(name).node)).toEqual(['node-2', 'node-2', 'node-2']);
  });
});

test('what an input has of volumes is used before any is made', () => {
  const stand = standWith([volume('v', '10Gi'), claim('c'), claim('d')]);
  expect(boundVolume(stand, 'c').meta.name).toBe('v');
  expect(boundVolume(stand, 'd').meta.name).toMatch(/^pvc-/);
});

describe('protection', () => {
  test('a claim goes when the last pod that uses it has gone', () => {
    const stand = standWith([claim('c'), pod('p', ['c']), pod('q', ['c'])]);
    stand.run(5);
    stand.delete('PersistentVolumeClaim', 'c');
    stand.delete('Pod', 'p');
    stand.run(5);
    expect(stand.claimNames()).toEqual(['c']);
    stand.failPod('q');
    stand.run(5);
    // A pod that has ended is there still.
    expect(stand.claimNames()).toEqual(['c']);
    stand.delete('Pod', 'q');
    stand.run(5);
    expect(stand.claimNames()).toEqual([]);
  });

  test('a pod that has no node yet holds nothing back', () => {
    const stand = standWith([claim('c'), pod('p', ['c'])], []);
    stand.delete('PersistentVolumeClaim', 'c');
    stand.run(1);
    expect(stand.claimNames()).toEqual([]);
  });
});
