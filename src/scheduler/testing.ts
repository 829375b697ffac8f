/** What the tests of this folder have in common: small clusters from partial manifests. */
import { decodeObject } from '../api/decode/decode.ts';
import type { JsonObject, NodeManifest, PodManifest, PriorityClassManifest } from '../api/types.ts';
import { ApiClient } from '../cluster/apiClient.ts';
import { Cluster } from '../cluster/cluster.ts';
import type { Node } from '../cluster/objects.ts';
import type { CompiledTemplate } from '../cluster/templateTable.ts';
import { Kernel } from '../kernel/kernel.ts';
import { MICROS_PER_MILLI } from '../kernel/time.ts';
import { Cache } from './cache.ts';
import type { ClusterEvent } from './clusterEvent.ts';
import type { AnyPlugin, CycleState, Handle, PodInfo } from './framework.ts';
import { NodeOrder } from './nodeOrder.ts';
import { Nominator } from './nominator.ts';
import { Scheduler, type SchedulerOptions } from './scheduler.ts';
import { TopologyIndex } from './topology/index.ts';

export interface NodeSketch {
  readonly cpu?: string;
  readonly memory?: string;
  readonly pods?: string;
  readonly allocatable?: JsonObject;
  readonly labels?: JsonObject;
  readonly taints?: JsonObject[];
  readonly unschedulable?: boolean;
  /** `status.images`. */
  readonly images?: JsonObject[];
}

export interface PodSketch {
  readonly labels?: JsonObject;
  readonly requests?: JsonObject;
  readonly spec?: JsonObject;
  readonly ports?: JsonObject[];
}

export const WATCH_MICROS = 1 * MICROS_PER_MILLI;
export const REQUEST_MICROS = 2 * MICROS_PER_MILLI;
const API_SERVER = { latencyMicros: REQUEST_MICROS, serviceMicros: 0 };
export const CYCLE_MICROS = 1 * MICROS_PER_MILLI;

/** A cluster, and a scheduler if asked for, with a record of what the scheduler reported. */
export class TestCluster {
  readonly kernel = new Kernel();
  readonly cluster: Cluster;
  /** `TIME failed POD: MESSAGE` and `TIME scheduled POD on NODE`, times in ms. */
  readonly log: string[] = [];
  /** Of the plugins that are tested alone. It knows the nodes of `cacheNode`, and the pods that a test adds. */
  readonly topology: TopologyIndex;
  private readonly podNames = new Map<number, string>();

  /** @param minorVersion of the API server; by default the newest */
  constructor(seed = 1, minorVersion?: number) {
    const options = { seed, apiServer: API_SERVER, watchMicros: WATCH_MICROS };
    this.cluster = new Cluster(this.kernel, minorVersion === undefined ? options : { ...options, minorVersion });
    this.topology = new TopologyIndex(this.cluster);
  }

  /** Handle for a plugin that is tested alone. */
  handle(minorVersion = 37): Handle {
    const { cluster, topology } = this;
    return {
      cluster,
      client: this.client(Number.POSITIVE_INFINITY),
      minorVersion,
      topology,
      cache: new Cache({ cluster, onChange: () => {} }),
      order: new NodeOrder(cluster.nodes),
      nominator: new Nominator({ priorityOf: (pod) => cluster.pods.priority[pod]!, onChange: () => {} }),
      preemption: { release: () => {}, preferredNode: () => -1, onPreempted: () => {} },
      invalidateRows: () => {},
    };
  }

  client(qps: number): ApiClient {
    return new ApiClient(this.kernel, this.cluster.apiServer, { name: 'scheduler', qps, burst: 1 });
  }

  scheduler(options: Partial<SchedulerOptions> = {}): Scheduler {
    const { kernel, cluster } = this;
    const client = this.client(Number.POSITIVE_INFINITY);
    return new Scheduler({
      kernel,
      cluster,
      client,
      cycleMicros: CYCLE_MICROS,
      version: { minor: 37 },
      onFailedScheduling: (pod, message) => this.note(`failed ${this.podNames.get(pod)}: ${message}`),
      onScheduled: (pod, node) => this.note(`scheduled ${this.podNames.get(pod)} on ${cluster.nodes.names[node]}`),
      ...options,
    });
  }

  /** Puts a node straight into the scheduler's cache, for plugins that are tested alone. */
  cacheNode(name: string, sketch: NodeSketch = {}, plugin?: AnyPlugin): number {
    const row = this.cluster.nodes.upsert(this.node(name, sketch));
    this.topology.nodeChanged(row);
    plugin?.nodeChanged?.(row);
    return row;
  }

  /** Creates a node in the API. */
  createNode(name: string, sketch: NodeSketch = {}): Node {
    this.cluster.nodeObjects.create(this.node(name, sketch));
    return this.cluster.nodeObjects.list().find((node) => node.meta.name === name)!;
  }

  updateNode(name: string, sketch: NodeSketch): void {
    const before = this.cluster.nodeObjects.list().find((node) => node.meta.name === name)!;
    const after = this.node(name, sketch);
    this.cluster.nodeObjects.update({ ...after, uid: before.uid, resourceVersion: before.resourceVersion });
  }

