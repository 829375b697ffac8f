import {
  call,
  DEPRECATED_ROLLBACK_ANNOTATION,
  POD_TEMPLATE_HASH_LABEL,
  type Process,
  type ReplicaSet,
} from '../../cluster/index.ts';
import type { SyncError } from '../workers.ts';
import { revisionOf, rolledBackAnnotations } from './revisions.ts';
import type { DeploymentSync } from './sync.ts';

/** Revision that the deprecated annotation asks to go back to (0: the one before); undefined without a request. */
export function rollbackTarget(sync: DeploymentSync): bigint | undefined {
  const text = sync.deployment.meta.annotations[DEPRECATED_ROLLBACK_ANNOTATION];
  return text !== undefined && /^[0-9]+$/.test(text) ? BigInt(text) : undefined;
}

/** Serves the deprecated annotation `deprecated.deployment.rollback.to` (upstream's `rollback`). */
export function* rollback(sync: DeploymentSync, list: readonly ReplicaSet[], target: bigint): Process<SyncError> {
  const found = yield* sync.replicaSets(list, true);
  if (found.error !== undefined) return found.error;
  const { newReplicaSet, oldReplicaSets } = found.value;
  const all = newReplicaSet === undefined ? oldReplicaSets : [...oldReplicaSets, newReplicaSet];
  const revision = target === 0n ? lastRevision(all) : target;
  const source = all.find((replicaSet) => revision !== 0n && revisionOf(replicaSet) === revision);
  if (source === undefined) {
    record(sync, 'DeploymentRollbackRevisionNotFound', `Unable to find the revision to rollback to.`);
    return yield* finishRollback(sync, undefined);
  }
  if (source.spec.template.canonical === sync.deployment.spec.template.canonical) {
    record(
      sync,
      'DeploymentRollbackTemplateUnchanged',
      `The rollback revision contains the same template as current deployment "${sync.deployment.meta.name}"`,
    );
    return yield* finishRollback(sync, undefined);
  }
  record(sync, 'DeploymentRollback', `Rolled back deployment "${sync.deployment.meta.name}" to revision ${revision}`);
  return yield* finishRollback(sync, source);
}

/** Second highest revision, 0 when there is none. */
function lastRevision(all: readonly ReplicaSet[]): bigint {
  const revisions = all.map((replicaSet) => revisionOf(replicaSet) ?? 0n).sort((a, b) => (a < b ? 1 : -1));
  return revisions[1] ?? 0n;
}

function* finishRollback(sync: DeploymentSync, source: ReplicaSet | undefined): Process<SyncError> {
  const { deployment } = sync;
  let { spec, manifest } = deployment;
  let next = deployment.meta.annotations;
  if (source !== undefined) {
    next = rolledBackAnnotations(next, source.meta.annotations);
    const { [POD_TEMPLATE_HASH_LABEL]: __, ...labels } = source.spec.template.labels;
    const metadata = { ...(source.spec.template.manifest.metadata as object), labels: { ...labels } };
    const template = { ...source.spec.template, labels, manifest: { ...source.spec.template.manifest, metadata } };
    spec = { ...spec, template };
    manifest = { ...manifest, spec: { ...(manifest.spec as object), template: template.manifest } };
  }
  const { [DEPRECATED_ROLLBACK_ANNOTATION]: _, ...annotations } = next;
  const written = {
    ...deployment,
    generation: deployment.generation + 1,
    meta: { ...deployment.meta, annotations },
    spec,
    manifest,
  };
  const { error } = yield call(() => sync.context.cluster.deployments.update(written));
  return error;
}

function record(sync: DeploymentSync, reason: string, message: string): void {
  sync.context.cluster.recordEvent(sync.deployment, reason, message);
}
