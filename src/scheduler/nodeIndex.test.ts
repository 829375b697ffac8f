import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import type { JsonObject, StringMap } from '../api/types.ts';
import type { Node } from '../cluster/objects.ts';
import { POD_TERMINATING } from '../cluster/podTable.ts';
import { Cache } from './cache.ts';
import type { CycleState } from './framework.ts';
import { NodeOrder } from './nodeOrder.ts';
import { Nominator } from './nominator.ts';
import { Profile } from './profile.ts';
import { DEFAULT_PLUGINS } from './registry.ts';
import { SchedulingAlgorithm } from './schedulingAlgorithm.ts';
import { type PodSketch, TestCluster } from './testing.ts';

/** Several blocks, the last one not full, and more than one search looks at. */
const NODES = 150;
const TEMPLATES = 40;

const APPS = ['web', 'db', 'other'];

/** Terms about hosts, about zones, and about racks, of which there are too many to tell by row. */
const TERMS = ['kubernetes.io/hostname', 'zone', 'rack'].flatMap((topologyKey) =>
  ['web', 'db'].map((app) => ({ topologyKey, labelSelector: { matchLabels: { app } } })),
);

function affinityOf(index: number): JsonObject {
  const term = TERMS[index % TERMS.length]!;
  if (index % 4 === 2) return { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
  if (index % 8 === 3) return { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
  const preferred = { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1 + index, podAffinityTerm: term }] };
  return index % 8 === 7 ? { podAffinity: preferred } : {};
}

/** Constraints about hosts, each of which is a place of its own, and about zones. */
function spreadOf(index: number): JsonObject[] {
  if (index % 4 !== 1) return [];
  const topologyKey = index % 8 === 1 ? 'kubernetes.io/hostname' : 'zone';
  const labelSelector = { matchLabels: { app: APPS[index % 3]! } };
  return [{ maxSkew: 1 + ((index >> 3) % 2), topologyKey, whenUnsatisfiable: 'DoNotSchedule', labelSelector }];
}

function labelsOf(row: number): JsonObject {
  return { zone: `z${row % 3}`, rack: `r${row % 40}` };
}

function podOf(index: number): PodSketch {
  const labels = { app: APPS[index % 3]! };
  const requests = { cpu: `${100 + 10 * index}m`, memory: `${200 - index}Mi` };
  const nodeSelector = index % 5 === 1 ? { disk: 'ssd' } : {};
  const tolerations = index % 3 === 1 ? [{ key: 'dedicated', operator: 'Exists' }] : [];
  const ports = index % 7 === 2 ? [{ containerPort: 80, hostPort: 80 }] : [];
  const topologySpreadConstraints = spreadOf(index);
  const spec = { nodeSelector, tolerations, affinity: affinityOf(index), topologySpreadConstraints };
  return { labels, requests: index % 11 === 3 ? {} : requests, spec, ports };
}

/** Two schedulers of one cluster, of which one decides from scratch. */
class Twins {
  private readonly cluster = new TestCluster();
  private readonly orders = [0, 1].map(() => new NodeOrder(this.cluster.cluster.nodes));
  private readonly cache = new Cache({
    cluster: this.cluster.cluster,
    onChange: (row) => {
      for (const order of this.orders) order.touch(row);
    },
  });
  private readonly nominator = new Nominator({
    priorityOf: () => 0,
    onChange: (row) => {
      this.cluster.cluster.nodes.version[row]!++;
      for (const order of this.orders) order.touch(row);
    },
  });
  private readonly profiles = this.orders.map(
    () => new Profile(DEFAULT_PLUGINS, { ...this.cluster.handle(), nominator: this.nominator }),
  );
  private readonly algorithms = this.profiles.map((profile, i) => {
    this.cache.tell(profile);
    return new SchedulingAlgorithm({
      profile,
      nodes: this.cluster.cluster.nodes,
      order: this.orders[i]!,
      cache: this.cache,
      nominator: this.nominator,
      percentageOfNodesToScore: 0,
      tieBreaks: this.cluster.cluster.streams.stream('test'),
      isDirect: i === 1,
    });
  });
  private readonly placed: number[] = [];

