/** What plugins can be told by `pluginConfig` of a KubeSchedulerConfiguration, under upstream's names. */
import type { NodeAffinity, TopologySpreadConstraint } from '../api/types.ts';
import { MICROS_PER_SECOND, type Micros } from '../kernel/time.ts';

/** A resource by its name (`cpu`, `memory`, `nvidia.com/gpu`) and how much it counts beside others, 1 to 100. */
export interface ResourceSpec {
  readonly name: string;
  readonly weight: number;
}

/** One point of a piecewise linear function: a score of 0 to 10 at a utilization of 0 to 100 percent. */
export interface UtilizationShapePoint {
  readonly utilization: number;
  readonly score: number;
}

/** How NodeResourcesFit ranks nodes. */
export type ScoringStrategy =
  | { readonly type: 'LeastAllocated' | 'MostAllocated'; readonly resources: readonly ResourceSpec[] }
  | {
      readonly type: 'RequestedToCapacityRatio';
      readonly resources: readonly ResourceSpec[];
      /** At least one point, utilizations ascending. */
      readonly shape: readonly UtilizationShapePoint[];
    };

export interface NodeResourcesFitArgs {
  /** Extended resources that filtering leaves out of account. */
  readonly ignoredResources: readonly string[];
  /** The same for all extended resources whose names begin with one of these and a slash. */
  readonly ignoredResourceGroups: readonly string[];
  readonly scoringStrategy: ScoringStrategy;
}

export interface NodeResourcesBalancedAllocationArgs {
  /** Their weights are all 1. */
  readonly resources: readonly ResourceSpec[];
}

export interface InterPodAffinityArgs {
  /** What a required affinity term of an existing pod counts in scores, 0 to 100. */
  readonly hardPodAffinityWeight: number;
  /** Preferred terms of existing pods count only for pods that have such terms themselves. */
  readonly ignorePreferredTermsOfExistingPods: boolean;
}

export interface NodeAffinityArgs {
  /** Holds for all pods of the profile, besides their own; undefined: none. */
  readonly addedAffinity: NodeAffinity | undefined;
}

export interface PodTopologySpreadArgs {
  /** `System`: upstream's default constraints; `List`: those of `defaultConstraints`. */
  readonly defaultingType: 'System' | 'List';
  /** For pods without constraints of their own; none of them has a selector. */
  readonly defaultConstraints: readonly TopologySpreadConstraint[];
}

export interface DefaultPreemptionArgs {
  /** How many nodes are looked at: the greater of this share of all nodes, 0 to 100, and of the number below. */
  readonly minCandidateNodesPercentage: number;
  readonly minCandidateNodesAbsolute: number;
}

export interface VolumeBindingArgs {
  /** How long a pod waits for its claims to be bound. */
  readonly bindTimeoutMicros: Micros;
}

/** By plugin. */
export interface PluginArgs {
  readonly NodeResourcesFit: NodeResourcesFitArgs;
  readonly NodeResourcesBalancedAllocation: NodeResourcesBalancedAllocationArgs;
  readonly InterPodAffinity: InterPodAffinityArgs;
  readonly NodeAffinity: NodeAffinityArgs;
  readonly PodTopologySpread: PodTopologySpreadArgs;
  readonly DefaultPreemption: DefaultPreemptionArgs;
  readonly VolumeBinding: VolumeBindingArgs;
}

/** Resources that scores look at unless told otherwise. */
export const DEFAULT_RESOURCES: readonly ResourceSpec[] = [
  { name: 'cpu', weight: 1 },
  { name: 'memory', weight: 1 },
];

/** Upstream's defaults (`pkg/scheduler/apis/config/v1/defaults.go`). */
export const DEFAULT_PLUGIN_ARGS: PluginArgs = {
  NodeResourcesFit: {
    ignoredResources: [],
    ignoredResourceGroups: [],
    scoringStrategy: { type: 'LeastAllocated', resources: DEFAULT_RESOURCES },
  },
  NodeResourcesBalancedAllocation: { resources: DEFAULT_RESOURCES },
  InterPodAffinity: { hardPodAffinityWeight: 1, ignorePreferredTermsOfExistingPods: false },
  NodeAffinity: { addedAffinity: undefined },
  PodTopologySpread: { defaultingType: 'System', defaultConstraints: [] },
  DefaultPreemption: { minCandidateNodesPercentage: 10, minCandidateNodesAbsolute: 100 },
  VolumeBinding: { bindTimeoutMicros: 600 * MICROS_PER_SECOND },
};
