import { type Deployment, type DeploymentStatus, findCondition } from '../cluster/objects.ts';

/** What `kubectl rollout status` calls successfully rolled out. Old pods may still be terminating. */
export function isRolledOut(deployment: Deployment): boolean {
  const { status, spec } = deployment;
  return (
    status.observedGeneration >= deployment.generation &&
    status.updatedReplicas >= spec.replicas &&
    status.replicas <= status.updatedReplicas &&
    status.availableReplicas >= status.updatedReplicas
  );
}

/** Upstream's `DeploymentProgressing`: what the progress deadline waits for. */
export function hasProgressed(before: DeploymentStatus, after: DeploymentStatus): boolean {
  return (
    after.updatedReplicas > before.updatedReplicas ||
    after.replicas - after.updatedReplicas < before.replicas - before.updatedReplicas ||
    after.readyReplicas > before.readyReplicas ||
    after.availableReplicas > before.availableReplicas
  );
}

export function hasExceededDeadline(deployment: Deployment): boolean {
  return findCondition(deployment.status.conditions, 'Progressing')?.reason === 'ProgressDeadlineExceeded';
}
