import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../api/types.ts';
import { interPodAffinity } from '../../../testing/scheduler/plugins/interPodAffinity.ts';
import type { World, WorldNode, WorldPod } from '../../../testing/scheduler/world.ts';
import { AffinityBed, type AffinityPodSketch, HOSTNAME, ZONE } from './testing.ts';

const NODES = ['n0', 'n1', 'n2', 'n3', 'n4'];
const NAMESPACES = ['shop', 'blog'];

const label = fc.constantFrom<JsonObject>({}, { app: 'web' }, { app: 'db' }, { app: 'web', tier: 'x' }, { tier: 'x' });

const term = fc.record(
  {
    topologyKey: fc.constantFrom(HOSTNAME, ZONE, 'rack'),
    labelSelector: fc.constantFrom<JsonObject>(
      {},
      { matchLabels: { app: 'web' } },
      { matchLabels: { tier: 'x' } },
      { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] },
    ),
    namespaces: fc.constantFrom(['shop'], ['blog'], NAMESPACES),
    namespaceSelector: fc.constantFrom<JsonObject>({}, { matchLabels: { 'kubernetes.io/metadata.name': 'blog' } }),
  },
  { requiredKeys: ['topologyKey'] },
);
const weighted = fc.record({ weight: fc.integer({ min: 1, max: 100 }), podAffinityTerm: term });
const terms = fc.record({
  requiredDuringSchedulingIgnoredDuringExecution: fc.array(term, { maxLength: 2 }),
  preferredDuringSchedulingIgnoredDuringExecution: fc.array(weighted, { maxLength: 2 }),
});
const sketch: fc.Arbitrary<AffinityPodSketch> = fc.record({
  namespace: fc.constantFrom(...NAMESPACES),
  labels: label,
  spec: fc.record({ affinity: fc.record({ podAffinity: terms, podAntiAffinity: terms }, { requiredKeys: [] }) }),
  isTerminating: fc.boolean(),
});

/** Few kinds of pod, so that they meet again. */
const kinds = fc.array(sketch, { minLength: 4, maxLength: 4 });
const pod = fc.nat({ max: 3 });
const place = fc.nat({ max: NODES.length - 1 });
const nodeLabels = fc.record(
  { [ZONE]: fc.constantFrom('a', 'b'), rack: fc.constantFrom('r', 's') },
  { requiredKeys: [] },
);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('add' as const), place, pod }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('remove' as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('label' as const), place, labels: nodeLabels }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), place }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('ask' as const), pod }) },
);

interface Placed {
  readonly node: string;
  readonly sketch: AffinityPodSketch;
  readonly takeOff: () => void;
}

/** A plugin, and the same cluster as plain data. */
class Pair {
  readonly bed = new AffinityBed();
  readonly nodes = new Map<string, WorldNode>();
  readonly pods: Placed[] = [];

  label(name: string, labels: Record<string, string>): void {
    this.bed.node(name, labels);
    this.nodes.set(name, { name, labels: { [HOSTNAME]: name, ...labels } } as unknown as WorldNode);
  }

  delete(name: string): void {
    if (this.nodes.delete(name)) this.bed.removeNode(name);
  }

  add(node: string, pod: AffinityPodSketch): void {
    if (this.nodes.has(node)) this.pods.push({ node, sketch: pod, takeOff: this.bed.pod(node, pod) });
  }

  remove(which: number): void {
    if (this.pods.length > 0) this.pods.splice(which % this.pods.length, 1)[0]!.takeOff();
  }

  check(pod: AffinityPodSketch): void {
    const waiting = this.worldPod(pod, '');
    const nodes = [...this.nodes.values()];
    const world = {
      nodes,
      pods: this.pods.map(({ node, sketch: placed }) => this.worldPod(placed, node)),
      namespaces: new Map(NAMESPACES.map((name) => [name, { 'kubernetes.io/metadata.name': name }])),
    } as unknown as World;
    const oracle = interPodAffinity();
    const rejected: Record<string, string> = {};
    for (const node of nodes) {
      const rejection = oracle.reject!(waiting, node, world);
      if (rejection !== undefined) rejected[node.name] = rejection.reasons.join();
    }
    const filtered = this.bed.filter(pod);
    expect(filtered === 'skip' ? {} : filtered).toEqual(rejected);
    if (filtered !== 'skip') expect(this.bed.codesTogether).toEqual(this.bed.codesOneByOne);
    const scores = oracle.score!(waiting, nodes, world)!;
    const scored = this.bed.scores(pod);
    if (scored === 'skip') expect(scores.every((score) => score === 0)).toBe(true);
    else expect(scored).toEqual(Object.fromEntries(nodes.map(({ name }, i) => [name, scores[i]])));
    if (scored !== 'skip') expect(this.bed.scoresTogether).toEqual(this.bed.scoresOneByOne);
  }

  private worldPod(pod: AffinityPodSketch, nodeName: string): WorldPod {
    const { template, namespace } = this.bed.cycle(pod);
    const { labels, spec } = template;
    return { namespace, labels, labelsAtCreation: labels, spec, nodeName } as unknown as WorldPod;
  }
}

describe('counts that follow pod by pod', () => {
  it('say the same as looking at all pods', () => {
    fc.assert(
      fc.property(kinds, fc.array(step, { minLength: 10, maxLength: 60 }), (sketches, steps) => {
        const pair = new Pair();
        for (const [i, name] of NODES.entries()) pair.label(name, i < 4 ? { [ZONE]: i % 2 === 0 ? 'a' : 'b' } : {});
        for (const each of steps) {
          if (each.kind === 'add') pair.add(NODES[each.place]!, sketches[each.pod]!);
          else if (each.kind === 'remove') pair.remove(each.which);
          else if (each.kind === 'label') pair.label(NODES[each.place]!, each.labels as Record<string, string>);
          else if (each.kind === 'delete') pair.delete(NODES[each.place]!);
          else pair.check(sketches[each.pod]!);
        }
      }),
      { numRuns: 150 },
    );
  });
});
