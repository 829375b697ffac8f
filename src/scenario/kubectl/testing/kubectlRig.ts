/** A cluster without controllers, and a hand on its kubectl; for tests. */
import { cloneJson } from '../../../api/canonical.ts';
import { decodeObject } from '../../../api/decode/decode.ts';
import { readDocuments } from '../../../api/document.ts';
import type { JsonObject, StringMap } from '../../../api/types.ts';
import { ApiClient } from '../../../cluster/apiClient.ts';
import { Cluster } from '../../../cluster/cluster.ts';
import {
  type ControllerRevision,
  type Deployment,
  type DeploymentStatus,
  EMPTY_REPLICA_SET_STATUS,
  type PodControllerKind,
  REVISION_ANNOTATION,
  type ReplicaSet,
  type StoredByKind,
  type StoredKind,
} from '../../../cluster/objects.ts';
import type { ObjectTable } from '../../../cluster/objectTable.ts';
import type { PodIdentity } from '../../../cluster/podIdentity.ts';
import { ProcessRunner } from '../../../cluster/process.ts';
import { draftRevision } from '../../../controllers/history.ts';
import { Kernel } from '../../../kernel/kernel.ts';
import { ChangeFeed } from '../changeFeed.ts';
import { runKubectl } from '../index.ts';
import type { KubectlOutcome } from '../session.ts';
import { createObject } from '../writes.ts';

/** A command that may still run. */
export interface StartedCommand {
  outcome: KubectlOutcome | undefined;
}

export class KubectlRig {
  readonly kernel = new Kernel();
  readonly cluster = new Cluster(this.kernel, {
    seed: 1,
    watchMicros: 0,
    apiServer: { latencyMicros: 0, serviceMicros: 0 },
  });
  readonly changes = new ChangeFeed(this.cluster);
  private readonly runner: ProcessRunner<KubectlOutcome>;

  /** @param yaml objects that exist from the start. */
  constructor(yaml = '') {
    const limits = { name: 'kubectl', qps: Number.POSITIVE_INFINITY, burst: 1 };
    const client = new ApiClient(this.kernel, this.cluster.apiServer, limits);
    this.runner = new ProcessRunner(this.kernel, client, 'kubectl');
    if (yaml !== '') this.add(yaml);
  }

  add(yaml: string): void {
    for (const { value } of readDocuments(yaml, 'test')) {
      const error = createObject(this.cluster, decodeObject(value as JsonObject));
      if (error !== undefined) throw new Error(error.message);
    }
    this.kernel.run();
  }

  /** Runs a command until it has ended, or nothing can happen any more. */
  run(commandLine: string, stdin = ''): KubectlOutcome {
    const { outcome } = this.start(commandLine, stdin);
    if (outcome === undefined) throw new Error(`${commandLine} is still waiting`);
    return outcome;
  }

  /** Standard output of a command that must succeed. */
  out(commandLine: string, stdin = ''): string {
    const { out, error } = this.run(commandLine, stdin);
    if (error !== '') throw new Error(error);
    return out;
  }

  start(commandLine: string, stdin = '', kubectlMicros = 0): StartedCommand {
    const { cluster, kernel, changes } = this;
    const context = { cluster, kernel, changes, kubectlMicros, namespace: 'default' };
    const command: StartedCommand = { outcome: undefined };
    const slot = this.runner.start(runKubectl(commandLine, stdin, context), (outcome) => {
      command.outcome = outcome;
    });
    changes.connect(() => this.runner.wake(slot));
    kernel.run();
    return command;
  }

  deployment(name = 'web', namespace = 'default'): Deployment {
    return this.cluster.deployments.find(namespace, name)!;
  }

  replicaSet(name: string): ReplicaSet {
    return this.cluster.replicaSets.find('default', name)!;
  }

  pod(name: string): number {
    return this.cluster.findPod('default', name);
  }

  /** Moves the clock. */
  wait(micros: number): void {
    const handler = this.kernel.register('test/tick', () => {});
    this.kernel.schedule(micros, handler);
    this.kernel.run();
  }

  /** Has something happen while a command runs that starts later. */
  after(micros: number, action: () => void): void {
    const handler = this.kernel.register('test/action', action);
    this.kernel.schedule(micros, handler);
  }

  /** What the Deployment controller would write. */
  setStatus(status: Partial<DeploymentStatus>, annotations: StringMap = {}): void {
    const live = this.deployment();
    const meta = { ...live.meta, annotations: { ...live.meta.annotations, ...annotations } };
    const observedGeneration = status.observedGeneration ?? live.generation;
    const error = this.cluster.deployments.update({
      ...live,
      meta,
      status: { ...live.status, ...status, observedGeneration },
    });
    if (error !== undefined) throw new Error(error.message);
    this.kernel.run();
  }

  /** The object of a kind and name in the namespace `default`, or in none. */
  stored<K extends StoredKind>(kind: K, name: string): StoredByKind[K] {
    const table = this.cluster.tables[kind];
    const found = table.find('default', name) ?? table.find('', name);
    if (found === undefined) throw new Error(`no ${kind} ${name}`);
    return found as StoredByKind[K];
  }

