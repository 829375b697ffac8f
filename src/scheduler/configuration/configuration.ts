/** A KubeSchedulerConfiguration, validated: what is left out has upstream's defaults, plugins are not yet merged with them. */
import type { ExtensionPoint } from '../framework.ts';
import { DEFAULT_PLUGIN_ARGS, type PluginArgs } from '../pluginArgs.ts';
import { type Backoff, DEFAULT_BACKOFF } from '../queue.ts';

/** A plugin in a list of enabled ones. */
export interface EnabledPlugin {
  readonly name: string;
  /** 0: none is given. */
  readonly weight: number;
}

/** What a profile says of one extension point, or of all (`multiPoint`). */
export interface PluginSet {
  readonly enabled: readonly EnabledPlugin[];
  /** Names; `*` for all. */
  readonly disabled: readonly string[];
}

export type PluginSets = Readonly<Partial<Record<ExtensionPoint | 'multiPoint', PluginSet>>>;

export interface ProfileConfiguration {
  /** Of the pods that the profile is for (`spec.schedulerName`); no two profiles share one. */
  readonly schedulerName: string;
  /** Of the profile, or of all profiles; 0: upstream's adaptive formula. */
  readonly percentageOfNodesToScore: number;
  readonly plugins: PluginSets;
  readonly pluginArgs: PluginArgs;
}

export interface SchedulerConfiguration {
  /** At least one. */
  readonly profiles: readonly ProfileConfiguration[];
  readonly backoff: Backoff;
}

export const DEFAULT_SCHEDULER_NAME = 'default-scheduler';

/** A scheduler that is not configured. */
export const DEFAULT_CONFIGURATION: SchedulerConfiguration = {
  profiles: [
    {
      schedulerName: DEFAULT_SCHEDULER_NAME,
      percentageOfNodesToScore: 0,
      plugins: {},
      pluginArgs: DEFAULT_PLUGIN_ARGS,
    },
  ],
  backoff: DEFAULT_BACKOFF,
};
