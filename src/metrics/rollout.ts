import { type Deployment, REVISION_ANNOTATION } from '../cluster/objects.ts';
import { MICROS_PER_SECOND, type Micros } from '../kernel/time.ts';
import { percentilesOfMicros } from './percentile.ts';
import type { PodFigures } from './podMeter.ts';
import { ProgressGap } from './progressGap.ts';
import type { RolloutOutcome, RolloutResult } from './result.ts';

/** What is noted down of one rollout while it lasts, apart from the counts of pods. */
export class Rollout {
  readonly startMicros: Micros;
  readonly progress: ProgressGap;
  /** Created to bound, of each pod that the rollout made and that was bound. */
  readonly pendingMicros: Micros[] = [];
  /** Pods that the scheduler refused at least once. */
  unschedulable = 0;
  private readonly cause: 'create' | 'update';
  private readonly desiredAtStart: number;
  private ended: RolloutResult | undefined;

  constructor(deployment: Deployment, cause: 'create' | 'update', nowMicros: Micros) {
    this.startMicros = nowMicros;
    this.progress = new ProgressGap(nowMicros, deployment.spec.paused);
    this.cause = cause;
    this.desiredAtStart = deployment.spec.replicas;
  }

  get isOpen(): boolean {
    return this.ended === undefined;
  }

  /** Undefined while the rollout lasts. */
  get result(): RolloutResult | undefined {
    return this.ended;
  }

  /** The Deployment was scaled while the rollout lasted. */
  get scaleChange(): { readonly from: number; readonly to: number } | undefined {
    const to = this.ended?.desiredReplicas ?? this.desiredAtStart;
    return to === this.desiredAtStart ? undefined : { from: this.desiredAtStart, to };
  }

  end(deployment: Deployment, outcome: RolloutOutcome, figures: PodFigures, nowMicros: Micros): void {
    const { spec, meta } = deployment;
    this.ended = {
      workload: workloadName(deployment),
      revision: meta.annotations[REVISION_ANNOTATION] ?? '',
      cause: this.cause,
      outcome,
      startSeconds: this.startMicros / MICROS_PER_SECOND,
      desiredReplicas: spec.replicas,
      durationSeconds: outcome === 'complete' ? (nowMicros - this.startMicros) / MICROS_PER_SECOND : null,
      ...figures,
      noProgressMaxSeconds: this.progress.longest(nowMicros) / MICROS_PER_SECOND,
      progressDeadlineSeconds: spec.progressDeadlineSeconds ?? null,
      pendingSeconds: percentilesOfMicros(this.pendingMicros),
      unschedulable: this.unschedulable,
    };
  }
}

function workloadName(deployment: Deployment): string {
  const { namespace, name } = deployment.meta;
  return namespace === 'default' ? `deployment/${name}` : `${namespace}/deployment/${name}`;
}
