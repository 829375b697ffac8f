/** The fields of a KubeSchedulerConfiguration and of its plugins' args (v1, Kubernetes 1.37), as tables. */
import { nodeAffinity, topologySpreadConstraint, typeMeta } from '../../api/decode/podShapes.ts';
import { anyOf, fields, list, type Shape } from '../../api/decode/schema.ts';
import { EXTENSION_POINTS } from '../../scheduler/configuration/extensionPoints.ts';
import type { PluginArgs } from '../../scheduler/pluginArgs.ts';

const pluginSet = fields({
  enabled: list(fields({ name: 'string', weight: 'integer' })),
  disabled: list(fields({ name: 'string' }, { weight: 'integer' })),
});

const plugins = fields(
  Object.fromEntries([...EXTENSION_POINTS, 'multiPoint'].map((point): [string, Shape] => [point, pluginSet])),
  anyOf('placementFeasible placementGenerate placementScore podGroupPostFilter'),
);

const profile = fields(
  {
    schedulerName: 'string',
    percentageOfNodesToScore: 'integer',
    plugins,
    pluginConfig: list(fields({ name: 'string', args: 'any' })),
  },
  { percentageOfPlacementsToScore: 'integer' },
);

export const configurationShape: Shape = fields(
  {
    ...typeMeta,
    profiles: list(profile),
    percentageOfNodesToScore: 'integer',
    podInitialBackoffSeconds: 'long',
    podMaxBackoffSeconds: 'long',
    clientConnection: fields({ qps: 'any', burst: 'integer' }, anyOf('acceptContentTypes contentType kubeconfig')),
  },
  {
    parallelism: 'integer',
    percentageOfPlacementsToScore: 'integer',
    delayCacheUntilActive: 'boolean',
    enableContentionProfiling: 'boolean',
    enableProfiling: 'boolean',
    ...anyOf('extenders leaderElection'),
  },
);

const resources = list(fields({ name: 'string', weight: 'long' }));
const shape = list(fields({ utilization: 'integer', score: 'integer' }));

/** By plugin: the fields of its args. */
export const argsShapes: Readonly<Record<keyof PluginArgs, Shape>> = {
  DefaultPreemption: fields({
    ...typeMeta,
    minCandidateNodesPercentage: 'integer',
    minCandidateNodesAbsolute: 'integer',
  }),
  InterPodAffinity: fields({
    ...typeMeta,
    hardPodAffinityWeight: 'integer',
    ignorePreferredTermsOfExistingPods: 'boolean',
  }),
  NodeAffinity: fields({ ...typeMeta, addedAffinity: nodeAffinity }),
  NodeResourcesBalancedAllocation: fields({ ...typeMeta, resources }),
  NodeResourcesFit: fields({
    ...typeMeta,
    ignoredResources: list('string'),
    ignoredResourceGroups: list('string'),
    scoringStrategy: fields({ type: 'string', resources, requestedToCapacityRatio: fields({ shape }) }),
  }),
  PodTopologySpread: fields({
    ...typeMeta,
    defaultConstraints: list(topologySpreadConstraint),
    defaultingType: 'string',
  }),
  VolumeBinding: fields({ ...typeMeta, bindTimeoutSeconds: 'long', shape }),
};
