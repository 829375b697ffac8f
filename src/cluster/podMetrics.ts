import type { Micros } from '../kernel/time.ts';

/** What the resource metrics API answers of one pod. A resource that nobody says anything of is undefined. */
export interface PodMetrics {
  readonly cpuMilli: number | undefined;
  readonly memoryBytes: number | undefined;
}

/** The resource metrics API (`metrics.k8s.io`), as an autoscaler reads it. */
export interface PodMetricsSource {
  /** Length of the window that every sample speaks of; its end is the moment in which it is asked for. */
  readonly windowMicros: Micros;
  /** Undefined for a pod that does not run, and for one of which nobody says anything. */
  sampleOf(pod: number): PodMetrics | undefined;
  /** When samples of the pod change although no pod does: Infinity where they never will. */
  nextChangeMicros(pod: number): Micros;
}
