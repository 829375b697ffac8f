import type { NodeTable } from '../../cluster/nodeTable.ts';
import type { CompiledTemplate } from '../../cluster/templateTable.ts';
import type { ResourceSpec } from '../pluginArgs.ts';

/** Where what a resource's nodes have, and what their pods ask for, stands in NodeTable; and what one pod asks for. */
interface Columns {
  readonly allocatable: Float64Array;
  readonly requested: Float64Array;
  readonly podRequest: number;
}

/**
 * What of the resources that a score looks at is used on a node, as upstream's resourceAllocationScorer counts it: an
 * extended resource only for pods that ask for it, and no resource on nodes that have none of it.
 *
 * The columns are looked up once for pods of a template that follow each other.
 */
export class ResourceUsage {
  /** How many resources count for the template. */
  count = 0;
  readonly weights: number[] = [];
  readonly allocatable: Float64Array[] = [];
  readonly requested: Float64Array[] = [];
  readonly podRequests: number[] = [];
  private readonly nodes: NodeTable;
  private readonly resources: readonly ResourceSpec[];
  private readonly assumesDefaults: boolean;
  private template: CompiledTemplate | undefined;
  /** Capacity of the columns when they were looked up: NodeTable replaces them when it grows. */
  private capacity = -1;

  /** @param assumesDefaults 100m and 200Mi stand in for cpu and memory that a container doesn't name */
  constructor(nodes: NodeTable, resources: readonly ResourceSpec[], assumesDefaults: boolean) {
    this.nodes = nodes;
    this.resources = resources;
    this.assumesDefaults = assumesDefaults;
  }

  /** To be called before the fields are read. */
  prepare(template: CompiledTemplate): void {
    const capacity = this.nodes.version.length;
    if (this.template === template && this.capacity === capacity) return;
    this.template = template;
    this.capacity = capacity;
    this.count = 0;
    for (const { name, weight } of this.resources) {
      const columns = this.columnsOf(name, template);
      if (columns === undefined) continue;
      const i = this.count++;
      this.weights[i] = weight;
      this.allocatable[i] = columns.allocatable;
      this.requested[i] = columns.requested;
      this.podRequests[i] = columns.podRequest;
    }
  }

  /** Whether the pods of the template ask for none of the resources. */
  asksForNothing({ requests }: CompiledTemplate): boolean {
    for (const { name } of this.resources) {
      if (name === 'cpu' ? requests.cpuMilli !== 0 : name === 'memory' && requests.memoryBytes !== 0) return false;
      if (name === 'ephemeral-storage' && requests.ephemeralStorageBytes !== 0) return false;
      if ((requests.extended.get(name) ?? 0) !== 0) return false;
    }
    return true;
  }

  private columnsOf(name: string, template: CompiledTemplate): Columns | undefined {
    const { nodes, assumesDefaults } = this;
    const { requests, nonZeroRequests } = template;
    switch (name) {
      case 'cpu':
        return {
          allocatable: nodes.allocatableCpuMilli,
          requested: assumesDefaults ? nodes.nonZeroRequestedCpuMilli : nodes.requestedCpuMilli,
          podRequest: assumesDefaults ? nonZeroRequests.cpuMilli : requests.cpuMilli,
        };
      case 'memory':
        return {
          allocatable: nodes.allocatableMemoryBytes,
          requested: assumesDefaults ? nodes.nonZeroRequestedMemoryBytes : nodes.requestedMemoryBytes,
          podRequest: assumesDefaults ? nonZeroRequests.memoryBytes : requests.memoryBytes,
        };
      case 'ephemeral-storage':
        return {
          allocatable: nodes.allocatableEphemeralStorageBytes,
          requested: nodes.requestedEphemeralStorageBytes,
          podRequest: requests.ephemeralStorageBytes,
        };
      default: {
        const podRequest = isScalarResource(name) ? (requests.extended.get(name) ?? 0) : 0;
        return podRequest === 0 ? undefined : { ...nodes.extendedColumn(name), podRequest };
      }
    }
  }
}

/** Upstream's IsScalarResourceName: what counts by whole numbers and is neither cpu, memory, storage nor pods. */
function isScalarResource(name: string): boolean {
  return name.includes('/') || name.startsWith('hugepages-') || name.startsWith('attachable-volumes-');
}
