import type { NodeTable } from '../../cluster/nodeTable.ts';
import { type CycleState, type Handle, MAX_NODE_SCORE, type ScorePlugin } from '../framework.ts';

/**
 * Prefers nodes whose cpu and memory are used to similar shares.
 *
 * Until 1.35 the score is the balance after placing the pod; since 1.36 it is how much the pod changes the balance,
 * mapped to 50 to 100: 75 when nothing changes. Since 1.33 pods that request neither cpu nor memory are not scored.
 */
export class NodeResourcesBalancedAllocation implements ScorePlugin {
  readonly name = 'NodeResourcesBalancedAllocation';
  readonly scoresByRowAlone = true;
  private readonly nodes: NodeTable;
  private readonly skipsBestEffort: boolean;
  private readonly scoresChange: boolean;

  constructor(handle: Handle) {
    this.nodes = handle.cluster.nodes;
    this.skipsBestEffort = handle.minorVersion >= 33;
    this.scoresChange = handle.minorVersion >= 36;
  }

  isScoreIdle({ template: { requests } }: CycleState): boolean {
    return this.skipsBestEffort && requests.cpuMilli === 0 && requests.memoryBytes === 0;
  }

  score({ template: { requests } }: CycleState, node: number): number {
    const { nodes } = this;
    const cpu = nodes.allocatableCpuMilli[node]!;
    const memory = nodes.allocatableMemoryBytes[node]!;
    const usedCpu = nodes.requestedCpuMilli[node]!;
    const usedMemory = nodes.requestedMemoryBytes[node]!;
    const balanceWith = balance(usedCpu + requests.cpuMilli, cpu, usedMemory + requests.memoryBytes, memory);
    if (!this.scoresChange) return balanceWith;
    const change = balanceWith - balance(usedCpu, cpu, usedMemory, memory);
    return MAX_NODE_SCORE / 2 + Math.trunc((MAX_NODE_SCORE / 2 + change) / 2);
  }
}

/** Upstream's balancedResourceScorer for two resources: 100 less half the difference of the used shares, in percents. */
function balance(usedCpu: number, cpu: number, usedMemory: number, memory: number): number {
  if (cpu === 0 || memory === 0) return MAX_NODE_SCORE;
  const deviation = Math.abs((Math.min(usedCpu / cpu, 1) - Math.min(usedMemory / memory, 1)) / 2);
  return Math.trunc((1 - deviation) * MAX_NODE_SCORE);
}
