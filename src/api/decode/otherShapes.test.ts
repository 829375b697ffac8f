import type {
  CronJobSpec,
  JobSpec,
  JobTemplateSpec,
  PodFailurePolicyOnExitCodesRequirement,
  PodFailurePolicyOnPodConditionsPattern,
  PodFailurePolicyRule,
  SuccessPolicyRule,
} from 'kubernetes-types/batch/v1.js';
import type {
  ObjectReference,
  PersistentVolumeSpec,
  ResourceQuotaSpec,
  ServicePort,
  ServiceSpec,
  TopologySelectorTerm,
  VolumeResourceRequirements,
} from 'kubernetes-types/core/v1.js';
import type { PodDisruptionBudgetSpec } from 'kubernetes-types/policy/v1.js';
import type { StorageClass } from 'kubernetes-types/storage/v1.js';
import { describe, expect, test } from 'vitest';
import { type AllFields, claimSpec, knownFields, shapeAt } from '../testing/fieldTables.ts';
import { cronJobShape, jobShape } from './batchShapes.ts';
import { podDisruptionBudgetShape, resourceQuotaShape, serviceShape } from './otherShapes.ts';
import { persistentVolumeClaimShape, persistentVolumeShape, storageClassShape } from './storageShapes.ts';

const jobSpec: AllFields<JobSpec> = {
  activeDeadlineSeconds: 1,
  backoffLimit: 1,
  backoffLimitPerIndex: 1,
  completionMode: 1,
  completions: 1,
  managedBy: 1,
  manualSelector: 1,
  maxFailedIndexes: 1,
  parallelism: 1,
  podFailurePolicy: 1,
  podReplacementPolicy: 1,
  selector: 1,
  successPolicy: 1,
  suspend: 1,
  template: 1,
  ttlSecondsAfterFinished: 1,
};

const failureRule: AllFields<PodFailurePolicyRule> = { action: 1, onExitCodes: 1, onPodConditions: 1 };
const exitCodes: AllFields<PodFailurePolicyOnExitCodesRequirement> = { containerName: 1, operator: 1, values: 1 };
const conditionPattern: AllFields<PodFailurePolicyOnPodConditionsPattern> = { status: 1, type: 1 };
const successRule: AllFields<SuccessPolicyRule> = { succeededCount: 1, succeededIndexes: 1 };

const cronJobSpec: AllFields<CronJobSpec> = {
  concurrencyPolicy: 1,
  failedJobsHistoryLimit: 1,
  jobTemplate: 1,
  schedule: 1,
  startingDeadlineSeconds: 1,
  successfulJobsHistoryLimit: 1,
  suspend: 1,
  timeZone: 1,
};

const jobTemplate: AllFields<JobTemplateSpec> = { metadata: 1, spec: 1 };

const serviceSpec: AllFields<ServiceSpec> = {
  allocateLoadBalancerNodePorts: 1,
  clusterIP: 1,
  clusterIPs: 1,
  externalIPs: 1,
  externalName: 1,
  externalTrafficPolicy: 1,
  healthCheckNodePort: 1,
  internalTrafficPolicy: 1,
  ipFamilies: 1,
  ipFamilyPolicy: 1,
  loadBalancerClass: 1,
  loadBalancerIP: 1,
  loadBalancerSourceRanges: 1,
  ports: 1,
  publishNotReadyAddresses: 1,
  selector: 1,
  sessionAffinity: 1,
  sessionAffinityConfig: 1,
  trafficDistribution: 1,
  type: 1,
};

const servicePort: AllFields<ServicePort> = {
  appProtocol: 1,
  name: 1,
  nodePort: 1,
  port: 1,
  protocol: 1,
  targetPort: 1,
};

const claimResources: AllFields<VolumeResourceRequirements> = { limits: 1, requests: 1 };

