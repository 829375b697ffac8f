import { parseLabelSelector } from '../../api/selector.ts';
import type { JsonObject, ObjectMeta, ReplicaSetSpec } from '../../api/types.ts';
import {
  type ApiError,
  call,
  type Deployment,
  type DeploymentStatus,
  EMPTY_REPLICA_SET_STATUS,
  findCondition,
  POD_TEMPLATE_HASH_LABEL,
  type Process,
  REVISION_ANNOTATION,
  type ReplicaSet,
} from '../../cluster/index.ts';
import type { Micros } from '../../kernel/time.ts';
import type { WorkQueue } from '../../kernel/workQueue.ts';
import { templateHash } from '../templateHash.ts';
import type { ControllerContext } from '../workers.ts';
import { newCondition, REASON, sameConditions, setCondition } from './conditions.ts';
import { maxSurge, newReplicaSetReplicas, presentReplicas, specReplicas } from './replicaMath.ts';
import {
  maxRevision,
  newReplicaSetAnnotations,
  partialScaleAnnotations,
  replicasAnnotations,
  withRevision,
} from './revisions.ts';

/** The ReplicaSets of a Deployment, told apart by template (upstream's `getAllReplicaSetsAndSyncRevision`). */
export interface ReplicaSets {
  readonly newReplicaSet: ReplicaSet | undefined;
  /** Every other one, empty ones included, oldest first. */
  readonly oldReplicaSets: readonly ReplicaSet[];
}

/** A step of a sync: what it found, or the error that ends the sync. */
export type Outcome<T> = { readonly error: ApiError } | { readonly error: undefined; readonly value: T };

export function ok<T>(value: T): Outcome<T> {
  return { error: undefined, value };
}

/**
 * One sync of one Deployment. `deployment` is the sync's own copy: changed in memory as the sync goes on, and written
 * with the resourceVersion that it was read with, so that a second write in one sync is refused as upstream's is.
 */
export class DeploymentSync {
  readonly context: ControllerContext;
  deployment: Deployment;
  private readonly queue: WorkQueue;

  constructor(context: ControllerContext, deployment: Deployment, queue: WorkQueue) {
    this.context = context;
    this.deployment = deployment;
    this.queue = queue;
  }

  /** Has the Deployment looked at again after some time. */
  requeueAfter(micros: Micros): void {
    this.queue.addAfter(this.deployment.uid, micros);
  }

  /** Has it looked at again after its back-off. */
  requeueRateLimited(): void {
    this.queue.addRateLimited(this.deployment.uid);
  }

  get nowMicros(): number {
    return this.context.kernel.nowMicros;
  }

  get hasProgressDeadline(): boolean {
    return this.deployment.spec.progressDeadlineSeconds !== undefined;
  }

  /**
   * KEP-3973, behind its gate: terminating pods count against `replicas` and `maxSurge` whenever pods are added, and the
   * rollout is not complete before they are gone.
   */
  get waitsForTermination(): boolean {
    const { podReplacementPolicy } = this.deployment.spec;
    return this.context.gates.DeploymentPodReplacementPolicy && podReplacementPolicy === 'TerminationComplete';
  }

  /** The same proposal's other policy: a Recreate rollout goes on as soon as the old pods are terminating. */
  get replacesTerminating(): boolean {
    const { podReplacementPolicy } = this.deployment.spec;
    return this.context.gates.DeploymentPodReplacementPolicy && podReplacementPolicy === 'TerminationStarted';
  }

  /** How far a ReplicaSet may grow towards a size. */
  withinRoom(all: readonly ReplicaSet[], { spec }: ReplicaSet, wanted: number): number {
    if (!this.waitsForTermination || wanted <= spec.replicas) return wanted;
    const room = this.deployment.spec.replicas + maxSurge(this.deployment) - presentReplicas(all);
    return Math.min(wanted, spec.replicas + Math.max(0, room));
  }

