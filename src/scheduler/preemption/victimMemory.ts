import { widened } from '../../cluster/columns.ts';
import type { CycleState } from '../framework.ts';

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
  /** Of the pods that the answers are for. */
  priority = 0;

  /** Makes room for so many rows. */
  ensure(rows: number): void {
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

  of({ template, priority }: CycleState): KnownVictims {
    const known = this.byTemplate.get(template.id) ?? this.remember(template.id);
    if (known.priority !== priority) {
      known.version.fill(0);
      known.priority = priority;
    }
    return known;
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
    known.version.fill(0);
    return known;
  }
}
