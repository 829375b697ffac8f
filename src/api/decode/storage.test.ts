import { describe, expect, it } from 'vitest';
import { failure } from '../testing/documents.ts';
import type {
  JsonObject,
  PersistentVolumeClaimManifest,
  PersistentVolumeManifest,
  StorageClassManifest,
} from '../types.ts';
import { decodeObject } from './decode.ts';

describe('a PersistentVolumeClaim', () => {
  const claim = (change: JsonObject = {}): PersistentVolumeClaimManifest => {
    return decodeObject({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...change },
    }) as PersistentVolumeClaimManifest;
  };

  it('asks for a size, of the default class unless it says otherwise', () => {
    expect(claim().spec).toEqual({
      storageClassName: undefined,
      accessModes: ['ReadWriteOnce'],
      requestBytes: 2 ** 30,
      volumeName: '',
    });
    expect(claim().manifest.spec).toMatchObject({ volumeMode: 'Filesystem' });
    expect(claim({ storageClassName: '', volumeName: 'v' }).spec).toMatchObject({
      storageClassName: '',
      volumeName: 'v',
    });
  });

  it.each<[string, JsonObject, string]>([
    ['no access mode', { accessModes: [] }, 'accessModes: Required value: at least 1 access mode is required'],
    ['an access mode', { accessModes: ['RWO'] }, 'accessModes[0]: Unsupported value: "RWO": supported values: '],
    [
      'one pod beside others',
      { accessModes: ['ReadWriteOnce', 'ReadWriteOncePod'] },
      'accessModes: Forbidden: may not use ReadWriteOncePod with other access modes',
    ],
    ['no size', { resources: {} }, 'resources.requests.storage: Required value'],
    ['a size of zero', { resources: { requests: { storage: 0 } } }, 'resources.requests.storage: must be greater than'],
    [
      'a class',
      { storageClassName: 'Fast' },
      'storageClassName: Invalid value: "Fast": a lowercase RFC 1123 subdomain',
    ],
  ])('is refused for %s', (_, change, message) => {
    expect(failure(() => claim(change))).toContain(`persistentvolumeclaim/data: spec.${message}`);
  });
});

describe('a PersistentVolume', () => {
  const volume = (change: JsonObject = {}): PersistentVolumeManifest => {
    return decodeObject(
      {
        apiVersion: 'v1',
        kind: 'PersistentVolume',
        metadata: { name: 'disk' },
        spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '2Gi' }, csi: { driver: 'd' }, ...change },
      },
      { defaultNamespace: 'shop' },
    ) as PersistentVolumeManifest;
  };
  const zone = (value: string): JsonObject => {
    const matchExpressions = [{ key: 'topology.kubernetes.io/zone', operator: 'In', values: [value] }];
    return { required: { nodeSelectorTerms: [{ matchExpressions }] } };
  };

  it('is kept after its claim, and reachable from everywhere', () => {
    expect(volume().meta.namespace).toBe('');
    expect(volume().spec).toEqual({
      storageClassName: '',
      accessModes: ['ReadWriteOnce'],
      capacityBytes: 2 ** 31,
      nodeAffinity: undefined,
      claimRef: undefined,
      reclaimPolicy: 'Retain',
    });
  });

  it('may be of one claim, in one zone', () => {
    const spec = { storageClassName: 'fast', claimRef: { name: 'data-db-0' }, nodeAffinity: zone('a') };
    expect(volume({ ...spec, persistentVolumeReclaimPolicy: 'Delete' }).spec).toMatchObject({
      storageClassName: 'fast',
      claimRef: 'shop/data-db-0',
      reclaimPolicy: 'Delete',
      nodeAffinity: [{ matchExpressions: [{ values: ['a'] }], matchFields: [] }],
    });
    expect(volume({ claimRef: { namespace: 'other', name: 'x' } }).spec.claimRef).toBe('other/x');
  });

  it.each<[string, JsonObject, string]>([
    ['no access mode', { accessModes: null }, 'spec.accessModes: Required value'],
    ['no size', { capacity: {} }, 'spec.capacity: Required value'],
    [
      'a size of zero',
      { capacity: { storage: '0' } },
      'spec.capacity.storage: Invalid value: "0": must be greater than',
    ],
    ['another capacity', { capacity: { storage: 1, cpu: 1 } }, 'spec.capacity.cpu: Unsupported value: "cpu"'],
    ['no source', { csi: null }, 'spec: Required value: must specify a volume type'],
    ['two sources', { nfs: {} }, 'spec.nfs: Forbidden: may not specify more than 1 volume type'],
    [
      'a disk of no node',
      { csi: null, local: { path: '/d' } },
      'spec.nodeAffinity: Required value: Local volume requires node affinity',
    ],
    [
      'no terms',
      { nodeAffinity: { required: {} } },
      'spec.nodeAffinity.required.nodeSelectorTerms: Required value: must have at least one node selector term',
    ],
    ['a policy', { persistentVolumeReclaimPolicy: 'Keep' }, 'spec.persistentVolumeReclaimPolicy: Unsupported value'],
    ['a class', { storageClassName: 'a_b' }, 'spec.storageClassName: Invalid value: "a_b"'],
  ])('is refused for %s', (_, change, message) => {
    expect(failure(() => volume(change))).toContain(`persistentvolume/disk: ${message}`);
  });
});

