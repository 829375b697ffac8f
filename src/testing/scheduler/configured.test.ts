import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DEFAULT_PLUGIN_ARGS, type PluginArgs } from '../../scheduler/pluginArgs.ts';
import { DEFAULT_PLUGINS } from '../../scheduler/registry.ts';
import { numRuns } from '../fastCheck.ts';
import { DEFAULT_PROFILE, type WeightedPlugin } from './decision.ts';
import { type InterPodAffinityArgs, interPodAffinity } from './plugins/interPodAffinity.ts';
import { nodeResourcesBalancedAllocation } from './plugins/nodeResourcesBalancedAllocation.ts';
import { nodeResourcesFit, type ScoringStrategy } from './plugins/nodeResourcesFit.ts';
import { Stage } from './stage.ts';
import { storyOf } from './stories.ts';
import { tell } from './tell.ts';
import { Seen } from './witness.ts';

const RESOURCES = ['cpu', 'memory', 'ephemeral-storage', 'nvidia.com/gpu'];

const resourceNames = fc.uniqueArray(fc.constantFrom(...RESOURCES), { minLength: 1, maxLength: 4 });
const resources = fc
  .tuple(resourceNames, fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 4, maxLength: 4 }))
  .map(([names, weights]) => names.map((name, i) => ({ name, weight: weights[i]! })));

const SHAPES: readonly NonNullable<ScoringStrategy['shape']>[] = [
  [
    { utilization: 0, score: 0 },
    { utilization: 100, score: 10 },
  ],
  [
    { utilization: 0, score: 10 },
    { utilization: 100, score: 0 },
  ],
  [
    { utilization: 13, score: 2 },
    { utilization: 47, score: 9 },
    { utilization: 80, score: 3 },
  ],
];

interface Configuration {
  readonly strategy: ScoringStrategy;
  readonly balanced: readonly string[];
  readonly affinity: InterPodAffinityArgs;
  /** By plugin. */
  readonly weights: ReadonlyMap<string, number>;
  readonly percentageOfNodesToScore: number;
}

const ranking = DEFAULT_PROFILE.filter(({ plugin }) => plugin.score !== undefined).map(({ plugin }) => plugin.name);

const configuration: fc.Arbitrary<Configuration> = fc.record({
  strategy: fc.oneof(
    fc.record({ type: fc.constantFrom('LeastAllocated' as const, 'MostAllocated' as const), resources }),
    fc.record({ type: fc.constant('RequestedToCapacityRatio' as const), resources, shape: fc.constantFrom(...SHAPES) }),
  ),
  balanced: resourceNames,
  affinity: fc.record({
    hardPodAffinityWeight: fc.constantFrom(0, 1, 50, 100),
    ignorePreferredTermsOfExistingPods: fc.boolean(),
  }),
  weights: fc
    .array(fc.integer({ min: 1, max: 9 }), { minLength: ranking.length, maxLength: ranking.length })
    .map((weights) => new Map(ranking.map((name, i) => [name, weights[i]!]))),
  percentageOfNodesToScore: fc.constantFrom(0, 30, 80, 100),
});

function profileOf({ strategy, balanced, affinity, weights }: Configuration): WeightedPlugin[] {
  const configured = [
    nodeResourcesFit(strategy),
    nodeResourcesBalancedAllocation(balanced),
    interPodAffinity(affinity),
  ];
  return DEFAULT_PROFILE.map(({ plugin }) => ({
    plugin: configured.find(({ name }) => name === plugin.name) ?? plugin,
    weight: weights.get(plugin.name) ?? 0,
  }));
}

function pluginsOf({ strategy, balanced, affinity, weights }: Configuration): typeof DEFAULT_PLUGINS {
  const args: PluginArgs = {
    ...DEFAULT_PLUGIN_ARGS,
    NodeResourcesFit: {
      ...DEFAULT_PLUGIN_ARGS.NodeResourcesFit,
      scoringStrategy: strategy as PluginArgs['NodeResourcesFit']['scoringStrategy'],
    },
    NodeResourcesBalancedAllocation: { resources: balanced.map((name) => ({ name, weight: 1 })) },
    InterPodAffinity: affinity,
  };
  return DEFAULT_PLUGINS.map((registration) => ({
    ...registration,
    create: (handle) => registration.create(handle, args),
    weight: weights.get(registration.name) ?? 0,
  }));
}

test.each([
  { title: 'few nodes', nodes: { min: 2, max: 10 }, operations: 8, pods: 4, kind: 'any', runs: 100 },
  {
    title: 'pods that look at each other',
    nodes: { min: 2, max: 8 },
    operations: 8,
    pods: 4,
    kind: 'sociable',
    runs: 40,
  },
  { title: 'many nodes', nodes: { min: 150, max: 250 }, operations: 6, pods: 6, kind: 'sociable', runs: 5 },
] as const)("every decision of a configured profile is the oracle's: $title", ({ runs, title, ...size }) => {
  const seen = new Seen();
  fc.assert(
    fc.property(storyOf(size), fc.noBias(configuration), (story, configured) => {
      const { percentageOfNodesToScore } = configured;
      const profile = profileOf(configured);
      tell(story, new Stage({ ...story, seen, percentageOfNodesToScore, profile, plugins: pluginsOf(configured) }));
    }),
    { numRuns: numRuns(runs) },
  );
  expect(seen.decisions).toBeGreaterThan(runs * 5);
});
