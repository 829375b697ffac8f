import type {
  DaemonSetSpec,
  DaemonSetUpdateStrategy,
  DeploymentSpec,
  ReplicaSetSpec,
  RollingUpdateDaemonSet,
  RollingUpdateStatefulSetStrategy,
  StatefulSetPersistentVolumeClaimRetentionPolicy,
  StatefulSetSpec,
  StatefulSetUpdateStrategy,
} from 'kubernetes-types/apps/v1.js';
import type {
  Container,
  Lifecycle,
  LifecycleHandler,
  NodeSpec,
  NodeStatus,
  PodSpec,
  Probe,
  ReplicationControllerSpec,
  Toleration,
  Volume,
  VolumeMount,
} from 'kubernetes-types/core/v1.js';
import { describe, expect, test } from 'vitest';
import { type AllFields, claimSpec, knownFields, shapeAt } from '../testing/fieldTables.ts';
import {
  daemonSetShape,
  deploymentShape,
  nodeShape,
  podShape,
  replicaSetShape,
  replicationControllerShape,
  statefulSetShape,
} from './shapes.ts';

const deploymentSpec: AllFields<DeploymentSpec> = {
  minReadySeconds: 1,
  paused: 1,
  progressDeadlineSeconds: 1,
  replicas: 1,
  revisionHistoryLimit: 1,
  selector: 1,
  strategy: 1,
  template: 1,
};

const replicaSetSpec: AllFields<ReplicaSetSpec> = { minReadySeconds: 1, replicas: 1, selector: 1, template: 1 };

const statefulSetSpec: AllFields<StatefulSetSpec> = {
  minReadySeconds: 1,
  ordinals: 1,
  persistentVolumeClaimRetentionPolicy: 1,
  podManagementPolicy: 1,
  replicas: 1,
  revisionHistoryLimit: 1,
  selector: 1,
  serviceName: 1,
  template: 1,
  updateStrategy: 1,
  volumeClaimTemplates: 1,
};

const statefulSetStrategy: AllFields<StatefulSetUpdateStrategy> = { rollingUpdate: 1, type: 1 };

const statefulSetRollingUpdate: AllFields<RollingUpdateStatefulSetStrategy> = { maxUnavailable: 1, partition: 1 };

const retentionPolicy: AllFields<StatefulSetPersistentVolumeClaimRetentionPolicy> = { whenDeleted: 1, whenScaled: 1 };

const daemonSetSpec: AllFields<DaemonSetSpec> = {
  minReadySeconds: 1,
  revisionHistoryLimit: 1,
  selector: 1,
  template: 1,
  updateStrategy: 1,
};

const daemonSetStrategy: AllFields<DaemonSetUpdateStrategy> = { rollingUpdate: 1, type: 1 };

const daemonSetRollingUpdate: AllFields<RollingUpdateDaemonSet> = { maxSurge: 1, maxUnavailable: 1 };

const replicationControllerSpec: AllFields<ReplicationControllerSpec> = {
  minReadySeconds: 1,
  replicas: 1,
  selector: 1,
  template: 1,
};

const volume: AllFields<Volume> = {
  awsElasticBlockStore: 1,
  azureDisk: 1,
  azureFile: 1,
  cephfs: 1,
  cinder: 1,
  configMap: 1,
  csi: 1,
  downwardAPI: 1,
  emptyDir: 1,
  ephemeral: 1,
  fc: 1,
  flexVolume: 1,
  flocker: 1,
  gcePersistentDisk: 1,
  gitRepo: 1,
  glusterfs: 1,
  hostPath: 1,
  iscsi: 1,
  name: 1,
  nfs: 1,
  persistentVolumeClaim: 1,
  photonPersistentDisk: 1,
  portworxVolume: 1,
  projected: 1,
  quobyte: 1,
  rbd: 1,
  scaleIO: 1,
  secret: 1,
  storageos: 1,
  vsphereVolume: 1,
};

const volumeMount: AllFields<VolumeMount> = {
  mountPath: 1,
  mountPropagation: 1,
  name: 1,
  readOnly: 1,
  recursiveReadOnly: 1,
  subPath: 1,
  subPathExpr: 1,
};

const lifecycle: AllFields<Lifecycle> = { postStart: 1, preStop: 1 };

const lifecycleHandler: AllFields<LifecycleHandler> = { exec: 1, httpGet: 1, sleep: 1, tcpSocket: 1 };

const probe: AllFields<Probe> = {
  exec: 1,
  failureThreshold: 1,
  grpc: 1,
  httpGet: 1,
  initialDelaySeconds: 1,
  periodSeconds: 1,
  successThreshold: 1,
  tcpSocket: 1,
  terminationGracePeriodSeconds: 1,
  timeoutSeconds: 1,
};