  deleteNode(name: string): void {
    const { uid } = this.cluster.nodeObjects.list().find((node) => node.meta.name === name)!;
    this.cluster.nodeObjects.delete(uid);
  }

  /** Creates a pod without an owner; its row. */
  createPod(name: string, sketch: PodSketch = {}): number {
    const manifest = podManifest(name, this.withPriorityClass(sketch));
    this.cluster.createBarePod(this.cluster.templates.intern(manifest.template), {
      meta: manifest.meta,
      manifest: manifest.manifest,
    });
    const pod = this.cluster.findPod('default', name);
    this.podNames.set(pod, name);
    return pod;
  }

  /** Pods have their priority from a class: makes the one that a sketch with a priority, and no class, needs. */
  private withPriorityClass(sketch: PodSketch): PodSketch {
    const { priority, preemptionPolicy = 'PreemptLowerPriority', priorityClassName } = sketch.spec ?? {};
    if (priority === undefined || priorityClassName !== undefined) return sketch;
    const name = `of-${priority}-${preemptionPolicy}`.toLowerCase();
    const classes = this.cluster.tables.PriorityClass;
    if (classes.find('', name) === undefined) {
      const document = { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name } };
      const manifest = decodeObject({ ...document, value: priority, preemptionPolicy }) as PriorityClassManifest;
      const stored = { uid: this.cluster.allocateUid(), generation: 1, creationMicros: 0, ownerUid: -1 };
      classes.create({ ...manifest, ...stored });
    }
    return { ...sketch, spec: { ...sketch.spec, priorityClassName: name } };
  }

  template(sketch: PodSketch = {}): CompiledTemplate {
    return this.cluster.templates.intern(podManifest('p', sketch).template);
  }

  cycle(sketch: PodSketch = {}): CycleState {
    const template = this.template(sketch);
    const { labelSet, spec } = template;
    return { pod: 0, template, labelSet, namespace: 'default', priority: spec.priority ?? 0 };
  }

  /** A pod as plugins are told that it counts. */
  info(sketch: PodSketch = {}): PodInfo {
    const template = this.template(sketch);
    return { pod: 0, template, labelSet: template.labelSet, namespace: 'default', isTerminating: false };
  }

  nodeOf(pod: number): string {
    const node = this.cluster.pods.node[pod]!;
    return node === -1 ? '' : this.cluster.nodes.names[node]!;
  }

  private node(name: string, sketch: NodeSketch): Node {
    const { cpu = '4', memory = '8Gi', pods = '110', allocatable = {}, labels = {}, taints = [], images = [] } = sketch;
    const manifest = decodeObject({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name, labels: { 'kubernetes.io/hostname': name, ...labels } },
      spec: { taints, unschedulable: sketch.unschedulable ?? false },
      status: { allocatable: { cpu, memory, pods, ...allocatable }, images },
    }) as NodeManifest;
    const uid = this.cluster.allocateUid();
    return { ...manifest, uid, resourceVersion: 1, generation: 1, creationMicros: 0, ownerUid: -1 };
  }

  private note(text: string): void {
    this.log.push(`${this.kernel.nowMicros / MICROS_PER_MILLI} ${text}`);
  }
}

function podManifest(name: string, { labels = {}, requests, spec = {}, ports = [] }: PodSketch): PodManifest {
  const resources = requests === undefined ? {} : { requests, limits: deviceLimits(requests) };
  return decodeObject({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', labels },
    spec: { containers: [{ name: 'c', image: 'c:v1', resources, ports }], ...spec },
  }) as PodManifest;
}

/** Of what cannot be overcommitted request and limit are one. */
function deviceLimits(requests: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(requests).filter(([name]) => /\/|^hugepages-/.test(name)));
}

/** Runs a plugin's PreFilter and Filter as the framework does; reasons, or `undefined` where the node passes. */
export function filterOne(plugin: AnyPlugin, state: CycleState, node: number): readonly string[] | undefined {
  const status = plugin.preFilter?.(state);
  if (status?.code === 'Skip') return undefined;
  const code = plugin.filter!(state, node);
  return code === 0 ? undefined : plugin.reasonsOf!(code);
}

/** Runs PreScore, Score and NormalizeScore; `undefined` when the plugin skips the pod. */
export function scoreAll(plugin: AnyPlugin, state: CycleState, nodes: readonly number[]): number[] | undefined {
  const rows = Int32Array.from(nodes);
  if (plugin.isScoreIdle?.(state) || plugin.preScore?.(state, rows, rows.length).code === 'Skip') return undefined;
  const scores = Float64Array.from(nodes, (node) => plugin.score!(state, node));
  plugin.normalizeScore?.(state, scores, rows, rows.length);
  return [...scores];
}

/** Whether an event would give a pod that the plugin rejected another chance. */
export function wakes(plugin: AnyPlugin, template: CompiledTemplate, event: ClusterEvent): boolean {
  return plugin.eventsToRegister!().some(
    ({ kinds, hint }) => (kinds & event.kinds) !== 0 && (hint === undefined || hint(template, event, 0)),
  );
}
