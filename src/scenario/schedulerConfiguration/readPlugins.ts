/** `plugins` of a profile. */
import { type DecodeContext, failAt } from '../../api/decode/context.ts';
import { objectAt, objectsAt, stringAt } from '../../api/decode/read.ts';
import { invalid } from '../../api/decode/refusals.ts';
import { didYouMean } from '../../api/nearest.ts';
import { type FieldPath, formatPath } from '../../api/path.ts';
import type { JsonObject } from '../../api/types.ts';
import type { EnabledPlugin, PluginSet, PluginSets } from '../../scheduler/configuration/configuration.ts';
import {
  EXTENSION_POINTS,
  INTERFACE_NAMES,
  NOT_SIMULATED_PLUGINS,
  pointsOf,
  REMOVED_PLUGINS,
  SIMULATED_PLUGINS,
} from '../../scheduler/configuration/extensionPoints.ts';
import { mergedPluginsOf } from '../../scheduler/configuration/profiles.ts';
import type { ExtensionPoint } from '../../scheduler/framework.ts';

export const API_VERSION = 'kubescheduler.config.k8s.io/v1';
export const KIND = 'KubeSchedulerConfiguration';

const ALL = '*';
const KNOWN_PLUGINS: readonly string[] = [...SIMULATED_PLUGINS, ...NOT_SIMULATED_PLUGINS];
const NO_SET: PluginSet = { enabled: [], disabled: [] };

/**
 * @param path of the profile, whose `plugins` are read.
 * @throws InputError for a plugin that nobody knows, that version v1 has no more, that does not implement the extension
 *   point or stands there twice, and for a profile without one plugin that sorts and one that binds.
 */
export function readPlugins(
  context: DecodeContext,
  path: FieldPath,
  profile: JsonObject,
  schedulerName: string,
): PluginSets {
  const plugins = objectAt(profile, 'plugins');
  const points = [...EXTENSION_POINTS, 'multiPoint' as const].filter((point) => plugins[point] !== undefined);
  const sets: PluginSets = Object.fromEntries(
    points.map((point) => [point, readSet(context, [...path, 'plugins', point], objectAt(plugins, point), point)]),
  );
  refuseIncomplete(context, path, sets, schedulerName);
  return sets;
}

/**
 * Whether a plugin that is named is simulated; one that only upstream has is reported.
 *
 * @throws InputError for a name that nobody knows.
 */
export function isSimulatedPlugin(context: DecodeContext, path: FieldPath, name: string, what = 'plugin'): boolean {
  if (SIMULATED_PLUGINS.includes(name)) return true;
  if (REMOVED_PLUGINS.has(name)) {
    invalid(context, path, name, `was invalid in version "${API_VERSION}" (${KIND} is version "${API_VERSION}")`);
  }
  if (!NOT_SIMULATED_PLUGINS.has(name)) {
    failAt(context, path, `${what} ${JSON.stringify(name)} does not exist`, didYouMean(name, KNOWN_PLUGINS));
  }
  return false;
}

function readSet(
  context: DecodeContext,
  path: FieldPath,
  set: JsonObject,
  point: ExtensionPoint | 'multiPoint',
): PluginSet {
  const enabled = objectsAt(set, 'enabled').map((item, index) => {
    return readEnabled(context, [...path, 'enabled', index], item, point);
  });
  for (const [index, { name }] of enabled.entries()) {
    if (enabled.findIndex((plugin) => plugin.name === name) === index) continue;
    const as = point === 'multiPoint' ? '' : ` as ${JSON.stringify(INTERFACE_NAMES[point])}`;
    failAt(context, [...path, 'enabled', index, 'name'], `plugin ${JSON.stringify(name)} already registered${as}`);
  }
  const disabled = objectsAt(set, 'disabled').map((item, index) => {
    const name = stringAt(item, 'name');
    // Upstream lets pass what disables nothing; it is a typing error all the same.
    if (name !== ALL && !REMOVED_PLUGINS.has(name)) {
      isSimulatedPlugin(context, [...path, 'disabled', index, 'name'], name);
    }
    return name;
  });
  return { enabled, disabled };
}

function readEnabled(
  context: DecodeContext,
  path: FieldPath,
  item: JsonObject,
  point: ExtensionPoint | 'multiPoint',
): EnabledPlugin {
  const name = stringAt(item, 'name');
  const namePath = [...path, 'name'];
  const enabled = { name, weight: typeof item.weight === 'number' ? item.weight : 0 };
  if (!isSimulatedPlugin(context, namePath, name, point === 'multiPoint' ? 'plugin' : INTERFACE_NAMES[point])) {
    context.notSimulated(KIND, formatPath(['profiles', 'plugins', point, 'enabled', name]));
  } else if (point !== 'multiPoint' && !pointsOf(name).includes(point)) {
    failAt(context, namePath, `plugin ${JSON.stringify(name)} does not extend ${INTERFACE_NAMES[point]} plugin`);
  }
  return enabled;
}

function refuseIncomplete(context: DecodeContext, path: FieldPath, plugins: PluginSets, schedulerName: string): void {
  const { byPoint } = mergedPluginsOf({ plugins });
  const sorters = byPoint.get('queueSort')!.length;
  const named = `profile with scheduler name ${JSON.stringify(schedulerName)}`;
  if (sorters !== 1) failAt(context, path, `only one queue sort plugin required for ${named}, but got ${sorters}`);
  if (byPoint.get('bind')!.length === 0) failAt(context, path, `at least one bind plugin is needed for ${named}`);
}

/**
 * Upstream's validateCommonQueueSort: there is one queue for all profiles.
 *
 * @throws InputError for a profile whose `queueSort` differs from the first one's.
 */
export function refuseDifferentQueueSorts(context: DecodeContext, profiles: readonly PluginSets[]): void {
  const text = ({ queueSort = NO_SET }: PluginSets) => JSON.stringify(queueSort);
  const index = profiles.findIndex((plugins) => text(plugins) !== text(profiles[0]!));
  if (index < 0) return;
  const { queueSort = NO_SET } = profiles[index]!;
  const value = `{${queueSort.enabled.map(({ name }) => name).join()}}`;
  failAt(
    context,
    ['profiles', index, 'plugins', 'queueSort'],
    `Invalid value: ${value}: must be the same for all profiles`,
  );
}
