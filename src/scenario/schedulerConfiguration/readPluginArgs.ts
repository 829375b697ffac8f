/** `pluginConfig` of a profile. */
import { isJsonObject } from '../../api/canonical.ts';
import { type DecodeContext, failAt, unsupported } from '../../api/decode/context.ts';
import { readSpreadConstraints } from '../../api/decode/podAffinity.ts';
import { objectsAt, refuse, stringAt, stringsAt } from '../../api/decode/read.ts';
import { invalid } from '../../api/decode/refusals.ts';
import { readNodeAffinity } from '../../api/decode/scheduling.ts';
import { checkShape } from '../../api/decode/schema.ts';
import { labelKeyProblem } from '../../api/names.ts';
import { explainPath, type FieldPath, formatPath } from '../../api/path.ts';
import type { JsonObject } from '../../api/types.ts';
import { MICROS_PER_SECOND } from '../../kernel/time.ts';
import {
  DEFAULT_PLUGIN_ARGS,
  DEFAULT_RESOURCES,
  type NodeResourcesFitArgs,
  type PluginArgs,
  type PodTopologySpreadArgs,
  type ResourceSpec,
  type ScoringStrategy,
  type UtilizationShapePoint,
} from '../../scheduler/pluginArgs.ts';
import { API_VERSION, isSimulatedPlugin, KIND } from './readPlugins.ts';
import { argsShapes } from './shape.ts';

const STRATEGIES = ['LeastAllocated', 'MostAllocated', 'RequestedToCapacityRatio'] as const;
const DEFAULTING_TYPES = ['List', 'System'] as const;
/** A time-out beyond this is none: no run is that long. */
const LONGEST_SECONDS = 2 ** 31;

type Reader<Args> = (context: DecodeContext, path: FieldPath, args: JsonObject) => Args;

const READERS: { readonly [Plugin in keyof PluginArgs]: Reader<PluginArgs[Plugin]> } = {
  DefaultPreemption: readDefaultPreemption,
  InterPodAffinity: (context, path, args) => ({
    hardPodAffinityWeight: readRanged(context, path, args, 'hardPodAffinityWeight', [1, 0, 100]),
    ignorePreferredTermsOfExistingPods: args.ignorePreferredTermsOfExistingPods === true,
  }),
  NodeAffinity: (context, path, args) => {
    if (!isJsonObject(args.addedAffinity)) return DEFAULT_PLUGIN_ARGS.NodeAffinity;
    return { addedAffinity: readNodeAffinity(context, [...path, 'addedAffinity'], args.addedAffinity) };
  },
  NodeResourcesBalancedAllocation: readBalancedAllocation,
  NodeResourcesFit: readFit,
  PodTopologySpread: readPodTopologySpread,
  VolumeBinding: readVolumeBinding,
};

/**
 * @param path of the profile, whose `pluginConfig` is read.
 * @throws InputError for a plugin that nobody knows or that stands there twice, for args of another plugin, an unknown
 *   field, and for values that upstream's validation refuses.
 */
export function readPluginArgs(context: DecodeContext, path: FieldPath, profile: JsonObject): PluginArgs {
  const read: Record<string, unknown> = {};
  const seen = new Set<string>();
  for (const [index, item] of objectsAt(profile, 'pluginConfig').entries()) {
    const itemPath = [...path, 'pluginConfig', index];
    const name = stringAt(item, 'name');
    if (seen.has(name)) failAt(context, itemPath, `Duplicate value: ${JSON.stringify(name)}`);
    seen.add(name);
    const isSimulated = isSimulatedPlugin(context, [...itemPath, 'name'], name);
    if (item.args === undefined) continue;
    if (isSimulated && hasArgs(name)) read[name] = readArgs(context, [...itemPath, 'args'], name, item);
    else context.notSimulated(KIND, formatPath(['profiles', 'pluginConfig', name]));
  }
  return { ...DEFAULT_PLUGIN_ARGS, ...(read as Partial<PluginArgs>) };
}

function hasArgs(name: string): name is keyof PluginArgs {
  return Object.hasOwn(READERS, name);
}

function readArgs(context: DecodeContext, path: FieldPath, name: keyof PluginArgs, item: JsonObject): unknown {
  const { args } = item;
  if (!isJsonObject(args)) return failAt(context, path, `expected mapping, got ${JSON.stringify(args)}`);
  refuseOtherType(context, path, name, args);
  checkShape(within(context, path), KIND, args, argsShapes[name]);
  return READERS[name](context, path, args);
}

