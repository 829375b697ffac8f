import type { AnyPlugin, ExtensionPoint, Handle } from './framework.ts';
import type { PluginArgs } from './pluginArgs.ts';
import { DefaultBinder } from './plugins/defaultBinder.ts';
import { DefaultPreemption } from './plugins/defaultPreemption.ts';
import { ImageLocality } from './plugins/imageLocality.ts';
import { InterPodAffinity } from './plugins/interPodAffinity.ts';
import { NodeAffinity } from './plugins/nodeAffinity.ts';
import { NodeName } from './plugins/nodeName.ts';
import { NodePorts } from './plugins/nodePorts.ts';
import { NodeResourcesBalancedAllocation } from './plugins/nodeResourcesBalancedAllocation.ts';
import { NodeResourcesFit } from './plugins/nodeResourcesFit.ts';
import { NodeUnschedulable } from './plugins/nodeUnschedulable.ts';
import { NodeVolumeLimits } from './plugins/nodeVolumeLimits.ts';
import { PodTopologySpread } from './plugins/podTopologySpread.ts';
import { PrioritySort } from './plugins/prioritySort.ts';
import { SchedulingGates } from './plugins/schedulingGates.ts';
import { TaintToleration } from './plugins/taintToleration.ts';
import { VolumeBinding } from './plugins/volumeBinding.ts';
import { VolumeRestrictions } from './plugins/volumeRestrictions.ts';
import { VolumeZone } from './plugins/volumeZone.ts';

/** A plugin of a profile. */
export interface PluginRegistration {
  /** Upstream's name of it. */
  readonly name: string;
  /** @param args of all plugins; by default upstream's */
  readonly create: (handle: Handle, args?: PluginArgs) => AnyPlugin;
  /** Weight of the plugin's score; 0 where it has none. */
  readonly weight: number;
  /**
   * The extension points that it takes part in, each with its place among the plugins of that point, lowest first.
   * Absent: all that it implements, in the order of the registrations.
   */
  readonly places?: ReadonlyMap<ExtensionPoint, number>;
}

/** The default profile, in upstream's MultiPoint order: filters run in it, and the first that rejects a node is the one named. */
export const DEFAULT_PLUGINS: readonly PluginRegistration[] = [
  { name: 'SchedulingGates', create: () => new SchedulingGates(), weight: 0 },
  { name: 'PrioritySort', create: () => new PrioritySort(), weight: 0 },
  { name: 'NodeUnschedulable', create: (handle) => new NodeUnschedulable(handle), weight: 0 },
  { name: 'NodeName', create: (handle) => new NodeName(handle), weight: 0 },
  { name: 'TaintToleration', create: (handle) => new TaintToleration(handle), weight: 3 },
  { name: 'NodeAffinity', create: (handle, args) => new NodeAffinity(handle, args?.NodeAffinity), weight: 2 },
  { name: 'NodePorts', create: () => new NodePorts(), weight: 0 },
  {
    name: 'NodeResourcesFit',
    create: (handle, args) => new NodeResourcesFit(handle, args?.NodeResourcesFit),
    weight: 1,
  },
  { name: 'VolumeRestrictions', create: (handle) => new VolumeRestrictions(handle), weight: 0 },
  { name: 'NodeVolumeLimits', create: (handle) => new NodeVolumeLimits(handle), weight: 0 },
  { name: 'VolumeBinding', create: (handle, args) => new VolumeBinding(handle, args?.VolumeBinding), weight: 0 },
  { name: 'VolumeZone', create: (handle) => new VolumeZone(handle), weight: 0 },
  {
    name: 'PodTopologySpread',
    create: (handle, args) => new PodTopologySpread(handle, args?.PodTopologySpread),
    weight: 2,
  },
  {
    name: 'InterPodAffinity',
    create: (handle, args) => new InterPodAffinity(handle, args?.InterPodAffinity),
    weight: 2,
  },
  {
    name: 'DefaultPreemption',
    create: (handle, args) => new DefaultPreemption(handle, args?.DefaultPreemption),
    weight: 0,
  },
  {
    name: 'NodeResourcesBalancedAllocation',
    create: (handle, args) => new NodeResourcesBalancedAllocation(handle, args?.NodeResourcesBalancedAllocation),
    weight: 1,
  },
  { name: 'ImageLocality', create: (handle) => new ImageLocality(handle), weight: 1 },
  { name: 'DefaultBinder', create: (handle) => new DefaultBinder(handle), weight: 0 },
];
