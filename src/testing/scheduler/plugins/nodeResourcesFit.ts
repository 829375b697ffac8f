import { type Amounts, nonZeroRequestsOf, offeredBy, requestsOf } from '../requests.ts';
import { type OraclePlugin, podsOn, type Rejection, type World, type WorldNode, type WorldPod } from '../world.ts';

export interface WeightedResource {
  readonly name: string;
  readonly weight: number;
}

export interface ScoringStrategy {
  readonly type: 'LeastAllocated' | 'MostAllocated' | 'RequestedToCapacityRatio';
  readonly resources: readonly WeightedResource[];
  /** RequestedToCapacityRatio: points of the line from utilization in percent to a score from 0 to 10. */
  readonly shape?: readonly { readonly utilization: number; readonly score: number }[];
}

const CPU_AND_MEMORY: readonly WeightedResource[] = [
  { name: 'cpu', weight: 1 },
  { name: 'memory', weight: 1 },
];

export const LEAST_ALLOCATED: ScoringStrategy = { type: 'LeastAllocated', resources: CPU_AND_MEMORY };

/** Sum over the pods on the node. */
export function requestedOn(
  world: World,
  node: WorldNode,
  name: string,
  of: (spec: WorldPod['spec']) => Amounts,
): number {
  let total = 0;
  for (const { spec } of podsOn(world, node)) total += of(spec).get(name) ?? 0;
  return total;
}

function reject(pod: WorldPod, node: WorldNode, world: World): Rejection | undefined {
  const reasons: string[] = [];
  let isUnresolvable = false;
  if (podsOn(world, node).length + 1 > node.allocatable.pods) reasons.push('Too many pods');
  const offered = offeredBy(node.allocatable);
  for (const [name, request] of requestsOf(pod.spec)) {
    const room = offered.get(name) ?? 0;
    if (request === 0 || request <= room - requestedOn(world, node, name, requestsOf)) continue;
    reasons.push(`Insufficient ${name}`);
    if (world.minorVersion >= 34 && request > room) isUnresolvable = true;
  }
  return reasons.length === 0 ? undefined : { reasons, isUnresolvable };
}

/** What the node offers of a resource, and what would be requested of it with the pod; undefined: it does not count. */
function usage(
  pod: WorldPod,
  node: WorldNode,
  world: World,
  name: string,
): { offered: number; requested: number } | undefined {
  const offered = offeredBy(node.allocatable).get(name) ?? 0;
  const isNative = name === 'cpu' || name === 'memory' || name === 'ephemeral-storage';
  const ofPod = nonZeroRequestsOf(pod.spec).get(name) ?? 0;
  if (offered === 0 || (!isNative && ofPod === 0)) return undefined;
  return { offered, requested: ofPod + requestedOn(world, node, name, nonZeroRequestsOf) };
}

function leastAllocated(requested: number, offered: number): number {
  return requested > offered ? 0 : Math.trunc(((offered - requested) * 100) / offered);
}

function mostAllocated(requested: number, offered: number): number {
  return Math.trunc((Math.min(requested, offered) * 100) / offered);
}

/** The straight lines between the points of the shape, in scores from 0 to 100. */
function onShape(shape: NonNullable<ScoringStrategy['shape']>, utilization: number): number {
  const points = shape.map((point) => ({ at: point.utilization, score: point.score * 10 }));
  for (const [i, right] of points.entries()) {
    if (utilization > right.at) continue;
    if (i === 0) return right.score;
    const left = points[i - 1]!;
    return left.score + Math.trunc(((right.score - left.score) * (utilization - left.at)) / (right.at - left.at));
  }
  return points.at(-1)!.score;
}

function scoreOf({ type, resources, shape }: ScoringStrategy, pod: WorldPod, node: WorldNode, world: World): number {
  let sum = 0;
  let weights = 0;
  for (const { name, weight } of resources) {
    const used = usage(pod, node, world, name);
    if (used === undefined) continue;
    const { requested, offered } = used;
    if (type === 'RequestedToCapacityRatio') {
      const utilization = requested > offered ? 100 : Math.trunc((requested * 100) / offered);
      const score = onShape(shape!, utilization);
      if (score <= 0) continue;
      sum += score * weight;
    } else sum += weight * (type === 'LeastAllocated' ? leastAllocated : mostAllocated)(requested, offered);
    weights += weight;
  }
  if (weights === 0) return 0;
  return type === 'RequestedToCapacityRatio' ? Math.round(sum / weights) : Math.trunc(sum / weights);
}

export function nodeResourcesFit(strategy: ScoringStrategy = LEAST_ALLOCATED): OraclePlugin {
  return {
    name: 'NodeResourcesFit',
    reject,
    score: (pod, nodes, world) => nodes.map((node) => scoreOf(strategy, pod, node, world)),
  };
}
