import type { ResourceAmounts } from '../api/types.ts';
import type { Micros } from '../kernel/time.ts';

/**
 * What is requested of what is allocatable in a group of nodes, over time.
 *
 * Integrals of bytes pass 2^53 in long runs and are then rounded, each sum in the same way on every machine.
 */
export class ResourceUsage {
  /** Nodes in the group. */
  nodes = 0;
  podsMax = 0;
  cpuMaxShare = 0;
  memoryMaxShare = 0;
  private pods = 0;
  private requestedCpuMilli = 0;
  private requestedMemoryBytes = 0;
  private allocatableCpuMilli = 0;
  private allocatableMemoryBytes = 0;
  private sinceMicros: Micros = 0;
  private requestedCpuIntegral = 0;
  private requestedMemoryIntegral = 0;
  private allocatableCpuIntegral = 0;
  private allocatableMemoryIntegral = 0;

  /** A node came (`sign` 1) or went (-1). */
  countNode(allocatable: ResourceAmounts, sign: 1 | -1, nowMicros: Micros): void {
    this.advance(nowMicros);
    this.nodes += sign;
    this.allocatableCpuMilli += sign * allocatable.cpuMilli;
    this.allocatableMemoryBytes += sign * allocatable.memoryBytes;
  }

  /** A pod was bound (`sign` 1), or went or finished (-1). */
  countPod(requests: ResourceAmounts, sign: 1 | -1, nowMicros: Micros): void {
    this.advance(nowMicros);
    this.pods += sign;
    this.requestedCpuMilli += sign * requests.cpuMilli;
    this.requestedMemoryBytes += sign * requests.memoryBytes;
    if (this.pods > this.podsMax) this.podsMax = this.pods;
  }

  /**
   * Looks at the shares as they are. To be called when a write is complete: a node that is replaced by a changed one is
   * never half there.
   */
  notePeaks(): void {
    this.cpuMaxShare = Math.max(this.cpuMaxShare, share(this.requestedCpuMilli, this.allocatableCpuMilli));
    this.memoryMaxShare = Math.max(this.memoryMaxShare, share(this.requestedMemoryBytes, this.allocatableMemoryBytes));
  }

  /** Requested of allocatable, both integrated from time 0 to `nowMicros`. */
  meanShares(nowMicros: Micros): { cpu: number; memory: number } {
    this.advance(nowMicros);
    return {
      cpu: share(this.requestedCpuIntegral, this.allocatableCpuIntegral),
      memory: share(this.requestedMemoryIntegral, this.allocatableMemoryIntegral),
    };
  }

  private advance(nowMicros: Micros): void {
    const micros = nowMicros - this.sinceMicros;
    if (micros === 0) return;
    this.sinceMicros = nowMicros;
    this.requestedCpuIntegral += this.requestedCpuMilli * micros;
    this.requestedMemoryIntegral += this.requestedMemoryBytes * micros;
    this.allocatableCpuIntegral += this.allocatableCpuMilli * micros;
    this.allocatableMemoryIntegral += this.allocatableMemoryBytes * micros;
  }
}

/** 0 where nothing is allocatable. */
function share(requested: number, allocatable: number): number {
  return allocatable === 0 ? 0 : requested / allocatable;
}