  /** What counts against `replicas` and `maxSurge`. */
  countedReplicas(all: readonly ReplicaSet[]): number {
    return this.waitsForTermination ? presentReplicas(all) : specReplicas(all);
  }

  /** Sets a condition on the copy. */
  setCondition(type: string, status: 'True' | 'False' | 'Unknown', reason: string, message: string): void {
    const condition = newCondition(type, status, reason, message, this.nowMicros);
    const conditions = setCondition(this.deployment.status.conditions, condition);
    this.deployment = { ...this.deployment, status: { ...this.deployment.status, conditions } };
  }

  /** Writes status (and the revision annotation) of the copy. */
  *writeStatus(): Process<ApiError | undefined> {
    const { deployments } = this.context.cluster;
    const written = this.deployment;
    const { error } = yield call(() => {
      const live = deployments.get(written.uid);
      // The API server does not write what changes nothing.
      return live !== undefined && isSameWrite(live, written) ? undefined : deployments.update(written);
    });
    return error;
  }

  /** Finds or makes the new ReplicaSet and brings the revisions up to date. */
  *replicaSets(list: readonly ReplicaSet[], createIfNotExisted: boolean): Process<Outcome<ReplicaSets>> {
    const existing = list.find((candidate) => this.hasSameTemplate(candidate));
    const oldReplicaSets = list.filter((candidate) => candidate !== existing);
    const newRevision = maxRevision(oldReplicaSets) + 1n;
    const found =
      existing === undefined
        ? createIfNotExisted
          ? yield* this.createReplicaSet(oldReplicaSets, newRevision)
          : ok(undefined)
        : yield* this.adoptRevision(existing, newRevision);
    return found.error === undefined ? ok({ newReplicaSet: found.value, oldReplicaSets }) : found;
  }

  private hasSameTemplate(replicaSet: ReplicaSet): boolean {
    return replicaSet.spec.template.canonical === this.deployment.spec.template.canonical;
  }

  private *adoptRevision(existing: ReplicaSet, newRevision: bigint): Process<Outcome<ReplicaSet | undefined>> {
    const { replicaSets } = this.context.cluster;
    const { minReadySeconds } = this.deployment.spec;
    const annotations = newReplicaSetAnnotations(this.deployment, existing.meta.annotations, newRevision);
    if (annotations !== existing.meta.annotations || existing.spec.minReadySeconds !== minReadySeconds) {
      const generation = existing.generation + (existing.spec.minReadySeconds === minReadySeconds ? 0 : 1);
      const changed = {
        ...existing,
        generation,
        meta: { ...existing.meta, annotations },
        spec: { ...existing.spec, minReadySeconds },
      };
      const { error } = yield call(() => replicaSets.update(changed));
      return error === undefined ? ok(replicaSets.get(existing.uid)) : { error };
    }
    const before = this.deployment;
    this.deployment = withRevision(before, existing.meta.annotations[REVISION_ANNOTATION] ?? '');
    if (this.hasProgressDeadline && findCondition(before.status.conditions, 'Progressing') === undefined) {
      const message = `Found new replica set "${existing.meta.name}"`;
      this.setCondition('Progressing', 'True', REASON.foundNewReplicaSet, message);
    }
    if (this.deployment !== before) {
      const error = yield* this.writeStatus();
      if (error !== undefined) return { error };
    }
    return ok(existing);
  }

