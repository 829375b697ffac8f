/** How often an index of a Job had failed when a pod of it was made. */
export interface IndexFailures {
  /** Failures that count towards `backoffLimitPerIndex`. */
  readonly counted: number;
  /** All, those that the `podFailurePolicy` ignores included. */
  readonly absolute: number;
}

const NONE: IndexFailures = { counted: 0, absolute: 0 };

/**
 * What upstream writes into the pods' annotations `batch.kubernetes.io/job-index-failure-count` and
 * `…-ignored-failure-count`, by uid of the pod.
 */
export class IndexFailureCounts {
  private readonly byPod = new Map<number, IndexFailures>();

  of(podUid: number): IndexFailures {
    return this.byPod.get(podUid) ?? NONE;
  }

  /**
   * A pod was made in the place of a failed one.
   *
   * @param isCounted whether the failure counts
   */
  replaced(podUid: number, failedUid: number, isCounted: boolean): void {
    const { counted, absolute } = this.of(failedUid);
    this.byPod.set(podUid, { counted: counted + (isCounted ? 1 : 0), absolute: absolute + 1 });
  }

  /** The pod is gone. */
  forget(podUid: number): void {
    this.byPod.delete(podUid);
  }
}
