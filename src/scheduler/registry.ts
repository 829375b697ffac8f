import type { AnyPlugin, Handle } from './framework.ts';
import { DefaultBinder } from './plugins/defaultBinder.ts';
import { DefaultPreemption } from './plugins/defaultPreemption.ts';
import { NodeAffinity } from './plugins/nodeAffinity.ts';
import { NodeName } from './plugins/nodeName.ts';
import { NodePorts } from './plugins/nodePorts.ts';
import { NodeResourcesBalancedAllocation } from './plugins/nodeResourcesBalancedAllocation.ts';
import { NodeResourcesFit } from './plugins/nodeResourcesFit.ts';
import { NodeUnschedulable } from './plugins/nodeUnschedulable.ts';
import { PrioritySort } from './plugins/prioritySort.ts';
import { SchedulingGates } from './plugins/schedulingGates.ts';
import { TaintToleration } from './plugins/taintToleration.ts';
import { VolumeBinding } from './plugins/volumeBinding.ts';
import { VolumeRestrictions } from './plugins/volumeRestrictions.ts';

export interface PluginRegistration {
  readonly create: (handle: Handle) => AnyPlugin;
  /** Weight of the plugin's score; 0 where it has none. */
  readonly weight: number;
}

/** The default profile, in upstream's MultiPoint order: filters run in it, and the first that rejects a node is the one named. */
export const DEFAULT_PLUGINS: readonly PluginRegistration[] = [
  { create: () => new SchedulingGates(), weight: 0 },
  { create: () => new PrioritySort(), weight: 0 },
  { create: (handle) => new NodeUnschedulable(handle), weight: 0 },
  { create: (handle) => new NodeName(handle), weight: 0 },
  { create: (handle) => new TaintToleration(handle), weight: 3 },
  { create: (handle) => new NodeAffinity(handle), weight: 2 },
  { create: () => new NodePorts(), weight: 0 },
  { create: (handle) => new NodeResourcesFit(handle), weight: 1 },
  { create: (handle) => new VolumeRestrictions(handle), weight: 0 },
  { create: (handle) => new VolumeBinding(handle), weight: 0 },
  { create: () => new DefaultPreemption(), weight: 0 },
  { create: (handle) => new NodeResourcesBalancedAllocation(handle), weight: 1 },
  { create: (handle) => new DefaultBinder(handle), weight: 0 },
];
