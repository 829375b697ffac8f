/** Random stories of clusters: what is there, and what happens to it. */
import fc from 'fast-check';
import type { StringMap } from '../../api/types.ts';
import { defined, nodeSketch, podAffinity, podLabels, podSketch, seldom, spreadConstraints } from './arbitraries.ts';
import type { NodeSketch, PodSketch } from './documents.ts';

/** Pods, nodes and templates are taken by number, modulo how many there are. */
export type Operation =
  | { readonly type: 'create' | 'createOwned'; readonly template: number; readonly count: number }
  | { readonly type: 'remove' | 'terminate' | 'finish' | 'relabel'; readonly pod: number; readonly labels: StringMap }
  | { readonly type: 'addNode' | 'changeNode'; readonly node: number; readonly sketch: NodeSketch }
  | { readonly type: 'removeNode' | 'cordonNode'; readonly node: number }
  /** Kubelets have stopped what terminates. */
  | { readonly type: 'reap' };

const which = fc.nat({ max: 999 });

function creationOf(mostPods: number): fc.Arbitrary<Operation> {
  return fc.record({
    type: fc.constantFrom('create' as const, 'create' as const, 'createOwned' as const),
    template: which,
    count: fc.integer({ min: 1, max: mostPods }),
  });
}

function operationOf(mostPods: number): fc.Arbitrary<Operation> {
  return fc.oneof(
    { weight: 10, arbitrary: creationOf(mostPods) },
    {
      weight: 4,
      arbitrary: fc.record({
        type: fc.constantFrom(
          'remove' as const,
          'terminate' as const,
          'terminate' as const,
          'finish' as const,
          'relabel' as const,
        ),
        pod: which,
        labels: podLabels,
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        type: fc.constantFrom('addNode' as const, 'changeNode' as const, 'changeNode' as const),
        node: which,
        sketch: nodeSketch,
      }),
    },
    { weight: 2, arbitrary: fc.constant({ type: 'reap' as const }) },
    {
      weight: 1,
      arbitrary: fc.record({ type: fc.constantFrom('removeNode' as const, 'cordonNode' as const), node: which }),
    },
  );
}

export interface Story {
  readonly minorVersion: number;
  readonly seed: number;
  readonly nodes: readonly NodeSketch[];
  /** Bare pods, and the pods of a ReplicaSet each. */
  readonly templates: readonly PodSketch[];
  readonly services: readonly StringMap[];
  /** PodDisruptionBudgets, with what they allow. */
  readonly budgets: readonly { readonly selector: StringMap; readonly allowed: number }[];
  readonly operations: readonly Operation[];
  /** Between pods that are created together: their starts are told apart by seconds. */
  readonly pauseSeconds: number;
}

export interface StorySize {
  readonly nodes: { readonly min: number; readonly max: number };
  /** At most. */
  readonly operations: number;
  /** Created by one operation, at most. */
  readonly pods: number;
  /**
   * Crowded: nodes take four pods at most, and pods differ in priority. Sociable: there is room, and pods have wishes
   * about each other more than any others.
   */
  readonly kind?: 'any' | 'crowded' | 'sociable';
}

const crowdedNode: fc.Arbitrary<NodeSketch> = fc
  .record({ node: nodeSketch, cpu: fc.constantFrom('1', '1500m'), pods: fc.constantFrom('2', '3', '5') })
  .map(({ node: { labels = {}, images = [] }, ...allocatable }) => ({ labels, images, allocatable }));

const roomyNode = nodeSketch.map(({ labels = {} }) => ({ labels, allocatable: { cpu: '16', memory: '64Gi' } }));

const modestPod: fc.Arbitrary<PodSketch> = fc.record({
  labels: podLabels,
  requests: fc.constantFrom<StringMap>({}, { cpu: '200m' }, { cpu: '333m' }, { cpu: '800m', memory: '500Mi' }),
});

const prioritizedPod = fc
  .record({
    pod: fc.oneof({ weight: 2, arbitrary: modestPod }, { weight: 1, arbitrary: podSketch }),
    priorityClassName: fc.constantFrom(undefined, 'low', 'middle', 'high', 'high', 'polite'),
  })
  .map(({ pod, priorityClassName }) => ({ ...pod, spec: defined({ ...pod.spec, priorityClassName }) }));

