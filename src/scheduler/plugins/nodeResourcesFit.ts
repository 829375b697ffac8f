import type { ResourceAmounts } from '../../api/types.ts';
import type { NodeTable } from '../../cluster/nodeTable.ts';
import type { Node } from '../../cluster/objects.ts';
import type { CompiledTemplate } from '../../cluster/templateTable.ts';
import { type ClusterEvent, ClusterEventKind, type EventRegistration } from '../clusterEvent.ts';
import {
  type CycleState,
  type EnqueueExtensions,
  type FilterPlugin,
  type Handle,
  type PreFilterPlugin,
  type ScorePlugin,
  type Status,
  SUCCESS,
} from '../framework.ts';
import { DEFAULT_PLUGIN_ARGS, type NodeResourcesFitArgs, type ScoringStrategy } from '../pluginArgs.ts';
import { createScorer, leastRequestedScore, type StrategyScorer } from './scoringStrategies.ts';

/** Bits of the filter's code, one for each reason; extended resources follow in the order of their names. */
const TOO_MANY_PODS = 1 << 0;
const CPU = 1 << 1;
const MEMORY = 1 << 2;
const EPHEMERAL_STORAGE = 1 << 3;
const FIRST_EXTENDED = 4;
const LAST_EXTENDED = 28;
/** A request is more than the node has in all: no reason of its own. */
const BEYOND_ALLOCATABLE = 1 << 29;

/** An extended resource that the current pod asks for. */
interface ExtendedRequest {
  readonly amount: number;
  readonly allocatable: Float64Array;
  readonly requested: Float64Array;
}

/**
 * Rejects nodes with less room than the pod requests, and prefers those with the most room left, or what else the scoring
 * strategy says. The default one, LeastAllocated on cpu and memory with equal weights, has a path of its own.
 */
export class NodeResourcesFit implements PreFilterPlugin, FilterPlugin, ScorePlugin, EnqueueExtensions {
  readonly name = 'NodeResourcesFit';
  readonly scoresByRowAlone = true;
  readonly filtersByRowAlone = true;
  private readonly nodes: NodeTable;
  /** Since 1.34 a node that is too small even when empty is left out of preemption. */
  private readonly knowsUnresolvable: boolean;
  private requestsNothing = false;
  private cpuMilli = 0;
  private memoryBytes = 0;
  private ephemeralStorageBytes = 0;
  private extendedNames: readonly string[] = [];
  private readonly extended: ExtendedRequest[] = [];
  private readonly args: NodeResourcesFitArgs;
  /** Undefined for the default strategy. */
  private readonly scorer: StrategyScorer | undefined;

  constructor(handle: Handle, args: NodeResourcesFitArgs = DEFAULT_PLUGIN_ARGS.NodeResourcesFit) {
    this.nodes = handle.cluster.nodes;
    this.knowsUnresolvable = handle.minorVersion >= 34;
    this.args = args;
    if (!isDefault(args.scoringStrategy)) this.scorer = createScorer(this.nodes, args.scoringStrategy);
  }

  eventsToRegister(): readonly EventRegistration[] {
    const { AssignedPodDelete, NodeAdd, NodeUpdateAllocatable } = ClusterEventKind;
    return [{ kinds: AssignedPodDelete }, { kinds: NodeAdd | NodeUpdateAllocatable, hint: fitsChangedNode }];
  }

  preFilter({ template: { requests } }: CycleState): Status {
    this.cpuMilli = requests.cpuMilli;
    this.memoryBytes = requests.memoryBytes;
    this.ephemeralStorageBytes = requests.ephemeralStorageBytes;
    this.requestsNothing = requestsNothing(requests);
    this.extended.length = 0;
    if (requests.extended.size > 0) this.gatherExtended(requests.extended);
    return SUCCESS;
  }

  filter(_state: CycleState, node: number): number {
    const { nodes } = this;
    let code = nodes.podCount[node]! + 1 > nodes.allocatablePods[node]! ? TOO_MANY_PODS : 0;
    if (this.requestsNothing) return code;
    const cpu = nodes.allocatableCpuMilli[node]!;
    if (this.cpuMilli > cpu - nodes.requestedCpuMilli[node]! && this.cpuMilli > 0) {
      code |= this.cpuMilli > cpu ? CPU | BEYOND_ALLOCATABLE : CPU;
    }
    const memory = nodes.allocatableMemoryBytes[node]!;
    if (this.memoryBytes > memory - nodes.requestedMemoryBytes[node]! && this.memoryBytes > 0) {
      code |= this.memoryBytes > memory ? MEMORY | BEYOND_ALLOCATABLE : MEMORY;
    }
    if (this.ephemeralStorageBytes > 0) {
      const storage = nodes.allocatableEphemeralStorageBytes[node]!;
      if (this.ephemeralStorageBytes > storage - nodes.requestedEphemeralStorageBytes[node]!) {
        code |= this.ephemeralStorageBytes > storage ? EPHEMERAL_STORAGE | BEYOND_ALLOCATABLE : EPHEMERAL_STORAGE;
      }
    }
    return this.extended.length === 0 ? code : code | this.filterExtended(node);
  }