  /** Replaces fields of an object, as its controller would. */
  change<K extends StoredKind>(kind: K, name: string, fields: Partial<StoredByKind[K]>): void {
    const table = this.cluster.tables[kind] as unknown as ObjectTable<StoredByKind[K]>;
    const error = table.update({ ...this.stored(kind, name), ...fields });
    if (error !== undefined) throw new Error(error.message);
    this.kernel.run();
  }

  /** A ControllerRevision as a StatefulSet's or DaemonSet's controller makes it from the template of now. */
  addControllerRevision(
    kind: 'StatefulSet' | 'DaemonSet',
    name: string,
    revision: number,
    annotations: StringMap = {},
  ): ControllerRevision {
    const owner = this.stored(kind, name);
    const draft = draftRevision(this.cluster, owner, { revision, collisionCount: 0, annotations });
    const error = this.cluster.tables.ControllerRevision.create(draft);
    if (error !== undefined) throw new Error(error.message);
    this.kernel.run();
    return draft;
  }

  /** A pod of a controller, on a node when one is named. */
  addPod(kind: PodControllerKind, name: string, identity: PodIdentity = {}, node?: string): number {
    const controller = this.stored(kind, name);
    const owner = this.cluster.owners.get(controller.uid)!;
    const template = this.cluster.templates.intern(controller.spec.template);
    const pod = this.cluster.createOwnedPod(owner, template, identity);
    if (node !== undefined) this.cluster.bindPod(pod, this.cluster.nodes.rowOf(node));
    this.kernel.run();
    return pod;
  }

  /** A ReplicaSet as the Deployment controller makes it from the Deployment's template of now. */
  addRevision(revision: string, annotations: StringMap = {}): ReplicaSet {
    const { spec, uid, meta } = this.deployment();
    const hash = `hash${revision}`;
    const template = cloneJson(spec.template.manifest);
    (template.metadata as JsonObject).labels = { ...spec.template.labels, 'pod-template-hash': hash };
    const labels = { ...spec.template.labels, 'pod-template-hash': hash };
    const manifest = decodeObject({
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: `${meta.name}-${hash}`,
        labels,
        annotations: { ...annotations, [REVISION_ANNOTATION]: revision },
      },
      spec: { replicas: spec.replicas, selector: { matchLabels: labels }, template },
    });
    if (manifest.kind !== 'ReplicaSet') throw new Error('not a ReplicaSet');
    const stored = { uid: this.cluster.allocateUid(), generation: 1, creationMicros: this.kernel.nowMicros };
    this.cluster.replicaSets.create({ ...manifest, ...stored, ownerUid: uid, status: EMPTY_REPLICA_SET_STATUS });
    this.kernel.run();
    return this.replicaSet(`${meta.name}-${hash}`);
  }
}

export const WEB = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - {name: app, image: 'web:v1', env: [{name: A, value: b}], resources: {requests: {cpu: 100m}}}
        - {name: side, image: 'side:v1'}
`;

export const REPLICA_SET = `
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: cache}
spec:
  replicas: 2
  selector: {matchLabels: {app: cache}}
  template:
    metadata: {labels: {app: cache}}
    spec: {containers: [{name: app, image: 'cache:v1'}]}
`;

export const POD = `
apiVersion: v1
kind: Pod
metadata: {name: bare, labels: {app: bare}}
spec: {containers: [{name: app, image: 'bare:v1'}]}
`;

export const NODE = `
apiVersion: v1
kind: Node
metadata: {name: node-0}
status: {allocatable: {cpu: '4', memory: 8Gi, pods: '110'}}
`;

export const STATEFUL_SET = `
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  replicas: 3
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: 'db:v1'}]}
`;

export const DAEMON_SET = `
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec:
      nodeSelector: {disk: ssd}
      containers: [{name: agent, image: 'agent:v1'}]
`;

export const REPLICATION_CONTROLLER = `
apiVersion: v1
kind: ReplicationController
metadata: {name: old}
spec:
  replicas: 1
  selector: {app: old}
  template:
    metadata: {labels: {app: old}}
    spec: {containers: [{name: app, image: 'old:v1'}]}
`;

export const JOB = `
apiVersion: batch/v1
kind: Job
metadata: {name: import}
spec:
  completions: 4
  parallelism: 2
  template: {spec: {restartPolicy: Never, containers: [{name: job, image: 'import:v1'}]}}
`;

export const CRON_JOB = `
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec:
  schedule: 0 3 * * *
  timeZone: Europe/Berlin
  jobTemplate:
    spec: {template: {spec: {restartPolicy: Never, containers: [{name: job, image: 'nightly:v1'}]}}}
`;

export const SERVICE = `
apiVersion: v1
kind: Service
metadata: {name: db}
spec: {clusterIP: None, selector: {app: db}, ports: [{port: 5432}]}
`;
