/** Kinds that keep a number of pods running. */
import { defaultDeployment, defaultReplicaSet } from '../../defaults.ts';
import { defaultDaemonSet, defaultReplicationController, defaultStatefulSet } from '../../defaultsApps.ts';
import { readDaemonSet } from '../daemonSet.ts';
import { readDeployment } from '../deployment.ts';
import { readReplicaSet } from '../replicaSet.ts';
import { readReplicationController } from '../replicationController.ts';
import {
  daemonSetShape,
  deploymentShape,
  replicaSetShape,
  replicationControllerShape,
  statefulSetShape,
} from '../shapes.ts';
import { readStatefulSet } from '../statefulSet.ts';
import type { Decoder } from './decoder.ts';

export type AppsKind = 'Deployment' | 'ReplicaSet' | 'ReplicationController' | 'StatefulSet' | 'DaemonSet';

export const appsDecoders: Readonly<Record<AppsKind, Decoder>> = {
  Deployment: { shape: deploymentShape, applyDefaults: defaultDeployment, read: readDeployment },
  ReplicaSet: { shape: replicaSetShape, applyDefaults: defaultReplicaSet, read: readReplicaSet },
  ReplicationController: {
    shape: replicationControllerShape,
    applyDefaults: defaultReplicationController,
    read: readReplicationController,
  },
  StatefulSet: { shape: statefulSetShape, applyDefaults: defaultStatefulSet, read: readStatefulSet },
  DaemonSet: { shape: daemonSetShape, applyDefaults: defaultDaemonSet, read: readDaemonSet },
};