  private *createReplicaSet(
    oldReplicaSets: readonly ReplicaSet[],
    newRevision: bigint,
  ): Process<Outcome<ReplicaSet | undefined>> {
    const { cluster } = this.context;
    const draft = this.newReplicaSet(oldReplicaSets, newRevision);
    const { error } = yield call(() => cluster.replicaSets.create(draft));
    let alreadyThere = false;
    if (error !== undefined) {
      const same = cluster.replicaSets.find(draft.meta.namespace, draft.meta.name);
      alreadyThere =
        error.reason === 'AlreadyExists' && same?.ownerUid === this.deployment.uid && this.hasSameTemplate(same);
      if (!alreadyThere) return yield* this.createFailed(draft.meta.name, error);
    }
    if (!alreadyThere && draft.spec.replicas > 0) {
      this.recordScaling('up', draft.meta.name, 0, draft.spec.replicas);
    }
    this.deployment = withRevision(this.deployment, String(newRevision));
    if (!alreadyThere && this.hasProgressDeadline) {
      const message = `Created new replica set "${draft.meta.name}"`;
      this.setCondition('Progressing', 'True', REASON.newReplicaSetCreated, message);
    }
    const statusError = yield* this.writeStatus();
    if (statusError !== undefined) return { error: statusError };
    return ok(cluster.replicaSets.find(draft.meta.namespace, draft.meta.name));
  }

  /** A name that another object has makes the next hash differ; any other refusal shows in a condition. */
  private *createFailed(replicaSetName: string, error: ApiError): Process<Outcome<never>> {
    if (error.reason === 'AlreadyExists') {
      const { status } = this.deployment;
      this.deployment = { ...this.deployment, status: { ...status, collisionCount: status.collisionCount + 1 } };
      yield* this.writeStatus();
      return { error };
    }
    const message = `Failed to create new replica set "${replicaSetName}": ${error.message}`;
    if (this.hasProgressDeadline) {
      this.setCondition('Progressing', 'False', REASON.replicaSetCreateError, message);
      yield* this.writeStatus();
    }
    this.context.cluster.recordEvent(this.deployment, REASON.replicaSetCreateError, message);
    return { error };
  }

  private newReplicaSet(oldReplicaSets: readonly ReplicaSet[], newRevision: bigint): ReplicaSet {
    const { deployment } = this;
    const { template } = deployment.spec;
    const hash = templateHash(template.canonical, deployment.status.collisionCount);
    const labels = { ...template.labels, [POD_TEMPLATE_HASH_LABEL]: hash };
    const replicas = newReplicaSetReplicas(deployment, this.countedReplicas(oldReplicaSets), 0);
    const selector = parseLabelSelector({
      matchLabels: { ...deployment.spec.selector.matchLabels, [POD_TEMPLATE_HASH_LABEL]: hash },
      matchExpressions: deployment.spec.selector.matchExpressions.map((expression) => ({
        key: expression.key,
        operator: expression.operator,
        values: [...expression.values],
      })),
    });
    const annotations = replicasAnnotations(
      newReplicaSetAnnotations(deployment, {}, newRevision),
      deployment.spec.replicas,
      deployment.spec.replicas + maxSurge(deployment),
    );
    const templateDocument = {
      ...template.manifest,
      metadata: { ...(template.manifest.metadata as JsonObject), labels },
    };
    const meta = { namespace: deployment.meta.namespace, name: `${deployment.meta.name}-${hash}`, labels, annotations };
    const spec = {
      replicas,
      minReadySeconds: deployment.spec.minReadySeconds,
      selector,
      template: { ...template, labels, manifest: templateDocument },
    };
    return {
      kind: 'ReplicaSet',
      meta,
      spec,
      uid: this.context.cluster.allocateUid(),
      resourceVersion: 0,
      generation: 1,
      creationMicros: this.nowMicros,
      ownerUid: deployment.uid,
      status: EMPTY_REPLICA_SET_STATUS,
      manifest: this.replicaSetDocument(meta, spec),
    };
  }

