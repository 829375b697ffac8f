/** Kinds that keep a number of pods running. */
import { defaultDeployment, defaultReplicaSet } from '../../defaults.ts';
import { readDeployment } from '../deployment.ts';
import { readReplicaSet } from '../replicaSet.ts';
import { deploymentShape, replicaSetShape } from '../shapes.ts';
import type { Decoder } from './decoder.ts';

export type AppsKind = 'Deployment' | 'ReplicaSet' | 'ReplicationController' | 'StatefulSet' | 'DaemonSet';

export const appsDecoders: Readonly<Partial<Record<AppsKind, Decoder>>> = {
  Deployment: { shape: deploymentShape, applyDefaults: defaultDeployment, read: readDeployment },
  ReplicaSet: { shape: replicaSetShape, applyDefaults: defaultReplicaSet, read: readReplicaSet },
};
