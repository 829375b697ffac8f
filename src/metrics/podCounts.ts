import type { Cluster } from '../cluster/cluster.ts';
import type { RunResult } from './result.ts';

/** Counts all pods of the run, whoever made them. */
export class PodCounts {
  private created = 0;
  private existing = 0;
  private maxAtOnce = 0;

  constructor(cluster: Cluster) {
    cluster.observePods((_pod, before, after) => {
      if (before === 0) this.enter();
      else if (after === 0) this.existing--;
    });
    cluster.onExistingState(() => {
      this.created = 0;
    });
  }

  /** Pods created so far, and the most that existed at one moment, terminating ones included. */
  finish(): RunResult['pods'] {
    return { created: this.created, maxAtOnce: this.maxAtOnce };
  }

  private enter(): void {
    this.created++;
    if (++this.existing > this.maxAtOnce) this.maxAtOnce = this.existing;
  }
}
