/**
 * The kube-scheduler: its queue, its cycle, the plugin framework and, in `plugins/`, one file a plugin. It reads the
 * cluster as its informers show it and writes nothing but bindings. A new plugin is one file and one line in
 * `registry.ts`; `configuration/` makes profiles of them as a KubeSchedulerConfiguration says.
 */
export { profilesOf } from './configuration/profiles.ts';
export type { Evaluation } from './evaluation.ts';
export type { CycleState } from './framework.ts';
export type { SchedulingQueue } from './queue.ts';
export { Place } from './queuedPods.ts';
export { Scheduler, type SchedulerOptions } from './scheduler.ts';
export type { SchedulingAlgorithm } from './schedulingAlgorithm.ts';
