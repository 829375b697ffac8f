/**
 * The controllers of kube-controller-manager, one folder each, as upstream has them. Every controller listens to the
 * informers, keeps keys on a rate-limited work queue and writes through a client of its own; none of them looks at
 * another one's memory.
 */
import { DeploymentController } from './deployment/controller.ts';
import { EndpointSliceController } from './endpointslice/controller.ts';
import { GarbageCollector } from './garbagecollector/controller.ts';
import { ReplicaSetController } from './replicaset/controller.ts';
import type { ControllerContext } from './workers.ts';

export type { ClientLimits, ControlPlaneOptions, VersionProfile } from './options.ts';
export { type ControllerContext, createClient } from './workers.ts';

/** Every controller that runs, in the order in which informers call them. A new controller is one line here. */
const CONTROLLERS = [ReplicaSetController, DeploymentController, EndpointSliceController, GarbageCollector];

/** Starts the controller manager. */
export function startControllers(context: ControllerContext): void {
  for (const Controller of CONTROLLERS) new Controller(context);
}
