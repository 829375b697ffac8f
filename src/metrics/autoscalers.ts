import { referenceTo } from '../api/reference.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { HorizontalPodAutoscaler } from '../cluster/objects.ts';
import type { Micros } from '../kernel/time.ts';
import type { AutoscalerResult } from './result.ts';

/** What is noted down of one autoscaler. */
interface Watched {
  readonly autoscaler: string;
  readonly target: string;
  /** What it asked for last; 0 before its first decision. */
  desired: number;
  min: number;
  max: number;
  scaleUps: number;
  scaleDowns: number;
  utilizationMax: number | null;
  /** Integral of `desired`, up to `sinceMicros`. */
  replicaMicros: number;
  sinceMicros: Micros;
  firstMicros: Micros;
}

/** Measures every HorizontalPodAutoscaler by its status. It must be made before the first object is written. */
export class AutoscalerObserver {
  private readonly cluster: Cluster;
  /** By uid, in the order of creation. */
  private readonly autoscalers = new Map<number, Watched>();

  constructor(cluster: Cluster) {
    this.cluster = cluster;
    cluster.tables.HorizontalPodAutoscaler.observe((before, after) => this.written(before, after));
  }

  /** All autoscalers of the run in the order of their creation, deleted ones included. */
  finish(endMicros: Micros): AutoscalerResult[] {
    return [...this.autoscalers.values()].map((watched) => {
      advance(watched, endMicros);
      const hasDecided = watched.desired !== 0;
      const micros = watched.sinceMicros - watched.firstMicros;
      const { autoscaler, target, scaleUps, scaleDowns, utilizationMax } = watched;
      return {
        autoscaler,
        target,
        desiredMin: hasDecided ? watched.min : null,
        desiredMax: hasDecided ? watched.max : null,
        desiredMean: hasDecided ? (micros > 0 ? watched.replicaMicros / micros : watched.desired) : null,
        desiredAtEnd: hasDecided ? watched.desired : null,
        scaleUps,
        scaleDowns,
        utilizationMax,
      };
    });
  }

  private written(before: HorizontalPodAutoscaler | undefined, after: HorizontalPodAutoscaler | undefined): void {
    const now = this.cluster.kernel.nowMicros;
    if (before === undefined) this.autoscalers.set(after!.uid, watch(after!));
    const watched = this.autoscalers.get((after ?? before)!.uid)!;
    advance(watched, now);
    if (before === undefined || after === undefined) return;
    const { currentReplicas, desiredReplicas, lastScaleMicros, currentMetrics } = after.status;
    for (const metric of currentMetrics) {
      const used = metric?.averageUtilization;
      if (used !== undefined) watched.utilizationMax = Math.max(watched.utilizationMax ?? 0, used);
    }
    if (lastScaleMicros !== before.status.lastScaleMicros) {
      if (desiredReplicas > currentReplicas) watched.scaleUps++;
      else watched.scaleDowns++;
    }
    if (desiredReplicas === 0) return;
    if (watched.desired === 0) watched.firstMicros = now;
    watched.desired = desiredReplicas;
    watched.min = Math.min(watched.min, desiredReplicas);
    watched.max = Math.max(watched.max, desiredReplicas);
  }
}

function watch({ meta, spec }: HorizontalPodAutoscaler): Watched {
  const { kind, name } = spec.scaleTargetRef;
  return {
    autoscaler: referenceTo('HorizontalPodAutoscaler', meta),
    target: referenceTo(kind, { namespace: meta.namespace, name }),
    desired: 0,
    min: Number.POSITIVE_INFINITY,
    max: 0,
    scaleUps: 0,
    scaleDowns: 0,
    utilizationMax: null,
    replicaMicros: 0,
    sinceMicros: 0,
    firstMicros: 0,
  };
}

function advance(watched: Watched, nowMicros: Micros): void {
  // The last status may be written after what counts as the end of the run.
  const until = Math.max(nowMicros, watched.sinceMicros);
  watched.replicaMicros += watched.desired * (until - watched.sinceMicros);
  watched.sinceMicros = until;
}
