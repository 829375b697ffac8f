import type { Cluster } from '../../cluster/cluster.ts';
import { widened } from '../../cluster/columns.ts';
import type { CompiledTemplate } from '../../cluster/templateTable.ts';
import type { NodeOrder } from '../nodeOrder.ts';
import type { DryRun } from './dryRun.ts';
import { startMicrosOf } from './importance.ts';

/** Raises every priority, which is an int32, to at least 0. */
const PRIORITY_OFFSET = 2 ** 31;
/** So many templates are remembered, to bound the memory; then the one that was remembered first is forgotten. */
const TEMPLATES = 16;

/**
 * What dry runs found on nodes for pods of one template and priority, by node row. An answer holds as long as the row has
 * the version that it was found for, and none of its pods is updated.
 */
export class KnownVictims {
  /** Version of the row that the answer is for; 0 for none. */
  version = new Int32Array(0);
  /** The same of its pods in PodsOnNodes. */
  podsVersion = new Int32Array(0);
  /** Pods that have to go; 0 where the node is no candidate. */
  count = new Int32Array(0);
  /** Those pods, the most important first. */
  readonly victims: (readonly number[])[] = [];
  /** How many of them have to go against a budget. */
  violations = new Int32Array(0);
  /** Highest priority among them. */
  highestPriority = new Int32Array(0);
  /** Sum of their priorities, each raised so that none is negative. */
  sumOfPriorities = new Float64Array(0);
  /** Earliest start of those with the highest priority. */
  earliestStartMicros = new Float64Array(0);
  /** Where the node is no candidate: place of the filter that says so, or NO_VICTIMS. */
  filter = new Int32Array(0);
  /** What that filter answered. */
  code = new Int32Array(0);
  /** By block in the order of nodes: versions of the block that its summary is for; 0 for none. */
  blockVersion = new Int32Array(0);
  podsBlockVersion = new Int32Array(0);
  /** By block: how many of its nodes are candidates, and the row of the first of the best; -1 for none. */
  blockCandidates = new Uint8Array(0);
  blockBest = new Int32Array(0);
  /** Of the order of nodes, and priority of the pods that the answers are for. */
  private generation = -1;
  private priority = 0;

  /** To be called before a search: forgets everything when nodes have changed places or pods their priority. */
  prepare(rows: number, order: NodeOrder, priority: number): void {
    this.ensure(rows);
    if (this.generation === order.generation && this.priority === priority) return;
    this.generation = order.generation;
    this.priority = priority;
    this.version.fill(0);
    const blocks = order.blockVersions.length;
    if (blocks > this.blockBest.length) {
      this.blockVersion = new Int32Array(blocks);
      this.podsBlockVersion = new Int32Array(blocks);
      this.blockCandidates = new Uint8Array(blocks);
      this.blockBest = new Int32Array(blocks);
    } else this.blockVersion.fill(0);
  }

  /** Serves another template from now on. */
  forget(): void {
    this.generation = -1;
  }

  private ensure(rows: number): void {
    if (rows <= this.version.length) return;
    const capacity = rows * 2;
    this.version = widened(this.version, capacity);
    this.podsVersion = widened(this.podsVersion, capacity);
    this.count = widened(this.count, capacity);
    this.violations = widened(this.violations, capacity);
    this.highestPriority = widened(this.highestPriority, capacity);
    this.sumOfPriorities = widened(this.sumOfPriorities, capacity);
    this.earliestStartMicros = widened(this.earliestStartMicros, capacity);
    this.filter = widened(this.filter, capacity);
    this.code = widened(this.code, capacity);
  }

  /** The node is a candidate: what the dry run found. */
  note(row: number, cluster: Cluster, { victims, violations }: DryRun): void {
    const priorities = cluster.pods.priority;
    const highest = priorities[victims[0]!]!;
    let sum = 0;
    let earliest = Number.POSITIVE_INFINITY;
    for (const pod of victims) {
      sum += priorities[pod]! + PRIORITY_OFFSET;
      if (priorities[pod] === highest) earliest = Math.min(earliest, startMicrosOf(cluster, pod));
    }
    this.count[row] = victims.length;
    this.victims[row] = victims.slice();
    this.violations[row] = violations;
    this.highestPriority[row] = highest;
    this.sumOfPriorities[row] = sum;
    this.earliestStartMicros[row] = earliest;
  }

  /** The node is no candidate. */
  noteReason(row: number, filter: number, code: number): void {
    this.count[row] = 0;
    this.filter[row] = filter;
    this.code[row] = code;
  }

  /**
   * Whether the pods of node `a` should rather go than those of node `b`, both candidates: upstream's
   * pickOneNodeForPreemption. False where nothing speaks for either.
   */
  isBetter(a: number, b: number): boolean {
    if (this.violations[a] !== this.violations[b]) return this.violations[a]! < this.violations[b]!;
    if (this.highestPriority[a] !== this.highestPriority[b]) return this.highestPriority[a]! < this.highestPriority[b]!;
    if (this.sumOfPriorities[a] !== this.sumOfPriorities[b]) return this.sumOfPriorities[a]! < this.sumOfPriorities[b]!;
    if (this.count[a] !== this.count[b]) return this.count[a]! < this.count[b]!;
    return this.earliestStartMicros[a]! > this.earliestStartMicros[b]!;
  }
}

/** The `KnownVictims` of the templates whose pods came last. */
export class VictimMemory {
  private readonly byTemplate = new Map<number, KnownVictims>();

  of({ id }: CompiledTemplate): KnownVictims {
    return this.byTemplate.get(id) ?? this.remember(id);
  }

  private remember(template: number): KnownVictims {
    const known = this.byTemplate.size < TEMPLATES ? new KnownVictims() : this.forgetOldest();
    this.byTemplate.set(template, known);
    return known;
  }

  private forgetOldest(): KnownVictims {
    const template = this.byTemplate.keys().next().value!;
    const known = this.byTemplate.get(template)!;
    this.byTemplate.delete(template);
    known.forget();
    return known;
  }
}