describe('a StorageClass', () => {
  const storageClass = (change: JsonObject = {}, notSimulated: string[] = []): StorageClassManifest => {
    const document = { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'fast' } };
    return decodeObject(
      { ...document, provisioner: 'disk.csi.example.com', ...change },
      { notSimulated: (_, path) => notSimulated.push(path) },
    ) as StorageClassManifest;
  };
  const allowed = (...terms: [key: string, ...values: string[]][]): JsonObject => ({
    allowedTopologies: terms.map(([key, ...values]) => ({ matchLabelExpressions: [{ key, values }] })),
  });
  const ZONE = 'topology.kubernetes.io/zone';

  it('binds at once and deletes what it made', () => {
    expect(storageClass().spec).toEqual({
      provisioner: 'disk.csi.example.com',
      volumeBindingMode: 'Immediate',
      isDefault: false,
      reclaimPolicy: 'Delete',
      allowedZones: undefined,
    });
  });

  it('is the default one by an annotation', () => {
    const annotations = { 'storageclass.kubernetes.io/is-default-class': 'true' };
    expect(storageClass({ metadata: { name: 'fast', annotations } }).spec.isDefault).toBe(true);
  });

  it('may make volumes in the zones of any of its terms', () => {
    expect(storageClass(allowed([ZONE, 'b', 'a'], [ZONE, 'b', 'c'])).spec.allowedZones).toEqual(['a', 'b', 'c']);
    const notSimulated: string[] = [];
    const { spec } = storageClass(allowed([ZONE, 'a'], ['rack', 'r1']), notSimulated);
    expect(spec.allowedZones).toBeUndefined();
    expect(notSimulated).toEqual(['allowedTopologies.matchLabelExpressions[rack]']);
  });

  it.each<[string, JsonObject, string]>([
    ['no provisioner', { provisioner: '' }, 'provisioner: Required value'],
    ['a provisioner', { provisioner: 'a b' }, 'provisioner: Invalid value: "a b": name part must consist of'],
    ['a mode', { volumeBindingMode: 'Late' }, 'volumeBindingMode: Unsupported value: "Late": supported values: '],
    ['a policy', { reclaimPolicy: 'Recycle' }, 'reclaimPolicy: Unsupported value: "Recycle"'],
    ['a zone of no name', allowed([ZONE]), 'allowedTopologies[0].matchLabelExpressions[0].values: Required value'],
    ['a spec', { spec: {} }, 'spec: unknown field'],
  ])('is refused for %s', (_, change, message) => {
    expect(failure(() => storageClass(change))).toContain(`storageclass/fast: ${message}`);
  });
});
