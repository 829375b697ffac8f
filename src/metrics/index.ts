/**
 * Observers that turn what happens in a cluster into figures: rollouts, usage of the cluster, counts of pods, and the
 * event log. They see every write at once, as the API server has it; they never write to the cluster, schedule nothing,
 * and keep running sums rather than histories, so that measuring costs little beside simulating.
 *
 * A new metric is a new file with a class that registers with the cluster and has a `finish`.
 */
export { AutoscalerObserver } from './autoscalers.ts';
export { ClusterUsage } from './clusterUsage.ts';
export { CriticalPath, RolloutExplainer } from './criticalPath/index.ts';
export type * from './decisions.ts';
export { EventLog } from './eventLog.ts';
export { JobObserver } from './jobs.ts';
export type { LogLine } from './log/logLine.ts';
export { NodeAutoscalingObserver } from './nodeAutoscaling.ts';
export { NodeOutageObserver } from './nodeOutages.ts';
export { PodCounts } from './podCounts.ts';
export * from './result.ts';
export { RolloutObserver } from './rollouts.ts';
export { SchedulingObserver } from './scheduling.ts';
export { ServiceObserver } from './services.ts';
export { TimelineObserver } from './timeline.ts';
export type * from './timelineResult.ts';
