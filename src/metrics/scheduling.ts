import type { PodTable } from '../cluster/podTable.ts';
import { MICROS_PER_SECOND } from '../kernel/time.ts';
import { nearestRank } from './percentile.ts';
import type { SchedulingResult } from './result.ts';

/** Counts what the scheduler did over a whole run, and how long pods waited for it. To be told of each. */
export class SchedulingObserver {
  private readonly pods: PodTable;
  private scheduled = 0;
  private unschedulableAttempts = 0;
  private preemptions = 0;
  /** Of the pods that were bound, in that order. */
  private pendingMicros = new Float64Array(1024);

  constructor(pods: PodTable) {
    this.pods = pods;
  }

  /** @param atMicros when the pod was bound. */
  podScheduled(pod: number, atMicros: number): void {
    if (this.scheduled === this.pendingMicros.length) {
      const wider = new Float64Array(this.scheduled * 2);
      wider.set(this.pendingMicros);
      this.pendingMicros = wider;
    }
    this.pendingMicros[this.scheduled++] = atMicros - this.pods.createdMicros[pod]!;
  }

  attemptFailed(): void {
    this.unschedulableAttempts++;
  }

  podPreempted(): void {
    this.preemptions++;
  }

  finish(): SchedulingResult {
    const { scheduled, unschedulableAttempts, preemptions } = this;
    const sorted = this.pendingMicros.slice(0, scheduled).sort();
    const secondsAt = (percent: number): number => nearestRank(sorted, percent) / MICROS_PER_SECOND;
    return {
      attempts: scheduled + unschedulableAttempts,
      scheduled,
      unschedulableAttempts,
      preemptions,
      pendingSeconds:
        scheduled === 0 ? null : { p50: secondsAt(50), p95: secondsAt(95), p99: secondsAt(99), max: secondsAt(100) },
    };
  }
}
