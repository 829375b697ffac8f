/** What the API server makes of a manifest when it creates the object: uid, generation, an empty status. */
import type { Manifest } from '../../api/types.ts';
import { admittedClaim, admittedVolume } from '../../cluster/claims.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { createdJob } from '../../cluster/jobs.ts';
import {
  type AnyStored,
  EMPTY_CRON_JOB_STATUS,
  EMPTY_DAEMON_SET_STATUS,
  EMPTY_DEPLOYMENT_STATUS,
  EMPTY_HORIZONTAL_POD_AUTOSCALER_STATUS,
  EMPTY_POD_DISRUPTION_BUDGET_STATUS,
  EMPTY_REPLICA_SET_STATUS,
  EMPTY_RESOURCE_QUOTA_STATUS,
  EMPTY_STATEFUL_SET_STATUS,
} from '../../cluster/objects.ts';

/**
 * The object to store for a manifest of any kind but Pod.
 *
 * @param ownerUid of what controls it, -1 for nothing
 */
export function initialObject(
  cluster: Cluster,
  manifest: Exclude<Manifest, { kind: 'Pod' }>,
  ownerUid = -1,
): AnyStored {
  const stored = {
    uid: cluster.allocateUid(),
    resourceVersion: 0,
    creationMicros: cluster.kernel.nowMicros,
    generation: 1,
    ownerUid,
  };
  switch (manifest.kind) {
    case 'Deployment':
      return { ...manifest, ...stored, status: EMPTY_DEPLOYMENT_STATUS };
    case 'ReplicaSet':
      return { ...manifest, ...stored, status: EMPTY_REPLICA_SET_STATUS };
    case 'ReplicationController':
      return { ...manifest, ...stored, status: EMPTY_REPLICA_SET_STATUS };
    case 'StatefulSet':
      return { ...manifest, ...stored, status: EMPTY_STATEFUL_SET_STATUS };
    case 'DaemonSet':
      return { ...manifest, ...stored, status: EMPTY_DAEMON_SET_STATUS, templateGeneration: 1 };
    case 'Job':
      return { ...createdJob(manifest, stored.uid, stored.creationMicros, stored.ownerUid), resourceVersion: 0 };
    case 'CronJob':
      return { ...manifest, ...stored, status: EMPTY_CRON_JOB_STATUS };
    case 'PersistentVolumeClaim':
      return admittedClaim(cluster.tables, {
        ...manifest,
        ...stored,
        status: { phase: 'Pending' },
        dependsOn: undefined,
      });
    case 'PersistentVolume':
      return admittedVolume({ ...manifest, ...stored, status: { phase: 'Pending' } });
    case 'PodDisruptionBudget':
      return { ...manifest, ...stored, status: EMPTY_POD_DISRUPTION_BUDGET_STATUS };
    case 'ResourceQuota':
      return { ...manifest, ...stored, status: EMPTY_RESOURCE_QUOTA_STATUS };
    case 'HorizontalPodAutoscaler':
      return { ...manifest, ...stored, status: EMPTY_HORIZONTAL_POD_AUTOSCALER_STATUS };
    case 'Node':
    case 'Service':
    case 'StorageClass':
    case 'PriorityClass':
    case 'LimitRange':
      return { ...manifest, ...stored };
  }
}
