/** A document of each kind in which every field that is simulated has a value. */
import type { JsonObject, SimulatedKind } from '../types.ts';

const selectedPods = {
  labelSelector: { matchLabels: { app: 'db' }, matchExpressions: [{ key: 'old', operator: 'DoesNotExist' }] },
  namespaces: ['a'],
  namespaceSelector: {},
  topologyKey: 'zone',
  matchLabelKeys: ['version'],
  mismatchLabelKeys: ['tenant'],
};

const podAffinity = {
  requiredDuringSchedulingIgnoredDuringExecution: [selectedPods],
  preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 5, podAffinityTerm: selectedPods }],
};

const podSpec = {
  affinity: { podAffinity, podAntiAffinity: podAffinity },
  topologySpreadConstraints: [
    {
      maxSkew: 2,
      topologyKey: 'zone',
      whenUnsatisfiable: 'DoNotSchedule',
      labelSelector: { matchLabels: { app: 'web' } },
      minDomains: 3,
      nodeAffinityPolicy: 'Ignore',
      nodeTaintsPolicy: 'Honor',
      matchLabelKeys: ['pod-template-hash'],
    },
  ],
  priorityClassName: 'high',
  priority: 1000,
  preemptionPolicy: 'Never',
  containers: [
    {
      name: 'app',
      image: 'web:v1',
      ports: [{ containerPort: 80, protocol: 'TCP' }],
      resources: { requests: { cpu: '100m' }, limits: { memory: '1Gi' } },
      readinessProbe: { periodSeconds: 5, httpGet: { port: 80 } },
      livenessProbe: { failureThreshold: 2 },
      lifecycle: { preStop: { sleep: { seconds: 5 } } },
      volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
    },
  ],
  initContainers: [{ name: 'side', image: 'side:v1', restartPolicy: 'Always', startupProbe: {} }],
  volumes: [{ name: 'tmp', emptyDir: {} }],
  tolerations: [{ key: 'a', operator: 'Exists' }],
  nodeSelector: { disk: 'ssd' },
  hostname: 'h',
  subdomain: 's',
  terminationGracePeriodSeconds: 30,
};

const labels = { app: 'web' };
const selector = { matchLabels: labels };
const template = { metadata: { labels, annotations: { a: 'b' } }, spec: podSpec };
const claimSpec = {
  storageClassName: 'fast',
  accessModes: ['ReadWriteOnce'],
  resources: { requests: { storage: '1Gi' } },
  volumeName: 'v',
};

const jobSpec = {
  parallelism: 2,
  completions: 5,
  completionMode: 'Indexed',
  backoffLimit: 3,
  backoffLimitPerIndex: 1,
  maxFailedIndexes: 2,
  activeDeadlineSeconds: 60,
  ttlSecondsAfterFinished: 10,
  suspend: false,
  podReplacementPolicy: 'Failed',
  managedBy: 'example.com/other',
  podFailurePolicy: {
    rules: [
      { action: 'FailIndex', onExitCodes: { containerName: 'app', operator: 'In', values: [1, 2] } },
      { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
    ],
  },
  successPolicy: { rules: [{ succeededIndexes: '0-1,3', succeededCount: 2 }] },
  template: { metadata: template.metadata, spec: { ...podSpec, restartPolicy: 'Never', activeDeadlineSeconds: 5 } },
};

const nodeSelector = {
  nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['a'] }] }],
};

