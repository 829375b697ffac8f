/** What the tests of this folder have in common: a plugin with nodes and pods of its own. */
import { decodeObject } from '../../../api/decode/decode.ts';
import type { JsonObject, JsonValue, PodManifest, ServiceManifest } from '../../../api/types.ts';
import type { CycleState, PodInfo } from '../../framework.ts';
import type { Nominator } from '../../nominator.ts';
import type { PodTopologySpreadArgs } from '../../pluginArgs.ts';
import { type NodeSketch, TestCluster } from '../../testing.ts';
import { PodTopologySpread } from '../podTopologySpread.ts';

export const ZONE = 'topology.kubernetes.io/zone';
export const HOSTNAME = 'kubernetes.io/hostname';

export interface SpreadPodSketch {
  readonly namespace?: string;
  readonly labels?: JsonObject;
  readonly spec?: JsonObject;
  readonly isTerminating?: boolean;
  /** Row of the waiting pod. */
  readonly pod?: number;
}

export interface Scored {
  readonly raw: Record<string, number>;
  readonly normalized: Record<string, number>;
}

/** A pod with the label `app: web`, spread by constraints on pods with it. */
export function web(...constraints: JsonObject[]): SpreadPodSketch {
  const topologySpreadConstraints = constraints.map((constraint) => ({
    maxSkew: 1,
    labelSelector: { matchLabels: { app: 'web' } },
    ...constraint,
  }));
  return { labels: { app: 'web' }, spec: { topologySpreadConstraints } };
}

export function hard(topologyKey: string, others: JsonObject = {}): JsonObject {
  return { topologyKey, whenUnsatisfiable: 'DoNotSchedule', ...others };
}

export function soft(topologyKey: string, others: JsonObject = {}): JsonObject {
  return { topologyKey, whenUnsatisfiable: 'ScheduleAnyway', ...others };
}

export class SpreadBed {
  readonly test = new TestCluster();
  readonly plugin: PodTopologySpread;
  readonly nominator: Nominator;
  private readonly rows = new Map<string, number>();
  private pods = 0;

  constructor(args?: PodTopologySpreadArgs) {
    const handle = this.test.handle();
    this.nominator = handle.nominator;
    this.plugin = new PodTopologySpread(handle, args);
  }

  /** @param zone undefined: the node has no such label */
  node(name: string, zone?: string, sketch: NodeSketch = {}): number {
    const labels: Record<string, JsonValue> = { ...(zone === undefined ? {} : { [ZONE]: zone }), ...sketch.labels };
    const row = this.test.cacheNode(name, { ...sketch, labels });
    this.rows.set(name, row);
    return row;
  }

  /** Puts so many pods with the label `app: web`, or others, on a node. */
  put(node: string, count: number, sketch: SpreadPodSketch = {}): void {
    const { isTerminating = false } = sketch;
    for (let i = 0; i < count; i++) {
      const info: PodInfo = { ...this.describe(sketch), pod: this.pods++, isTerminating };
      this.test.topology.podAdded(info, this.rows.get(node)!);
    }
  }

  /** The reason for each node that is rejected, by name. */
  filter(sketch: SpreadPodSketch): Record<string, string> | 'skip' {
    const state = this.cycle(sketch);
    if (this.plugin.preFilter(state).code === 'Skip') return 'skip';
    const rejected: Record<string, string> = {};
    const nodes = Int32Array.from(this.rows.values());
    const codes = new Int32Array(nodes.length);
    this.plugin.filterNodes(state, nodes, codes, nodes.length);
    for (const [i, [name, row]] of [...this.rows].entries()) {
      const code = this.plugin.filter(state, row);
      if (code !== codes[i]) throw new Error(`${name}: ${code} alone, ${codes[i]} among all`);
      if (code !== 0) rejected[name] = `${this.plugin.reasonsOf(code)}${this.plugin.isUnresolvable(code) ? '!' : ''}`;
    }
    return rejected;
  }

  /** By node, all nodes taken for feasible, or those that are named. */
  scores(sketch: SpreadPodSketch, names: readonly string[] = [...this.rows.keys()]): Scored | 'skip' {
    const state = this.cycle(sketch);
    const nodes = Int32Array.from(names, (name) => this.rows.get(name)!);
    const count = nodes.length;
    if (this.plugin.preScore(state, nodes, count).code === 'Skip') return 'skip';
    const scores = new Float64Array(count);
    this.plugin.scoreNodes(state, nodes, scores, count);
    const byName = (of: (i: number) => number) => Object.fromEntries(names.map((name, i) => [name, of(i)]));
    const raw = byName((i) => scores[i]!);
    const together = [...scores].join();
    const oneByOne = [...nodes].map((node) => this.plugin.score(state, node)).join();
    if (together !== oneByOne) throw new Error(`scored together: ${together}; one by one: ${oneByOne}`);
    this.plugin.normalizeScore(state, scores, nodes, count);
    return { raw, normalized: byName((i) => scores[i]!) };
  }

  cycle(sketch: SpreadPodSketch): CycleState {
    return { ...this.describe(sketch), pod: sketch.pod ?? this.pods, priority: 0 };
  }

  /** Creates a Service and lets the informers see it. */
  service(name: string, selector: JsonObject, namespace = 'default'): number {
    const { cluster, kernel } = this.test;
    const manifest = decodeObject({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace },
      spec: { selector, ports: [{ port: 80 }] },
    }) as ServiceManifest;
    const uid = cluster.allocateUid();
    cluster.tables.Service.create({ ...manifest, uid, generation: 1, creationMicros: 0, ownerUid: -1 });
    kernel.run();
    return uid;
  }

  private describe({ namespace = 'default', labels = { app: 'web' }, spec = {} }: SpreadPodSketch) {
    const { template: manifest } = decodeObject({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p', namespace, labels },
      spec: { containers: [{ name: 'c', image: 'c:v1' }], ...spec },
    }) as PodManifest;
    const template = this.test.cluster.templates.intern(manifest);
    return { template, labelSet: template.labelSet, namespace };
  }
}
