import type { NodeTable } from '../../cluster/nodeTable.ts';
import type { CompiledTemplate } from '../../cluster/templateTable.ts';
import { type CycleState, type Handle, MAX_NODE_SCORE, type ScorePlugin } from '../framework.ts';
import { DEFAULT_PLUGIN_ARGS, type NodeResourcesBalancedAllocationArgs } from '../pluginArgs.ts';
import { ResourceUsage } from './resourceUsage.ts';

/**
 * Prefers nodes whose resources, by default cpu and memory, are used to similar shares.
 *
 * Until 1.35 the score is the balance after placing the pod; since 1.36 it is how much the pod changes the balance,
 * mapped to 50 to 100: 75 when nothing changes. Since 1.33 pods that request none of the resources are not scored.
 */
export class NodeResourcesBalancedAllocation implements ScorePlugin {
  readonly name = 'NodeResourcesBalancedAllocation';
  readonly scoresByRowAlone = true;
  private readonly nodes: NodeTable;
  private readonly skipsBestEffort: boolean;
  private readonly scoresChange: boolean;
  /** Undefined for cpu and memory, which have a path of their own. */
  private readonly usage: ResourceUsage | undefined;
  private readonly shares: number[] = [];

  constructor(
    handle: Handle,
    args: NodeResourcesBalancedAllocationArgs = DEFAULT_PLUGIN_ARGS.NodeResourcesBalancedAllocation,
  ) {
    this.nodes = handle.cluster.nodes;
    this.skipsBestEffort = handle.minorVersion >= 33;
    this.scoresChange = handle.minorVersion >= 36;
    const names = args.resources.map(({ name }) => name).sort();
    if (names.join() !== 'cpu,memory') this.usage = new ResourceUsage(this.nodes, args.resources, false);
  }

  isScoreIdle({ template }: CycleState): boolean {
    if (!this.skipsBestEffort) return false;
    if (this.usage !== undefined) return this.usage.asksForNothing(template);
    return template.requests.cpuMilli === 0 && template.requests.memoryBytes === 0;
  }

  score({ template }: CycleState, node: number): number {
    if (this.usage !== undefined) return this.scoreUsage(this.usage, template, node);
    const { nodes } = this;
    const { requests } = template;
    const cpu = nodes.allocatableCpuMilli[node]!;
    const memory = nodes.allocatableMemoryBytes[node]!;
    const usedCpu = nodes.requestedCpuMilli[node]!;
    const usedMemory = nodes.requestedMemoryBytes[node]!;
    const balanceWith = balance(usedCpu + requests.cpuMilli, cpu, usedMemory + requests.memoryBytes, memory);
    return this.scoresChange ? changeScore(balanceWith, balance(usedCpu, cpu, usedMemory, memory)) : balanceWith;
  }

  private scoreUsage(usage: ResourceUsage, template: CompiledTemplate, node: number): number {
    usage.prepare(template);
    const balanceWith = this.balanceOf(usage, node, true);
    return this.scoresChange ? changeScore(balanceWith, this.balanceOf(usage, node, false)) : balanceWith;
  }

  private balanceOf(usage: ResourceUsage, node: number, isWithPod: boolean): number {
    const { shares } = this;
    shares.length = 0;
    for (let i = 0; i < usage.count; i++) {
      const capacity = usage.allocatable[i]![node]!;
      if (capacity === 0) continue;
      const used = usage.requested[i]![node]! + (isWithPod ? usage.podRequests[i]! : 0);
      shares.push(Math.min(used / capacity, 1));
    }
    return percents(shares.length < 3 ? halfDifference(shares) : standardDeviation(shares));
  }
}

/** Since 1.36: half of how much the balance gains or loses, around 75. */
function changeScore(balanceWith: number, balanceWithout: number): number {
  return MAX_NODE_SCORE / 2 + Math.trunc((MAX_NODE_SCORE / 2 + balanceWith - balanceWithout) / 2);
}

/** Upstream's balancedResourceScorer for two resources: 100 less half the difference of the used shares, in percents. */
function balance(usedCpu: number, cpu: number, usedMemory: number, memory: number): number {
  if (cpu === 0 || memory === 0) return MAX_NODE_SCORE;
  return percents(Math.abs((Math.min(usedCpu / cpu, 1) - Math.min(usedMemory / memory, 1)) / 2));
}

function percents(deviation: number): number {
  return Math.trunc((1 - deviation) * MAX_NODE_SCORE);
}

/** A single resource is in balance with itself. */
function halfDifference(shares: readonly number[]): number {
  return shares.length === 2 ? Math.abs((shares[0]! - shares[1]!) / 2) : 0;
}

/** Of the whole population. */
function standardDeviation(shares: readonly number[]): number {
  let total = 0;
  for (const share of shares) total += share;
  const mean = total / shares.length;
  let squares = 0;
  for (const share of shares) squares += (share - mean) * (share - mean);
  return Math.sqrt(squares / shares.length);
}
