import {
  type DaemonSet,
  type Deployment,
  type DeploymentStatus,
  findCondition,
  REVISION_ANNOTATION,
  type StatefulSet,
} from '../cluster/objects.ts';

/** A workload whose template can roll out. */
export type RollingWorkload = Deployment | StatefulSet | DaemonSet;

/** Pods that the workload should have: for a DaemonSet, one for each eligible node that its status tells of. */
export function desiredPods(workload: RollingWorkload): number {
  return workload.kind === 'DaemonSet' ? workload.status.desiredNumberScheduled : workload.spec.replicas;
}

/** What `kubectl rollout history` would call the present template; empty before the controller has said so. */
export function revisionText(workload: RollingWorkload): string {
  switch (workload.kind) {
    case 'Deployment':
      return workload.meta.annotations[REVISION_ANNOTATION] ?? '';
    case 'StatefulSet':
      return workload.status.updateRevision;
    case 'DaemonSet':
      return '';
  }
}

/** What `kubectl rollout status` calls successfully rolled out. Old pods may still be terminating. */
export function isRolledOut(workload: RollingWorkload): boolean {
  if (workload.status.observedGeneration < workload.generation) return false;
  switch (workload.kind) {
    case 'Deployment':
      return isDeploymentRolledOut(workload);
    case 'StatefulSet':
      return isStatefulSetRolledOut(workload);
    case 'DaemonSet': {
      const { desiredNumberScheduled, updatedNumberScheduled, numberAvailable } = workload.status;
      return updatedNumberScheduled >= desiredNumberScheduled && numberAvailable >= desiredNumberScheduled;
    }
  }
}

function isDeploymentRolledOut({ spec, status }: Deployment): boolean {
  return (
    status.updatedReplicas >= spec.replicas &&
    status.replicas <= status.updatedReplicas &&
    status.availableReplicas >= status.updatedReplicas
  );
}

/** A partition is done when the pods above it are; minReadySeconds does not count, as kubectl has it. */
function isStatefulSetRolledOut({ spec, status }: StatefulSet): boolean {
  if (status.readyReplicas < spec.replicas) return false;
  if (spec.updateStrategyType === 'RollingUpdate' && spec.rollingUpdate === undefined) {
    return status.updateRevision === status.currentRevision;
  }
  return status.updatedReplicas >= spec.replicas - (spec.rollingUpdate?.partition ?? 0);
}

/** Signs that a rollout moves on; of a Deployment those that its progress deadline waits for. */
export function hasProgressed(before: RollingWorkload, after: RollingWorkload): boolean {
  if (before.kind === 'Deployment' && after.kind === 'Deployment') {
    // A revision is written when the controller has created or found the ReplicaSet of the template.
    return revisionText(before) !== revisionText(after) || hasDeploymentProgressed(before.status, after.status);
  }
  if (before.kind === 'StatefulSet' && after.kind === 'StatefulSet') {
    const [a, b] = [before.status, after.status];
    return (
      b.updatedReplicas > a.updatedReplicas ||
      b.readyReplicas > a.readyReplicas ||
      b.availableReplicas > a.availableReplicas ||
      b.updateRevision !== a.updateRevision
    );
  }
  if (before.kind !== 'DaemonSet' || after.kind !== 'DaemonSet') return false;
  const [a, b] = [before.status, after.status];
  return (
    b.updatedNumberScheduled > a.updatedNumberScheduled ||
    b.numberReady > a.numberReady ||
    b.numberAvailable > a.numberAvailable
  );
}

/** Upstream's `DeploymentProgressing`: what the progress deadline waits for. */
function hasDeploymentProgressed(before: DeploymentStatus, after: DeploymentStatus): boolean {
  return (
    after.updatedReplicas > before.updatedReplicas ||
    after.replicas - after.updatedReplicas < before.replicas - before.updatedReplicas ||
    after.readyReplicas > before.readyReplicas ||
    after.availableReplicas > before.availableReplicas
  );
}

/** Only Deployments have a progress deadline. */
export function hasExceededDeadline(workload: RollingWorkload): boolean {
  if (workload.kind !== 'Deployment') return false;
  return findCondition(workload.status.conditions, 'Progressing')?.reason === 'ProgressDeadlineExceeded';
}
