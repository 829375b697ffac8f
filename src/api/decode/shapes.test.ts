import type { DeploymentSpec, ReplicaSetSpec } from 'kubernetes-types/apps/v1.js';
import type { Container, NodeSpec, NodeStatus, PodSpec, Toleration } from 'kubernetes-types/core/v1.js';
import { describe, expect, test } from 'vitest';
import type { Shape } from './schema.ts';
import { deploymentShape, nodeShape, podShape, replicaSetShape } from './shapes.ts';

/** Every field of an API type. The compiler refuses a table that misses one, or has one too many. */
type AllFields<T> = Record<keyof Required<T>, 1>;

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

/** The shape behind a path; list items are stepped into by themselves. */
function shapeAt(shape: Shape, path: readonly string[]): Shape {
  let current = shape;
  for (const name of path) {
    if (typeof current === 'object' && 'list' in current) current = current.list;
    if (typeof current !== 'object' || !('fields' in current)) throw new Error(`no fields above ${name}`);
    current = { ...current.fields.inert, ...current.fields.simulated }[name] ?? 'any';
  }
  return typeof current === 'object' && 'list' in current ? current.list : current;
}

function knownFields(shape: Shape): string[] {
  if (typeof shape !== 'object' || !('fields' in shape)) throw new Error('no fields here');
  return [...Object.keys(shape.fields.simulated), ...Object.keys(shape.fields.inert)];
}

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
    ['NodeSpec', nodeShape, ['spec'], nodeSpec],
    ['NodeStatus', nodeShape, ['status'], nodeStatus],
  ] as const)('%s', (_name, shape, path, table) => {
    expect(knownFields(shapeAt(shape, path))).toEqual(expect.arrayContaining(Object.keys(table)));
  });
});