  reasonsOf(code: number): readonly string[] {
    const reasons: string[] = [];
    if ((code & TOO_MANY_PODS) !== 0) reasons.push('Too many pods');
    if ((code & CPU) !== 0) reasons.push('Insufficient cpu');
    if ((code & MEMORY) !== 0) reasons.push('Insufficient memory');
    if ((code & EPHEMERAL_STORAGE) !== 0) reasons.push('Insufficient ephemeral-storage');
    for (const [i, name] of this.extendedNames.entries()) {
      if ((code & extendedBit(i)) !== 0) reasons.push(`Insufficient ${name}`);
    }
    return reasons;
  }

  isUnresolvable(code: number): boolean {
    return this.knowsUnresolvable && (code & BEYOND_ALLOCATABLE) !== 0;
  }

  /** By default the mean of the free shares of cpu and memory with the pod, each and the mean rounded down to percents. */
  score({ template }: CycleState, node: number): number {
    if (this.scorer !== undefined) return this.scorer.score(template, node);
    const { nodes } = this;
    const { nonZeroRequests } = template;
    const cpu = nodes.allocatableCpuMilli[node]!;
    const memory = nodes.allocatableMemoryBytes[node]!;
    const cpuScore = leastRequestedScore(nodes.nonZeroRequestedCpuMilli[node]! + nonZeroRequests.cpuMilli, cpu);
    const memoryScore = leastRequestedScore(
      nodes.nonZeroRequestedMemoryBytes[node]! + nonZeroRequests.memoryBytes,
      memory,
    );
    if (cpu === 0) return memoryScore;
    if (memory === 0) return cpuScore;
    return (cpuScore + memoryScore) >> 1;
  }

  private gatherExtended(requests: ReadonlyMap<string, number>): void {
    const names = [...requests.keys()].filter((name) => !this.isIgnored(name));
    this.extendedNames = names.slice(0, LAST_EXTENDED - FIRST_EXTENDED);
    for (const name of this.extendedNames) {
      this.extended.push({ amount: requests.get(name)!, ...this.nodes.extendedColumn(name) });
    }
  }

  /** Only names with a group can be ignored: huge pages cannot. */
  private isIgnored(name: string): boolean {
    const [group, rest] = name.split('/', 2);
    if (rest === undefined) return false;
    return this.args.ignoredResources.includes(name) || this.args.ignoredResourceGroups.includes(group!);
  }

  private filterExtended(node: number): number {
    let code = 0;
    for (let i = 0; i < this.extended.length; i++) {
      const { amount, allocatable, requested } = this.extended[i]!;
      if (amount === 0 || amount <= allocatable[node]! - requested[node]!) continue;
      code |= extendedBit(i);
      if (amount > allocatable[node]!) code |= BEYOND_ALLOCATABLE;
    }
    return code;
  }
}

function extendedBit(i: number): number {
  return 1 << (FIRST_EXTENDED + i);
}

function isDefault({ type, resources }: ScoringStrategy): boolean {
  const names = resources.map(({ name }) => name).sort();
  return type === 'LeastAllocated' && names.join() === 'cpu,memory' && resources[0]!.weight === resources[1]!.weight;
}

function requestsNothing({ cpuMilli, memoryBytes, ephemeralStorageBytes, extended }: ResourceAmounts): boolean {
  return cpuMilli === 0 && memoryBytes === 0 && ephemeralStorageBytes === 0 && extended.size === 0;
}

/** Upstream's isSchedulableAfterNodeChange: the pod fits the node when empty, and the node is new or has grown. */
function fitsChangedNode({ requests }: CompiledTemplate, { nodeBefore, nodeAfter }: ClusterEvent): boolean {
  if (nodeAfter === undefined || !fitsEmpty(requests, nodeAfter)) return false;
  if (nodeBefore === undefined) return true;
  const before = nodeBefore.allocatable;
  const after = nodeAfter.allocatable;
  if (after.pods > before.pods) return true;
  if (requests.cpuMilli > 0 && after.cpuMilli > before.cpuMilli) return true;
  if (requests.memoryBytes > 0 && after.memoryBytes > before.memoryBytes) return true;
  if (requests.ephemeralStorageBytes > 0 && after.ephemeralStorageBytes > before.ephemeralStorageBytes) return true;
  for (const [name, amount] of requests.extended) {
    if (amount > 0 && (after.extended.get(name) ?? 0) > (before.extended.get(name) ?? 0)) return true;
  }
  return false;
}

function fitsEmpty(requests: ResourceAmounts, { allocatable }: Node): boolean {
  if (allocatable.pods < 1) return false;
  if (requests.cpuMilli > allocatable.cpuMilli || requests.memoryBytes > allocatable.memoryBytes) return false;
  if (requests.ephemeralStorageBytes > allocatable.ephemeralStorageBytes) return false;
  for (const [name, amount] of requests.extended) {
    if (amount > (allocatable.extended.get(name) ?? 0)) return false;
  }
  return true;
}
