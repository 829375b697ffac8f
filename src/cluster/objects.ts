import type {
  CronJobManifest,
  DaemonSetManifest,
  DeploymentManifest,
  HorizontalPodAutoscalerManifest,
  JobManifest,
  JsonObject,
  LimitRangeManifest,
  NodeManifest,
  ObjectMeta,
  PersistentVolumeClaimManifest,
  PersistentVolumeManifest,
  PodDisruptionBudgetManifest,
  PodTemplateSpec,
  PriorityClassManifest,
  ReplicaSetManifest,
  ReplicationControllerManifest,
  ResourceQuotaManifest,
  ServiceManifest,
  SimulatedKind,
  StatefulSetManifest,
  StorageClassManifest,
} from '../api/types.ts';
import type { Micros } from '../kernel/time.ts';
import type { NodeReadiness } from './nodeReadiness.ts';

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
  /** When the deletion was asked for of an object that finalizers still hold; undefined otherwise. */
  readonly deletionMicros?: Micros | undefined;
  /** What has to be done before a deleted object goes: `foregroundDeletion`, `orphan`. */
  readonly finalizers?: readonly string[] | undefined;
}

/** Finalizers that the garbage collector works off. */
export const FOREGROUND_FINALIZER = 'foregroundDeletion';
export const ORPHAN_FINALIZER = 'orphan';

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

export interface StatefulSetStatus {
  readonly observedGeneration: number;
  readonly replicas: number;
  readonly readyReplicas: number;
  readonly availableReplicas: number;
  readonly currentReplicas: number;
  readonly updatedReplicas: number;
  /** Names of ControllerRevisions; empty before the first sync. */
  readonly currentRevision: string;
  readonly updateRevision: string;
  readonly collisionCount: number;
  readonly conditions: readonly Condition[];
}

export interface DaemonSetStatus {
  readonly observedGeneration: number;
  readonly desiredNumberScheduled: number;
  readonly currentNumberScheduled: number;
  readonly numberMisscheduled: number;
  readonly numberReady: number;
  readonly updatedNumberScheduled: number;
  readonly numberAvailable: number;
  readonly numberUnavailable: number;
  readonly collisionCount: number;
}

export interface JobStatus {
  readonly active: number;
  /** Undefined before the first sync, as are `terminating` and the start time. */
  readonly ready: number | undefined;
  readonly succeeded: number;
  readonly failed: number;
  readonly terminating: number | undefined;
  /** `0-2,5`; empty without any, and for a Job that is not Indexed. */
  readonly completedIndexes: string;
  /** Undefined unless `backoffLimitPerIndex` is set. */
  readonly failedIndexes: string | undefined;
  /** Uids of finished pods that `succeeded` and `failed` do not count yet. */
  readonly uncountedSucceeded: readonly number[];
  readonly uncountedFailed: readonly number[];
  readonly startMicros: Micros | undefined;
  readonly completionMicros: Micros | undefined;
  readonly conditions: readonly Condition[];
}

export interface CronJobStatus {
  /** Uids of the Jobs that run. */
  readonly active: readonly number[];
  readonly lastScheduleMicros: Micros | undefined;
  readonly lastSuccessfulMicros: Micros | undefined;
}

export interface PersistentVolumeClaimStatus {
  readonly phase: 'Pending' | 'Bound' | 'Lost';
}

export interface PersistentVolumeStatus {
  readonly phase: 'Pending' | 'Available' | 'Bound' | 'Released' | 'Failed';
}

export interface PodDisruptionBudgetStatus {
  readonly observedGeneration: number;
  readonly disruptionsAllowed: number;
  readonly currentHealthy: number;
  readonly desiredHealthy: number;
  readonly expectedPods: number;
  /** Evictions that were allowed and are not seen yet: when, by uid of the pod. */
  readonly disruptedPods: ReadonlyMap<number, Micros>;
  readonly conditions: readonly Condition[];
}

export interface ResourceQuotaStatus {
  /** `spec.hard` as the controller last saw it: what admission holds requests against. Empty before that. */
  readonly hard: ReadonlyMap<string, number>;
  /** In the units of `spec.hard`. */
  readonly used: ReadonlyMap<string, number>;
}

/** What the autoscaler last made of one of its metrics. */
export interface MetricStatus {
  readonly resource: 'cpu' | 'memory';
  /** Empty: the pod as a whole. */
  readonly container: string;
  /** Percent of what the pods request; undefined where the target is an amount. */
  readonly averageUtilization: number | undefined;
  /** Thousandths of cores or bytes, per pod. */
  readonly averageValueMilli: number;
}

export interface HorizontalPodAutoscalerStatus {
  readonly currentReplicas: number;
  readonly desiredReplicas: number;
  /** In the order of `spec.metrics`; undefined: that one failed. */
  readonly currentMetrics: readonly (MetricStatus | undefined)[];
  readonly lastScaleMicros: Micros | undefined;
  readonly conditions: readonly Condition[];
}