/** Args need not say what they are; if they do, it has to be right. */
function refuseOtherType(context: DecodeContext, path: FieldPath, name: string, args: JsonObject): void {
  const kind = args.kind === undefined ? `${name}Args` : String(args.kind);
  const [group, version] = String(args.apiVersion ?? API_VERSION).split('/');
  const [expectedGroup, expectedVersion] = API_VERSION.split('/');
  if (kind !== `${name}Args` || group !== expectedGroup) {
    const message = `args for plugin ${name} were not of type ${name}Args.${expectedGroup}, got ${kind}.${group}`;
    failAt(context, [...path, kind === `${name}Args` ? 'apiVersion' : 'kind'], message);
  }
  if (version !== expectedVersion) {
    failAt(context, [...path, 'apiVersion'], `expected ${JSON.stringify(API_VERSION)}, got "${group}/${version}"`);
  }
}

/** Places of a part of the document. */
function within(context: DecodeContext, prefix: FieldPath): DecodeContext {
  return {
    ...context,
    place: (path, part) => {
      const full = [...prefix, ...path];
      const place = context.place(full, part);
      return { ...place, path: place.path ?? formatPath(full) };
    },
    notSimulated: (kindName, path) => context.notSimulated(kindName, `${explainPath(prefix)}.${path}`),
  };
}

/** @param range the default, the least and the greatest value */
function readRanged(
  context: DecodeContext,
  path: FieldPath,
  args: JsonObject,
  field: string,
  [fallback, least, greatest]: readonly [number, number, number],
): number {
  const value = typeof args[field] === 'number' ? args[field] : fallback;
  if (value >= least && value <= greatest) return value;
  const range = greatest === Number.POSITIVE_INFINITY ? `[${least}, inf)` : `[${least}, ${greatest}]`;
  return invalid(context, [...path, field], value, `not in valid range ${range}`);
}

function readDefaultPreemption(
  context: DecodeContext,
  path: FieldPath,
  args: JsonObject,
): PluginArgs['DefaultPreemption'] {
  const percentage = 'minCandidateNodesPercentage';
  const absolute = 'minCandidateNodesAbsolute';
  const read = {
    minCandidateNodesPercentage: readRanged(context, path, args, percentage, [10, 0, 100]),
    minCandidateNodesAbsolute: readRanged(context, path, args, absolute, [100, 0, Number.POSITIVE_INFINITY]),
  };
  if (read[percentage] === 0 && read[absolute] === 0) {
    invalid(context, [...path, percentage], 0, `cannot be zero at the same time as ${absolute}`);
  }
  return read;
}

function readBalancedAllocation(
  context: DecodeContext,
  path: FieldPath,
  args: JsonObject,
): PluginArgs['NodeResourcesBalancedAllocation'] {
  const resources = readResources(args);
  for (const [index, { name, weight }] of resources.entries()) {
    const resourcePath = [...path, 'resources', index];
    if (resources.findIndex((resource) => resource.name === name) !== index) {
      failAt(context, [...resourcePath, 'name'], `Duplicate value: ${JSON.stringify(name)}`);
    }
    if (weight !== 1) invalid(context, [...resourcePath, 'weight'], weight, 'must be 1');
  }
  return { resources };
}

/** Without any, upstream's default ones; a weight of 0 means 1. */
function readResources(owner: JsonObject): readonly ResourceSpec[] {
  const resources = objectsAt(owner, 'resources').map((item) => ({
    name: stringAt(item, 'name'),
    weight: typeof item.weight === 'number' ? item.weight || 1 : 1,
  }));
  return resources.length === 0 ? DEFAULT_RESOURCES : resources;
}

function readFit(context: DecodeContext, path: FieldPath, args: JsonObject): NodeResourcesFitArgs {
  const ignoredResources = stringsAt(args, 'ignoredResources');
  for (const [index, name] of ignoredResources.entries()) {
    refuse(context, [...path, 'ignoredResources', index], name, labelKeyProblem(name));
  }
  const ignoredResourceGroups = stringsAt(args, 'ignoredResourceGroups');
  for (const [index, group] of ignoredResourceGroups.entries()) {
    const problem = group.includes('/') ? "resource group name can't contain '/'" : labelKeyProblem(group);
    refuse(context, [...path, 'ignoredResourceGroups', index], group, problem);
  }
  const scoringStrategy = isJsonObject(args.scoringStrategy)
    ? readStrategy(context, [...path, 'scoringStrategy'], args.scoringStrategy)
    : DEFAULT_PLUGIN_ARGS.NodeResourcesFit.scoringStrategy;
  return { ignoredResources, ignoredResourceGroups, scoringStrategy };
}

