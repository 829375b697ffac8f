/** A cluster with a real scheduler, of which every decision is compared with the oracle's. */
import { decodeObject } from '../../api/index.ts';
import type { JsonObject, StringMap } from '../../api/types.ts';
import { ApiClient } from '../../cluster/apiClient.ts';
import { Cluster, type Node, POD_BOUND, POD_EXISTS, POD_FINISHED, POD_TERMINATING } from '../../cluster/index.ts';
import { Kernel } from '../../kernel/kernel.ts';
import { MICROS_PER_MILLI, MICROS_PER_SECOND } from '../../kernel/time.ts';
import { kinds } from '../../scenario/kubectl/kinds.ts';
import { documentOf, findObject } from '../../scenario/kubectl/objects.ts';
import { createObject, writeDocument } from '../../scenario/kubectl/writes.ts';
import type { CycleState } from '../../scheduler/framework.ts';
import { Scheduler } from '../../scheduler/index.ts';
import { DEFAULT_PLUGINS, type PluginRegistration } from '../../scheduler/registry.ts';
import type { SchedulingAlgorithm } from '../../scheduler/schedulingAlgorithm.ts';
import { DEFAULT_PROFILE, type WeightedPlugin } from './decision.ts';
import { VisitingOrder } from './nodeOrder.ts';
import { type Seen, Witness } from './witness.ts';
import type { World, WorldNode, WorldPod } from './world.ts';

const SCHEDULER_NAME = 'default-scheduler';

export interface StageOptions {
  readonly minorVersion?: number;
  readonly seed?: number;
  readonly isDirect?: boolean;
  /** Told of every decision instead of the witness; a number that it answers with is taken for the node's row. */
  readonly onDecision?: (state: CycleState, node: number, algorithm: SchedulingAlgorithm) => number | undefined;
  /** Counts what was compared. */
  readonly seen?: Seen;
  readonly percentageOfNodesToScore?: number;
  /** The scheduler's plugins, and what they are held against. */
  readonly plugins?: readonly PluginRegistration[];
  readonly profile?: readonly WeightedPlugin[];
}

export class Stage {
  readonly kernel = new Kernel();
  readonly cluster: Cluster;
  readonly scheduler: Scheduler;
  /** `POD on NODE`, or `POD: MESSAGE NODE` of an attempt that failed, with the node that the pod may hope for. */
  readonly log: string[] = [];
  readonly witness: Witness;
  private readonly minorVersion: number;
  private readonly isWatched: boolean;
  /** Names of the pods that had to go since things settled last. */
  private readonly preempted: string[] = [];
  private readonly namespaces = new Map<string, StringMap>();
  private readonly order = new VisitingOrder();

  constructor(options: StageOptions = {}) {
    const { minorVersion = 37, seed = 1, isDirect = false, percentageOfNodesToScore = 0 } = options;
    const { plugins = DEFAULT_PLUGINS, profile = DEFAULT_PROFILE } = options;
    const { kernel } = this;
    this.minorVersion = minorVersion;
    this.isWatched = options.onDecision === undefined;
    const apiServer = { latencyMicros: 2 * MICROS_PER_MILLI, serviceMicros: 0 };
    this.cluster = new Cluster(kernel, { seed, apiServer, watchMicros: MICROS_PER_MILLI, minorVersion });
    const world = () => this.world();
    const describe = (pod: number) => this.describe(pod);
    this.witness = new Witness(this.cluster, { world, describe, profile, percentageOfNodesToScore }, options.seen);
    this.scheduler = new Scheduler({
      kernel,
      cluster: this.cluster,
      client: new ApiClient(kernel, this.cluster.apiServer, {
        name: 'scheduler',
        qps: Number.POSITIVE_INFINITY,
        burst: 1,
      }),
      cycleMicros: MICROS_PER_MILLI,
      version: { minor: minorVersion },
      profiles: [{ schedulerName: SCHEDULER_NAME, plugins, percentageOfNodesToScore }],
      isDirect,
      onScheduled: (pod, node) => this.log.push(`${this.cluster.podName(pod)} on ${this.cluster.nodes.names[node]}`),
      onFailedScheduling: (pod, message) => {
        const hopedFor = this.cluster.nodes.names[this.scheduler.nominator.nodeOf(pod)] ?? '';
        this.log.push(`${this.cluster.podName(pod)}: ${message} ${hopedFor}`);
        this.witness.hasFailed(message, hopedFor);
      },
      onDecision: (state, node, algorithm) => {
        if (this.isWatched) this.witness.see(state, node, algorithm);
        const chosen = options.onDecision?.(state, node, algorithm) ?? node;
        if (chosen !== -1) this.witness.assume(state.pod, chosen);
        return chosen;
      },
    });
    this.cluster.observeEvents(({ name, reason }) => {
      if (reason === 'Preempted') this.preempted.push(name);
    });
    this.cluster.nodeObjects.observe((before, after) => this.follow(before, after));
  }

  // ---- what happens to the cluster ----

  create(document: JsonObject): void {
    const error = createObject(this.cluster, decodeObject(document));
    if (error !== undefined) throw new Error(error.message);
  }

  /** Every namespace bears its own name, too. */
  labelNamespace(name: string, labels: StringMap): void {
    this.cluster.setNamespaceLabels(name, labels);
    this.namespaces.set(name, { ...labels, 'kubernetes.io/metadata.name': name });
  }

