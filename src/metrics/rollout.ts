import { MICROS_PER_SECOND, type Micros } from '../kernel/time.ts';
import { percentilesOfMicros } from './percentile.ts';
import type { PodFigures } from './podMeter.ts';
import { ProgressGap } from './progressGap.ts';
import type { RolloutOutcome, RolloutResult, UnavailableSpan } from './result.ts';
import { desiredPods, type RollingWorkload, revisionText } from './rolloutStatus.ts';

/** What is noted down of one rollout while it lasts, apart from the counts of pods. */
export class Rollout {
  readonly startMicros: Micros;
  readonly progress: ProgressGap;
  /** Created to bound, of each pod that the rollout made and that was bound. */
  readonly pendingMicros: Micros[] = [];
  /** Pods that the scheduler refused at least once. */
  unschedulable = 0;
  readonly cause: 'create' | 'update';
  /** Pods that were wanted when the rollout began; of a new DaemonSet, when its controller had counted the nodes. */
  private desired: number;
  private observed: boolean;
  private ended: RolloutResult | undefined;

  constructor(workload: RollingWorkload, cause: 'create' | 'update', nowMicros: Micros) {
    this.startMicros = nowMicros;
    this.progress = new ProgressGap(nowMicros, workload.kind === 'Deployment' && workload.spec.paused);
    this.cause = cause;
    this.desired = desiredPods(workload);
    this.observed = workload.kind !== 'DaemonSet' || cause === 'update';
  }

  get isOpen(): boolean {
    return this.ended === undefined;
  }

  /** Undefined while the rollout lasts. */
  get result(): RolloutResult | undefined {
    return this.ended;
  }

  /** The number of wanted pods changed while the rollout lasted. */
  get scaleChange(): { readonly from: number; readonly to: number } | undefined {
    const to = this.ended?.desiredReplicas ?? this.desired;
    return to === this.desired ? undefined : { from: this.desired, to };
  }

  /** The workload was written. */
  follow(workload: RollingWorkload): void {
    if (this.observed || workload.status.observedGeneration === 0) return;
    this.observed = true;
    this.desired = desiredPods(workload);
  }

  end(
    workload: RollingWorkload,
    outcome: RolloutOutcome,
    figures: PodFigures,
    unavailable: readonly UnavailableSpan[] | undefined,
    nowMicros: Micros,
  ): void {
    this.ended = {
      workload: workloadName(workload),
      revision: revisionText(workload),
      cause: this.cause,
      outcome,
      startSeconds: this.startMicros / MICROS_PER_SECOND,
      desiredReplicas: desiredPods(workload),
      durationSeconds: outcome === 'complete' ? (nowMicros - this.startMicros) / MICROS_PER_SECOND : null,
      ...figures,
      noProgressMaxSeconds: this.progress.longest(nowMicros) / MICROS_PER_SECOND,
      progressDeadlineSeconds: workload.kind === 'Deployment' ? (workload.spec.progressDeadlineSeconds ?? null) : null,
      pendingSeconds: percentilesOfMicros(this.pendingMicros),
      unschedulable: this.unschedulable,
      ...(unavailable === undefined ? {} : { unavailable }),
    };
  }
}

function workloadName({ kind, meta }: RollingWorkload): string {
  const name = `${kind.toLowerCase()}/${meta.name}`;
  return meta.namespace === 'default' ? name : `${meta.namespace}/${name}`;
}