const volumeSpec: AllFields<PersistentVolumeSpec> = {
  accessModes: 1,
  awsElasticBlockStore: 1,
  azureDisk: 1,
  azureFile: 1,
  capacity: 1,
  cephfs: 1,
  cinder: 1,
  claimRef: 1,
  csi: 1,
  fc: 1,
  flexVolume: 1,
  flocker: 1,
  gcePersistentDisk: 1,
  glusterfs: 1,
  hostPath: 1,
  iscsi: 1,
  local: 1,
  mountOptions: 1,
  nfs: 1,
  nodeAffinity: 1,
  persistentVolumeReclaimPolicy: 1,
  photonPersistentDisk: 1,
  portworxVolume: 1,
  quobyte: 1,
  rbd: 1,
  scaleIO: 1,
  storageClassName: 1,
  storageos: 1,
  volumeAttributesClassName: 1,
  volumeMode: 1,
  vsphereVolume: 1,
};

const reference: AllFields<ObjectReference> = {
  apiVersion: 1,
  fieldPath: 1,
  kind: 1,
  name: 1,
  namespace: 1,
  resourceVersion: 1,
  uid: 1,
};

const storageClass: AllFields<StorageClass> = {
  allowVolumeExpansion: 1,
  allowedTopologies: 1,
  apiVersion: 1,
  kind: 1,
  metadata: 1,
  mountOptions: 1,
  parameters: 1,
  provisioner: 1,
  reclaimPolicy: 1,
  volumeBindingMode: 1,
};

const topologyTerm: AllFields<TopologySelectorTerm> = { matchLabelExpressions: 1 };

const budgetSpec: AllFields<PodDisruptionBudgetSpec> = {
  maxUnavailable: 1,
  minAvailable: 1,
  selector: 1,
  unhealthyPodEvictionPolicy: 1,
};

const quotaSpec: AllFields<ResourceQuotaSpec> = { hard: 1, scopeSelector: 1, scopes: 1 };

const RULES = ['spec', 'podFailurePolicy', 'rules'];

describe('the tables know every field of the Kubernetes API', () => {
  test.each([
    ['JobSpec', jobShape, ['spec'], jobSpec],
    ['PodFailurePolicyRule', jobShape, RULES, failureRule],
    ['PodFailurePolicyOnExitCodesRequirement', jobShape, [...RULES, 'onExitCodes'], exitCodes],
    ['PodFailurePolicyOnPodConditionsPattern', jobShape, [...RULES, 'onPodConditions'], conditionPattern],
    ['SuccessPolicyRule', jobShape, ['spec', 'successPolicy', 'rules'], successRule],
    ['CronJobSpec', cronJobShape, ['spec'], cronJobSpec],
    ['JobTemplateSpec', cronJobShape, ['spec', 'jobTemplate'], jobTemplate],
    ['JobSpec in a template', cronJobShape, ['spec', 'jobTemplate', 'spec'], jobSpec],
    ['ServiceSpec', serviceShape, ['spec'], serviceSpec],
    ['ServicePort', serviceShape, ['spec', 'ports'], servicePort],
    ['PersistentVolumeClaimSpec', persistentVolumeClaimShape, ['spec'], claimSpec],
    ['VolumeResourceRequirements', persistentVolumeClaimShape, ['spec', 'resources'], claimResources],
    ['PersistentVolumeSpec', persistentVolumeShape, ['spec'], volumeSpec],
    ['ObjectReference', persistentVolumeShape, ['spec', 'claimRef'], reference],
    ['StorageClass', storageClassShape, [], storageClass],
    ['TopologySelectorTerm', storageClassShape, ['allowedTopologies'], topologyTerm],
    ['PodDisruptionBudgetSpec', podDisruptionBudgetShape, ['spec'], budgetSpec],
    ['ResourceQuotaSpec', resourceQuotaShape, ['spec'], quotaSpec],
  ] as const)('%s', (_name, shape, path, table) => {
    expect(knownFields(shapeAt(shape, path))).toEqual(expect.arrayContaining(Object.keys(table)));
  });
});