  constructor() {
    this.cache.tell(this.cluster.topology);
    for (let i = 0; i < NODES; i++) {
      const sketch = { cpu: i % 3 === 0 ? '1' : '500m', pods: '4', labels: labelsOf(i) };
      this.nodeChanged(this.cluster.cacheNode(`n${i}`, sketch));
    }
  }

  private stateOf(index: number): CycleState {
    const pod = this.cluster.createPod(`p${this.cluster.cluster.pods.rowCount}`, podOf(index));
    const template = this.cluster.cluster.templateOf(pod);
    return { pod, template, labelSet: template.labelSet, namespace: 'default', priority: 0 };
  }

  schedule(index: number): void {
    const state = this.stateOf(index);
    const [node, other] = this.algorithms.map((algorithm) => algorithm.schedule(state));
    const [seen, seenByOther] = this.algorithms.map((algorithm) => this.seen(algorithm));
    expect([node, seen]).toEqual([other, seenByOther]);
    if (node === undefined || node === -1) return;
    this.cache.add(state.pod, node);
    this.placed.push(state.pod);
  }

  private seen({ diagnosis, visitedCount, feasibleCount }: SchedulingAlgorithm) {
    const failure =
      feasibleCount > 0 ? '' : [diagnosis.message([]), [...diagnosis.resolvableNodes()], diagnosis.rejectors()];
    return { visitedCount, feasibleCount, failure };
  }

  nominate(index: number, row: number): void {
    this.nominator.add(this.stateOf(index).pod, row);
  }

  scheduleMany(index: number): void {
    for (let i = 0; i < 60; i++) this.schedule(index);
  }

  remove(which: number): void {
    const [pod] = this.placed.splice(which % Math.max(1, this.placed.length), 1);
    if (pod !== undefined) this.cache.remove(pod);
  }

  /** Informers see the pod with other labels, or as terminating. */
  update(which: number, app: string): void {
    const pod = this.placed[which % Math.max(1, this.placed.length)];
    if (pod === undefined) return;
    const { cluster } = this.cluster;
    if (app === '') cluster.pods.observed[pod]! |= POD_TERMINATING;
    else cluster.setPodLabels(pod, { app });
    this.cache.update(pod);
  }

  change(row: number, change: (node: Node) => Partial<Node>): void {
    const { nodes } = this.cluster.cluster;
    const node = nodes.objects[row];
    if (node !== undefined) this.nodeChanged(nodes.upsert({ ...node, ...change(node) }));
  }

  lose(row: number): void {
    const { nodes } = this.cluster.cluster;
    const node = nodes.objects[row];
    if (node !== undefined) this.nodeChanged(nodes.remove(node.uid));
  }

  private nodeChanged(row: number): void {
    for (const order of this.orders) order.update(row);
    this.cluster.topology.nodeChanged(row);
    for (const profile of this.profiles) profile.nodeChanged(row);
  }
}

const index = fc.oneof(fc.nat(3), fc.nat(TEMPLATES - 1));
const row = fc.nat(NODES - 1);
const act = fc.oneof(
  { weight: 8, arbitrary: index.map((i) => (twins: Twins) => twins.schedule(i)) },
  { weight: 4, arbitrary: fc.nat().map((i) => (twins: Twins) => twins.remove(i)) },
  { weight: 3, arbitrary: index.map((i) => (twins: Twins) => twins.scheduleMany(i)) },
  {
    weight: 4,
    arbitrary: fc.tuple(fc.nat(), fc.constantFrom('', 'web', 'db')).map(
      ([i, app]) =>
        (twins: Twins) =>
          twins.update(i, app),
    ),
  },
  fc.tuple(index, row).map(
    ([i, node]) =>
      (twins: Twins) =>
        twins.nominate(i, node),
  ),
  row.map((node) => (twins: Twins) => twins.lose(node)),
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
  fc
    .tuple(row, fc.constantFrom({}, { disk: 'ssd' }, { zone: 'z0' }, { zone: 'z3' }))
    .map(([i, some]) => (twins: Twins) => {
      const others = { 'kubernetes.io/hostname': `n${i}`, ...labelsOf(i) } as StringMap;
      twins.change(i, ({ meta }) => ({ meta: { ...meta, labels: { ...others, ...some } } }));
    }),
);

test.prop([fc.array(act, { minLength: 20, maxLength: 80 })])('the index changes no decision', (acts) => {
  const twins = new Twins();
  for (const each of acts) each(twins);
});
