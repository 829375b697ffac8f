import type { DeploymentManifest, NodeManifest, ReplicaSetManifest } from '../api/types.ts';
import type { Micros } from '../kernel/time.ts';

/** What the API server adds to every object. */
export interface Stored {
  /** Unique in a run and never reused; also the object's key in work queues. */
  readonly uid: number;
  /** Grows with every write; a write that names an older one is a conflict. */
  readonly resourceVersion: number;
  /** Grows when the spec changes (for a Deployment also when its annotations do). */
  readonly generation: number;
  readonly creationMicros: Micros;
  /** Uid of the controlling owner, -1 without one. */
  readonly ownerUid: number;
}

export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  /** Whole seconds, as `metav1.Time` is stored. */
  readonly lastUpdateMicros: Micros;
  readonly lastTransitionMicros: Micros;
}

export interface DeploymentStatus {
  readonly observedGeneration: number;
  readonly replicas: number;
  readonly updatedReplicas: number;
  readonly readyReplicas: number;
  readonly availableReplicas: number;
  readonly unavailableReplicas: number;
  /** Undefined until every ReplicaSet reports it, and in versions without the field. */
  readonly terminatingReplicas: number | undefined;
  readonly collisionCount: number;
  readonly conditions: readonly Condition[];
}

export interface ReplicaSetStatus {
  readonly observedGeneration: number;
  readonly replicas: number;
  readonly readyReplicas: number;
  readonly availableReplicas: number;
  readonly terminatingReplicas: number | undefined;
  readonly conditions: readonly Condition[];
}

export type Deployment = DeploymentManifest & Stored & { readonly status: DeploymentStatus };
export type ReplicaSet = ReplicaSetManifest & Stored & { readonly status: ReplicaSetStatus };
export type Node = NodeManifest & Stored;

/** Annotations that the Deployment controller keeps. */
export const REVISION_ANNOTATION = 'deployment.kubernetes.io/revision';
export const REVISION_HISTORY_ANNOTATION = 'deployment.kubernetes.io/revision-history';
export const DESIRED_REPLICAS_ANNOTATION = 'deployment.kubernetes.io/desired-replicas';
export const MAX_REPLICAS_ANNOTATION = 'deployment.kubernetes.io/max-replicas';
export const DEPRECATED_ROLLBACK_ANNOTATION = 'deprecated.deployment.rollback.to';
export const LAST_APPLIED_ANNOTATION = 'kubectl.kubernetes.io/last-applied-configuration';
export const POD_TEMPLATE_HASH_LABEL = 'pod-template-hash';
export const POD_DELETION_COST_ANNOTATION = 'controller.kubernetes.io/pod-deletion-cost';

export const EMPTY_DEPLOYMENT_STATUS: DeploymentStatus = {
  observedGeneration: 0,
  replicas: 0,
  updatedReplicas: 0,
  readyReplicas: 0,
  availableReplicas: 0,
  unavailableReplicas: 0,
  terminatingReplicas: undefined,
  collisionCount: 0,
  conditions: [],
};

export const EMPTY_REPLICA_SET_STATUS: ReplicaSetStatus = {
  observedGeneration: 0,
  replicas: 0,
  readyReplicas: 0,
  availableReplicas: 0,
  terminatingReplicas: undefined,
  conditions: [],
};

/** Condition of the given type, if present. */
export function findCondition(conditions: readonly Condition[], type: string): Condition | undefined {
  return conditions.find((condition) => condition.type === type);
}