const podSpec: AllFields<PodSpec> = {
  activeDeadlineSeconds: 1,
  affinity: 1,
  automountServiceAccountToken: 1,
  containers: 1,
  dnsConfig: 1,
  dnsPolicy: 1,
  enableServiceLinks: 1,
  ephemeralContainers: 1,
  hostAliases: 1,
  hostIPC: 1,
  hostNetwork: 1,
  hostPID: 1,
  hostUsers: 1,
  hostname: 1,
  imagePullSecrets: 1,
  initContainers: 1,
  nodeName: 1,
  nodeSelector: 1,
  os: 1,
  overhead: 1,
  preemptionPolicy: 1,
  priority: 1,
  priorityClassName: 1,
  readinessGates: 1,
  resourceClaims: 1,
  restartPolicy: 1,
  runtimeClassName: 1,
  schedulerName: 1,
  schedulingGates: 1,
  securityContext: 1,
  serviceAccount: 1,
  serviceAccountName: 1,
  setHostnameAsFQDN: 1,
  shareProcessNamespace: 1,
  subdomain: 1,
  terminationGracePeriodSeconds: 1,
  tolerations: 1,
  topologySpreadConstraints: 1,
  volumes: 1,
};

const container: AllFields<Container> = {
  args: 1,
  command: 1,
  env: 1,
  envFrom: 1,
  image: 1,
  imagePullPolicy: 1,
  lifecycle: 1,
  livenessProbe: 1,
  name: 1,
  ports: 1,
  readinessProbe: 1,
  resizePolicy: 1,
  resources: 1,
  restartPolicy: 1,
  securityContext: 1,
  startupProbe: 1,
  stdin: 1,
  stdinOnce: 1,
  terminationMessagePath: 1,
  terminationMessagePolicy: 1,
  tty: 1,
  volumeDevices: 1,
  volumeMounts: 1,
  workingDir: 1,
};

const toleration: AllFields<Toleration> = { effect: 1, key: 1, operator: 1, tolerationSeconds: 1, value: 1 };

const nodeSpec: AllFields<NodeSpec> = {
  configSource: 1,
  externalID: 1,
  podCIDR: 1,
  podCIDRs: 1,
  providerID: 1,
  taints: 1,
  unschedulable: 1,
};

const nodeStatus: AllFields<NodeStatus> = {
  addresses: 1,
  allocatable: 1,
  capacity: 1,
  conditions: 1,
  config: 1,
  daemonEndpoints: 1,
  images: 1,
  nodeInfo: 1,
  phase: 1,
  runtimeHandlers: 1,
  volumesAttached: 1,
  volumesInUse: 1,
};

const TEMPLATE = ['spec', 'template', 'spec'];

describe('the tables know every field of the Kubernetes API', () => {
  test.each([
    ['DeploymentSpec', deploymentShape, ['spec'], deploymentSpec],
    ['ReplicaSetSpec', replicaSetShape, ['spec'], replicaSetSpec],
    ['PodSpec in a template', deploymentShape, TEMPLATE, podSpec],
    ['PodSpec', podShape, ['spec'], podSpec],
    ['Container', podShape, ['spec', 'containers'], container],
    ['init Container', podShape, ['spec', 'initContainers'], container],
    ['Toleration', podShape, ['spec', 'tolerations'], toleration],
    ['StatefulSetSpec', statefulSetShape, ['spec'], statefulSetSpec],
    ['StatefulSetUpdateStrategy', statefulSetShape, ['spec', 'updateStrategy'], statefulSetStrategy],
    [
      'RollingUpdateStatefulSetStrategy',
      statefulSetShape,
      ['spec', 'updateStrategy', 'rollingUpdate'],
      statefulSetRollingUpdate,
    ],
    [
      'StatefulSetPersistentVolumeClaimRetentionPolicy',
      statefulSetShape,
      ['spec', 'persistentVolumeClaimRetentionPolicy'],
      retentionPolicy,
    ],
    ['PersistentVolumeClaimSpec in a template', statefulSetShape, ['spec', 'volumeClaimTemplates', 'spec'], claimSpec],
    ['DaemonSetSpec', daemonSetShape, ['spec'], daemonSetSpec],
    ['DaemonSetUpdateStrategy', daemonSetShape, ['spec', 'updateStrategy'], daemonSetStrategy],
    ['RollingUpdateDaemonSet', daemonSetShape, ['spec', 'updateStrategy', 'rollingUpdate'], daemonSetRollingUpdate],
    ['ReplicationControllerSpec', replicationControllerShape, ['spec'], replicationControllerSpec],
    ['Volume', podShape, ['spec', 'volumes'], volume],
    ['VolumeMount', podShape, ['spec', 'containers', 'volumeMounts'], volumeMount],
    ['Lifecycle', podShape, ['spec', 'containers', 'lifecycle'], lifecycle],
    ['LifecycleHandler', podShape, ['spec', 'containers', 'lifecycle', 'preStop'], lifecycleHandler],
    ['Probe', podShape, ['spec', 'containers', 'livenessProbe'], probe],
    ['NodeSpec', nodeShape, ['spec'], nodeSpec],
    ['NodeStatus', nodeShape, ['status'], nodeStatus],
  ] as const)('%s', (_name, shape, path, table) => {
    expect(knownFields(shapeAt(shape, path))).toEqual(expect.arrayContaining(Object.keys(table)));
  });
});
