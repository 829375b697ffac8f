import type { Cluster } from '../../cluster/cluster.ts';
import { LogNames } from './logNames.ts';

/**
 * Calls every pod what the event log calls it, where no log is written. Must be made before the first object is written:
 * the how manieth ReplicaSet or pod something is shows only to who has seen all.
 */
export class PodNaming {
  /** By pod row. */
  private readonly names: string[] = [];

  /** @param onCreated told of every pod that is created */
  constructor(cluster: Cluster, onCreated: (pod: number, name: string) => void) {
    const logNames = new LogNames(cluster);
    cluster.tables.ReplicaSet.observe((before, after) => logNames.replicaSet((after ?? before)!));
    cluster.observePods((pod, before) => {
      if (before !== 0) return;
      const name = logNames.newPod(pod);
      this.names[pod] = name;
      onCreated(pod, name);
    });
  }

  /** Name of an existing pod. */
  nameOf(pod: number): string {
    return this.names[pod]!;
  }
}
