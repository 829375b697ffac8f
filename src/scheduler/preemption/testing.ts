/** What the tests of this folder have in common: nodes with pods on them, and what preemption needs to look at them. */
import { decodeObject } from '../../api/decode/decode.ts';
import type { PodDisruptionBudgetManifest } from '../../api/types.ts';
import { EMPTY_POD_DISRUPTION_BUDGET_STATUS } from '../../cluster/objects.ts';
import { MICROS_PER_SECOND } from '../../kernel/time.ts';
import { Cache } from '../cache.ts';
import { Diagnosis } from '../diagnosis.ts';
import { Filtering } from '../filtering.ts';
import type { CycleState, Handle } from '../framework.ts';
import { NodeOrder } from '../nodeOrder.ts';
import { Nominator } from '../nominator.ts';
import { DEFAULT_PLUGIN_ARGS, type DefaultPreemptionArgs } from '../pluginArgs.ts';
import { Profile } from '../profile.ts';
import { DEFAULT_PLUGINS } from '../registry.ts';
import { type NodeSketch, type PodSketch, TestCluster } from '../testing.ts';
import { Budgets } from './budgets.ts';
import { Candidates } from './candidates.ts';
import { DryRun } from './dryRun.ts';

/** A scheduler's tables without a scheduler. */
export class PreemptionStand {
  readonly test = new TestCluster();
  readonly cluster = this.test.cluster;
  readonly cache: Cache;
  readonly order: NodeOrder;
  readonly nominator: Nominator;
  readonly dryRun: DryRun;
  readonly filtering: Filtering;
  /** What a recording would have of the waiting pods. */
  preferredNode = -1;
  private readonly profile: Profile;
  private pods = 0;

  constructor() {
    const { cluster } = this;
    this.order = new NodeOrder(cluster.nodes);
    this.cache = new Cache({
      cluster,
      onChange: (node) => this.order.touch(node),
      onUpdate: (node) => this.order.touchPods(node),
    });
    this.nominator = new Nominator({
      priorityOf: (pod) => cluster.pods.priority[pod]!,
      onChange: (node) => {
        cluster.nodes.version[node]!++;
        this.order.touch(node);
      },
    });
    this.cache.tell(this.test.topology);
    const handle: Handle = { ...this.test.handle(), cache: this.cache, order: this.order, nominator: this.nominator };
    this.profile = new Profile(DEFAULT_PLUGINS, handle);
    this.cache.tell(this.profile);
    const { profile, cache, nominator } = this;
    this.filtering = new Filtering({ profile, nodes: cluster.nodes, cache, nominator });
    this.dryRun = new DryRun(cluster, cache, new Budgets(cluster));
  }

  candidates(args: DefaultPreemptionArgs = DEFAULT_PLUGIN_ARGS.DefaultPreemption, isDirect = false): Candidates {
    const { cluster, cache, order, nominator } = this;
    const offsets = cluster.streams.stream('scheduler/preemption');
    const preferredNode = () => this.preferredNode;
    return new Candidates({ cluster, cache, order, nominator, args, offsets, preferredNode, isDirect });
  }

  /** Row of a new node. */
  node(sketch: NodeSketch = {}): number {
    const { count } = this.cluster.nodes;
    this.test.createNode(`n${count}`, sketch);
    this.test.kernel.run();
    const row = this.cluster.nodes.rowOf(`n${count}`);
    this.order.update(row);
    this.test.topology.nodeChanged(row);
    this.profile.nodeChanged(row);
    return row;
  }

  /** Row of a new pod that waits. */
  waiting(priority: number, sketch: PodSketch = {}): number {
    return this.create(priority, sketch);
  }

  /** Row of a new pod that runs on the node. */
  running(node: number, priority: number, sketch: PodSketch = {}): number {
    const pod = this.create(priority, {
      ...sketch,
      spec: { nodeName: this.cluster.nodes.names[node]!, ...sketch.spec },
    });
    this.cache.add(pod, node);
    return pod;
  }

  private create(priority: number, sketch: PodSketch): number {
    const pod = this.test.createPod(`p${this.pods++}`, { ...sketch, spec: { priority, ...sketch.spec } });
    this.test.kernel.run();
    return pod;
  }

  /** Moves time on, so that pods start in different seconds. */
  wait(seconds: number): void {
    const { kernel } = this.test;
    kernel.schedule(
      seconds * MICROS_PER_SECOND,
      kernel.register('test/wait', () => {}),
    );
    kernel.run();
  }

  /** Gives the pod this value of the label `app`, and no other label. */
  label(pod: number, app: string): void {
    this.cluster.setPodLabels(pod, { app });
    this.test.kernel.run();
  }

  /** A PodDisruptionBudget for the pods with this value of the label `app`. */
  budget(app: string, disruptionsAllowed: number): void {
    const { cluster } = this;
    const manifest = decodeObject({
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: app, namespace: 'default' },
      spec: { minAvailable: 1, selector: { matchLabels: { app } } },
    }) as PodDisruptionBudgetManifest;
    const stored = { uid: cluster.allocateUid(), generation: 1, creationMicros: 0, ownerUid: -1 };
    const status = { ...EMPTY_POD_DISRUPTION_BUDGET_STATUS, observedGeneration: 1, disruptionsAllowed };
    cluster.tables.PodDisruptionBudget.create({ ...manifest, ...stored, status });
    this.test.kernel.run();
  }

  /** The pod's turn has come, and the PreFilters have run. */
  turnOf(pod: number): CycleState {
    const { cluster } = this;
    const state: CycleState = {
      pod,
      template: cluster.templateOf(pod),
      labelSet: cluster.pods.labelSet[pod]!,
      namespace: 'default',
      priority: cluster.pods.priority[pod]!,
    };
    const { filters } = this.profile;
    this.filtering.preFilter(state, new Diagnosis(filters, []));
    return state;
  }

  /** Names of the victims that the pod would need on the node; undefined where it would not fit all the same. */
  victims(pod: number, node: number): string[] | undefined {
    if (!this.dryRun.selectVictims(this.turnOf(pod), node, this.filtering)) return undefined;
    return this.dryRun.victims.map((victim) => this.cluster.podName(victim));
  }
}
