/** A whole control plane over nodes on which the test itself is the kubelet: it says which pods are ready. */
import { isJsonObject } from '../api/canonical.ts';
import { featureGates } from '../api/featureGates.ts';
import { decodeObject } from '../api/index.ts';
import type { JsonObject } from '../api/types.ts';
import {
  Cluster,
  type PersistentVolumeClaim,
  POD_BOUND,
  POD_EXISTS,
  POD_FAILED,
  POD_FINISHED,
  POD_READY,
  POD_RUNNING,
  POD_TERMINATING,
  type RecordedEvent,
  type StatefulSet,
} from '../cluster/index.ts';
import { createClient, startControllers } from '../controllers/index.ts';
import { type HandlerId, Kernel } from '../kernel/kernel.ts';
import { MICROS_PER_MILLI, MICROS_PER_SECOND, type Micros } from '../kernel/time.ts';
import { defaultControlPlane } from '../scenario/controlPlane.ts';
import { kinds, type ResourceKind } from '../scenario/kubectl/kinds.ts';
import { documentOf, findObject, tableOf } from '../scenario/kubectl/objects.ts';
import { createObject, writeDocument } from '../scenario/kubectl/writes.ts';
import { parseVersion } from '../scenario/versions.ts';
import { Scheduler } from '../scheduler/index.ts';

const NAMESPACE = 'default';
const STEP_MICROS: Micros = 50 * MICROS_PER_MILLI;

export interface StandOptions {
  readonly kubernetes?: string;
  readonly gates?: Parameters<typeof featureGates>[1];
  readonly seed?: number;
  /** Labels of the nodes, one node each; by default four without any. */
  readonly nodes?: readonly JsonObject[];
  /** From a pod having a node to its container running. */
  readonly startMicros?: Micros;
  /** From a deletion to the pod being gone. */
  readonly terminateMicros?: Micros;
}

/** A pod as the API server has it. */
export interface StandPod {
  readonly name: string;
  readonly row: number;
  readonly uid: number;
  readonly image: string;
  /** Name of its ControllerRevision; empty without one. */
  readonly revision: string;
  readonly phase: 'Pending' | 'Running' | 'Failed' | 'Succeeded';
  readonly isReady: boolean;
  readonly isTerminating: boolean;
  readonly node: string;
}

/** What happened to a pod, in the order of the writes. */
export interface PodChange {
  readonly name: string;
  readonly what: 'created' | 'ready' | 'terminating' | 'deleted';
  readonly atSeconds: number;
}

export class Stand {
  readonly kernel = new Kernel();
  readonly cluster: Cluster;
  readonly events: RecordedEvent[] = [];
  readonly changes: PodChange[] = [];
  private readonly options: StandOptions;
  private readonly tick: HandlerId;
  /** Names of pods that fail their readiness probe. */
  private readonly broken = new Set<string>();
  private isBroken = (name: string): boolean => this.broken.has(name);

  constructor(options: StandOptions = {}) {
    const { kernel } = this;
    const version = parseVersion(options.kubernetes ?? '1.37');
    const { latency, kubeControllerManager } = defaultControlPlane;
    const unlimited = { kubeApiQps: Number.POSITIVE_INFINITY, kubeApiBurst: 1 };
    this.options = options;
    this.tick = kernel.register('stand/tick', () => {});
    this.cluster = new Cluster(kernel, {
      seed: options.seed ?? 1,
      watchMicros: latency.watchMicros,
      apiServer: { latencyMicros: latency.apiMicros, serviceMicros: latency.apiServiceMicros },
    });
    const { cluster } = this;
    const context = {
      kernel,
      cluster,
      version,
      gates: featureGates(version, options.gates),
      controlPlane: {
        latency,
        kubeScheduler: unlimited,
        kubelet: unlimited,
        kubeControllerManager: { ...kubeControllerManager, ...unlimited },
      },
    };
    cluster.observeEvents((event) => this.events.push(event));
    cluster.observePods((pod, before, after) => this.note(pod, before, after));
    startControllers(context);
    const cycleMicros = latency.schedulingCycleMicros;
    new Scheduler({ kernel, cluster, client: createClient(context, 'scheduler', unlimited), cycleMicros, version });
    this.startKubelet();
    for (const [index, labels] of (options.nodes ?? [{}, {}, {}, {}]).entries())
      this.createNode(`node-${index}`, labels);
  }

  // ---- what a user does ----

  create(...documents: JsonObject[]): void {
    for (const document of documents) {
      const error = createObject(this.cluster, decodeObject(document));
      if (error !== undefined) throw new Error(error.message);
    }
  }

  /** Changes an object's document. */
  edit(kind: keyof typeof kinds, name: string, change: (spec: JsonObject, document: JsonObject) => void): void {
    const target = findObject(this.cluster, kinds[kind], NAMESPACE, name);
    if (target === undefined) throw new Error(`no ${kind} ${name}`);
    const document = structuredClone(documentOf(this.cluster, target));
    change(isJsonObject(document.spec) ? document.spec : {}, document);
    const { error } = writeDocument(this.cluster, target, document);
    if (error !== undefined) throw new Error(error.message);
  }

  delete(kind: keyof typeof kinds, name: string, finalizer?: string): void {
    const resource: ResourceKind = kinds[kind];
    const target = findObject(this.cluster, resource, NAMESPACE, name);
    if (target === undefined) throw new Error(`no ${kind} ${name}`);
    if (resource.kind === 'Pod') this.cluster.deletePod(target.key);
    else tableOf(this.cluster, resource).delete(target.key, this.kernel.nowMicros, finalizer);
  }

  // ---- what a kubelet does ----

