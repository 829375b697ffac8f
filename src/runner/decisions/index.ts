/**
 * Single decisions of the scheduler: explained (`--explain`), or replaced by those of a recording and judged
 * (`--follow`). Nothing of this is made in a run that is asked for neither.
 */
import type { Cluster } from '../../cluster/index.ts';
import type { Kernel } from '../../kernel/index.ts';
import type { RunResult } from '../../metrics/index.ts';
import type { CycleState, SchedulingAlgorithm, SchedulingQueue } from '../../scheduler/index.ts';
import { Explainer } from './explainer.ts';
import { Follower } from './follower.ts';
import type { RecordedPlacements } from './recordedPlacements.ts';

export { ExplainError } from './podSelection.ts';
export { type RecordedPlacements, readPlacements } from './recordedPlacements.ts';

export interface DecisionOptions {
  /** Where pods go, instead of where the scheduler would have them. */
  readonly follow?: RecordedPlacements | undefined;
  /** Pods whose last decision is explained, as users write them behind `pod/`. */
  readonly explain?: readonly string[] | undefined;
}

/** Those who look at decisions, in one. */
export class Decisions {
  private readonly follower: Follower | undefined;
  private readonly explainer: Explainer | undefined;

  /** To be made before the first object is written. */
  constructor(kernel: Kernel, cluster: Cluster, { follow, explain }: DecisionOptions) {
    this.follower = follow && new Follower(kernel, cluster, follow);
    this.explainer = explain && new Explainer(kernel, cluster, explain);
  }

  /** For the scheduler (`SchedulerOptions.onDecision`). */
  decide(state: CycleState, node: number, algorithm: SchedulingAlgorithm): number {
    const taken = this.follower?.decide(state, node, algorithm) ?? node;
    this.explainer?.decide(state, node, taken, algorithm);
    return taken;
  }

  /** For the scheduler (`SchedulerOptions.preferredNode`). */
  preferredNode(pod: number): number {
    return this.follower?.preferredNode(pod) ?? -1;
  }

  /** To be told what the scheduler says of a pod that finds no node. */
  failed(pod: number, message: string): void {
    this.follower?.failed(pod, message);
    this.explainer?.failed(pod, message);
  }

  /**
   * @param isCut the run was ended before its time: what is missing says nothing
   * @throws InputError when the recording has a pod that never was there
   * @throws ExplainError for a name that is no pod's, or the beginning of several pods'
   */
  finish(queue: SchedulingQueue, isCut: boolean): Pick<RunResult, 'follow' | 'explanations'> {
    return {
      ...(this.follower && { follow: this.follower.finish(isCut) }),
      ...(this.explainer && { explanations: this.explainer.finish(queue) }),
    };
  }
}