function readStrategy(context: DecodeContext, path: FieldPath, strategy: JsonObject): ScoringStrategy {
  const text = stringAt(strategy, 'type');
  const type = STRATEGIES.find((known) => known === text);
  if (type === undefined) return unsupported(context, [...path, 'type'], text, STRATEGIES);
  const resources = readResources(strategy);
  for (const [index, { name, weight }] of resources.entries()) {
    if (weight > 0 && weight <= 100) continue;
    const message = `resource weight of ${name} not in valid range (0, 100]`;
    invalid(context, [...path, 'resources', index, 'weight'], weight, message);
  }
  const ratioPath = [...path, 'requestedToCapacityRatio'];
  const ratio = strategy.requestedToCapacityRatio;
  if (type !== 'RequestedToCapacityRatio') {
    if (isJsonObject(ratio)) {
      failAt(context, ratioPath, 'Forbidden: must be nil when type is not RequestedToCapacityRatio');
    }
    return { type, resources };
  }
  if (!isJsonObject(ratio)) {
    return failAt(context, ratioPath, 'Required value: must be specified when type is RequestedToCapacityRatio');
  }
  return { type, resources, shape: readShape(context, [...ratioPath, 'shape'], ratio) };
}

function readShape(context: DecodeContext, path: FieldPath, owner: JsonObject): UtilizationShapePoint[] {
  const points = objectsAt(owner, 'shape');
  if (points.length === 0) failAt(context, path, 'Required value: at least one point must be specified');
  const shape = points.map((point) => ({
    utilization: typeof point.utilization === 'number' ? point.utilization : 0,
    score: typeof point.score === 'number' ? point.score : 0,
  }));
  for (const [index, { utilization, score }] of shape.entries()) {
    const pointPath = [...path, index];
    if (index > 0 && shape[index - 1]!.utilization >= utilization) {
      invalid(context, [...pointPath, 'utilization'], utilization, 'values must be sorted in increasing order');
    }
    readRanged(context, pointPath, { utilization }, 'utilization', [0, 0, 100]);
    readRanged(context, pointPath, { score }, 'score', [0, 0, 10]);
  }
  return shape;
}

function readPodTopologySpread(context: DecodeContext, path: FieldPath, args: JsonObject): PodTopologySpreadArgs {
  const text = stringAt(args, 'defaultingType') || 'System';
  const defaultingType = DEFAULTING_TYPES.find((known) => known === text);
  const typePath = [...path, 'defaultingType'];
  if (defaultingType === undefined) return unsupported(context, typePath, text, DEFAULTING_TYPES);
  const items = objectsAt(args, 'defaultConstraints');
  if (defaultingType === 'System' && items.length > 0) {
    invalid(context, typePath, text, 'when .defaultConstraints are not empty');
  }
  for (const [index, item] of items.entries()) {
    const itemPath = [...path, 'defaultConstraints', index];
    const maxSkew = typeof item.maxSkew === 'number' ? item.maxSkew : 0;
    if (maxSkew <= 0) invalid(context, [...itemPath, 'maxSkew'], maxSkew, 'not in valid range (0, inf)');
    const topologyKey = stringAt(item, 'topologyKey');
    if (topologyKey !== '') refuse(context, [...itemPath, 'topologyKey'], topologyKey, labelKeyProblem(topologyKey));
    if (item.labelSelector !== undefined) {
      const message = 'constraint must not define a selector, as they deduced for each pod';
      failAt(context, [...itemPath, 'labelSelector'], `Forbidden: ${message}`);
    }
  }
  return { defaultingType, defaultConstraints: readSpreadConstraints(context, path, args, 'defaultConstraints') };
}

function readVolumeBinding(context: DecodeContext, path: FieldPath, args: JsonObject): PluginArgs['VolumeBinding'] {
  const seconds = args.bindTimeoutSeconds;
  if (args.shape !== undefined) {
    const message = 'unexpected field `shape`, remove it or turn on the feature gate StorageCapacityScoring';
    invalid(context, [...path, 'shape'], args.shape, message);
  }
  if (typeof seconds !== 'number') return DEFAULT_PLUGIN_ARGS.VolumeBinding;
  if (seconds < 0) {
    const message = 'invalid BindTimeoutSeconds, should not be a negative value';
    invalid(context, [...path, 'bindTimeoutSeconds'], seconds, message);
  }
  return { bindTimeoutMicros: Math.min(seconds, LONGEST_SECONDS) * MICROS_PER_SECOND };
}