export type Deployment = DeploymentManifest & Stored & { readonly status: DeploymentStatus };
export type ReplicaSet = ReplicaSetManifest & Stored & { readonly status: ReplicaSetStatus };
export type ReplicationController = ReplicationControllerManifest & Stored & { readonly status: ReplicaSetStatus };
export type StatefulSet = StatefulSetManifest & Stored & { readonly status: StatefulSetStatus };
export type DaemonSet = DaemonSetManifest &
  Stored & {
    readonly status: DaemonSetStatus;
    /** Counts the templates that it has had; the label pod-template-generation of its pods. */
    readonly templateGeneration: number;
  };
export type Job = JobManifest & Stored & { readonly status: JobStatus };
export type CronJob = CronJobManifest & Stored & { readonly status: CronJobStatus };
export type Node = NodeManifest &
  Stored & {
    /** Undefined: the condition Ready has been True ever since. */
    readonly readiness?: NodeReadiness | undefined;
  };
export type Service = ServiceManifest & Stored;
export type PersistentVolume = PersistentVolumeManifest &
  Stored & {
    readonly status: PersistentVolumeStatus;
    /** Uid of the claim that `spec.claimRef` is about; undefined where a user wrote its name only. */
    readonly claimUid?: number | undefined;
  };
export type StorageClass = StorageClassManifest & Stored;
export type PodDisruptionBudget = PodDisruptionBudgetManifest & Stored & { readonly status: PodDisruptionBudgetStatus };
export type ResourceQuota = ResourceQuotaManifest & Stored & { readonly status: ResourceQuotaStatus };
export type PriorityClass = PriorityClassManifest & Stored;
export type LimitRange = LimitRangeManifest & Stored;
export type HorizontalPodAutoscaler = HorizontalPodAutoscalerManifest &
  Stored & { readonly status: HorizontalPodAutoscalerStatus };
/**
 * A claim may belong to a StatefulSet or to a pod without being controlled by it: `ownerUid` stays -1, and the garbage
 * collector looks at `dependsOn`.
 */
export type PersistentVolumeClaim = PersistentVolumeClaimManifest &
  Stored & {
    readonly status: PersistentVolumeClaimStatus;
    /** Owners whose end is the claim's end (`persistentVolumeClaimRetentionPolicy`). */
    readonly dependsOn: { readonly setUid: number } | { readonly podUid: number } | undefined;
  };

/** One state of a StatefulSet's or DaemonSet's template, kept for rollbacks. */
export interface ControllerRevision extends Stored {
  readonly kind: 'ControllerRevision';
  readonly meta: ObjectMeta;
  /** Grows with each change of the template; a revision that is returned to gets a new number. */
  readonly revision: number;
  readonly template: PodTemplateSpec;
  readonly manifest: JsonObject;
}

/** A pod behind a Service. */
export interface Endpoint {
  /** Row of the pod; its uid tells whether it is still that one. */
  readonly pod: number;
  readonly podUid: number;
  readonly podName: string;
  /** `db-0.db.shop.svc.cluster.local` of a pod with a host name of its own behind its headless Service; empty otherwise. */
  readonly dnsName: string;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
}

/** Up to a hundred of the pods behind a Service, as its clients see them. */
export interface EndpointSlice extends Stored {
  readonly kind: 'EndpointSlice';
  readonly meta: ObjectMeta;
  /** Name of the Service, whose uid is `ownerUid`. */
  readonly serviceName: string;
  /** In the order in which the pods came to the slice. */
  readonly endpoints: readonly Endpoint[];
  readonly manifest: JsonObject;
}

/** Kinds that the API server keeps in tables; pods have columns of their own. */
export type StoredKind = Exclude<SimulatedKind, 'Pod'> | 'ControllerRevision' | 'EndpointSlice';

/** The stored object of each kind. */
export interface StoredByKind {
  Deployment: Deployment;
  ReplicaSet: ReplicaSet;
  ReplicationController: ReplicationController;
  StatefulSet: StatefulSet;
  DaemonSet: DaemonSet;
  Job: Job;
  CronJob: CronJob;
  ControllerRevision: ControllerRevision;
  Node: Node;
  Service: Service;
  EndpointSlice: EndpointSlice;
  PersistentVolumeClaim: PersistentVolumeClaim;
  PersistentVolume: PersistentVolume;
  StorageClass: StorageClass;
  PodDisruptionBudget: PodDisruptionBudget;
  ResourceQuota: ResourceQuota;
  PriorityClass: PriorityClass;
  LimitRange: LimitRange;
  HorizontalPodAutoscaler: HorizontalPodAutoscaler;
}

/** An object of any kind but Pod. */
export type AnyStored = StoredByKind[StoredKind];