/** What stands beside apiVersion, kind and metadata. */
const BODIES: Readonly<Record<SimulatedKind, JsonObject>> = {
  Deployment: {
    spec: {
      replicas: 3,
      selector,
      template,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: '25%' } },
      minReadySeconds: 1,
      revisionHistoryLimit: 2,
      progressDeadlineSeconds: 60,
      paused: false,
      podReplacementPolicy: 'TerminationStarted',
    },
  },
  ReplicaSet: { spec: { replicas: 3, minReadySeconds: 1, selector, template } },
  ReplicationController: { spec: { replicas: 3, minReadySeconds: 1, selector: labels, template } },
  StatefulSet: {
    spec: {
      replicas: 3,
      selector,
      template,
      serviceName: 'db',
      podManagementPolicy: 'Parallel',
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1, maxUnavailable: 1 } },
      minReadySeconds: 1,
      revisionHistoryLimit: 2,
      ordinals: { start: 1 },
      volumeClaimTemplates: [{ metadata: { name: 'data', labels }, spec: claimSpec }],
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete', whenScaled: 'Retain' },
    },
  },
  DaemonSet: {
    spec: {
      selector,
      template,
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: '10%' } },
      minReadySeconds: 1,
      revisionHistoryLimit: 2,
    },
  },
  Job: { spec: jobSpec },
  CronJob: {
    spec: {
      schedule: '*/5 0-6 * * MON-FRI',
      timeZone: 'Europe/Berlin',
      startingDeadlineSeconds: 60,
      concurrencyPolicy: 'Forbid',
      suspend: true,
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 0,
      jobTemplate: { metadata: { labels }, spec: jobSpec },
    },
  },
  Pod: { spec: { ...podSpec, activeDeadlineSeconds: 5, nodeName: 'n', restartPolicy: 'OnFailure' } },
  Node: {
    spec: { unschedulable: true, taints: [{ key: 'a', value: 'b', effect: 'NoExecute' }] },
    status: { allocatable: { cpu: '4' }, images: [{ names: ['web:v1'], sizeBytes: 1000 }] },
  },
  Service: {
    spec: { selector: labels, clusterIP: 'None', publishNotReadyAddresses: true, ports: [{ name: 'http', port: 80 }] },
  },
  PersistentVolumeClaim: { spec: claimSpec },
  PersistentVolume: {
    spec: {
      storageClassName: 'fast',
      accessModes: ['ReadWriteOnce'],
      capacity: { storage: '1Gi' },
      nodeAffinity: { required: nodeSelector },
      claimRef: { namespace: 'default', name: 'data-db-0' },
      persistentVolumeReclaimPolicy: 'Delete',
      local: { path: '/disk' },
    },
  },
  StorageClass: {
    provisioner: 'disk.csi.example.com',
    reclaimPolicy: 'Retain',
    volumeBindingMode: 'WaitForFirstConsumer',
    allowedTopologies: [{ matchLabelExpressions: [{ key: 'topology.kubernetes.io/zone', values: ['a'] }] }],
  },
  PodDisruptionBudget: { spec: { selector, minAvailable: '50%', unhealthyPodEvictionPolicy: 'AlwaysAllow' } },
  ResourceQuota: { spec: { hard: { pods: 5, 'requests.cpu': '2', 'count/jobs.batch': 1 } } },
  LimitRange: {
    spec: {
      limits: [
        {
          type: 'Container',
          min: { cpu: '50m' },
          max: { cpu: '1' },
          default: { cpu: '500m' },
          defaultRequest: { cpu: '100m' },
          maxLimitRequestRatio: { cpu: 5 },
        },
        { type: 'PersistentVolumeClaim', max: { storage: '10Gi' } },
      ],
    },
  },
  HorizontalPodAutoscaler: {
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      minReplicas: 2,
      maxReplicas: 10,
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } },
        {
          type: 'ContainerResource',
          containerResource: {
            name: 'memory',
            container: 'app',
            target: { type: 'AverageValue', averageValue: '100Mi' },
          },
        },
      ],
      behavior: {
        scaleUp: {
          stabilizationWindowSeconds: 30,
          selectPolicy: 'Min',
          policies: [{ type: 'Pods', value: 4, periodSeconds: 60 }],
          tolerance: '0.05',
        },
        scaleDown: { selectPolicy: 'Disabled' },
      },
    },
  },
  PriorityClass: { value: 1000, globalDefault: true, preemptionPolicy: 'Never', description: 'for all' },
};

/** The full document of a kind, under the name `web`. */
export function documentOf(kind: SimulatedKind, apiVersion: string): JsonObject {
  return { apiVersion, kind, metadata: { name: 'web', labels }, ...BODIES[kind] };
}
