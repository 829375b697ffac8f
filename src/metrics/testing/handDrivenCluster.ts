import { decodeObject } from '../../api/index.ts';
import type { DeploymentManifest, JsonObject, NodeManifest, PodManifest, ReplicaSetManifest } from '../../api/types.ts';
import {
  type ApiError,
  Cluster,
  type ClusterOptions,
  type Deployment,
  EMPTY_DEPLOYMENT_STATUS,
  EMPTY_REPLICA_SET_STATUS,
  type ReplicaSet,
} from '../../cluster/index.ts';
import { Kernel } from '../../kernel/index.ts';

const SECOND = 1_000_000;

/** What a workload of a test looks like; all else is as the API server defaults it. */
export interface WorkloadFields {
  name?: string;
  namespace?: string;
  replicas?: number;
  image?: string;
  minReadySeconds?: number;
  /** Name of a native sidecar. */
  sidecar?: string;
  cpu?: string;
  memory?: string;
  annotations?: Record<string, string>;
}

/** A cluster without controllers, scheduler and kubelets: the test takes each step itself, at times that it chooses. */
export class HandDrivenCluster {
  readonly kernel = new Kernel();
  readonly cluster: Cluster;
  private readonly actions: (() => void)[] = [];
  private readonly handler = this.kernel.register('test', (index) => this.actions[index]!());

  constructor(options: Pick<ClusterOptions, 'minorVersion' | 'gates'> = {}) {
    const apiServer = { latencyMicros: 0, serviceMicros: 0 };
    this.cluster = new Cluster(this.kernel, { seed: 1, apiServer, watchMicros: 0, ...options });
  }

  /** Does `action` at a time. */
  at(seconds: number, action: () => void): void {
    this.kernel.scheduleAt(Math.round(seconds * SECOND), this.handler, this.actions.push(action) - 1);
  }

  /** Runs to `seconds`, where the clock is left in any case. */
  run(seconds: number): void {
    this.at(seconds, () => {});
    this.kernel.run({ untilMicros: Math.round(seconds * SECOND) });
  }

  createNode(name: string, zone?: string, allocatable: JsonObject = { cpu: '4', memory: '8Gi', pods: '110' }): number {
    const labels: JsonObject = zone === undefined ? {} : { 'topology.kubernetes.io/zone': zone };
    const document = { apiVersion: 'v1', kind: 'Node', metadata: { name, labels }, status: { allocatable } };
    const uid = this.cluster.allocateUid();
    const manifest = decodeObject(document) as NodeManifest;
    check(this.cluster.nodeObjects.create({ ...manifest, ...this.stored(uid, -1) }));
    return uid;
  }

  createDeployment(fields: WorkloadFields = {}): number {
    const uid = this.cluster.allocateUid();
    const manifest = decodeObject(workload('Deployment', fields)) as DeploymentManifest;
    check(this.cluster.deployments.create({ ...manifest, ...this.stored(uid, -1), status: EMPTY_DEPLOYMENT_STATUS }));
    return uid;
  }

  createReplicaSet(ownerUid: number, fields: WorkloadFields = {}): number {
    const uid = this.cluster.allocateUid();
    const manifest = decodeObject(workload('ReplicaSet', fields)) as ReplicaSetManifest;
    const status = EMPTY_REPLICA_SET_STATUS;
    check(this.cluster.replicaSets.create({ ...manifest, ...this.stored(uid, ownerUid), status }));
    return uid;
  }

  /** Applies the Deployment as if it were written so from the beginning; the generation grows. */
  applyDeployment(uid: number, fields: WorkloadFields & { paused?: boolean }): void {
    this.changeDeployment(uid, (before) => {
      const { spec } = decodeObject(workload('Deployment', fields)) as DeploymentManifest;
      return { ...before, spec: { ...spec, paused: fields.paused ?? false }, generation: before.generation + 1 };
    });
  }

  /** Writes the Deployment's status; what is not given stays. The generation counts as observed. */
  setStatus(uid: number, status: Partial<Deployment['status']>): void {
    this.changeDeployment(uid, (before) => ({
      ...before,
      status: { ...before.status, observedGeneration: before.generation, ...status },
    }));
  }

  annotateDeployment(uid: number, annotations: Record<string, string>): void {
    this.changeDeployment(uid, (before) => ({ ...before, meta: { ...before.meta, annotations } }));
  }

  changeDeployment(uid: number, change: (before: Deployment) => Deployment): void {
    check(this.cluster.deployments.update(change(this.cluster.deployments.get(uid)!)));
  }

  changeReplicaSet(uid: number, change: (before: ReplicaSet) => ReplicaSet): void {
    check(this.cluster.replicaSets.update(change(this.cluster.replicaSets.get(uid)!)));
  }

  createPod(replicaSetUid: number): number {
    const template = this.cluster.templates.intern(this.cluster.replicaSets.get(replicaSetUid)!.spec.template);
    return this.cluster.createOwnedPod(this.cluster.owners.get(replicaSetUid)!, template);
  }

  /** A pod of the ReplicaSet that is bound and ready at once. */
  createReadyPod(replicaSetUid: number, node = 0): number {
    const pod = this.createPod(replicaSetUid);
    check(this.cluster.bindPod(pod, node));
    this.cluster.setPodRunning(pod, true);
    return pod;
  }

  /** Its row is the one that the next owned pod would have had. */
  createBarePod(name: string, image = 'web:v1'): number {
    const document = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, labels: { app: 'web' } },
      spec: podSpec({ image }),
    };
    const { meta, template, manifest } = decodeObject(document) as PodManifest;
    check(this.cluster.createBarePod(this.cluster.templates.intern(template), { meta, manifest }));
    return this.cluster.findPod(meta.namespace, name);
  }

  private stored(uid: number, ownerUid: number) {
    return { uid, ownerUid, generation: 1, creationMicros: this.kernel.nowMicros };
  }
}

/** Tests take no step that the API server would refuse. */
function check(error: ApiError | undefined): void {
  if (error !== undefined) throw new Error(error.message);
}

function workload(kind: string, fields: WorkloadFields): JsonObject {
  const { name = 'web', namespace = 'default', replicas = 2, minReadySeconds = 0, annotations = {} } = fields;
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, namespace, annotations },
    spec: {
      replicas,
      minReadySeconds,
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: podSpec(fields) },
    },
  };
}

function podSpec({ image = 'web:v1', cpu = '500m', memory = '1Gi', sidecar }: WorkloadFields): JsonObject {
  const sidecars = sidecar === undefined ? [] : [{ name: sidecar, image: 'side:v1', restartPolicy: 'Always' }];
  return { initContainers: sidecars, containers: [{ name: 'app', image, resources: { requests: { cpu, memory } } }] };
}
