import type { LabelIndex } from '../api/labelIndex.ts';
import type { ResourceAmounts, Taint, Toleration } from '../api/types.ts';
import { widened } from './columns.ts';
import type { Node } from './objects.ts';
import type { CompiledTemplate } from './templateTable.ts';

export const ZONE_LABEL = 'topology.kubernetes.io/zone';
export const HOSTNAME_LABEL = 'kubernetes.io/hostname';

/**
 * The nodes as the scheduler's cache has them, one row each, a column per property. "Requested" counts every pod that
 * is bound or assumed there and has not gone, as upstream's NodeInfo does. Pods name their node by its name: a node that
 * comes back under the name of a deleted one gets that row, with the pods that are still there.
 */
export class NodeTable {
  /** Rows ever used; rows of deleted nodes stay empty (`present` 0). */
  count = 0;
  /** Nodes that exist. */
  presentCount = 0;
  private capacity = 0;

  readonly names: string[] = [];
  readonly objects: (Node | undefined)[] = [];
  readonly zones: string[] = [];
  readonly taints: (readonly Taint[])[] = [];
  /** Deleted nodes among them. */
  private readonly rowByName = new Map<string, number>();
  private readonly rowByUid = new Map<number, number>();
  private readonly labelIndex: LabelIndex;

  /** Another number, and never 0, whenever a column of the row has changed. */
  version = new Int32Array(0);
  present = new Uint8Array(0);
  unschedulable = new Uint8Array(0);
  labelSet = new Int32Array(0);
  firstPod = new Int32Array(0);
  podCount = new Int32Array(0);
  allocatablePods = new Int32Array(0);
  allocatableCpuMilli = new Float64Array(0);
  allocatableMemoryBytes = new Float64Array(0);
  allocatableEphemeralStorageBytes = new Float64Array(0);
  requestedCpuMilli = new Float64Array(0);
  requestedMemoryBytes = new Float64Array(0);
  requestedEphemeralStorageBytes = new Float64Array(0);
  nonZeroRequestedCpuMilli = new Float64Array(0);
  nonZeroRequestedMemoryBytes = new Float64Array(0);
  /** Extended resources, a pair of columns for each name that some node or pod speaks of. */
  readonly extended = new Map<string, { allocatable: Float64Array; requested: Float64Array }>();

  constructor(labelIndex: LabelIndex) {
    this.labelIndex = labelIndex;
  }

  /** -1 without a node of that name. */
  rowOf(name: string): number {
    const row = this.rowByName.get(name);
    return row === undefined || this.present[row] === 0 ? -1 : row;
  }

  /** The row of a node of that name that is or was there; -1 when there never was one. */
  lastRowOf(name: string): number {
    return this.rowByName.get(name) ?? -1;
  }

  /** Adds the node, or takes over a changed one; the row stays the same for a node's life. */
  upsert(node: Node): number {
    const row = this.rowByUid.get(node.uid) ?? this.add(node);
    this.version[row]!++;
    this.names[row] = node.meta.name;
    this.objects[row] = node;
    this.zones[row] = node.meta.labels[ZONE_LABEL] ?? '';
    this.taints[row] = node.taints;
    this.unschedulable[row] = node.unschedulable ? 1 : 0;
    this.labelSet[row] = this.labelIndex.intern(node.meta.labels);
    this.allocatablePods[row] = node.allocatable.pods;
    this.allocatableCpuMilli[row] = node.allocatable.cpuMilli;
    this.allocatableMemoryBytes[row] = node.allocatable.memoryBytes;
    this.allocatableEphemeralStorageBytes[row] = node.allocatable.ephemeralStorageBytes;
    for (const { allocatable } of this.extended.values()) allocatable[row] = 0;
    for (const [name, amount] of node.allocatable.extended) this.extendedColumn(name).allocatable[row] = amount;
    return row;
  }

