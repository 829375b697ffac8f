import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import type { Node } from '../cluster/objects.ts';
import type { CompiledTemplate } from '../cluster/templateTable.ts';
import type { AnyPlugin, Handle } from './framework.ts';
import { NodeTree } from './nodeTree.ts';
import { Profile } from './profile.ts';
import { DEFAULT_PLUGINS, type PluginRegistration } from './registry.ts';
import { SchedulingAlgorithm } from './schedulingAlgorithm.ts';
import { type PodSketch, TestCluster } from './testing.ts';

const NODES = 5;
/** More than are remembered. */
const TEMPLATES = 70;

/** The same plugins, about which nothing is remembered. */
const FORGETFUL: readonly PluginRegistration[] = DEFAULT_PLUGINS.map(({ create, weight }) => ({
  weight,
  create: (handle: Handle): AnyPlugin =>
    Object.create(create(handle), { filtersByRowAlone: { value: undefined }, scoresByRowAlone: { value: undefined } }),
}));

function podOf(index: number): PodSketch {
  const requests = { cpu: `${100 + 10 * index}m`, memory: `${200 - index}Mi` };
  const nodeSelector = index % 5 === 1 ? { disk: 'ssd' } : {};
  const tolerations = index % 3 === 1 ? [{ key: 'dedicated', operator: 'Exists' }] : [];
  const ports = index % 7 === 2 ? [{ containerPort: 80, hostPort: 80 }] : [];
  return { requests: index % 11 === 3 ? {} : requests, spec: { nodeSelector, tolerations }, ports };
}

/** Two schedulers of one cluster that differ in nothing but what they remember. */
class Twins {
  private readonly cluster = new TestCluster();
  private readonly tree = new NodeTree(this.cluster.cluster.nodes);
  private readonly profiles = [DEFAULT_PLUGINS, FORGETFUL].map(
    (registry) => new Profile(registry, this.cluster.handle()),
  );
  private readonly algorithms = this.profiles.map(
    (profile) =>
      new SchedulingAlgorithm({
        profile,
        nodes: this.cluster.cluster.nodes,
        nodeRows: () => this.tree.rows(),
        tieBreaks: this.cluster.cluster.streams.stream('test'),
      }),
  );
  private readonly placed: { readonly template: CompiledTemplate; readonly node: number }[] = [];

  constructor() {
    for (let i = 0; i < NODES; i++) this.nodeChanged(this.cluster.cacheNode(`n${i}`, { cpu: '1' }));
  }

  schedule(index: number): void {
    const state = this.cluster.cycle(podOf(index));
    const [node, other] = this.algorithms.map((algorithm) => algorithm.schedule({ ...state }));
    const [message, otherMessage] = this.algorithms.map(({ diagnosis }) => diagnosis.message([]));
    expect([node, message]).toEqual([other, otherMessage]);
    if (node === undefined || node === -1) return;
    this.placed.push({ template: state.template, node });
    this.cluster.cluster.nodes.addPod(node, state.template);
    for (const profile of this.profiles) profile.podAdded(0, state.template, node);
  }

  scheduleAll(): void {
    for (let index = 0; index < TEMPLATES; index++) this.schedule(index);
  }

  remove(which: number): void {
    const [pod] = this.placed.splice(which % Math.max(1, this.placed.length), 1);
    if (pod === undefined) return;
    this.cluster.cluster.nodes.removePod(pod.node, pod.template);
    for (const profile of this.profiles) profile.podRemoved(0, pod.template, pod.node);
  }

  change(row: number, change: (node: Node) => Partial<Node>): void {
    const { nodes } = this.cluster.cluster;
    const node = nodes.objects[row]!;
    this.nodeChanged(nodes.upsert({ ...node, ...change(node) }));
  }

  private nodeChanged(row: number): void {
    this.tree.update(row);
    for (const profile of this.profiles) profile.nodeChanged(row);
  }
}

const index = fc.oneof(fc.nat(3), fc.nat(TEMPLATES - 1));
const row = fc.nat(NODES - 1);
const act = fc.oneof(
  { weight: 8, arbitrary: index.map((i) => (twins: Twins) => twins.schedule(i)) },
  { weight: 4, arbitrary: fc.nat().map((i) => (twins: Twins) => twins.remove(i)) },
  { weight: 1, arbitrary: fc.constant((twins: Twins) => twins.scheduleAll()) },
  fc.tuple(row, fc.boolean()).map(
    ([i, unschedulable]) =>
      (twins: Twins) =>
        twins.change(i, () => ({ unschedulable })),
  ),
  fc.tuple(row, fc.integer({ min: 500, max: 4000 })).map(([i, cpuMilli]) => (twins: Twins) => {
    twins.change(i, ({ allocatable }) => ({ allocatable: { ...allocatable, cpuMilli } }));
  }),
  fc.tuple(row, fc.constantFrom([], ['NoSchedule'], ['PreferNoSchedule'])).map(([i, effects]) => (twins: Twins) => {
    twins.change(i, () => ({ taints: effects.map((effect) => ({ key: 'dedicated', value: '', effect }) as const) }));
  }),
  fc.tuple(row, fc.constantFrom({}, { disk: 'ssd' })).map(([i, labels]) => (twins: Twins) => {
    twins.change(i, ({ meta }) => ({ meta: { ...meta, labels } }));
  }),
);

test.prop([fc.array(act, { minLength: 20, maxLength: 80 })])(
  'what is remembered of nodes changes no decision',
  (acts) => {
    const twins = new Twins();
    for (const each of acts) each(twins);
  },
);
