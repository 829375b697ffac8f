import type { TopologySpreadConstraint } from '../../../api/types.ts';
import { hasAll, isTolerated, selects, selectsMerged } from '../selectors.ts';
import {
  type OraclePlugin,
  podsOn,
  type Rejection,
  unresolvable,
  unschedulable,
  type World,
  type WorldNode,
  type WorldPod,
} from '../world.ts';
import { matchesRequiredAffinity } from './nodeAffinity.ts';

const HOSTNAME = 'kubernetes.io/hostname';
const ZONE = 'topology.kubernetes.io/zone';

/** A constraint of the pod's own, or one that the scheduler gives it. */
interface Constraint {
  readonly maxSkew: number;
  readonly key: string;
  readonly minDomains: number;
  /** Whether the labels are those of a pod to be counted. */
  readonly isSelected: (labels: WorldPod['labels']) => boolean;
  /** Upstream counts nobody with a selector that would select everybody, though the pod itself matches it. */
  readonly countsNobody: boolean;
  readonly isAffinityHonored: boolean;
  readonly areTaintsHonored: boolean;
}

function own(pod: WorldPod, whenUnsatisfiable: TopologySpreadConstraint['whenUnsatisfiable']): Constraint[] {
  return pod.spec.topologySpreadConstraints
    .filter((constraint) => constraint.whenUnsatisfiable === whenUnsatisfiable)
    .map((constraint) => ({
      maxSkew: constraint.maxSkew,
      key: constraint.topologyKey,
      minDomains: constraint.minDomains ?? 1,
      isSelected: (labels) => selectsMerged(constraint, pod.labelsAtCreation, labels),
      countsNobody: asksForNothing(constraint, pod),
      isAffinityHonored: constraint.nodeAffinityPolicy === 'Honor',
      areTaintsHonored: constraint.nodeTaintsPolicy === 'Honor',
    }));
}

function asksForNothing({ labelSelector, matchLabelKeys }: TopologySpreadConstraint, pod: WorldPod): boolean {
  if (labelSelector === undefined || matchLabelKeys.some((key) => pod.labelsAtCreation[key] !== undefined))
    return false;
  return Object.keys(labelSelector.matchLabels).length === 0 && labelSelector.matchExpressions.length === 0;
}

/** Pods of a Service or an owner that selects them are spread a little over hosts and zones. */
function systemDefaults(pod: WorldPod, world: World): Constraint[] {
  const services = world.services.filter(
    ({ namespace, selector }) =>
      namespace === pod.namespace && Object.keys(selector).length > 0 && hasAll(selector, pod.labels),
  );
  const isOwnerEmpty =
    pod.ownerSelector === undefined ||
    (Object.keys(pod.ownerSelector.matchLabels).length === 0 && pod.ownerSelector.matchExpressions.length === 0);
  if (services.length === 0 && isOwnerEmpty) return [];
  const isSelected: Constraint['isSelected'] = (labels) =>
    services.every(({ selector }) => hasAll(selector, labels)) &&
    (pod.ownerSelector === undefined || selects(pod.ownerSelector, labels));
  const common = { minDomains: 1, isSelected, countsNobody: false, isAffinityHonored: true, areTaintsHonored: false };
  return [
    { ...common, key: HOSTNAME, maxSkew: 3 },
    { ...common, key: ZONE, maxSkew: 5 },
  ];
}

function hasAllKeys(node: WorldNode, constraints: readonly Constraint[]): boolean {
  return constraints.every(({ key }) => node.labels[key] !== undefined);
}

/** Whether the inclusion policies let the node count. */
function isIncluded(constraint: Constraint, pod: WorldPod, node: WorldNode): boolean {
  if (constraint.isAffinityHonored && !matchesRequiredAffinity(pod, node)) return false;
  if (!constraint.areTaintsHonored) return true;
  return node.taints.every((taint) => taint.effect === 'PreferNoSchedule' || isTolerated(taint, pod.spec.tolerations));
}

