import {
  type ControllerRevision,
  type DaemonSet,
  type Deployment,
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

/**
 * What the revision of the present template is called: by its number for a Deployment, by its ControllerRevision's name for
 * others. Empty before the controller has said so.
 */
export function revisionOf(workload: RollingWorkload, revisions: readonly ControllerRevision[]): string {
  switch (workload.kind) {
    case 'Deployment':
      return workload.meta.annotations[REVISION_ANNOTATION] ?? '';
    case 'StatefulSet':
      return workload.status.updateRevision;
    case 'DaemonSet': {
      const isPresent = ({ ownerUid, template }: ControllerRevision) =>
        ownerUid === workload.uid && template.canonical === workload.spec.template.canonical;
      return revisions.find(isPresent)?.meta.name ?? '';
    }
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

/**
 * Whether a rollout is under way, by what the controller said last. Pods that are missing or not ready in a workload whose
 * last rollout was complete make none.
 */
export function isRollingOut(workload: RollingWorkload): boolean {
  if (isRolledOut(workload)) return false;
  if (workload.status.observedGeneration < workload.generation) return true;
  switch (workload.kind) {
    case 'Deployment':
      return findCondition(workload.status.conditions, 'Progressing')?.reason !== 'NewReplicaSetAvailable';
    case 'StatefulSet':
      return workload.status.currentRevision !== workload.status.updateRevision;
    case 'DaemonSet':
      return workload.status.updatedNumberScheduled < workload.status.desiredNumberScheduled;
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
    return hasDeploymentProgressed(before, after);
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
function hasDeploymentProgressed(before: Deployment, after: Deployment): boolean {
  const [a, b] = [before.status, after.status];
  return (
    // A revision is written when the controller has created or found the ReplicaSet of the template.
    after.meta.annotations[REVISION_ANNOTATION] !== before.meta.annotations[REVISION_ANNOTATION] ||
    b.updatedReplicas > a.updatedReplicas ||
    b.replicas - b.updatedReplicas < a.replicas - a.updatedReplicas ||
    b.readyReplicas > a.readyReplicas ||
    b.availableReplicas > a.availableReplicas
  );
}

/** Only Deployments have a progress deadline. */
export function hasExceededDeadline(workload: RollingWorkload): boolean {
  if (workload.kind !== 'Deployment') return false;
  return findCondition(workload.status.conditions, 'Progressing')?.reason === 'ProgressDeadlineExceeded';
}