  private add({ uid, meta: { name } }: Node): number {
    let row = this.rowByName.get(name);
    if (row === undefined) {
      if (this.count === this.capacity) this.grow();
      row = this.count++;
      this.rowByName.set(name, row);
      this.firstPod[row] = -1;
    }
    this.rowByUid.set(uid, row);
    this.presentCount++;
    this.present[row] = 1;
    return row;
  }

  remove(uid: number): number {
    const row = this.rowByUid.get(uid);
    if (row === undefined) return -1;
    this.rowByUid.delete(uid);
    this.objects[row] = undefined;
    this.present[row] = 0;
    this.presentCount--;
    return row;
  }

  /** Counts a pod as placed on the node: upstream's assume. */
  addPod(row: number, template: CompiledTemplate): void {
    this.account(row, template, 1);
  }

  /** Takes back what `addPod` counted. */
  removePod(row: number, template: CompiledTemplate): void {
    this.account(row, template, -1);
  }

  private account(row: number, template: CompiledTemplate, sign: 1 | -1): void {
    const requests: ResourceAmounts = template.requests;
    this.version[row]!++;
    this.podCount[row]! += sign;
    this.requestedCpuMilli[row]! += sign * requests.cpuMilli;
    this.requestedMemoryBytes[row]! += sign * requests.memoryBytes;
    this.requestedEphemeralStorageBytes[row]! += sign * requests.ephemeralStorageBytes;
    this.nonZeroRequestedCpuMilli[row]! += sign * template.nonZeroRequestsOnNode.cpuMilli;
    this.nonZeroRequestedMemoryBytes[row]! += sign * template.nonZeroRequestsOnNode.memoryBytes;
    if (requests.extended.size === 0) return;
    for (const [name, amount] of requests.extended) this.extendedColumn(name).requested[row]! += sign * amount;
  }

  /** The columns of an extended resource; zero on nodes that don't have it. */
  extendedColumn(name: string): { allocatable: Float64Array; requested: Float64Array } {
    let column = this.extended.get(name);
    if (column === undefined) {
      column = { allocatable: new Float64Array(this.capacity), requested: new Float64Array(this.capacity) };
      this.extended.set(name, column);
    }
    return column;
  }

  private grow(): void {
    const capacity = Math.max(64, this.capacity * 2);
    this.version = widened(this.version, capacity);
    this.present = widened(this.present, capacity);
    this.unschedulable = widened(this.unschedulable, capacity);
    this.labelSet = widened(this.labelSet, capacity);
    this.firstPod = widened(this.firstPod, capacity);
    this.podCount = widened(this.podCount, capacity);
    this.allocatablePods = widened(this.allocatablePods, capacity);
    this.allocatableCpuMilli = widened(this.allocatableCpuMilli, capacity);
    this.allocatableMemoryBytes = widened(this.allocatableMemoryBytes, capacity);
    this.allocatableEphemeralStorageBytes = widened(this.allocatableEphemeralStorageBytes, capacity);
    this.requestedCpuMilli = widened(this.requestedCpuMilli, capacity);
    this.requestedMemoryBytes = widened(this.requestedMemoryBytes, capacity);
    this.requestedEphemeralStorageBytes = widened(this.requestedEphemeralStorageBytes, capacity);
    this.nonZeroRequestedCpuMilli = widened(this.nonZeroRequestedCpuMilli, capacity);
    this.nonZeroRequestedMemoryBytes = widened(this.nonZeroRequestedMemoryBytes, capacity);
    for (const [name, column] of this.extended) {
      this.extended.set(name, {
        allocatable: widened(column.allocatable, capacity),
        requested: widened(column.requested, capacity),
      });
    }
    this.capacity = capacity;
  }
}

/** Upstream's `Toleration.ToleratesTaint`. */
export function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect !== '' && toleration.effect !== taint.effect) return false;
  if (toleration.key !== '' && toleration.key !== taint.key) return false;
  return toleration.operator === 'Exists' || toleration.value === taint.value;
}