  /** A budget that some controller has worked out. */
  createBudget(name: string, selector: StringMap, disruptionsAllowed: number): void {
    const spec = { minAvailable: 1, selector: { matchLabels: { ...selector } } };
    this.create({
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name, namespace: 'default' },
      spec,
    });
    const table = this.cluster.tables.PodDisruptionBudget;
    const budget = table.find('default', name)!;
    table.update({ ...budget, status: { ...budget.status, disruptionsAllowed } });
  }

  editNode(name: string, change: (document: JsonObject) => void): void {
    const target = findObject(this.cluster, kinds.Node, '', name)!;
    const document = structuredClone(documentOf(this.cluster, target));
    change(document);
    const { error } = writeDocument(this.cluster, target, document);
    if (error !== undefined) throw new Error(error.message);
  }

  deleteNode(name: string): void {
    this.cluster.nodeObjects.delete(this.cluster.nodeObjects.find('', name)!.uid);
  }

  hasNode(name: string): boolean {
    return this.cluster.nodeObjects.find('', name) !== undefined;
  }

  /** Lets time pass until all that can be placed is placed. */
  settle(): void {
    this.run(15);
    if (this.isWatched) this.witness.compareVictims(this.preempted.splice(0));
  }

  run(seconds: number): void {
    this.kernel.run({ untilMicros: this.kernel.nowMicros + seconds * MICROS_PER_SECOND });
  }

  /** Creates a pod of a ReplicaSet. */
  createOwned(replicaSet: string, namespace = 'default'): void {
    const { uid, spec } = this.cluster.tables.ReplicaSet.find(namespace, replicaSet)!;
    this.cluster.createOwnedPod(this.cluster.owners.get(uid)!, this.cluster.templates.intern(spec.template));
  }

  /** Rows of the pods that are there. */
  pods(): number[] {
    const { pods } = this.cluster;
    return Array.from({ length: pods.rowCount }, (_, row) => row).filter(
      (row) => (pods.state[row]! & POD_EXISTS) !== 0,
    );
  }

  relabel(pod: number, labels: StringMap): void {
    this.cluster.setPodLabels(pod, labels);
  }

  // ---- what the oracle decides from ----

  world(): World {
    const { cluster } = this;
    const counted = this.seenPods().filter((pod) => {
      const isFinished = (cluster.pods.observed[pod]! & POD_FINISHED) !== 0;
      return !isFinished && this.nodeNameOf(pod) !== '';
    });
    return {
      minorVersion: this.minorVersion,
      nodes: this.order.names().map((name) => describeNode(cluster.nodeObjects.find('', name)!)),
      pods: counted.map((pod) => this.describe(pod)),
      namespaces: this.namespaces,
      services: cluster.tables.Service.list().map(({ meta, spec }) => ({
        namespace: meta.namespace,
        selector: spec.selector,
      })),
      budgets: cluster.tables.PodDisruptionBudget.list().map(({ meta, spec, status }) => ({
        namespace: meta.namespace,
        selector: spec.selector,
        disruptionsAllowed: status.disruptionsAllowed,
      })),
      nominations: this.seenPods()
        .filter((pod) => this.scheduler.nominator.nodeOf(pod) !== -1)
        .map((pod) => ({
          pod: this.describe(pod),
          nodeName: cluster.nodes.names[this.scheduler.nominator.nodeOf(pod)]!,
        })),
    };
  }

  /** Rows of the pods that are there for the scheduler, whose informers lag behind. */
  private seenPods(): number[] {
    const { rowCount, observed } = this.cluster.pods;
    return Array.from({ length: rowCount }, (_, row) => row).filter((row) => (observed[row]! & POD_EXISTS) !== 0);
  }

  private nodeNameOf(pod: number): string {
    const { pods, nodes } = this.cluster;
    const isBound = (pods.observed[pod]! & POD_BOUND) !== 0;
    const row = isBound ? pods.node[pod]! : this.witness.assumedOn(pod);
    return row === -1 ? '' : nodes.names[row]!;
  }

  describe(pod: number): WorldPod {
    const { cluster } = this;
    const template = cluster.templateOf(pod);
    const owner = cluster.ownerOf(pod);
    const isStarted = (cluster.pods.observed[pod]! & POD_BOUND) !== 0;
    return {
      name: cluster.podName(pod),
      namespace: cluster.podNamespace(pod),
      labels: cluster.labelsOf(pod),
      labelsAtCreation: template.labels,
      spec: template.spec,
      priority: cluster.pods.priority[pod]!,
      preemptionPolicy: cluster.priorityOf(pod).preemptionPolicy,
      nodeName: this.nodeNameOf(pod),
      isTerminating: (cluster.pods.observed[pod]! & POD_TERMINATING) !== 0,
      isVictim: cluster.podDisruption(pod)?.reason === 'PreemptionByScheduler',
      startSeconds: isStarted
        ? Math.floor(cluster.pods.boundMicros[pod]! / MICROS_PER_SECOND)
        : Number.POSITIVE_INFINITY,
      ownerSelector:
        owner?.kind === 'ReplicaSet'
          ? cluster.tables.ReplicaSet.find(owner.namespace, owner.name)?.spec.selector
          : undefined,
    };
  }

  private follow(before: Node | undefined, after: Node | undefined): void {
    if (before === undefined) this.order.add(after!.meta.name, after!.meta.labels);
    else if (after === undefined) this.order.remove(before.meta.name, before.meta.labels);
    else this.order.update(after.meta.name, before.meta.labels, after.meta.labels);
  }
}

function describeNode({ meta, taints, unschedulable, allocatable, images }: Node): WorldNode {
  return { name: meta.name, labels: meta.labels, taints, unschedulable, allocatable, images };
}
