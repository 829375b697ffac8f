import type { CompiledSelector } from '../../../api/labelIndex.ts';
import { type LabelSelector, makeSelector } from '../../../api/labelSelector.ts';
import type { StringMap, TopologySpreadConstraint } from '../../../api/types.ts';
import type { Cluster } from '../../../cluster/cluster.ts';
import { HOSTNAME_LABEL, ZONE_LABEL } from '../../../cluster/nodeTable.ts';
import type { PodTable } from '../../../cluster/podTable.ts';
import type { CompiledTemplate } from '../../../cluster/templateTable.ts';
import type { PodTopologySpreadArgs } from '../../pluginArgs.ts';
import {
  conjunction,
  type DomainCounts,
  type NodeEligibility,
  type PodCounter,
  type TopologyDomains,
  type TopologyIndex,
} from '../../topology/index.ts';
import { isSelected } from '../nodeAffinity.ts';
import { findUntolerated } from '../taintToleration.ts';
import { DefaultSelectors } from './defaultSelector.ts';

/** Upstream's systemDefaultConstraints. */
const SYSTEM_DEFAULTS: readonly TopologySpreadConstraint[] = [
  systemDefault(HOSTNAME_LABEL, 3),
  systemDefault(ZONE_LABEL, 5),
];

/** A constraint of a pod, with what counts for it. */
export interface SpreadConstraint {
  readonly topologyKey: string;
  readonly maxSkew: number;
  readonly minDomains: number;
  /** Upstream's special case: scores count pods by node and not by the label's value. */
  readonly isHostname: boolean;
  /** Nodes that the pod's node affinity rules out are no places. */
  readonly honorsAffinity: boolean;
  readonly honorsTaints: boolean;
  /** 1 where the pod itself is one of those that are counted. */
  readonly selfMatch: 0 | 1;
  /** Undefined: selects no pod. */
  readonly selector: CompiledSelector | undefined;
  /** Counts nobody where the selector has no requirements. */
  readonly counter: PodCounter;
  /** Of all nodes that have the label. */
  readonly domains: TopologyDomains;
  /** Of the nodes that count as places; the same numbers. */
  readonly eligible: TopologyDomains;
  /** Pods in eligible domains; of hostname constraints that only score there is no need of it. */
  readonly counts: DomainCounts | undefined;
}

/** What a pod asks of how it is spread; pods of the same template, labels and controller share it. */
export interface SpreadConstraints {
  /** DoNotSchedule, in the pod's order. */
  readonly hard: readonly SpreadConstraint[];
  /** ScheduleAnyway. */
  readonly soft: readonly SpreadConstraint[];
  /** Nodes that lack one of the keys get no score; with system defaults they do. */
  readonly requiresAllTopologies: boolean;
}

const NONE: SpreadConstraints = { hard: [], soft: [], requiresAllTopologies: false };

/** A pod's constraints as they were last worked out. */
interface Known {
  readonly labelSet: number;
  readonly namespace: string;
  readonly owner: number;
  readonly version: number;
  readonly constraints: SpreadConstraints;
}

/** What is known for a template: for the pod that was asked about last, and for others by their labels and controller. */
interface KnownOfTemplate {
  last: Known;
  readonly all: Map<string, Known>;
}

/** Whoever constraints are asked for: a pod of this template. */
export interface SpreadPod {
  readonly pod: number;
  readonly template: CompiledTemplate;
  readonly labelSet: number;
  readonly namespace: string;
}

/** Works out the constraints of pods, and remembers them. */
export class Constraints {
  private readonly cluster: Cluster;
  private readonly pods: PodTable;
  private readonly topology: TopologyIndex;
  private readonly defaults: readonly TopologySpreadConstraint[];
  private readonly isSystemDefaulted: boolean;
  private readonly selectors: DefaultSelectors | undefined;
  private readonly known: (KnownOfTemplate | undefined)[] = [];

  constructor(cluster: Cluster, topology: TopologyIndex, options: PodTopologySpreadArgs) {
    this.cluster = cluster;
    this.pods = cluster.pods;
    this.topology = topology;
    this.isSystemDefaulted = options.defaultingType === 'System';
    this.defaults = this.isSystemDefaulted ? SYSTEM_DEFAULTS : options.defaultConstraints;
    this.selectors = this.defaults.length === 0 ? undefined : new DefaultSelectors(cluster);
  }

  of(pod: SpreadPod): SpreadConstraints {
    const { template, labelSet } = pod;
    const hasOwn = template.spec.topologySpreadConstraints.length > 0;
    if (!hasOwn && this.selectors === undefined) return NONE;
    const owner = this.pods.observedOwner[pod.pod] ?? -1;
    const version = hasOwn ? 0 : this.selectors!.version;
    const known = this.known[template.id];
    if (known !== undefined) {
      const { last } = known;
      if (last.labelSet === labelSet && last.owner === owner && last.version === version) {
        // Pods of one controller are in one namespace.
        if (owner !== -1 || last.namespace === pod.namespace) return last.constraints;
      }
    }
    if (!hasOwn && !this.selectors!.mayHave(owner)) return NONE;
    return this.lookUp(pod, owner, version);
  }

  private lookUp(pod: SpreadPod, owner: number, version: number): SpreadConstraints {
    const { template, labelSet, namespace } = pod;
    const key = `${namespace}/${labelSet}/${owner}`;
    const known = this.known[template.id];
    let found = known?.all.get(key);
    if (found === undefined || found.version !== version) {
      found = { labelSet, namespace, owner, version, constraints: this.workOut(pod, owner) };
    }
    if (known === undefined) this.known[template.id] = { last: found, all: new Map([[key, found]]) };
    else {
      known.last = found;
      known.all.set(key, found);
    }
    return found.constraints;
  }

