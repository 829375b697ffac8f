import type { CompiledTemplate } from '../cluster/templateTable.ts';
import type { EventRegistration } from './clusterEvent.ts';
import type {
  AnyPlugin,
  BindPlugin,
  ExtensionPoint,
  FilterPlugin,
  Handle,
  PodInfo,
  PostFilterPlugin,
  PreBindPlugin,
  PreEnqueuePlugin,
  PreFilterPlugin,
  QueueSortPlugin,
  ReservePlugin,
} from './framework.ts';
import type { PluginRegistration } from './registry.ts';

/** A score plugin with what it may leave out. */
export interface WeightedScore {
  readonly plugin: AnyPlugin & Required<Pick<AnyPlugin, 'score'>>;
  readonly weight: number;
}

/** The plugins of a profile, sorted once by extension point. */
export class Profile {
  /** All plugins; a plugin's place here is its bit in sets of rejectors. */
  readonly plugins: readonly AnyPlugin[];
  readonly queueSort: QueueSortPlugin;
  readonly preFilters: readonly PreFilterPlugin[];
  readonly filters: readonly FilterPlugin[];
  readonly postFilters: readonly PostFilterPlugin[];
  readonly scores: readonly WeightedScore[];
  readonly reserves: readonly ReservePlugin[];
  readonly preBinds: readonly PreBindPlugin[];
  readonly binder: BindPlugin;
  /** By plugin, as in `plugins`. */
  readonly registrations: readonly (readonly EventRegistration[])[];
  /** Kinds of event that any plugin registered. */
  readonly kindsOfInterest: number;
  private readonly preEnqueues: readonly PreEnqueuePlugin[];
  private readonly withNodes: readonly AnyPlugin[];
  private readonly withAddedPods: readonly AnyPlugin[];
  private readonly withRemovedPods: readonly AnyPlugin[];

  constructor(registry: readonly PluginRegistration[], handle: Handle) {
    if (registry.length > 31) throw new RangeError(`${registry.length} plugins; sets of plugins have 31 bits`);
    const plugins = registry.map(({ create }) => create(handle));
    const having = <P>(method: keyof AnyPlugin) => plugins.filter((plugin) => plugin[method] !== undefined) as P[];
    const at = <P>(point: ExtensionPoint, method: keyof AnyPlugin) =>
      placesAt(registry, point)
        .map((index) => plugins[index]!)
        .filter((plugin) => plugin[method] !== undefined) as P[];
    this.plugins = plugins;
    this.preEnqueues = at('preEnqueue', 'preEnqueue');
    this.queueSort = only(at<QueueSortPlugin>('queueSort', 'less'), 'QueueSort');
    this.preFilters = at('preFilter', 'preFilter');
    this.filters = at('filter', 'filter');
    this.postFilters = at('postFilter', 'postFilter');
    this.scores = at<WeightedScore['plugin']>('score', 'score').map((plugin) => ({
      plugin,
      weight: registry[plugins.indexOf(plugin)]!.weight,
    }));
    this.reserves = at('reserve', 'reserve');
    this.preBinds = at('preBind', 'preBind');
    this.binder = only(at<BindPlugin>('bind', 'bind'), 'Bind');
    this.withNodes = having('nodeChanged');
    this.withAddedPods = having('podAdded');
    this.withRemovedPods = having('podRemoved');
    this.registrations = plugins.map((plugin) => plugin.eventsToRegister?.() ?? []);
    this.kindsOfInterest = this.registrations.flat().reduce((all, { kinds }) => all | kinds, 0);
  }

  /** The plugin's bit in sets of rejectors. */
  bitOf(plugin: AnyPlugin): number {
    return 1 << this.plugins.indexOf(plugin);
  }

  preEnqueue(pod: number, template: CompiledTemplate): boolean {
    for (const plugin of this.preEnqueues) if (!plugin.preEnqueue(pod, template)) return false;
    return true;
  }

  nodeChanged(node: number): void {
    for (const plugin of this.withNodes) plugin.nodeChanged!(node);
  }

  podAdded(pod: PodInfo, node: number): void {
    for (const plugin of this.withAddedPods) plugin.podAdded!(pod, node);
  }

  podRemoved(pod: PodInfo, node: number): void {
    for (const plugin of this.withRemovedPods) plugin.podRemoved!(pod, node);
  }
}

/** Indices of the registrations that take part in the extension point, in their order there. */
function placesAt(registry: readonly PluginRegistration[], point: ExtensionPoint): number[] {
  const placeOf = (index: number) => {
    const { places } = registry[index]!;
    return places === undefined ? index : places.get(point);
  };
  const indices = [...registry.keys()].filter((index) => placeOf(index) !== undefined);
  return indices.sort((a, b) => placeOf(a)! - placeOf(b)!);
}

function only<P>(plugins: readonly P[], point: string): P {
  if (plugins.length !== 1) throw new Error(`A profile needs one ${point} plugin; it has ${plugins.length}`);
  return plugins[0]!;
}
