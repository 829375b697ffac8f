import { decodeObject } from '../../../api/decode/decode.ts';
import type {
  JsonObject,
  PersistentVolumeClaimManifest,
  PersistentVolumeManifest,
  StorageClassManifest,
} from '../../../api/types.ts';
import type { PersistentVolume, PersistentVolumeClaim } from '../../../cluster/objects.ts';
import { MICROS_PER_SECOND } from '../../../kernel/time.ts';
import { TestCluster } from '../../testing.ts';

export const ZONE = 'topology.kubernetes.io/zone';

/** What a failure says of preemption where it cannot help. */
export const NOT_HELPFUL = (nodes: number) =>
  ` preemption: 0/${nodes} nodes are available: ${nodes} Preemption is not helpful for scheduling.`;

/** A scheduler over a node in each of two zones, and claims, volumes and classes as the test says. */
export class VolumeCluster extends TestCluster {
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

  volume(
    name: string,
    zone: string | undefined,
    fields: Partial<PersistentVolume> = {},
    gib = 1,
    labels: JsonObject = {},
  ): PersistentVolume {
    const required = {
      nodeSelectorTerms: [{ matchExpressions: [{ key: ZONE, operator: 'In', values: [zone ?? ''] }] }],
    };
    const manifest = decodeObject({
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name, labels },
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
