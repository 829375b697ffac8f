/** Objects of a cluster with only what decides something in a run: neither the server's bookkeeping nor secrets. */
import { objectAt, objectsAt, stringAt, stringsAt } from '../../api/decode/read.ts';
import type { JsonObject } from '../../api/types.ts';
import { isEmpty, omit, pick } from './pick.ts';
import { cleanPodSpec, cleanTemplate } from './podSpecs.ts';

const METADATA =
  'name namespace labels uid creationTimestamp generation deletionTimestamp deletionGracePeriodSeconds'.split(' ');
/** Annotations by which components remember something. */
const KEPT_ANNOTATIONS =
  /^(deployment\.kubernetes\.io\/|batch\.kubernetes\.io\/|kubernetes\.io\/(change-cause|config\.mirror)$|deprecated\.daemonset\.template\.generation$|controller\.kubernetes\.io\/pod-deletion-cost$|volume\.kubernetes\.io\/selected-node$|storageclass\.kubernetes\.io\/is-default-class$|cronjob\.kubernetes\.io\/)/;
const KEPT_FINALIZERS: ReadonlySet<string> = new Set([
  'foregroundDeletion',
  'orphan',
  'kubernetes.io/pvc-protection',
  'kubernetes.io/pv-protection',
  'batch.kubernetes.io/job-tracking',
]);

const CLAIM_FIELDS = ['accessModes', 'resources', 'storageClassName', 'volumeName', 'selector'];

const CLEANERS: Readonly<Record<string, (document: JsonObject) => JsonObject>> = {
  Namespace: ({ metadata }) => ({ metadata: pick(metadata as JsonObject, ['name', 'labels']) }),
  CSINode: (document) => ({
    metadata: pick(objectAt(document, 'metadata'), ['name']),
    spec: { drivers: objectsAt(objectAt(document, 'spec'), 'drivers').map(cleanDriver) },
  }),
  Node: cleanNode,
  Pod: (document) => ({ spec: cleanPodSpec(objectAt(document, 'spec')), status: cleanPodStatus(document) }),
  Deployment: withTemplate,
  ReplicaSet: withTemplate,
  ReplicationController: withTemplate,
  DaemonSet: withTemplate,
  Job: withTemplate,
  StatefulSet: (document) => {
    const cleaned = withTemplate(document);
    const claims = objectsAt(objectAt(document, 'spec'), 'volumeClaimTemplates').map((claim) => ({
      metadata: pick(objectAt(claim, 'metadata'), ['name', 'labels']),
      spec: pick(objectAt(claim, 'spec'), CLAIM_FIELDS),
    }));
    if (claims.length > 0) (cleaned.spec as JsonObject).volumeClaimTemplates = claims;
    return cleaned;
  },
  CronJob: (document) => {
    const spec = objectAt(document, 'spec');
    const jobSpec = objectAt(objectAt(spec, 'jobTemplate'), 'spec');
    const metadata = pick(objectAt(objectAt(spec, 'jobTemplate'), 'metadata'), ['labels']);
    const jobTemplate = { metadata, spec: { ...jobSpec, template: cleanTemplate(objectAt(jobSpec, 'template')) } };
    return { spec: { ...spec, jobTemplate }, status: objectAt(document, 'status') };
  },
  ControllerRevision: (document) => {
    const template = objectAt(objectAt(objectAt(document, 'data'), 'spec'), 'template');
    return { data: { spec: { template: cleanTemplate(template) } }, revision: document.revision ?? 1 };
  },
  Service: ({ spec }) => ({
    spec: {
      ...pick(spec as JsonObject, ['selector', 'type', 'publishNotReadyAddresses', 'externalName']),
      ...((spec as JsonObject).clusterIP === 'None' && { clusterIP: 'None' }),
      ports: objectsAt(spec as JsonObject, 'ports').map((port) => pick(port, ['name', 'port', 'protocol'])),
    },
  }),
  PersistentVolumeClaim: (document) => ({
    spec: pick(objectAt(document, 'spec'), CLAIM_FIELDS),
    status: pick(objectAt(document, 'status'), ['phase']),
  }),
  PersistentVolume: cleanVolume,
  StorageClass: (document) =>
    pick(document, ['provisioner', 'volumeBindingMode', 'reclaimPolicy', 'allowedTopologies']),
};

/** What of an object the state has: of other kinds than those above, all but the server's metadata. */
export function cleanObject(document: JsonObject): JsonObject {
  const { apiVersion, kind } = document as { apiVersion: string; kind: string };
  const clean = CLEANERS[kind] ?? ((other) => omit(other, new Set(['apiVersion', 'kind', 'metadata'])));
  const metadata = cleanMetadata(objectAt(document, 'metadata'));
  const cleaned: JsonObject = { apiVersion, kind, metadata, ...clean(document) };
  return omit(cleaned, new Set(isEmpty(cleaned.status ?? {}) ? ['status'] : []));
}