  /** The pod fails its readiness probe from now on, and the ones of this name after it. */
  breakPod(name: string): void {
    this.broken.add(name);
    const pod = this.cluster.findPod(NAMESPACE, name);
    if (pod !== -1 && (this.cluster.pods.state[pod]! & POD_RUNNING) !== 0) this.cluster.setPodRunning(pod, false);
  }

  restorePod(name: string): void {
    this.broken.delete(name);
    const pod = this.cluster.findPod(NAMESPACE, name);
    if (pod !== -1 && (this.cluster.pods.state[pod]! & POD_RUNNING) !== 0) this.cluster.setPodRunning(pod, true);
  }

  /** Pods of which this is true are never ready, besides those that were broken by name. */
  breakPodsWhere(isBroken: (name: string) => boolean): void {
    this.isBroken = (name) => this.broken.has(name) || isBroken(name);
  }

  failPod(name: string): void {
    this.cluster.setPodFinished(this.cluster.findPod(NAMESPACE, name), POD_FAILED);
  }

  // ---- what is there ----

  get nowSeconds(): number {
    return this.kernel.nowMicros / MICROS_PER_SECOND;
  }

  set(name: string): StatefulSet {
    const set = this.cluster.tables.StatefulSet.find(NAMESPACE, name);
    if (set === undefined) throw new Error(`no StatefulSet ${name}`);
    return set;
  }

  /** Running, ready, and not about to go. */
  isReadyState(state: number): boolean {
    return (state & (POD_RUNNING | POD_READY | POD_TERMINATING)) === (POD_RUNNING | POD_READY);
  }

  claims(): PersistentVolumeClaim[] {
    return this.cluster.tables.PersistentVolumeClaim.list();
  }

  claimNames(): string[] {
    return this.claims()
      .map(({ meta }) => meta.name)
      .sort();
  }

  /** By name. */
  pods(): StandPod[] {
    return this.cluster.listPods(NAMESPACE).map((row) => this.podAt(row));
  }

  pod(name: string): StandPod {
    return this.podAt(this.cluster.findPod(NAMESPACE, name));
  }

  podNames(): string[] {
    return this.pods().map(({ name }) => name);
  }

  private podAt(row: number): StandPod {
    const { pods, nodes } = this.cluster;
    const state = pods.state[row]!;
    const node = pods.node[row]!;
    return {
      name: this.cluster.podName(row),
      row,
      uid: pods.uid[row]!,
      image: this.cluster.templateOf(row).image,
      revision: this.cluster.labelsOf(row)['controller-revision-hash'] ?? '',
      phase: phaseOf(state),
      isReady: (state & POD_READY) !== 0,
      isTerminating: (state & POD_TERMINATING) !== 0,
      node: node === -1 ? '' : nodes.names[node]!,
    };
  }

  // ---- time ----

  run(seconds: number): void {
    this.runUntil(this.kernel.nowMicros + Math.round(seconds * MICROS_PER_SECOND));
  }

  /** The clock stops at the last event there is: this is one. */
  private runUntil(atMicros: Micros): void {
    this.kernel.scheduleAt(atMicros, this.tick);
    this.kernel.run({ untilMicros: atMicros });
  }

  /** Lets time pass until something holds; fails when it does not within so many seconds. */
  waitFor(what: string, holds: () => boolean, seconds = 120): void {
    const endMicros = this.kernel.nowMicros + seconds * MICROS_PER_SECOND;
    while (!holds()) {
      if (this.kernel.nowMicros >= endMicros) throw new Error(`not within ${seconds} s: ${what}`);
      this.runUntil(this.kernel.nowMicros + STEP_MICROS);
    }
  }

  // ---- the machinery ----

  private startKubelet(): void {
    const { kernel, cluster } = this;
    const { startMicros = MICROS_PER_SECOND, terminateMicros = MICROS_PER_SECOND } = this.options;
    const uidOf = (pod: number) => cluster.pods.uid[pod]! | 0;
    const start = kernel.register('stand/start', (pod, uid) => {
      if (uidOf(pod) !== uid || (cluster.pods.state[pod]! & (POD_TERMINATING | POD_FINISHED)) !== 0) return;
      if ((cluster.pods.state[pod]! & POD_EXISTS) !== 0)
        cluster.setPodRunning(pod, !this.isBroken(cluster.podName(pod)));
    });
    const stop = kernel.register('stand/stop', (pod, uid) => {
      if (uidOf(pod) === uid && (cluster.pods.state[pod]! & POD_EXISTS) !== 0) cluster.removePod(pod);
    });
    cluster.listenPods((pod, before, after) => {
      const got = after & ~before;
      if ((got & POD_BOUND) !== 0) kernel.schedule(startMicros, start, pod, uidOf(pod));
      if ((got & POD_TERMINATING) !== 0) kernel.schedule(terminateMicros, stop, pod, uidOf(pod));
    });
  }

  private createNode(name: string, labels: JsonObject): void {
    this.create({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name, labels: { 'kubernetes.io/hostname': name, ...labels } },
      status: { allocatable: { cpu: '8', memory: '32Gi', pods: '110' } },
    });
  }

  private note(pod: number, before: number, after: number): void {
    const add = (what: PodChange['what']) =>
      this.changes.push({ name: this.cluster.podName(pod), what, atSeconds: this.nowSeconds });
    if (before === 0) add('created');
    if ((after & ~before & POD_READY) !== 0) add('ready');
    if ((after & ~before & POD_TERMINATING) !== 0) add('terminating');
    if (after === 0) add('deleted');
  }
}

function phaseOf(state: number): StandPod['phase'] {
  if ((state & POD_FINISHED) !== 0) return (state & POD_FAILED) !== 0 ? 'Failed' : 'Succeeded';
  return (state & POD_RUNNING) !== 0 ? 'Running' : 'Pending';
}
