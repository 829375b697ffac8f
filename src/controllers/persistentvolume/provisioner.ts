import type { JsonObject } from '../../api/types.ts';
import {
  ApiClient,
  admittedVolume,
  type Cluster,
  call,
  isDeleting,
  type Lister,
  type Node,
  type PersistentVolume,
  type PersistentVolumeClaim,
  type Process,
  SELECTED_NODE_ANNOTATION,
  type StorageClass,
} from '../../cluster/index.ts';
import { type ControllerContext, type SyncError, Workers } from '../workers.ts';
import { nodeAffinityOf } from './topology.ts';

/** Annotation of a claim: who is to make its volume. Written by the volume binder. */
export const STORAGE_PROVISIONER_ANNOTATION = 'volume.kubernetes.io/storage-provisioner';
/** Makes volumes for claims without a class in inputs without any class. */
export const DEFAULT_PROVISIONER = 'rollsim/default-provisioner';
/** `--worker-threads` of the CSI external-provisioner. */
const WORKER_THREADS = 100;

/**
 * Stands for all CSI provisioners: makes a volume for each claim that the volume binder hands over, where the class or the
 * pod's node puts it. The storage behind it takes no time and is never full.
 */
export class Provisioner {
  private readonly cluster: Cluster;
  private readonly classes: Lister<StorageClass>;
  private readonly workers: Workers;

  constructor(context: ControllerContext, classes: Lister<StorageClass>) {
    const { kernel, cluster } = context;
    this.cluster = cluster;
    this.classes = classes;
    const limits = { name: 'external-provisioner', qps: Number.POSITIVE_INFINITY, burst: 1 };
    this.workers = new Workers(context, {
      name: 'external-provisioner',
      concurrency: WORKER_THREADS,
      client: new ApiClient(kernel, cluster.apiServer, limits),
      sync: (uid) => this.provision(uid),
    });
    cluster.tables.PersistentVolumeClaim.listen((_before, after) => {
      if (after !== undefined && isWaiting(after)) this.workers.queue.add(after.uid);
    });
  }

  private *provision(uid: number): Process<SyncError> {
    const { tables } = this.cluster;
    const claim = tables.PersistentVolumeClaim.cached(uid);
    if (claim === undefined || !isWaiting(claim)) return undefined;
    const storageClass = this.classes.get('', claim.spec.storageClassName ?? '');
    const selectedNode = this.selectedNode(claim);
    if (storageClass?.spec.volumeBindingMode === 'WaitForFirstConsumer' && selectedNode === undefined) return undefined;
    const { error } = yield call(() =>
      tables.PersistentVolume.create(this.newVolume(claim, storageClass, selectedNode)),
    );
    if (error !== undefined) return error.reason === 'AlreadyExists' ? undefined : error;
    const message = `Successfully provisioned volume ${volumeName(claim)}`;
    this.cluster.recordEvent(claim, 'ProvisioningSucceeded', message, this.cluster.directEvents);
    return undefined;
  }

  private selectedNode({ meta }: PersistentVolumeClaim): Node | undefined {
    const { nodes } = this.cluster;
    const row = nodes.rowOf(meta.annotations[SELECTED_NODE_ANNOTATION] ?? '');
    return row === -1 ? undefined : nodes.objects[row];
  }

  private newVolume(
    claim: PersistentVolumeClaim,
    storageClass: StorageClass | undefined,
    selectedNode: Node | undefined,
  ): PersistentVolume {
    const { namespace, name } = claim.meta;
    const annotations = { 'pv.kubernetes.io/provisioned-by': storageClass?.spec.provisioner ?? DEFAULT_PROVISIONER };
    const meta = { namespace: '', name: volumeName(claim), labels: {}, annotations };
    const nodeAffinity = nodeAffinityOf(this.cluster, name, storageClass, selectedNode);
    const spec: PersistentVolume['spec'] = {
      storageClassName: storageClass?.meta.name ?? '',
      accessModes: claim.spec.accessModes,
      capacityBytes: claim.spec.requestBytes,
      nodeAffinity,
      claimRef: `${namespace}/${name}`,
      reclaimPolicy: storageClass?.spec.reclaimPolicy ?? 'Delete',
    };
    return admittedVolume({
      kind: 'PersistentVolume',
      meta,
      spec,
      manifest: volumeDocument(meta, spec, claim),
      uid: this.cluster.allocateUid(),
      resourceVersion: 0,
      generation: 1,
      creationMicros: this.cluster.kernel.nowMicros,
      ownerUid: -1,
      status: { phase: 'Pending' },
      claimUid: claim.uid,
    });
  }
}

/** Handed over, and without a volume. */
function isWaiting(claim: PersistentVolumeClaim): boolean {
  const { meta, spec } = claim;
  return spec.volumeName === '' && STORAGE_PROVISIONER_ANNOTATION in meta.annotations && !isDeleting(claim);
}

function volumeName({ uid }: PersistentVolumeClaim): string {
  return `pvc-${uid}`;
}

function volumeDocument(
  meta: PersistentVolume['meta'],
  spec: PersistentVolume['spec'],
  claim: PersistentVolumeClaim,
): JsonObject {
  const requests = ((claim.manifest.spec as JsonObject).resources as JsonObject).requests as JsonObject;
  const terms = spec.nodeAffinity?.map(({ matchExpressions }) => ({
    matchExpressions: matchExpressions.map(({ key, operator, values }) => ({ key, operator, values: [...values] })),
  }));
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: meta.name, annotations: { ...meta.annotations } },
    spec: {
      accessModes: [...spec.accessModes],
      capacity: { storage: requests.storage! },
      ...(terms === undefined ? {} : { nodeAffinity: { required: { nodeSelectorTerms: terms } } }),
      persistentVolumeReclaimPolicy: spec.reclaimPolicy,
      storageClassName: spec.storageClassName,
      volumeMode: 'Filesystem',
    },
  };
}
