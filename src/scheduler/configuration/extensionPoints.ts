import type { ExtensionPoint } from '../framework.ts';

/** Upstream's interface of each extension point, as its messages name it. */
export const INTERFACE_NAMES: Readonly<Record<ExtensionPoint, string>> = {
  preEnqueue: 'PreEnqueuePlugin',
  queueSort: 'QueueSortPlugin',
  preFilter: 'PreFilterPlugin',
  filter: 'FilterPlugin',
  postFilter: 'PostFilterPlugin',
  preScore: 'PreScorePlugin',
  score: 'ScorePlugin',
  reserve: 'ReservePlugin',
  permit: 'PermitPlugin',
  preBind: 'PreBindPlugin',
  bind: 'BindPlugin',
  postBind: 'PostBindPlugin',
};

export const EXTENSION_POINTS = Object.keys(INTERFACE_NAMES) as readonly ExtensionPoint[];

const FILTERING = ['preFilter', 'filter'] as const;
const SCORING = ['preScore', 'score'] as const;

/** The extension points that upstream's plugins implement, of those that are simulated. */
const POINTS: ReadonlyMap<string, readonly ExtensionPoint[]> = new Map<string, readonly ExtensionPoint[]>([
  ['SchedulingGates', ['preEnqueue']],
  ['PrioritySort', ['queueSort']],
  ['NodeUnschedulable', ['filter']],
  ['NodeName', ['filter']],
  ['TaintToleration', ['filter', ...SCORING]],
  ['NodeAffinity', [...FILTERING, ...SCORING]],
  ['NodePorts', FILTERING],
  ['NodeResourcesFit', [...FILTERING, ...SCORING]],
  ['VolumeRestrictions', FILTERING],
  ['NodeVolumeLimits', FILTERING],
  ['VolumeBinding', [...FILTERING, ...SCORING, 'reserve', 'preBind']],
  ['VolumeZone', FILTERING],
  ['PodTopologySpread', [...FILTERING, ...SCORING]],
  ['InterPodAffinity', [...FILTERING, ...SCORING]],
  ['DefaultPreemption', ['preEnqueue', 'postFilter']],
  ['NodeResourcesBalancedAllocation', SCORING],
  ['ImageLocality', ['score']],
  ['DefaultBinder', ['bind']],
]);

/** Plugins that upstream has, some of them behind a gate, and that nothing here plays. */
export const NOT_SIMULATED_PLUGINS: ReadonlySet<string> = new Set([
  'DynamicResources',
  'GangScheduling',
  'NodeDeclaredFeatures',
  'PlacementBinPacking',
  'PodGroupPodsCount',
  'TopologyPlacementGenerator',
]);

/** Plugins that version v1 of the configuration no longer knows. */
export const REMOVED_PLUGINS: ReadonlySet<string> = new Set([
  'AzureDiskLimits',
  'CinderLimits',
  'EBSLimits',
  'GCEPDLimits',
]);

export const SIMULATED_PLUGINS: readonly string[] = [...POINTS.keys()];

/** The extension points of a simulated plugin; none for others. */
export function pointsOf(plugin: string): readonly ExtensionPoint[] {
  return POINTS.get(plugin) ?? [];
}
