/**
 * The fields of pods and of what all kinds have (Kubernetes 1.37), as tables. A field that a new feature honours moves
 * from the second argument of `fields` to the first.
 */
import { anyOf, fields, list, valuesOf } from './schema.ts';

export const serverOwned = anyOf(
  'creationTimestamp deletionGracePeriodSeconds deletionTimestamp finalizers generateName generation managedFields ownerReferences resourceVersion selfLink uid',
);

export const objectMeta = fields(
  { name: 'string', namespace: 'string', labels: 'stringMap', annotations: 'stringMap' },
  serverOwned,
);

/** Reported under its own path only: a template's name and namespace are ignored by Kubernetes too. */
export const templateMeta = fields(
  { labels: 'stringMap', annotations: 'stringMap' },
  { name: 'string', namespace: 'string', ...serverOwned },
);

export const typeMeta = { apiVersion: 'string', kind: 'string' } as const;

const resources = fields({ requests: 'quantityMap', limits: 'quantityMap' }, { claims: 'any' });

const probeNumbers = {
  initialDelaySeconds: 'integer',
  periodSeconds: 'integer',
  timeoutSeconds: 'integer',
  successThreshold: 'integer',
  failureThreshold: 'integer',
} as const;

const httpGet = fields({ path: 'string', port: 'any', host: 'string', scheme: 'string', httpHeaders: 'any' });

/**
 * How a probe asks is not listed as inert: that it asks is simulated, and `behavior` says what the answer would be.
 */
const probe = fields(
  { ...probeNumbers, terminationGracePeriodSeconds: 'long', httpGet, exec: 'any', tcpSocket: 'any', grpc: 'any' },
  {},
);

const containerPort = fields(
  { containerPort: 'integer', hostPort: 'integer', hostIP: 'string', protocol: 'string' },
  { name: 'string' },
);

const environmentVariable = fields({}, { name: 'string', value: 'string', valueFrom: 'any' });

const volumeMount = fields(
  { name: 'string', mountPath: 'string' },
  { readOnly: 'boolean', ...anyOf('mountPropagation recursiveReadOnly subPath subPathExpr') },
);

/** Of what a hook does only its length matters, and only a sleep tells it. */
const lifecycle = fields(
  { preStop: fields({ sleep: fields({ seconds: 'long' }) }, anyOf('exec httpGet tcpSocket')) },
  anyOf('postStart stopSignal'),
);

const containerFields = {
  name: 'string',
  image: 'string',
  // The kubelets pull what the node lacks.
  imagePullPolicy: valuesOf('IfNotPresent'),
  ports: list(containerPort),
  resources,
  lifecycle,
  livenessProbe: probe,
  readinessProbe: probe,
  startupProbe: probe,
  volumeMounts: list(volumeMount),
} as const;

const inertContainerFields = {
  args: list('string'),
  command: list('string'),
  env: list(environmentVariable),
  ...anyOf(
    'envFrom resizePolicy restartPolicyRules securityContext stdin stdinOnce terminationMessagePath terminationMessagePolicy tty volumeDevices workingDir',
  ),
} as const;

/** The pod's policy holds for all of its containers. */
const container = fields(containerFields, { ...inertContainerFields, restartPolicy: 'string' });

/** `Always` makes a sidecar of it. */
const initContainer = fields({ ...containerFields, restartPolicy: valuesOf('Always') }, inertContainerFields);

const nodeSelectorRequirement = fields({ key: 'string', operator: 'string', values: list('string') });

export const nodeSelectorTerm = fields({
  matchExpressions: list(nodeSelectorRequirement),
  matchFields: list(nodeSelectorRequirement),
});

export const nodeAffinity = fields({
  requiredDuringSchedulingIgnoredDuringExecution: fields({ nodeSelectorTerms: list(nodeSelectorTerm) }),
  preferredDuringSchedulingIgnoredDuringExecution: list(fields({ weight: 'integer', preference: nodeSelectorTerm })),
});

export const selector = fields({ matchLabels: 'any', matchExpressions: 'any' });

const podAffinityTerm = fields({
  labelSelector: selector,
  matchLabelKeys: list('string'),
  mismatchLabelKeys: list('string'),
  namespaceSelector: selector,
  namespaces: list('string'),
  topologyKey: 'string',
});

const podAffinity = fields({
  requiredDuringSchedulingIgnoredDuringExecution: list(podAffinityTerm),
  preferredDuringSchedulingIgnoredDuringExecution: list(fields({ weight: 'integer', podAffinityTerm })),
});

export const topologySpreadConstraint = fields({
  labelSelector: selector,
  matchLabelKeys: list('string'),
  maxSkew: 'integer',
  minDomains: 'integer',
  nodeAffinityPolicy: 'string',
  nodeTaintsPolicy: 'string',
  topologyKey: 'string',
  whenUnsatisfiable: 'string',
});

const toleration = fields({
  key: 'string',
  operator: 'string',
  value: 'string',
  effect: 'string',
  tolerationSeconds: 'long',
});

const volumeSources = anyOf(
  'awsElasticBlockStore azureDisk azureFile cephfs cinder configMap csi downwardAPI ephemeral fc flexVolume flocker gcePersistentDisk gitRepo glusterfs hostPath image iscsi nfs photonPersistentDisk portworxVolume projected quobyte rbd scaleIO secret storageos vsphereVolume',
);

const volume = fields(
  {
    name: 'string',
    emptyDir: fields({}, { medium: 'string', sizeLimit: 'quantity' }),
    persistentVolumeClaim: fields({ claimName: 'string' }, { readOnly: 'boolean' }),
  },
  volumeSources,
);

/** `hostNetwork` is simulated as far as it turns container ports into host ports, and for a DaemonSet's tolerations. */
export const podSpec = fields(
  {
    activeDeadlineSeconds: 'long',
    containers: list(container),
    initContainers: list(initContainer),
    affinity: fields({ nodeAffinity, podAffinity, podAntiAffinity: podAffinity }),
    hostNetwork: 'boolean',
    hostname: 'string',
    nodeName: 'string',
    nodeSelector: 'stringMap',
    overhead: 'quantityMap',
    preemptionPolicy: 'string',
    priority: 'integer',
    priorityClassName: 'string',
    resources,
    restartPolicy: 'string',
    schedulerName: 'string',
    schedulingGates: list(fields({ name: 'string' })),
    subdomain: 'string',
    terminationGracePeriodSeconds: 'long',
    tolerations: list(toleration),
    topologySpreadConstraints: list(topologySpreadConstraint),
    volumes: list(volume),
  },
  {
    serviceAccount: 'string',
    serviceAccountName: 'string',
    ...anyOf(
      'automountServiceAccountToken dnsConfig dnsPolicy enableServiceLinks ephemeralContainers hostAliases hostIPC hostPID hostUsers hostnameOverride imagePullSecrets os readinessGates resourceClaims runtimeClassName schedulingGroup securityContext setHostnameAsFQDN shareProcessNamespace workloadRef',
    ),
  },
);

export const podTemplate = fields({ metadata: templateMeta, spec: podSpec });
