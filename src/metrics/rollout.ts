import { referenceTo } from '../api/reference.ts';
import { MICROS_PER_SECOND, type Micros } from '../kernel/time.ts';
import { type Stretch, secondsByPhase } from './criticalPath/index.ts';
import { percentilesOfMicros } from './percentile.ts';
import type { PodFigures } from './podMeter.ts';
import { ProgressGap } from './progressGap.ts';
import type { RolloutOutcome, RolloutResult, UnavailableSpan } from './result.ts';
import { desiredPods, type RollingWorkload } from './rolloutStatus.ts';

/** How a rollout ended, as its workload's tracker has it. */
export interface RolloutEnd {
  readonly outcome: RolloutOutcome;
  readonly revision: string;
  readonly figures: PodFigures;
  readonly unavailable: readonly UnavailableSpan[] | undefined;
  /** From the start to the end; undefined where it is not known. */
  readonly path: readonly Stretch[] | undefined;
}

/** What is noted down of one rollout while it lasts, apart from the counts of pods. */
export class Rollout {
  readonly startMicros: Micros;
  readonly progress: ProgressGap;
  /** Created to bound, of each pod that the rollout made and that was bound. */
  readonly pendingMicros: Micros[] = [];
  /** Pods that the scheduler refused at least once. */
  unschedulable = 0;
  /** Pods that were deleted to make room for its pods. */
  preemptions = 0;
  /** Pods that were taken from the workload by others than its controllers. */
  disruptions = 0;
  readonly cause: 'create' | 'update';
  /** Pods that were wanted when the rollout began; of a new DaemonSet, when its controller had counted the nodes. */
  private desired: number;
  private observed: boolean;
  /** A pod is wanted on each eligible node. */
  private readonly countsNodes: boolean;
  private ended: RolloutResult | undefined;
  private isPast = false;

  constructor(workload: RollingWorkload, cause: 'create' | 'update', nowMicros: Micros) {
    this.startMicros = nowMicros;
    this.progress = new ProgressGap(nowMicros, workload.kind === 'Deployment' && workload.spec.paused);
    this.cause = cause;
    this.desired = desiredPods(workload);
    this.countsNodes = workload.kind === 'DaemonSet';
    this.observed = !this.countsNodes || cause === 'update';
  }

  get isOpen(): boolean {
    return this.ended === undefined && !this.isPast;
  }

  /** It was over before the run, and nothing is to be told of it. */
  dismiss(): void {
    this.isPast = true;
  }

  /** Undefined while the rollout lasts. */
  get result(): RolloutResult | undefined {
    return this.ended;
  }

  /** How the number of wanted pods changed while the rollout lasted, in words; undefined: it did not. */
  get scaleChange(): string | undefined {
    const to = this.ended?.desiredReplicas ?? this.desired;
    if (to === this.desired) return undefined;
    return this.countsNodes
      ? `went from ${this.desired} to ${to} nodes`
      : `scaled from ${this.desired} to ${to} replicas`;
  }

  /** The workload was written. */
  follow(workload: RollingWorkload): void {
    if (this.observed || workload.status.observedGeneration === 0) return;
    this.observed = true;
    this.desired = desiredPods(workload);
  }

  end(workload: RollingWorkload, how: RolloutEnd, nowMicros: Micros): void {
    const { outcome, revision, figures, unavailable, path } = how;
    this.ended = {
      workload: referenceTo(workload.kind, workload.meta),
      revision,
      cause: this.cause,
      outcome,
      startSeconds: this.startMicros / MICROS_PER_SECOND,
      desiredReplicas: desiredPods(workload),
      durationSeconds: outcome === 'complete' ? (nowMicros - this.startMicros) / MICROS_PER_SECOND : null,
      criticalPathSeconds: path === undefined ? null : secondsByPhase(path),
      ...figures,
      noProgressMaxSeconds: this.progress.longest(nowMicros) / MICROS_PER_SECOND,
      progressDeadlineSeconds: workload.kind === 'Deployment' ? (workload.spec.progressDeadlineSeconds ?? null) : null,
      pendingSeconds: percentilesOfMicros(this.pendingMicros),
      unschedulable: this.unschedulable,
      preemptions: this.preemptions,
      disruptions: this.disruptions,
      ...(unavailable === undefined ? {} : { unavailable }),
    };
  }
}