  private workOut(pod: SpreadPod, owner: number): SpreadConstraints {
    const own = pod.template.spec.topologySpreadConstraints;
    if (own.length > 0) return this.compile(pod, own, undefined, true);
    const selectors = this.selectors!.of(pod.namespace, pod.labelSet, owner);
    if (selectors.length === 0) return NONE;
    return this.compile(pod, this.defaults, selectors, !this.isSystemDefaulted);
  }

  /** @param selectors of pods that are counted, instead of the constraints' own */
  private compile(
    pod: SpreadPod,
    constraints: readonly TopologySpreadConstraint[],
    selectors: readonly LabelSelector[] | undefined,
    requiresAllTopologies: boolean,
  ): SpreadConstraints {
    const having = (action: TopologySpreadConstraint['whenUnsatisfiable'], requiredKeys: boolean) => {
      const those = constraints.filter(({ whenUnsatisfiable }) => whenUnsatisfiable === action);
      const keys = requiredKeys ? those.map(({ topologyKey }) => topologyKey) : [];
      return those.map((constraint) =>
        this.compileOne(pod, constraint, selectors ?? this.selectorsOf(pod, constraint), keys),
      );
    };
    const hard = having('DoNotSchedule', true);
    const soft = having('ScheduleAnyway', requiresAllTopologies);
    return { hard, soft, requiresAllTopologies };
  }

  /** Empty: selects no pod. The label values of `matchLabelKeys` are the pod's own. */
  private selectorsOf({ labelSet }: SpreadPod, constraint: TopologySpreadConstraint): readonly LabelSelector[] {
    const { labelSelector } = constraint;
    if (labelSelector === undefined) return [];
    const labels = this.cluster.labels.labelsOf(labelSet);
    const pairs: Record<string, string> = {};
    for (const key of constraint.matchLabelKeys) if (Object.hasOwn(labels, key)) pairs[key] = labels[key]!;
    return Object.keys(pairs).length === 0 ? [labelSelector] : [labelSelector, makeSelector(pairs)];
  }

  private compileOne(
    pod: SpreadPod,
    constraint: TopologySpreadConstraint,
    selectors: readonly LabelSelector[],
    keys: readonly string[],
  ): SpreadConstraint {
    const { topology, cluster } = this;
    const { topologyKey, maxSkew, nodeAffinityPolicy, nodeTaintsPolicy } = constraint;
    const together = conjunction(selectors);
    // Upstream's countPodsMatchSelector finds nobody with a selector that would select everybody.
    const namespaces = together.canonical === '' ? [] : [pod.namespace];
    const counter = topology.counter({ selectors, namespaces, countsTerminating: false });
    const selector = selectors.length === 0 ? undefined : cluster.labels.compile(together);
    const isHostname = topologyKey === HOSTNAME_LABEL;
    const domains = topology.domains(topologyKey);
    const eligible = topology.domains(topologyKey, this.eligibility(pod.template, constraint, keys));
    const countsByDomain = !isHostname || constraint.whenUnsatisfiable === 'DoNotSchedule';
    return {
      topologyKey,
      maxSkew,
      minDomains: constraint.minDomains ?? 1,
      isHostname,
      honorsAffinity: nodeAffinityPolicy === 'Honor',
      honorsTaints: nodeTaintsPolicy === 'Honor',
      selfMatch: selector?.matches(pod.labelSet) ? 1 : 0,
      selector,
      counter,
      domains,
      eligible,
      counts: countsByDomain ? counter.in(eligible) : undefined,
    };
  }

  /** Which nodes count as places for the constraint; undefined: all that have its key. */
  private eligibility(
    { spec }: CompiledTemplate,
    { topologyKey, nodeAffinityPolicy, nodeTaintsPolicy }: TopologySpreadConstraint,
    keys: readonly string[],
  ): NodeEligibility | undefined {
    const { nodeSelector, nodeAffinity, tolerations } = spec;
    const { nodes } = this.cluster;
    const otherKeys = [...new Set(keys)].filter((key) => key !== topologyKey).sort();
    const asksForNodes = nodeAffinity.required !== undefined || Object.keys(nodeSelector).length > 0;
    const byAffinity = nodeAffinityPolicy === 'Honor' && asksForNodes;
    const byTaints = nodeTaintsPolicy === 'Honor';
    if (otherKeys.length === 0 && !byAffinity && !byTaints) return undefined;
    const affinity = byAffinity ? [nodeSelector, nodeAffinity.required ?? null] : null;
    return {
      key: JSON.stringify([otherKeys, affinity, byTaints ? tolerations : null]),
      isEligible(node: number): boolean {
        const object = nodes.objects[node]!;
        const { labels }: { labels: StringMap } = object.meta;
        if (!otherKeys.every((key) => Object.hasOwn(labels, key))) return false;
        if (byAffinity && !isSelected(spec, object)) return false;
        return !byTaints || findUntolerated(tolerations, object.taints) === undefined;
      },
    };
  }
}

function systemDefault(topologyKey: string, maxSkew: number): TopologySpreadConstraint {
  return {
    maxSkew,
    topologyKey,
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: undefined,
    minDomains: undefined,
    nodeAffinityPolicy: 'Honor',
    nodeTaintsPolicy: 'Ignore',
    matchLabelKeys: [],
  };
}
