import {
  type ApiError,
  type Cluster,
  call,
  isDeleting,
  type Lister,
  notFound,
  type PersistentVolumeClaim,
  POD_EXISTS,
  type Process,
  type StatefulSet,
} from '../../cluster/index.ts';
import type { SyncError } from '../workers.ts';
import { claimName, claimNames, dependenceOf, hasUnexpectedController, newClaim, podClaims } from './claims.ts';
import { podLabels, podNameOf, withIdentity } from './identity.ts';
import type { Replica, Revisions } from './replicas.ts';

/** What pods of a set cannot change any more: the API server's words, shortened. */
const IMMUTABLE_POD_SPEC = 'spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`';

/** Creates, repairs and deletes pods of one set and their claims (upstream's `StatefulPodControl`). */
export class StatefulPodControl {
  private readonly cluster: Cluster;
  private readonly claims: Lister<PersistentVolumeClaim>;
  private readonly unseen = new Map<number, number>();
  /** Pods whose claims were found right, so that a sync of a large set need not look at all of them again. */
  private readonly rightClaims = new WeakMap<
    Replica,
    { readonly spec: StatefulSet['spec']; readonly version: number }
  >();

  constructor(cluster: Cluster, claims: Lister<PersistentVolumeClaim>) {
    this.cluster = cluster;
    this.claims = claims;
  }

  /** How many pods the controller has created of a set that informers have not shown yet. */
  unseenOf(setUid: number): number {
    return this.unseen.get(setUid) ?? 0;
  }

  /** Informers show a pod of the set for the first time. */
  creationObserved(setUid: number): void {
    const unseen = this.unseenOf(setUid) - 1;
    if (unseen > 0) this.unseen.set(setUid, unseen);
    else this.unseen.delete(setUid);
  }

  /** The cached claims of an ordinal that are there. */
  claimsOf(set: StatefulSet, ordinal: number): PersistentVolumeClaim[] {
    return claimNames(set, ordinal).flatMap((name) => this.claims.get(set.meta.namespace, name) ?? []);
  }

  *createStatefulPod(set: StatefulSet, replica: Replica, revisions: Revisions): Process<SyncError> {
    const claimError = yield* this.createPersistentVolumeClaims(set, replica);
    if (claimError !== undefined) {
      this.recordPodEvent('create', set, replica, claimError);
      return claimError;
    }
    const { error } = yield call(() => this.createPod(set, replica, revisions));
    if (error?.reason === 'AlreadyExists') return error;
    const policyError = yield* this.updatePodClaimForRetentionPolicy(set, replica);
    if (policyError !== undefined) {
      this.recordPodEvent('update', set, replica, policyError);
      return policyError;
    }
    this.recordPodEvent('create', set, replica, error);
    return error;
  }

  private createPod(set: StatefulSet, { ordinal, revision }: Replica, revisions: Revisions): ApiError | undefined {
    const { template } = revision === revisions.update.meta.name ? revisions.update : revisions.current;
    const owner = this.cluster.owners.get(set.uid)!;
    const error = this.cluster.createPod(owner, this.cluster.templates.intern(template), {
      name: podNameOf(set, ordinal),
      labels: podLabels(set, template.labels, ordinal, revision),
      index: ordinal,
      claims: podClaims(set, template, ordinal),
    });
    if (error === undefined) this.unseen.set(set.uid, this.unseenOf(set.uid) + 1);
    return error;
  }

  *deleteStatefulPod(set: StatefulSet, replica: Replica): Process<SyncError> {
    const { error } = yield call(() => {
      const pod = this.livePodOf(set, replica);
      return pod === -1 ? notFound('pods', podNameOf(set, replica.ordinal)) : this.cluster.deletePod(pod);
    });
    this.recordPodEvent('delete', set, replica, error);
    return error;
  }

  /** Row of the replica's pod, -1 for none. Of a place that was empty when the sync began, the pod that it has made since. */
  private livePodOf(set: StatefulSet, replica: Replica): number {
    if (replica.pod === -1) return this.cluster.findPod(set.meta.namespace, podNameOf(set, replica.ordinal));
    return this.isThere(replica) ? replica.pod : -1;
  }

  /** Nothing about the pod and its claims is to be repaired. */
  isAsItShouldBe(set: StatefulSet, replica: Replica): boolean {
    if (!replica.hasIdentity) return false;
    if (set.spec.volumeClaimTemplates.length === 0) return true;
    const { version } = this.claims;
    const known = this.rightClaims.get(replica);
    if (known?.version === version && known.spec === set.spec) return true;
    if (!storageMatches(set, replica) || !this.claimsMatchRetentionPolicy(set, replica)) return false;
    this.rightClaims.set(replica, { spec: set.spec, version });
    return true;
  }

  /** Repairs the labels of the pod's identity and whose end is its claims' end; never the pod's spec. */
  *updateStatefulPod(set: StatefulSet, replica: Replica): Process<SyncError> {
    const error = yield* this.repair(set, replica);
    this.recordPodEvent('update', set, replica, error);
    return error;
  }

