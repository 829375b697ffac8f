import type { ExtensionPoint } from '../framework.ts';
import type { PluginArgs } from '../pluginArgs.ts';
import { DEFAULT_PLUGINS, type PluginRegistration } from '../registry.ts';
import type { ProfileOptions } from '../scheduler.ts';
import type { ProfileConfiguration, SchedulerConfiguration } from './configuration.ts';
import { type MergedPlugins, mergePlugins } from './mergePlugins.ts';

/** The profiles of a configuration, with plugins that are made with the configuration's args. */
export function profilesOf(configuration: SchedulerConfiguration): ProfileOptions[] {
  return configuration.profiles.map((profile) => ({
    schedulerName: profile.schedulerName,
    plugins: registrations(mergedPluginsOf(profile), profile.pluginArgs),
    percentageOfNodesToScore: profile.percentageOfNodesToScore,
  }));
}

/** Which of the plugins that are simulated a profile has. */
export function mergedPluginsOf({ plugins }: Pick<ProfileConfiguration, 'plugins'>): MergedPlugins {
  return mergePlugins(DEFAULT_PLUGINS, plugins);
}

/**
 * Registrations in upstream's default order, each with its places in the lists of the merge.
 *
 * A plugin that filters also has its PreFilter called: here it prepares there what it filters by. Upstream's either has
 * none, or works it out again in Filter, or fails every pod.
 */
function registrations({ byPoint, weights }: MergedPlugins, args: PluginArgs): PluginRegistration[] {
  const filters = byPoint.get('filter')!;
  const preFilters = byPoint.get('preFilter')!;
  const lists = new Map(byPoint).set('preFilter', [...new Set([...preFilters, ...filters])]);
  return DEFAULT_PLUGINS.flatMap(({ name, create }) => {
    const places = placesOf(name, lists);
    if (places.size === 0) return [];
    return [{ name, create: (handle) => create(handle, args), weight: weights.get(name) ?? 0, places }];
  });
}

function placesOf(
  plugin: string,
  lists: ReadonlyMap<ExtensionPoint, readonly string[]>,
): ReadonlyMap<ExtensionPoint, number> {
  const places = new Map<ExtensionPoint, number>();
  for (const [point, names] of lists) {
    const place = names.indexOf(plugin);
    if (place !== -1) places.set(point, place);
  }
  return places;
}
