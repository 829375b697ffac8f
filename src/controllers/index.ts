/**
 * The controllers of kube-controller-manager, one folder each, as upstream has them. Every controller listens to the
 * informers, keeps keys on a rate-limited work queue and writes through a client of its own; none of them looks at
 * another one's memory.
 */
import { CronJobController } from './cronjob/controller.ts';
import { DaemonSetsController } from './daemonset/controller.ts';
import { DeploymentController } from './deployment/controller.ts';
import { DisruptionController } from './disruption/controller.ts';
import { EndpointSliceController } from './endpointslice/controller.ts';
import { GarbageCollector } from './garbagecollector/controller.ts';
import { HorizontalController } from './horizontalpodautoscaler/controller.ts';
import { JobController } from './job/controller.ts';
import { NodeLifecycleController } from './nodelifecycle/controller.ts';
import { PersistentVolumeController } from './persistentvolume/controller.ts';
import { PVCProtectionController, PVProtectionController } from './persistentvolume/protection.ts';
import { PodGCController } from './podgc/controller.ts';
import { ReplicaSetController } from './replicaset/controller.ts';
import { ReplicationManager } from './replicaset/replicationManager.ts';
import { ResourceQuotaController } from './resourcequota/controller.ts';
import { StatefulSetController } from './statefulset/controller.ts';
import { TaintEvictionController } from './tainteviction/controller.ts';
import { TtlController } from './ttl/controller.ts';
import { TtlAfterFinishedController } from './ttlafterfinished/controller.ts';
import type { ControllerContext } from './workers.ts';

export type { ClientLimits, ControlPlaneOptions, VersionProfile } from './options.ts';
export { type ControllerContext, createClient } from './workers.ts';

/** Every controller that runs, in the order in which informers call them. A new controller is one line here. */
const CONTROLLERS = [
  ReplicaSetController,
  ReplicationManager,
  DeploymentController,
  DaemonSetsController,
  StatefulSetController,
  PersistentVolumeController,
  PVCProtectionController,
  PVProtectionController,
  EndpointSliceController,
  JobController,
  CronJobController,
  TtlAfterFinishedController,
  GarbageCollector,
  DisruptionController,
  HorizontalController,
  ResourceQuotaController,
  TtlController,
  NodeLifecycleController,
  TaintEvictionController,
  PodGCController,
];

/** Starts the controller manager. */
export function startControllers(context: ControllerContext): void {
  for (const Controller of CONTROLLERS) new Controller(context);
}
