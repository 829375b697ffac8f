/** Upstream's rules for which plugins a profile has, at which extension points, in which order and with which weights. */
import type { ExtensionPoint } from '../framework.ts';
import type { EnabledPlugin, PluginSet, PluginSets } from './configuration.ts';
import { EXTENSION_POINTS, pointsOf } from './extensionPoints.ts';

const ALL = '*';

/** A profile's plugins. */
export interface MergedPlugins {
  /** Names by extension point, in the order in which they are called. */
  readonly byPoint: ReadonlyMap<ExtensionPoint, readonly string[]>;
  /** Weights of the plugins at Score. */
  readonly weights: ReadonlyMap<string, number>;
}

/**
 * Merges what a profile says with the plugins that upstream enables by default, which are a `multiPoint` set: first
 * set by set (`mergePluginSet`), then `multiPoint` into each extension point (`expandMultiPointPlugins`).
 *
 * Plugins that are not simulated are in none of the lists.
 *
 * @param defaults the default plugins in their order, with their weights
 */
export function mergePlugins(defaults: readonly EnabledPlugin[], sets: PluginSets): MergedPlugins {
  const multiPoint = mergeMultiPoint(defaults, sets.multiPoint);
  const byPoint = new Map(EXTENSION_POINTS.map((point) => [point, pluginsAt(point, sets[point], multiPoint)]));
  return { byPoint, weights: weightsOf([...(sets.score?.enabled ?? []), ...multiPoint], byPoint.get('score')!) };
}

/** A default plugin that is enabled again stays where it is and gets what is said of it, no weight included. */
function mergeMultiPoint(defaults: readonly EnabledPlugin[], set: PluginSet | undefined): EnabledPlugin[] {
  if (set === undefined) return [...defaults];
  const isDisabled = (name: string) => set.disabled.includes(name) || set.disabled.includes(ALL);
  const custom = new Map(set.enabled.map((plugin) => [plugin.name, plugin]));
  const left = defaults.filter(({ name }) => !isDisabled(name));
  const replaced = new Set(left.map(({ name }) => name));
  return [
    ...left.map((plugin) => custom.get(plugin.name) ?? plugin),
    ...set.enabled.filter(({ name }) => !replaced.has(name)),
  ];
}

/**
 * First come plugins of `multiPoint` that the point names itself, in the point's order, then the others of `multiPoint`,
 * then what only the point names.
 */
function pluginsAt(
  point: ExtensionPoint,
  set: PluginSet | undefined,
  multiPoint: readonly EnabledPlugin[],
): readonly string[] {
  const isSimulated = (name: string) => pointsOf(name).includes(point);
  const named = (set?.enabled ?? []).map(({ name }) => name).filter(isSimulated);
  const disabled = set?.disabled ?? [];
  if (disabled.includes(ALL)) return named;
  const expanded = multiPoint.map(({ name }) => name).filter((name) => isSimulated(name) && !disabled.includes(name));
  return [
    ...named.filter((name) => expanded.includes(name)),
    ...expanded.filter((name) => !named.includes(name)),
    ...named.filter((name) => !expanded.includes(name)),
  ];
}

/** The first entry that names a plugin counts; without a weight it is 1. */
function weightsOf(plugins: readonly EnabledPlugin[], scores: readonly string[]): ReadonlyMap<string, number> {
  return new Map(
    scores.map((score) => [score, plugins.find(({ name }) => name === score)!.weight || 1] as [string, number]),
  );
}
