/** The pods of one revision over time: a column of counts per state. A pod is in exactly one of them. */
export interface TimelineRevision {
  /** As in RolloutResult: a Deployment's revision annotation, the name of a ControllerRevision otherwise. */
  readonly name: string;
  /** Images of its containers, each once. */
  readonly images: readonly string[];
  /** On no node yet. */
  readonly pending: readonly number[];
  /** On a node and not ready: image, containers, probes; or ready no more. */
  readonly starting: readonly number[];
  /** Ready, but not yet for minReadySeconds. */
  readonly ready: readonly number[];
  readonly available: readonly number[];
  readonly terminating: readonly number[];
}

/**
 * The pods of one Deployment, StatefulSet or DaemonSet over the whole run, as the API server has them. Each column has one
 * value per change point, which holds until the next one; the last holds until the end of the run.
 */
export interface RolloutTimeline {
  /** As in RolloutResult. */
  readonly workload: string;
  /** The change points; each moment once, as it was left. */
  readonly seconds: readonly number[];
  /** Pods that it should have. */
  readonly desired: readonly number[];
  /** Fewest pods that its strategy leaves available. */
  readonly fewestAvailable: readonly number[];
  /** Most pods that its strategy asks for, terminating ones left out. */
  readonly mostPods: readonly number[];
  /** Which of `revisions` the present pod template is; -1 before there is one of it. */
  readonly updated: readonly number[];
  /** In the order in which they came. */
  readonly revisions: readonly TimelineRevision[];
}

/** The states of TimelineRevision, from the best to the last. */
export const POD_STATES = ['available', 'ready', 'starting', 'pending', 'terminating'] as const;

export type PodState = (typeof POD_STATES)[number];