/** Plural and group of each kind, as the API server's errors name it. */
export const RESOURCES: Readonly<Record<StoredKind, string>> = {
  Deployment: 'deployments.apps',
  ReplicaSet: 'replicasets.apps',
  ReplicationController: 'replicationcontrollers',
  StatefulSet: 'statefulsets.apps',
  DaemonSet: 'daemonsets.apps',
  Job: 'jobs.batch',
  CronJob: 'cronjobs.batch',
  ControllerRevision: 'controllerrevisions.apps',
  Node: 'nodes',
  Service: 'services',
  EndpointSlice: 'endpointslices.discovery.k8s.io',
  PersistentVolumeClaim: 'persistentvolumeclaims',
  PersistentVolume: 'persistentvolumes',
  StorageClass: 'storageclasses.storage.k8s.io',
  PodDisruptionBudget: 'poddisruptionbudgets.policy',
  ResourceQuota: 'resourcequotas',
  PriorityClass: 'priorityclasses.scheduling.k8s.io',
  LimitRange: 'limitranges',
  HorizontalPodAutoscaler: 'horizontalpodautoscalers.autoscaling',
};

/** Kinds whose objects make pods and control them. */
export type PodControllerKind = 'ReplicaSet' | 'ReplicationController' | 'StatefulSet' | 'DaemonSet' | 'Job';

export const POD_CONTROLLER_KINDS: readonly PodControllerKind[] = [
  'ReplicaSet',
  'ReplicationController',
  'StatefulSet',
  'DaemonSet',
  'Job',
];

/** Annotations that the Deployment controller keeps. */
export const REVISION_ANNOTATION = 'deployment.kubernetes.io/revision';
export const REVISION_HISTORY_ANNOTATION = 'deployment.kubernetes.io/revision-history';
export const DESIRED_REPLICAS_ANNOTATION = 'deployment.kubernetes.io/desired-replicas';
export const MAX_REPLICAS_ANNOTATION = 'deployment.kubernetes.io/max-replicas';
/** KEP-3973: the size of a ReplicaSet before a scaling that waits for terminating pods. */
export const REPLICAS_BEFORE_SCALE_ANNOTATION = 'deployment.kubernetes.io/replicaset-replicas-before-scale';
export const DEPRECATED_ROLLBACK_ANNOTATION = 'deprecated.deployment.rollback.to';
export const LAST_APPLIED_ANNOTATION = 'kubectl.kubernetes.io/last-applied-configuration';
export const POD_TEMPLATE_HASH_LABEL = 'pod-template-hash';
/** Tells which ControllerRevision a pod, or the revision itself, is of. */
export const CONTROLLER_REVISION_HASH_LABEL = 'controller-revision-hash';
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

export const EMPTY_STATEFUL_SET_STATUS: StatefulSetStatus = {
  observedGeneration: 0,
  replicas: 0,
  readyReplicas: 0,
  availableReplicas: 0,
  currentReplicas: 0,
  updatedReplicas: 0,
  currentRevision: '',
  updateRevision: '',
  collisionCount: 0,
  conditions: [],
};

export const EMPTY_DAEMON_SET_STATUS: DaemonSetStatus = {
  observedGeneration: 0,
  desiredNumberScheduled: 0,
  currentNumberScheduled: 0,
  numberMisscheduled: 0,
  numberReady: 0,
  updatedNumberScheduled: 0,
  numberAvailable: 0,
  numberUnavailable: 0,
  collisionCount: 0,
};

export const EMPTY_JOB_STATUS: JobStatus = {
  active: 0,
  ready: undefined,
  succeeded: 0,
  failed: 0,
  terminating: undefined,
  completedIndexes: '',
  failedIndexes: undefined,
  uncountedSucceeded: [],
  uncountedFailed: [],
  startMicros: undefined,
  completionMicros: undefined,
  conditions: [],
};

export const EMPTY_CRON_JOB_STATUS: CronJobStatus = {
  active: [],
  lastScheduleMicros: undefined,
  lastSuccessfulMicros: undefined,
};

export const EMPTY_POD_DISRUPTION_BUDGET_STATUS: PodDisruptionBudgetStatus = {
  observedGeneration: 0,
  disruptionsAllowed: 0,
  currentHealthy: 0,
  desiredHealthy: 0,
  expectedPods: 0,
  disruptedPods: new Map(),
  conditions: [],
};

export const EMPTY_HORIZONTAL_POD_AUTOSCALER_STATUS: HorizontalPodAutoscalerStatus = {
  currentReplicas: 0,
  desiredReplicas: 0,
  currentMetrics: [],
  lastScaleMicros: undefined,
  conditions: [],
};

export const EMPTY_RESOURCE_QUOTA_STATUS: ResourceQuotaStatus = { hard: new Map(), used: new Map() };

/** True from the moment in which a deletion that finalizers hold up was asked for. */
export function isDeleting(object: Stored): boolean {
  return object.deletionMicros !== undefined;
}

/** Deleted, and there still because of this finalizer, and of others perhaps. */
export function isHeldBy(object: Stored, finalizer: string): boolean {
  return isDeleting(object) && object.finalizers?.includes(finalizer) === true;
}

/** Condition of the given type, if present. */
export function findCondition(conditions: readonly Condition[], type: string): Condition | undefined {
  return conditions.find((condition) => condition.type === type);
}