  private *repair(set: StatefulSet, replica: Replica): Process<SyncError> {
    if (!storageMatches(set, replica)) {
      const claimError = yield* this.createPersistentVolumeClaims(set, replica);
      if (claimError !== undefined) return claimError;
    }
    if (!this.claimsMatchRetentionPolicy(set, replica)) {
      const policyError = yield* this.updatePodClaimForRetentionPolicy(set, replica);
      if (policyError !== undefined) return policyError;
    }
    const { error } = yield call(() => this.writePod(set, replica));
    return error;
  }

  private writePod(set: StatefulSet, replica: Replica): ApiError | undefined {
    const { pod, ordinal } = replica;
    const name = podNameOf(set, ordinal);
    if (!this.isThere(replica)) return notFound('pods', name);
    if (!storageMatches(set, replica)) {
      return { reason: 'Invalid', message: `Pod "${name}" is invalid: ${IMMUTABLE_POD_SPEC}` };
    }
    if (!replica.hasIdentity) this.cluster.setPodLabels(pod, withIdentity(set, this.cluster.labelsOf(pod), ordinal));
    return undefined;
  }

  /** The row may belong to another pod by the time a request arrives. */
  private isThere({ pod, podUid }: Replica): boolean {
    const { pods } = this.cluster;
    return (pods.state[pod]! & POD_EXISTS) !== 0 && pods.uid[pod] === podUid;
  }

  // ---- claims ----

  /** Also of pods that are there and wait for a claim that somebody deleted. */
  *createMissingPersistentVolumeClaims(set: StatefulSet, replica: Replica): Process<SyncError> {
    const error = yield* this.createPersistentVolumeClaims(set, replica);
    if (error !== undefined) return error;
    const policyError = yield* this.updatePodClaimForRetentionPolicy(set, replica);
    if (policyError !== undefined) this.recordPodEvent('update', set, replica, policyError);
    return policyError;
  }

  private *createPersistentVolumeClaims(set: StatefulSet, replica: Replica): Process<SyncError> {
    const errors: string[] = [];
    for (const template of set.spec.volumeClaimTemplates) {
      const name = claimName(set, template, replica.ordinal);
      const claim = this.claims.get(set.meta.namespace, name);
      if (claim !== undefined) {
        if (isDeleting(claim)) errors.push(`pvc ${name} is being deleted`);
        continue;
      }
      const { error } = yield call(() =>
        this.cluster.tables.PersistentVolumeClaim.create(newClaim(this.cluster, set, template, replica.ordinal)),
      );
      if (error !== undefined) errors.push(`failed to create PVC ${name}: ${error.message}`);
      if (error?.reason !== 'AlreadyExists') this.recordClaimEvent(set, replica, name, error);
    }
    if (errors.length === 0) return undefined;
    return { reason: 'Conflict', message: errors.length === 1 ? errors[0]! : `[${errors.join(', ')}]` };
  }

  claimsMatchRetentionPolicy(set: StatefulSet, replica: Replica): boolean {
    return this.claimsOf(set, replica.ordinal).every((claim) => dependenceOf(claim, set, replica).isRight);
  }

  *updatePodClaimForRetentionPolicy(set: StatefulSet, replica: Replica): Process<SyncError> {
    for (const claim of this.claimsOf(set, replica.ordinal)) {
      const { name } = claim.meta;
      if (hasUnexpectedController(claim, set)) {
        const message = `PersistentVolumeClaim ${name} has a conflicting OwnerReference that acts as a manging controller, the retention policy is ignored for this claim`;
        this.cluster.recordEvent(set, 'ConflictingController', message);
      }
      const { isRight, dependsOn } = dependenceOf(claim, set, replica);
      if (isRight) continue;
      const { error } = yield call(() => this.cluster.tables.PersistentVolumeClaim.update({ ...claim, dependsOn }));
      if (error === undefined) continue;
      return { ...error, message: `could not update claim ${name} for delete policy ownerRefs: ${error.message}` };
    }
    return undefined;
  }

  // ---- Events ----

  private recordPodEvent(verb: 'create' | 'update' | 'delete', set: StatefulSet, replica: Replica, error: SyncError) {
    const what = `${verb} Pod ${podNameOf(set, replica.ordinal)} in StatefulSet ${set.meta.name}`;
    const reason = verb[0]!.toUpperCase() + verb.slice(1);
    if (error === undefined) this.cluster.recordEvent(set, `Successful${reason}`, `${what} successful`);
    else this.cluster.recordEvent(set, `Failed${reason}`, `${what} failed error: ${error.message}`);
  }

  private recordClaimEvent(set: StatefulSet, { ordinal }: Replica, claim: string, error: SyncError): void {
    const pod = podNameOf(set, ordinal);
    const { name } = set.meta;
    if (error === undefined) {
      this.cluster.recordEvent(
        set,
        'SuccessfulCreate',
        `create Claim ${claim} Pod ${pod} in StatefulSet ${name} success`,
      );
    } else {
      const message = `create Claim ${claim} for Pod ${pod} in StatefulSet ${name} failed error: ${error.message}`;
      this.cluster.recordEvent(set, 'FailedCreate', message);
    }
  }
}

/** The pod mounts a claim for each of the set's templates. */
function storageMatches(set: StatefulSet, { ordinal, claims }: Replica): boolean {
  return set.spec.volumeClaimTemplates.every((template) => claims.includes(claimName(set, template, ordinal)));
}
