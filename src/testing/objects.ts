/** Deployments and ReplicaSets as the API server holds them; for tests. */
import { decodeObject } from '../api/index.ts';
import type { DeploymentManifest, ReplicaSetManifest } from '../api/types.ts';
import {
  type Deployment,
  type DeploymentStatus,
  EMPTY_DEPLOYMENT_STATUS,
  EMPTY_REPLICA_SET_STATUS,
  type ReplicaSet,
  type ReplicaSetStatus,
} from '../cluster/index.ts';
import { deployment, podTemplate, type Sketch } from './play.ts';

const STORED = { resourceVersion: 1, generation: 1, creationMicros: 0 };

export function storedDeployment(sketch: Sketch = {}, status: Partial<DeploymentStatus> = {}): Deployment {
  const manifest = decodeObject(deployment(sketch)) as DeploymentManifest;
  return { ...manifest, ...STORED, uid: 1, ownerUid: -1, status: { ...EMPTY_DEPLOYMENT_STATUS, ...status } };
}

export interface ReplicaSetFields {
  readonly uid?: number;
  readonly replicas?: number;
  readonly annotations?: Record<string, string>;
  readonly image?: string;
  readonly status?: Partial<ReplicaSetStatus>;
}

export function storedReplicaSet(fields: ReplicaSetFields = {}): ReplicaSet {
  const { uid = 2, replicas = 0, annotations = {}, image = 'web:v1', status } = fields;
  const manifest = decodeObject({
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: `web-${uid}`, annotations },
    spec: { replicas, selector: { matchLabels: { app: 'web' } }, template: podTemplate({}, image) },
  }) as ReplicaSetManifest;
  return { ...manifest, ...STORED, uid, ownerUid: 1, status: { ...EMPTY_REPLICA_SET_STATUS, ...status } };
}
