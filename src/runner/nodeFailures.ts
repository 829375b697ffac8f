import type { Cluster } from '../cluster/index.ts';
import { isRandom, NEVER, sampleMicros } from '../kernel/distribution.ts';
import type { HandlerId, Kernel, Micros } from '../kernel/index.ts';
import type { FailureModel } from '../scenario/failures.ts';
import { formatSelection, isMeant, selectNodes } from '../scenario/nodeSelection.ts';
import type { NodeMachines } from '../scenario/steps.ts';

/** What fails as one: a node, or all nodes that a model is about. */
interface Unit {
  readonly model: FailureModel;
  /** Names its random streams. */
  readonly name: string;
  readonly rows: () => readonly number[];
  /** Failures so far. */
  failures: number;
  /** Nodes that the last one brought down. */
  down: readonly number[];
}

/**
 * Has nodes fail and return as the scenario's failure models say. When a node fails depends on the seed, its name and how
 * often it failed before, and on nothing else that happens: variants of a sweep lose the same nodes at the same times.
 */
export class NodeFailures {
  private readonly kernel: Kernel;
  private readonly cluster: Cluster;
  private readonly models: readonly FailureModel[];
  private readonly machines: NodeMachines;
  private readonly fail: HandlerId;
  private readonly recover: HandlerId;
  private readonly units: Unit[] = [];

  constructor(kernel: Kernel, cluster: Cluster, models: readonly FailureModel[], machines: NodeMachines) {
    this.kernel = kernel;
    this.cluster = cluster;
    this.models = models;
    this.machines = machines;
    this.fail = kernel.register('failures/fail', (unit) => this.failUnit(this.units[unit]!, unit));
    this.recover = kernel.register('failures/recover', (unit) => this.recoverUnit(this.units[unit]!, unit));
    if (models.length === 0) return;
    for (const model of models) if (model.isTogether) this.addGroup(model);
    cluster.nodeObjects.listen((before, after) => {
      if (before === undefined) this.nodeJoined(cluster.nodes.rowOf(after!.meta.name));
    });
  }

  private addGroup(model: FailureModel): void {
    const { nodes } = this.cluster;
    const rows = () => selectNodes(this.cluster, model.nodes).filter((row) => nodes.present[row] !== 0);
    this.add({ model, name: formatSelection(model.nodes), rows, failures: 0, down: [] });
  }

  private nodeJoined(row: number): void {
    const { names, zones } = this.cluster.nodes;
    const name = names[row]!;
    for (const model of this.models) {
      if (model.isTogether || (model.nodes !== undefined && !isMeant(model.nodes, name, zones[row]!))) continue;
      this.add({ model, name, rows: () => [row], failures: 0, down: [] });
    }
  }

  private add(unit: Unit): void {
    this.units.push(unit);
    this.planFailure(unit, this.units.length - 1);
  }

  private planFailure(unit: Unit, index: number): void {
    const { model, failures } = unit;
    const { nowMicros } = this.kernel;
    const at = model.trace[failures]?.at ?? nowMicros + this.draw(unit, 'timeToFailure');
    if (at !== NEVER) this.kernel.scheduleAt(Math.max(at, nowMicros), this.fail, index);
  }

  private failUnit(unit: Unit, index: number): void {
    const rows = unit.rows();
    // A node that was deleted fails no more.
    if (rows.every((row) => this.cluster.nodes.present[row] === 0)) return;
    unit.down = rows.filter((row) => this.machines.failNode(row));
    const duration = unit.model.trace[unit.failures]?.durationMicros ?? this.draw(unit, 'timeToRepair');
    unit.failures++;
    if (duration !== NEVER) this.kernel.schedule(duration, this.recover, index);
  }

  private recoverUnit(unit: Unit, index: number): void {
    for (const row of unit.down) this.machines.recoverNode(row);
    this.planFailure(unit, index);
  }

  private draw({ model, name, failures }: Unit, what: 'timeToFailure' | 'timeToRepair'): Micros {
    const distribution = model[what];
    const stream = () => this.cluster.streams.stream(`${what}/${name}/${failures}`);
    return sampleMicros(distribution, isRandom(distribution) ? stream : () => noStream(), failures);
  }
}

function noStream(): never {
  throw new Error('a time that is not random asked for a random stream');
}