const budget = fc.record({
  selector: fc.constantFrom<StringMap>({ app: 'web' }, { app: 'web' }, { app: 'db' }, { tier: 'x' }, {}),
  allowed: fc.constantFrom(0, 0, 1),
});

const sociablePod = fc
  .record({
    pod: modestPod,
    app: fc.constantFrom('web', 'db'),
    affinity: fc.record({ podAffinity: seldom(podAffinity, 2), podAntiAffinity: seldom(podAffinity, 3) }).map(defined),
    topologySpreadConstraints: seldom(spreadConstraints, 2),
  })
  .map(({ pod, app, ...spec }) => ({ ...pod, labels: { ...pod.labels, app }, spec: defined(spec) }));

const NODES = { any: nodeSketch, crowded: crowdedNode, sociable: roomyNode };
const PODS = { any: podSketch, crowded: prioritizedPod, sociable: sociablePod };

export function storyOf({ nodes, operations, pods, kind = 'any' }: StorySize): fc.Arbitrary<Story> {
  const node: fc.Arbitrary<NodeSketch> = NODES[kind];
  const pod: fc.Arbitrary<PodSketch> = PODS[kind];
  const drawn = fc.record({
    pauseSeconds: kind === 'crowded' ? fc.constantFrom(0, 1, 1, 1) : fc.constantFrom(0, 1),
    minorVersion: fc.constantFrom(37, 37, 36, 35, 33, 32),
    seed: fc.nat({ max: 1000 }),
    nodes: fc.array(node, { minLength: nodes.min, maxLength: nodes.max, size: 'max' }),
    templates: fc.array(pod, { minLength: 1, maxLength: kind === 'any' ? 4 : 6, size: 'max' }),
    services: fc.array(
      podLabels.filter((labels) => Object.keys(labels).length > 0),
      { maxLength: 2 },
    ),
    budgets: kind === 'crowded' ? fc.array(budget, { minLength: 1, maxLength: 2 }) : fc.constant([]),
    operations: fc
      .tuple(
        // Before pods can be in each other's way they have to be there.
        fc.array(creationOf(pods), { minLength: kind === 'crowded' ? 4 : 0, maxLength: 4 }),
        fc.array(operationOf(pods), { minLength: Math.ceil(operations / 2), maxLength: operations, size: 'max' }),
      )
      .map((parts) => parts.flat()),
  });
  // Left to itself fast-check prefers short lists and small numbers, which is the first template over and over.
  return fc.noBias(drawn);
}

/** Small pods of several priorities fill nodes one after the other; then important ones need the room of several of them. */
export const preemptionStory: fc.Arbitrary<Story> = fc.noBias(
  fc
    .record({
      seed: fc.nat({ max: 1000 }),
      nodeCount: fc.integer({ min: 2, max: 5 }),
      cpu: fc.constantFrom('1', '1300m'),
      small: fc.array(
        fc.record({
          labels: podLabels,
          priorityClassName: fc.constantFrom('low', 'low', 'middle'),
          cpu: fc.constantFrom('300m', '400m'),
        }),
        { minLength: 6, maxLength: 16, size: 'max' },
      ),
      large: fc.integer({ min: 1, max: 3 }),
      budgets: fc.array(budget, { minLength: 1, maxLength: 2 }),
    })
    .map(({ seed, nodeCount, cpu, small, large, budgets }) => {
      const templates = small.map(({ labels, priorityClassName, ...requests }) => ({
        labels,
        requests,
        spec: { priorityClassName },
      }));
      const highOne = { labels: {}, requests: { cpu: '800m' }, spec: { priorityClassName: 'high' } };
      const create = (template: number): Operation => ({ type: 'create', template, count: 1 });
      const rounds = Array.from({ length: large }, (): Operation[] => [create(small.length), { type: 'reap' }]);
      return {
        pauseSeconds: 0,
        minorVersion: 37,
        seed,
        nodes: Array.from({ length: nodeCount }, () => ({ allocatable: { cpu } })),
        templates: [...templates, highOne],
        services: [],
        budgets,
        operations: [...small.map((_, i) => create(i)), ...rounds.flat()],
      };
    }),
);
