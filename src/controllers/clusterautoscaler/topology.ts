import { type LabelSelector, makeSelector } from '../../api/labelSelector.ts';
import { matchesNodeSelector, matchesTerm } from '../../api/nodeSelectorMatch.ts';
import type { PodAffinityTerm, TopologySpreadConstraint } from '../../api/types.ts';
import { type Cluster, findUntoleratedTaint, POD_TERMINATING } from '../../cluster/index.ts';
import type { SimulatedNode, SimulatedPod } from './simulatedNode.ts';

const NOT_AFFINE = "node(s) didn't match pod affinity rules";
const ANTI_AFFINE = "node(s) didn't match pod anti-affinity rules";
const REFUSED = "node(s) didn't satisfy existing pods anti-affinity rules";
const NOT_SPREAD = "node(s) didn't match pod topology spread constraints";

/** Keys of a term whose values the pod's own labels give. */
interface LabelKeys {
  readonly matchLabelKeys: readonly string[];
  readonly mismatchLabelKeys?: readonly string[];
}

/**
 * Required rules about where other pods are, worked out anew from all pods for each question: autoscalers ask seldom, and
 * only about pods that have such rules or meet pods that have.
 */
export class Topology {
  private readonly cluster: Cluster;

  constructor(cluster: Cluster) {
    this.cluster = cluster;
  }

  /** Why the pod cannot be on `node`, which is one of `nodes`; undefined when it can. */
  reasonAgainst(pod: SimulatedPod, node: SimulatedNode, nodes: readonly SimulatedNode[]): string | undefined {
    const { podAffinity, podAntiAffinity, topologySpreadConstraints } = pod.template.spec;
    if (podAffinity.required.length > 0 && !this.isAffine(pod, node, nodes)) return NOT_AFFINE;
    for (const term of podAntiAffinity.required) {
      if (holdsFor(term.topologyKey, node, nodes, (other) => this.selects(term, pod, other))) return ANTI_AFFINE;
    }
    if (this.isRefused(pod, node, nodes)) return REFUSED;
    const isUneven = topologySpreadConstraints.some(
      (constraint) => constraint.whenUnsatisfiable === 'DoNotSchedule' && !this.isEven(constraint, pod, node, nodes),
    );
    return isUneven ? NOT_SPREAD : undefined;
  }

  /** The first pod of a group that wants to be together finds nobody, and may go anywhere. */
  private isAffine(pod: SimulatedPod, node: SimulatedNode, nodes: readonly SimulatedNode[]): boolean {
    const terms = pod.template.spec.podAffinity.required;
    if (terms.some(({ topologyKey }) => node.labels[topologyKey] === undefined)) return false;
    const matchesAll = (other: SimulatedPod) => terms.every((term) => this.selects(term, pod, other));
    if (terms.every(({ topologyKey }) => holdsFor(topologyKey, node, nodes, matchesAll))) return true;
    return matchesAll(pod) && !nodes.some((other) => some(other.pods(), matchesAll));
  }

  private isRefused(pod: SimulatedPod, node: SimulatedNode, nodes: readonly SimulatedNode[]): boolean {
    return nodes.some((other) =>
      some(other.refusers(), (there) =>
        there.template.spec.podAntiAffinity.required.some(
          (term) => isSamePlace(term.topologyKey, node, other) && this.selects(term, there, pod),
        ),
      ),
    );
  }

  private isEven(
    constraint: TopologySpreadConstraint,
    pod: SimulatedPod,
    node: SimulatedNode,
    nodes: readonly SimulatedNode[],
  ): boolean {
    const { topologyKey, labelSelector, maxSkew, minDomains = 1 } = constraint;
    const place = node.labels[topologyKey];
    if (place === undefined) return false;
    const counts = new Map<string, number>();
    const isCounted = (other: SimulatedPod) =>
      other.namespace === pod.namespace &&
      (this.cluster.pods.state[other.pod]! & POD_TERMINATING) === 0 &&
      this.matches(labelSelector, constraint, pod, other);
    for (const other of nodes) {
      const domain = other.labels[topologyKey];
      if (domain === undefined || !isEligible(constraint, pod, other)) continue;
      let count = counts.get(domain) ?? 0;
      for (const there of other.pods()) if (isCounted(there)) count++;
      counts.set(domain, count);
    }
    const least = counts.size < minDomains ? 0 : Math.min(...counts.values());
    const self = this.matches(labelSelector, constraint, pod, pod) ? 1 : 0;
    return (counts.get(place) ?? 0) + self - least <= maxSkew;
  }

  private selects(term: PodAffinityTerm, owner: SimulatedPod, other: SimulatedPod): boolean {
    const { namespaces, namespaceSelector } = term;
    const isOwn = namespaces.length === 0 && namespaceSelector === undefined;
    const isMeant = isOwn
      ? other.namespace === owner.namespace
      : namespaces.includes(other.namespace) ||
        (namespaceSelector !== undefined &&
          this.cluster.selects(namespaceSelector, this.cluster.namespaceLabels(other.namespace)));
    return isMeant && this.matches(term.labelSelector, term, owner, other);
  }

  private matches(
    selector: LabelSelector | undefined,
    { matchLabelKeys, mismatchLabelKeys = [] }: LabelKeys,
    owner: SimulatedPod,
    other: SimulatedPod,
  ): boolean {
    if (selector === undefined) return false;
    const { labels } = this.cluster;
    if (matchLabelKeys.length === 0 && mismatchLabelKeys.length === 0) {
      return labels.compile(selector).matches(other.labelSet);
    }
    const own = labels.labelsOf(owner.labelSet);
    const asks = (keys: readonly string[], operator: 'In' | 'NotIn') =>
      keys.filter((key) => Object.hasOwn(own, key)).map((key) => ({ key, operator, values: [own[key]!] }));
    const expressions = [
      ...selector.matchExpressions,
      ...asks(matchLabelKeys, 'In'),
      ...asks(mismatchLabelKeys, 'NotIn'),
    ];
    return labels.compile(makeSelector(selector.matchLabels, expressions)).matches(other.labelSet);
  }
}

function isEligible(
  { nodeAffinityPolicy, nodeTaintsPolicy }: TopologySpreadConstraint,
  { template: { spec } }: SimulatedPod,
  { labels, name, taints }: SimulatedNode,
): boolean {
  const { required } = spec.nodeAffinity;
  const isSelected =
    matchesNodeSelector(spec.nodeSelector, labels) &&
    (required === undefined || required.some((term) => matchesTerm(term, labels, name)));
  if (nodeAffinityPolicy === 'Honor' && !isSelected) return false;
  const untolerated = () => findUntoleratedTaint(spec.tolerations, taints, ['NoSchedule', 'NoExecute']);
  return nodeTaintsPolicy !== 'Honor' || untolerated() === undefined;
}

function isSamePlace(key: string, a: SimulatedNode, b: SimulatedNode): boolean {
  const place = a.labels[key];
  return place !== undefined && place === b.labels[key];
}

/** Whether some pod in the node's place is meant. */
function holdsFor(
  key: string,
  node: SimulatedNode,
  nodes: readonly SimulatedNode[],
  isMeant: (pod: SimulatedPod) => boolean,
): boolean {
  return nodes.some((other) => isSamePlace(key, node, other) && some(other.pods(), isMeant));
}

function some<T>(values: Iterable<T>, test: (value: T) => boolean): boolean {
  for (const value of values) if (test(value)) return true;
  return false;
}
