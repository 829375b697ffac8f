import type { NodeTable } from '../../cluster/nodeTable.ts';
import type { CompiledTemplate } from '../../cluster/templateTable.ts';
import { MAX_NODE_SCORE } from '../framework.ts';
import type { ScoringStrategy, UtilizationShapePoint } from '../pluginArgs.ts';
import { ResourceUsage } from './resourceUsage.ts';

/** Scores in a shape go from 0 to this. */
const MAX_CUSTOM_PRIORITY_SCORE = 10;

/** Ranks a node by what would be used of its resources with the pod there. */
export interface StrategyScorer {
  score(template: CompiledTemplate, node: number): number;
}

/** The scorer of any strategy over any resources. Integers all the way, since the products stay below 2^53. */
export function createScorer(nodes: NodeTable, strategy: ScoringStrategy): StrategyScorer {
  const usage = new ResourceUsage(nodes, strategy.resources, true);
  switch (strategy.type) {
    case 'LeastAllocated':
      return new WeightedMean(usage, leastRequestedScore);
    case 'MostAllocated':
      return new WeightedMean(usage, mostRequestedScore);
    case 'RequestedToCapacityRatio':
      return new RequestedToCapacityRatio(usage, brokenLinearTable(strategy.shape));
  }
}

/** Upstream's leastRequestedScore: the free share of the capacity in percents, rounded down. */
export function leastRequestedScore(requested: number, capacity: number): number {
  if (capacity === 0 || requested > capacity) return 0;
  return Math.floor(((capacity - requested) * MAX_NODE_SCORE) / capacity);
}

/** Upstream's mostRequestedScore: the used share in percents, rounded down. */
function mostRequestedScore(requested: number, capacity: number): number {
  return Math.floor((Math.min(requested, capacity) * MAX_NODE_SCORE) / capacity);
}

/** The mean of a score of each resource, by weight, rounded down. */
class WeightedMean implements StrategyScorer {
  private readonly usage: ResourceUsage;
  private readonly scoreOf: (requested: number, capacity: number) => number;

  constructor(usage: ResourceUsage, scoreOf: (requested: number, capacity: number) => number) {
    this.usage = usage;
    this.scoreOf = scoreOf;
  }

  score(template: CompiledTemplate, node: number): number {
    const { usage } = this;
    usage.prepare(template);
    let sum = 0;
    let weights = 0;
    for (let i = 0; i < usage.count; i++) {
      const capacity = usage.allocatable[i]![node]!;
      if (capacity === 0) continue;
      const weight = usage.weights[i]!;
      sum += this.scoreOf(usage.requested[i]![node]! + usage.podRequests[i]!, capacity) * weight;
      weights += weight;
    }
    return weights === 0 ? 0 : Math.floor(sum / weights);
  }
}

/** Upstream's requestedToCapacityRatioScorer: resources that score 0 are left out of the mean, which is rounded. */
class RequestedToCapacityRatio implements StrategyScorer {
  private readonly usage: ResourceUsage;
  /** Score by whole percents of utilization. */
  private readonly table: readonly number[];

  constructor(usage: ResourceUsage, table: readonly number[]) {
    this.usage = usage;
    this.table = table;
  }

  score(template: CompiledTemplate, node: number): number {
    const { usage } = this;
    usage.prepare(template);
    let sum = 0;
    let weights = 0;
    for (let i = 0; i < usage.count; i++) {
      const capacity = usage.allocatable[i]![node]!;
      if (capacity === 0) continue;
      const requested = usage.requested[i]![node]! + usage.podRequests[i]!;
      const score = this.table[requested > capacity ? 100 : Math.floor((requested * 100) / capacity)]!;
      if (score === 0) continue;
      sum += score * usage.weights[i]!;
      weights += usage.weights[i]!;
    }
    return weights === 0 ? 0 : Math.round(sum / weights);
  }
}

/** Upstream's BuildBrokenLinearFunction for utilizations of 0 to 100 percent; slopes are cut to whole numbers. */
export function brokenLinearTable(shape: readonly UtilizationShapePoint[]): number[] {
  const scale = MAX_NODE_SCORE / MAX_CUSTOM_PRIORITY_SCORE;
  return Array.from({ length: 101 }, (_, utilization) => {
    const right = shape.findIndex((point) => utilization <= point.utilization);
    if (right === -1) return shape.at(-1)!.score * scale;
    const to = shape[right]!;
    if (right === 0) return to.score * scale;
    const from = shape[right - 1]!;
    const rise = (to.score - from.score) * scale * (utilization - from.utilization);
    return from.score * scale + Math.trunc(rise / (to.utilization - from.utilization));
  });
}