  /** The new ReplicaSet as kubectl would print it. */
  private replicaSetDocument(meta: ObjectMeta, spec: ReplicaSetSpec): JsonObject {
    const { name, namespace, labels, annotations } = meta;
    const { replicas, minReadySeconds, selector, template } = spec;
    const written = (this.deployment.manifest.spec as JsonObject).selector as JsonObject;
    return {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name, namespace, labels: { ...labels }, annotations: { ...annotations } },
      spec: {
        replicas,
        minReadySeconds,
        selector: { ...written, matchLabels: { ...selector.matchLabels } },
        template: template.manifest,
      },
    };
  }

  // ---- sizes ----

  /** Sizes a ReplicaSet if it is not that size already. Returns whether it was, and the object as written. */
  *scaleAndRecord(
    replicaSet: ReplicaSet,
    replicas: number,
  ): Process<Outcome<{ scaled: boolean; replicaSet: ReplicaSet }>> {
    if (replicaSet.spec.replicas === replicas) return ok({ scaled: false, replicaSet });
    return yield* this.scale(replicaSet, replicas);
  }

  /**
   * Sizes a ReplicaSet and refreshes its annotations; writes only if either changes.
   *
   * @param isPartial more of the same scaling is to come
   */
  *scale(
    replicaSet: ReplicaSet,
    replicas: number,
    isPartial = false,
  ): Process<Outcome<{ scaled: boolean; replicaSet: ReplicaSet }>> {
    const { replicaSets } = this.context.cluster;
    const desired = this.deployment.spec.replicas;
    const sizeChanges = replicaSet.spec.replicas !== replicas;
    const current = replicaSet.meta.annotations;
    const annotations = isPartial
      ? partialScaleAnnotations(current, replicaSet.spec.replicas)
      : replicasAnnotations(current, desired, desired + maxSurge(this.deployment));
    if (!sizeChanges && annotations === replicaSet.meta.annotations) return ok({ scaled: false, replicaSet });
    const before = replicaSet.spec.replicas;
    const changed: ReplicaSet = {
      ...replicaSet,
      generation: replicaSet.generation + (sizeChanges ? 1 : 0),
      meta: { ...replicaSet.meta, annotations },
      spec: { ...replicaSet.spec, replicas },
      manifest: { ...replicaSet.manifest, spec: { ...(replicaSet.manifest.spec as JsonObject), replicas } },
    };
    const { error } = yield call(() => replicaSets.update(changed));
    if (error !== undefined) return { error };
    if (sizeChanges) this.recordScaling(before < replicas ? 'up' : 'down', replicaSet.meta.name, before, replicas);
    return ok({ scaled: sizeChanges, replicaSet: replicaSets.get(replicaSet.uid) ?? changed });
  }

  private recordScaling(direction: 'up' | 'down', name: string, from: number, to: number): void {
    const { cluster, version } = this.context;
    const sizes = version.minor >= 32 ? `from ${from} to ${to}` : from === 0 ? `to ${to}` : `to ${to} from ${from}`;
    cluster.recordEvent(this.deployment, 'ScalingReplicaSet', `Scaled ${direction} replica set ${name} ${sizes}`);
  }

  /** The stored status is the same as the given one. */
  statusIs(status: DeploymentStatus): boolean {
    return isSameStatus(this.deployment.status, status);
  }
}

/** What a write of the status sends is what there is: it also carries the revision annotation. */
function isSameWrite(live: Deployment, written: Deployment): boolean {
  return (
    live.resourceVersion === written.resourceVersion &&
    live.meta.annotations[REVISION_ANNOTATION] === written.meta.annotations[REVISION_ANNOTATION] &&
    isSameStatus(live.status, written.status)
  );
}

function isSameStatus(a: DeploymentStatus, b: DeploymentStatus): boolean {
  return (
    a.observedGeneration === b.observedGeneration &&
    a.replicas === b.replicas &&
    a.updatedReplicas === b.updatedReplicas &&
    a.readyReplicas === b.readyReplicas &&
    a.availableReplicas === b.availableReplicas &&
    a.unavailableReplicas === b.unavailableReplicas &&
    a.terminatingReplicas === b.terminatingReplicas &&
    a.collisionCount === b.collisionCount &&
    sameConditions(a.conditions, b.conditions)
  );
}
