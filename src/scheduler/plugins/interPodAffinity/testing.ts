/** What the tests of this folder have in common: a plugin with nodes and pods of its own. */
import { decodeObject } from '../../../api/decode/decode.ts';
import type { JsonObject, PodManifest, StringMap } from '../../../api/types.ts';
import type { CycleState, PodInfo } from '../../framework.ts';
import { DEFAULT_PLUGIN_ARGS, type InterPodAffinityArgs } from '../../pluginArgs.ts';
import { TestCluster } from '../../testing.ts';
import { InterPodAffinity } from '../interPodAffinity.ts';

export const ZONE = 'zone';
export const HOSTNAME = 'kubernetes.io/hostname';
export const namespaceLabels = { name: 'kubernetes.io/metadata.name' };

export interface AffinityBedOptions {
  readonly minorVersion?: number;
  readonly args?: Partial<InterPodAffinityArgs>;
}

export interface AffinityPodSketch {
  readonly namespace?: string;
  readonly labels?: JsonObject;
  readonly spec?: JsonObject;
  readonly isTerminating?: boolean;
}

/** A term of pods in its own namespace. */
export function on(topologyKey: string, matchLabels: JsonObject): JsonObject {
  return { topologyKey, labelSelector: { matchLabels } };
}

export function affinity(...terms: JsonObject[]): { affinity: JsonObject } {
  return { affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms } } };
}

export function antiAffinity(...terms: JsonObject[]): { affinity: JsonObject } {
  return { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms } } };
}

export function prefer(weight: number, podAffinityTerm: JsonObject): { affinity: JsonObject } {
  const preferredDuringSchedulingIgnoredDuringExecution = [{ weight, podAffinityTerm }];
  return { affinity: { podAffinity: { preferredDuringSchedulingIgnoredDuringExecution } } };
}

export function preferNot(weight: number, podAffinityTerm: JsonObject): { affinity: JsonObject } {
  const preferredDuringSchedulingIgnoredDuringExecution = [{ weight, podAffinityTerm }];
  return { affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution } } };
}

/** The plugin alone, on a cluster of nodes that are nothing but their labels. */
export class AffinityBed {
  readonly test: TestCluster;
  readonly plugin: InterPodAffinity;
  private readonly rows = new Map<string, number>();
  private pods = 0;
  private readonly codes = new Map<string, number>();
  /** Of the last call of `filter`: what `filterNodes` and `filter` say. */
  codesTogether = new Int32Array(0);
  codesOneByOne = new Int32Array(0);
  /** Of the last call of `scores`: raw scores as `scoreNodes` and as `score` have them. */
  scoresTogether: number[] = [];
  scoresOneByOne: number[] = [];

  constructor({ minorVersion, args }: AffinityBedOptions = {}) {
    this.test = new TestCluster(1, minorVersion);
    this.plugin = new InterPodAffinity(this.test.handle(minorVersion), {
      ...DEFAULT_PLUGIN_ARGS.InterPodAffinity,
      ...args,
    });
  }

  /** Adds a node, or gives it other labels. */
  node(name: string, labels: StringMap = {}): void {
    const { cluster, topology } = this.test;
    const known = this.rows.get(name);
    const { uid } = (known !== undefined && cluster.nodes.objects[known]) || { uid: -1 };
    if (uid === -1) this.rows.set(name, this.test.cacheNode(name, { labels: { ...labels } }));
    else {
      const object = cluster.nodes.objects[known!]!;
      cluster.nodes.upsert({ ...object, meta: { ...object.meta, labels: { [HOSTNAME]: name, ...labels } } });
      topology.nodeChanged(known!);
    }
  }

  removeNode(name: string): void {
    const { cluster, topology } = this.test;
    const row = this.rows.get(name)!;
    cluster.nodes.remove(cluster.nodes.objects[row]!.uid);
    this.rows.delete(name);
    topology.nodeChanged(row);
  }

  /** Puts a pod on a node. @returns what takes it off again */
  pod(node: string, sketch: AffinityPodSketch = {}): () => void {
    const row = this.rows.get(node)!;
    const info: PodInfo = { ...this.describe(sketch), pod: this.pods++, isTerminating: sketch.isTerminating ?? false };
    this.test.topology.podAdded(info, row);
    return () => this.test.topology.podRemoved(info, row);
  }

  /** The reason for each node that is rejected, by name. */
  filter(sketch: AffinityPodSketch): Record<string, string> | 'skip' {
    const state = this.cycle(sketch);
    this.codes.clear();
    if (this.plugin.preFilter(state).code === 'Skip') return 'skip';
    const rejected: Record<string, string> = {};
    for (const [name, row] of this.rows) {
      const code = this.plugin.filter(state, row);
      this.codes.set(name, code);
      if (code !== 0) rejected[name] = this.plugin.reasonsOf(code).join();
    }
    this.codesTogether = new Int32Array(this.rows.size).fill(-1);
    this.plugin.filterNodes(state, Int32Array.from(this.rows.values()), this.codesTogether, this.rows.size);
    this.codesOneByOne = Int32Array.from(this.codes.values());
    return rejected;
  }

  /** Of the last call of `filter`. */
  isUnresolvable(node: string): boolean {
    return this.plugin.isUnresolvable(this.codes.get(node)!);
  }

  /** By node, before normalisation. */
  rawScores(sketch: AffinityPodSketch): Record<string, number> | 'skip' {
    const state = this.cycle(sketch);
    if (this.plugin.preScore(state).code === 'Skip') return 'skip';
    return Object.fromEntries([...this.rows].map(([name, row]) => [name, this.plugin.score(state, row)]));
  }

  scores(sketch: AffinityPodSketch): Record<string, number> | 'skip' {
    const state = this.cycle(sketch);
    if (this.plugin.preScore(state).code === 'Skip') return 'skip';
    const nodes = Int32Array.from(this.rows.values());
    const scores = new Float64Array(nodes.length);
    this.plugin.scoreNodes(state, nodes, scores, nodes.length);
    this.scoresTogether = [...scores];
    this.scoresOneByOne = [...nodes].map((node) => this.plugin.score(state, node));
    this.plugin.normalizeScore(state, scores, nodes, nodes.length);
    return Object.fromEntries([...this.rows.keys()].map((name, i) => [name, scores[i]!]));
  }

  cycle(sketch: AffinityPodSketch): CycleState {
    return { ...this.describe(sketch), pod: this.pods, priority: 0 };
  }

  private describe({ namespace = 'default', labels = {}, spec = {} }: AffinityPodSketch) {
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
