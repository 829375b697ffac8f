/**
 * The kube-scheduler: its queue, its cycle, the plugin framework and, in `plugins/`, one file a plugin. It reads the
 * cluster as its informers show it and writes nothing but bindings. A new plugin is one file and one line in
 * `registry.ts`.
 */
export { Scheduler, type SchedulerOptions } from './scheduler.ts';