/** Pods that terminate are as good as gone. */
function matchingPods(constraint: Constraint, pod: WorldPod, node: WorldNode, world: World): number {
  if (constraint.countsNobody) return 0;
  return podsOn(world, node).filter(
    (other) => other.namespace === pod.namespace && !other.isTerminating && constraint.isSelected(other.labels),
  ).length;
}

function reject(pod: WorldPod, node: WorldNode, world: World): Rejection | undefined {
  const constraints = own(pod, 'DoNotSchedule');
  for (const constraint of constraints) {
    const domain = node.labels[constraint.key];
    if (domain === undefined) {
      return unresolvable("node(s) didn't match pod topology spread constraints (missing required label)");
    }
    const counts = new Map<string, number>();
    for (const other of world.nodes) {
      if (!hasAllKeys(other, constraints) || !isIncluded(constraint, pod, other)) continue;
      const value = other.labels[constraint.key]!;
      counts.set(value, (counts.get(value) ?? 0) + matchingPods(constraint, pod, other, world));
    }
    const least = counts.size < constraint.minDomains ? 0 : Math.min(2 ** 31 - 1, ...counts.values());
    const self = constraint.isSelected(pod.labels) ? 1 : 0;
    if ((counts.get(domain) ?? 0) + self - least > constraint.maxSkew) {
      return unschedulable("node(s) didn't match pod topology spread constraints");
    }
  }
  return undefined;
}

/** Per constraint: pods in each domain that some scored node is in. */
function domainCounts(
  constraint: Constraint,
  constraints: readonly Constraint[],
  areAllKeysRequired: boolean,
  pod: WorldPod,
  scored: readonly WorldNode[],
  world: World,
): Map<string, number> {
  const counts = new Map(scored.map((node) => [node.labels[constraint.key] ?? '', 0]));
  for (const node of world.nodes) {
    if (areAllKeysRequired && !hasAllKeys(node, constraints)) continue;
    const value = node.labels[constraint.key] ?? '';
    if (!counts.has(value) || !isIncluded(constraint, pod, node)) continue;
    counts.set(value, counts.get(value)! + matchingPods(constraint, pod, node, world));
  }
  return counts;
}

/** Fewer pods in the node's domains are better; `undefined` marks nodes that get nothing. */
function rawScores(pod: WorldPod, nodes: readonly WorldNode[], world: World): (number | undefined)[] | undefined {
  const hasOwn = pod.spec.topologySpreadConstraints.length > 0;
  const constraints = hasOwn ? own(pod, 'ScheduleAnyway') : systemDefaults(pod, world);
  if (constraints.length === 0) return undefined;
  const scored = nodes.filter((node) => !hasOwn || hasAllKeys(node, constraints));
  const sums = nodes.map(() => 0);
  for (const constraint of constraints) {
    const isHostname = constraint.key === HOSTNAME;
    const counts = domainCounts(constraint, constraints, hasOwn, pod, scored, world);
    const weight = Math.log((isHostname ? scored.length : counts.size) + 2);
    for (const [i, node] of nodes.entries()) {
      const value = node.labels[constraint.key];
      if (value === undefined || !scored.includes(node)) continue;
      const count = isHostname ? matchingPods(constraint, pod, node, world) : counts.get(value)!;
      sums[i]! += count * weight + (constraint.maxSkew - 1);
    }
  }
  return nodes.map((node, i) => (scored.includes(node) ? Math.round(sums[i]!) : undefined));
}

export const podTopologySpread: OraclePlugin = {
  name: 'PodTopologySpread',
  reject,
  score(pod, nodes, world) {
    const raw = rawScores(pod, nodes, world);
    if (raw === undefined) return undefined;
    const present = raw.filter((score) => score !== undefined);
    const highest = Math.max(0, ...present);
    const lowest = Math.min(...present);
    return raw.map((score) => {
      if (score === undefined) return 0;
      return highest === 0 ? 100 : Math.trunc((100 * (highest + lowest - score)) / highest);
    });
  },
};
