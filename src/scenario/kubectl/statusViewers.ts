/** What `kubectl rollout status` says of an object (kubectl's `StatusViewer`s). */
import {
  type DaemonSet,
  type Deployment,
  findCondition,
  REVISION_ANNOTATION,
  type StatefulSet,
} from '../../cluster/objects.ts';
import { parseRevision } from './rollout.ts';
import { CommandFailure } from './session.ts';

export interface RolloutStatus {
  readonly message: string;
  readonly isDone: boolean;
}

/** What is rolled out. */
export type RolledOut = Deployment | StatefulSet | DaemonSet;

/**
 * Returns a CommandFailure where the rollout failed or cannot be followed.
 *
 * @param wantedRevision of a Deployment; 0 for whichever runs. Other kinds pay no heed to it, as upstream.
 */
export function rolloutStatusOf(object: RolledOut, wantedRevision: bigint): RolloutStatus | CommandFailure {
  if (object.kind === 'Deployment') return deploymentStatus(object, wantedRevision);
  if (object.spec.updateStrategyType !== 'RollingUpdate') {
    return new CommandFailure('rollout status is only available for RollingUpdate strategy type');
  }
  return object.kind === 'StatefulSet' ? statefulSetStatus(object) : daemonSetStatus(object);
}

function deploymentStatus(deployment: Deployment, wantedRevision: bigint): RolloutStatus | CommandFailure {
  const { name } = deployment.meta;
  if (wantedRevision > 0n) {
    const running = parseRevision(deployment.meta.annotations[REVISION_ANNOTATION]);
    if (running === undefined) return new CommandFailure(`cannot get the revision of deployment "${name}"`);
    if (running !== wantedRevision) {
      return new CommandFailure(
        `desired revision (${wantedRevision}) is different from the running revision (${running})`,
      );
    }
  }
  if (deployment.generation > deployment.status.observedGeneration) {
    return waiting('Waiting for deployment spec update to be observed...');
  }
  if (findCondition(deployment.status.conditions, 'Progressing')?.reason === 'ProgressDeadlineExceeded') {
    return new CommandFailure(`deployment "${name}" exceeded its progress deadline`);
  }
  const waitsFor = whatIsMissing(deployment);
  if (waitsFor === undefined) return done(`deployment "${name}" successfully rolled out`);
  return waiting(`Waiting for deployment "${name}" rollout to finish: ${waitsFor}...`);
}

function whatIsMissing({ spec, status }: Deployment): string | undefined {
  const { replicas, updatedReplicas, availableReplicas } = status;
  if (updatedReplicas < spec.replicas) {
    return `${updatedReplicas} out of ${spec.replicas} new replicas have been updated`;
  }
  if (replicas > updatedReplicas) return `${replicas - updatedReplicas} old replicas are pending termination`;
  if (availableReplicas < updatedReplicas) {
    return `${availableReplicas} of ${updatedReplicas} updated replicas are available`;
  }
  return undefined;
}

/** Ready pods count, available or not: `minReadySeconds` is not looked at. */
function statefulSetStatus({ generation, spec, status }: StatefulSet): RolloutStatus {
  if (status.observedGeneration === 0 || generation > status.observedGeneration) {
    return waiting('Waiting for statefulset spec update to be observed...');
  }
  const unready = spec.replicas - status.readyReplicas;
  if (unready > 0) return waiting(`Waiting for ${unready} pods to be ready...`);
  const { updatedReplicas, updateRevision, currentReplicas, currentRevision } = status;
  if (spec.rollingUpdate !== undefined) {
    const wanted = spec.replicas - spec.rollingUpdate.partition;
    if (updatedReplicas < wanted) {
      return waiting(
        `Waiting for partitioned roll out to finish: ${updatedReplicas} out of ${wanted} new pods have been updated...`,
      );
    }
    return done(`partitioned roll out complete: ${updatedReplicas} new pods have been updated...`);
  }
  if (updateRevision !== currentRevision) {
    return waiting(
      `waiting for statefulset rolling update to complete ${updatedReplicas} pods at revision ${updateRevision}...`,
    );
  }
  return done(`statefulset rolling update complete ${currentReplicas} pods at revision ${currentRevision}...`);
}

function daemonSetStatus({ generation, meta, status }: DaemonSet): RolloutStatus {
  if (generation > status.observedGeneration) {
    return waiting('Waiting for daemon set spec update to be observed...');
  }
  const { updatedNumberScheduled, numberAvailable, desiredNumberScheduled } = status;
  const toFinish = `Waiting for daemon set "${meta.name}" rollout to finish:`;
  if (updatedNumberScheduled < desiredNumberScheduled) {
    return waiting(
      `${toFinish} ${updatedNumberScheduled} out of ${desiredNumberScheduled} new pods have been updated...`,
    );
  }
  if (numberAvailable < desiredNumberScheduled) {
    return waiting(`${toFinish} ${numberAvailable} of ${desiredNumberScheduled} updated pods are available...`);
  }
  return done(`daemon set "${meta.name}" successfully rolled out`);
}

function waiting(message: string): RolloutStatus {
  return { message, isDone: false };
}

function done(message: string): RolloutStatus {
  return { message, isDone: true };
}
