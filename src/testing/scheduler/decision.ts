import { imageLocality } from './plugins/imageLocality.ts';
import { interPodAffinity } from './plugins/interPodAffinity.ts';
import { nodeAffinity } from './plugins/nodeAffinity.ts';
import { nodeName } from './plugins/nodeName.ts';
import { nodePorts } from './plugins/nodePorts.ts';
import { nodeResourcesBalancedAllocation } from './plugins/nodeResourcesBalancedAllocation.ts';
import { nodeResourcesFit } from './plugins/nodeResourcesFit.ts';
import { nodeUnschedulable } from './plugins/nodeUnschedulable.ts';
import { podTopologySpread } from './plugins/podTopologySpread.ts';
import { taintToleration } from './plugins/taintToleration.ts';
import type { OraclePlugin, Rejection, World, WorldNode, WorldPod } from './world.ts';

export interface WeightedPlugin {
  readonly plugin: OraclePlugin;
  readonly weight: number;
}

/** In MultiPoint order, which is that of the filters. */
export const DEFAULT_PROFILE: readonly WeightedPlugin[] = [
  { plugin: nodeUnschedulable, weight: 0 },
  { plugin: nodeName, weight: 0 },
  { plugin: taintToleration, weight: 3 },
  { plugin: nodeAffinity, weight: 2 },
  { plugin: nodePorts, weight: 0 },
  { plugin: nodeResourcesFit(), weight: 1 },
  { plugin: podTopologySpread, weight: 2 },
  { plugin: interPodAffinity(), weight: 2 },
  { plugin: nodeResourcesBalancedAllocation(), weight: 1 },
  { plugin: imageLocality, weight: 1 },
];

export interface Verdict extends Rejection {
  readonly plugin: string;
}

function runFilters(
  pod: WorldPod,
  node: WorldNode,
  world: World,
  filters: readonly WeightedPlugin[],
): Verdict | undefined {
  for (const { plugin } of filters) {
    const rejection = plugin.reject?.(pod, node, world);
    if (rejection !== undefined) return { ...rejection, plugin: plugin.name };
  }
  return undefined;
}

/** The filters that have something to do for the pod, as things are when its turn comes. */
export function filtersFor(pod: WorldPod, world: World, profile: readonly WeightedPlugin[]): WeightedPlugin[] {
  return profile.filter(({ plugin }) => plugin.reject !== undefined && !plugin.isIdle?.(pod, world));
}

/** Pods that hope for the node, and matter at least as much, are taken to be there and, in a second pass, not to be. */
export function judge(
  pod: WorldPod,
  node: WorldNode,
  world: World,
  filters: readonly WeightedPlugin[],
): Verdict | undefined {
  const hopeful = world.nominations.filter(
    (nomination) =>
      nomination.nodeName === node.name && nomination.pod.name !== pod.name && nomination.pod.priority >= pod.priority,
  );
  if (hopeful.length > 0) {
    const guests = hopeful.map((nomination) => ({ ...nomination.pod, nodeName: node.name }));
    const verdict = runFilters(pod, node, { ...world, pods: [...world.pods, ...guests] }, filters);
    if (verdict !== undefined) return verdict;
  }
  return runFilters(pod, node, world, filters);
}

/** After how many feasible nodes the search ends. */
function feasibleNodesToFind(nodeCount: number, percentageOfNodesToScore: number): number {
  if (nodeCount < 100) return nodeCount;
  let percentage = percentageOfNodesToScore;
  if (percentage === 0) percentage = Math.max(50 - Math.trunc(nodeCount / 125), 5);
  if (percentage >= 100) return nodeCount;
  return Math.max(Math.trunc((nodeCount * percentage) / 100), 100);
}

export interface Scored {
  readonly node: WorldNode;
  /** Weighted, by plugin. */
  readonly scores: ReadonlyMap<string, number>;
  readonly total: number;
}

