import type { ResourceAmounts, StringMap, Taint } from '../../api/types.ts';
import type { ApiError } from '../../cluster/index.ts';
import type { Micros } from '../../kernel/time.ts';

/** How a group is picked when several would do: cluster-autoscaler's `--expander`. */
export type Expander = 'least-waste' | 'random';

/** Flags of cluster-autoscaler. */
export interface ClusterAutoscalerOptions {
  /** `--scan-interval` */
  readonly scanIntervalMicros: Micros;
  /** `--expander` */
  readonly expander: Expander;
  /** `--scale-down-enabled` */
  readonly isScaleDownEnabled: boolean;
  /** `--scale-down-unneeded-time`: how long a node has to be empty. */
  readonly scaleDownUnneededMicros: Micros;
  /** `--scale-down-delay-after-add`: from the last scale-up to the next scale-down. */
  readonly scaleDownDelayAfterAddMicros: Micros;
  /** `--max-node-provision-time`: how long it waits for a node. */
  readonly maxNodeProvisionMicros: Micros;
  /** `--max-scale-down-parallelism`: most nodes that one scan takes away. */
  readonly maxScaleDownParallelism: number;
}

/** cluster-autoscaler's own defaults (`cluster-autoscaler/config/flags`). */
export const DEFAULT_CLUSTER_AUTOSCALER: ClusterAutoscalerOptions = {
  scanIntervalMicros: 10_000_000,
  expander: 'least-waste',
  isScaleDownEnabled: true,
  scaleDownUnneededMicros: 600_000_000,
  scaleDownDelayAfterAddMicros: 600_000_000,
  maxNodeProvisionMicros: 900_000_000,
  maxScaleDownParallelism: 10,
};

/** Nodes that a cloud provider makes and takes away, as the autoscaler sees them. */
export interface NodeGroup {
  readonly name: string;
  readonly minSize: number;
  readonly maxSize: number;
  readonly allocatable: ResourceAmounts & { readonly pods: number };
  /** Labels of every node, without those for its zone and name. */
  readonly labels: StringMap;
  readonly taints: readonly Taint[];
  /** Where its nodes can be; a single empty text: nowhere in particular. */
  readonly zones: readonly string[];
  /** Names of the nodes that are there from the start. */
  readonly initialNodes: readonly string[];
  /** Name of a node that was never there. */
  nextName(): string;
  /** From the request for the node to its kubelet registering it; NEVER: it does not come. */
  provisioningMicros(name: string): Micros;
  /** Registers the node. */
  createNode(name: string, zone: string): ApiError | undefined;
}