function cleanMetadata(metadata: JsonObject): JsonObject {
  const annotations = Object.entries(objectAt(metadata, 'annotations')).filter(([key]) => KEPT_ANNOTATIONS.test(key));
  const finalizers = stringsAt(metadata, 'finalizers').filter((name) => KEPT_FINALIZERS.has(name));
  const owners = objectsAt(metadata, 'ownerReferences').map((reference) =>
    pick(reference, ['apiVersion', 'kind', 'name', 'uid', 'controller']),
  );
  return {
    ...pick(metadata, METADATA),
    ...(annotations.length > 0 && { annotations: Object.fromEntries(annotations) }),
    ...(finalizers.length > 0 && { finalizers }),
    ...(owners.length > 0 && { ownerReferences: owners }),
  };
}

function withTemplate(document: JsonObject): JsonObject {
  const spec = objectAt(document, 'spec');
  return {
    spec: { ...spec, template: cleanTemplate(objectAt(spec, 'template')) },
    status: objectAt(document, 'status'),
  };
}

function cleanNode(document: JsonObject): JsonObject {
  const spec = objectAt(document, 'spec');
  const status = objectAt(document, 'status');
  const taints = objectsAt(spec, 'taints').map((taint) => pick(taint, ['key', 'value', 'effect']));
  const ready = objectsAt(status, 'conditions').filter(({ type }) => type === 'Ready');
  const images = objectsAt(status, 'images').map((image) => pick(image, ['names', 'sizeBytes']));
  return {
    spec: { ...pick(spec, ['unschedulable']), ...(taints.length > 0 && { taints }) },
    status: {
      ...pick(status, ['allocatable']),
      conditions: ready.map((one) => pick(one, ['type', 'status', 'reason', 'message', 'lastTransitionTime'])),
      ...(images.length > 0 && { images }),
    },
  };
}

function cleanDriver(driver: JsonObject): JsonObject {
  return pick(driver, ['name', 'nodeID', 'allocatable']);
}

/** Where the bytes are is of no account. A volume must be of some sort, though, and a CSI driver's count on their nodes. */
function cleanVolume(document: JsonObject): JsonObject {
  const spec = objectAt(document, 'spec');
  const fields = ['capacity', 'accessModes', 'storageClassName', 'nodeAffinity', 'persistentVolumeReclaimPolicy'];
  const claim = pick(objectAt(spec, 'claimRef'), ['namespace', 'name', 'uid']);
  const driver = stringAt(objectAt(spec, 'csi'), 'driver');
  const { name } = objectAt(document, 'metadata');
  return {
    spec: {
      ...pick(spec, fields),
      ...(!isEmpty(claim) && { claimRef: claim }),
      ...(driver === '' ? { hostPath: { path: '/left-out' } } : { csi: { driver, volumeHandle: name! } }),
    },
    status: pick(objectAt(document, 'status'), ['phase']),
  };
}

const POD_CONDITIONS: ReadonlySet<string> = new Set(['Ready', 'PodScheduled', 'DisruptionTarget']);

/** Of a pod that runs as it should, only since when. */
function cleanPodStatus(document: JsonObject): JsonObject {
  const status = objectAt(document, 'status');
  const conditions = objectsAt(status, 'conditions').filter(({ type }) => POD_CONDITIONS.has(type as string));
  const isReady = conditions.some((condition) => condition.type === 'Ready' && condition.status === 'True');
  const containers = objectsAt(status, 'containerStatuses');
  const hasRestarted = containers.some(({ restartCount }) => restartCount !== 0);
  const initContainers = objectsAt(status, 'initContainerStatuses');
  const isPlain = isReady && !hasRestarted && initContainers.length === 0;
  return {
    ...pick(status, ['phase', 'reason', 'message', 'startTime', 'nominatedNodeName']),
    conditions: conditions.map((one) => pick(one, ['type', 'status', 'reason', 'message', 'lastTransitionTime'])),
    ...(initContainers.length > 0 && { initContainerStatuses: initContainers.map(cleanContainerStatus) }),
    ...(containers.length > 0 && {
      containerStatuses: containers.map((one) => (isPlain ? pick(one, ['name', 'state']) : cleanContainerStatus(one))),
    }),
  };
}

function cleanContainerStatus(container: JsonObject): JsonObject {
  const state = (field: string) => {
    const [entry] = Object.entries(objectAt(container, field));
    if (entry === undefined) return {};
    const [word, facts] = entry as [string, JsonObject];
    return { [field]: { [word]: pick(facts, ['reason', 'exitCode', 'startedAt', 'finishedAt']) } };
  };
  return {
    ...pick(container, ['name', 'ready', 'started', 'restartCount']),
    ...state('state'),
    ...state('lastState'),
  };
}