/** Scores of nodes that are all feasible. */
export function scoreNodes(
  pod: WorldPod,
  nodes: readonly WorldNode[],
  world: World,
  profile: readonly WeightedPlugin[],
): Scored[] {
  const results = nodes.map((node) => ({ node, scores: new Map<string, number>(), total: 0 }));
  for (const { plugin, weight } of profile) {
    const scores = plugin.score?.(pod, nodes, world);
    for (const [i, score] of (scores ?? []).entries()) {
      results[i]!.scores.set(plugin.name, weight * score);
      results[i]!.total += weight * score;
    }
  }
  return results;
}

export interface Search {
  /** Place in the order of nodes where the search starts. */
  readonly start: number;
  /** 0: the adaptive one. */
  readonly percentageOfNodesToScore: number;
  /** Where the pod is nominated to run, if it is. */
  readonly nominatedNode?: string | undefined;
}

export interface Decision {
  /** Of the nodes that were looked at and do not fit. */
  readonly verdicts: ReadonlyMap<string, Verdict>;
  /** Feasible nodes in the order in which they were found; more than one of them are scored. */
  readonly found: readonly Scored[];
  /** Plugins whose PreFilter left nodes out. */
  readonly narrowing: readonly string[];
  /** Rejection of the pod as such. */
  readonly rejected: Rejection | undefined;
  /** Where the next search starts. */
  readonly nextStart: number;
}

/** One decision, up to the choice between nodes of equal score. */
export function decide(pod: WorldPod, world: World, search: Search, profile = DEFAULT_PROFILE): Decision {
  const verdicts = new Map<string, Verdict>();
  const narrowing: string[] = [];
  let { nodes } = world;
  for (const { plugin } of profile) {
    const left = plugin.narrow?.(pod);
    if (left === undefined) continue;
    if ('reasons' in left) return { verdicts, found: [], narrowing, rejected: left, nextStart: search.start };
    narrowing.push(plugin.name);
    nodes = nodes.filter(({ name }) => left.has(name));
  }
  const common = { verdicts, narrowing, rejected: undefined };
  const filters = filtersFor(pod, world, profile);
  const hopedFor = nodes.find(({ name }) => name === search.nominatedNode);
  if (hopedFor !== undefined && judge(pod, hopedFor, world, filters) === undefined) {
    return { ...common, found: scoreNodes(pod, [hopedFor], world, profile), nextStart: search.start };
  }
  const wanted = feasibleNodesToFind(nodes.length, search.percentageOfNodesToScore);
  const feasible: WorldNode[] = [];
  for (let i = 0; i < nodes.length && feasible.length < wanted; i++) {
    const node = nodes[(search.start + i) % nodes.length]!;
    const verdict = judge(pod, node, world, filters);
    if (verdict === undefined) feasible.push(node);
    else verdicts.set(node.name, verdict);
  }
  const nextStart =
    world.nodes.length === 0 ? 0 : (search.start + feasible.length + verdicts.size) % world.nodes.length;
  return { ...common, found: scoreNodes(pod, feasible, world, profile), nextStart };
}

/** Those of the found nodes that have the highest total. */
export function bestOf({ found }: Decision): Scored[] {
  const highest = Math.max(...found.map(({ total }) => total));
  return found.filter(({ total }) => total === highest);
}

/** The beginning of the FailedScheduling event's text. */
export function failureMessage({ verdicts, narrowing, rejected }: Decision, nodeCount: number): string {
  const available = `0/${nodeCount} nodes are available:`;
  if (rejected !== undefined) return `${available} ${rejected.reasons.join(', ')}.`;
  const histogram = new Map<string, number>();
  const count = (reason: string, nodes: number) => histogram.set(reason, (histogram.get(reason) ?? 0) + nodes);
  for (const { reasons } of verdicts.values()) for (const reason of reasons) count(reason, 1);
  const leftOut = nodeCount - verdicts.size;
  if (leftOut > 0) count(`node(s) didn't satisfy plugin(s) [${[...narrowing].sort().join(' ')}]`, leftOut);
  const texts = [...histogram].map(([reason, nodes]) => `${nodes} ${reason}`).sort();
  return `${available} ${texts.join(', ')}.`;
}
