/**
 * Kubernetes objects in the form that the simulation works on: version-free, defaulted, immutable.
 *
 * Only what changes a decision of the simulated components is lifted out of a manifest into a typed field; the whole
 * defaulted document stays at hand in `manifest` for kubectl's patches and printers. Objects are never changed in
 * place: a write makes a new object, so that an informer's cache can keep the older one.
 */
import type { HorizontalPodAutoscalerSpec } from './autoscalingTypes.ts';
import type { NodeSelectorTerm, PodSpec, PreemptionPolicy, ResourceAmounts, Taint } from './podTypes.ts';
import type { LabelSelector } from './selector.ts';

export type * from './autoscalingTypes.ts';
export type * from './podTypes.ts';

export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;
export type JsonObject = { [key: string]: JsonValue };

/** The string map of labels or annotations. */
export type StringMap = Readonly<Record<string, string>>;

/** Kinds that the simulation acts on and that a manifest can be of. */
export type SimulatedKind =
  | 'Deployment'
  | 'ReplicaSet'
  | 'ReplicationController'
  | 'StatefulSet'
  | 'DaemonSet'
  | 'Job'
  | 'CronJob'
  | 'Pod'
  | 'Node'
  | 'Service'
  | 'PersistentVolumeClaim'
  | 'PersistentVolume'
  | 'StorageClass'
  | 'PodDisruptionBudget'
  | 'ResourceQuota'
  | 'PriorityClass'
  | 'LimitRange'
  | 'HorizontalPodAutoscaler';

export interface ObjectMeta {
  readonly namespace: string;
  readonly name: string;
  readonly labels: StringMap;
  readonly annotations: StringMap;
}

/** An absolute number, or a percentage of something known only later. */
export type IntOrPercent = { readonly value: number; readonly isPercent: boolean };

/**
 * What pods are made from. `canonical` is equal for two templates exactly when upstream's semantic comparison of
 * `spec.template` (label pod-template-hash ignored) finds them equal.
 */
export interface PodTemplateSpec {
  readonly labels: StringMap;
  readonly annotations: StringMap;
  readonly spec: PodSpec;
  readonly canonical: string;
  /** The defaulted document, `{metadata: {labels, annotations}, spec}`. */
  readonly manifest: JsonObject;
}

export interface DeploymentSpec {
  readonly replicas: number;
  readonly selector: LabelSelector;
  readonly template: PodTemplateSpec;
  readonly strategyType: 'RollingUpdate' | 'Recreate';
  /** Zero for Recreate. */
  readonly maxSurge: IntOrPercent;
  /** Zero for Recreate. */
  readonly maxUnavailable: IntOrPercent;
  readonly minReadySeconds: number;
  /** Undefined: unlimited. */
  readonly revisionHistoryLimit: number | undefined;
  /** Undefined: no deadline, no Progressing condition. */
  readonly progressDeadlineSeconds: number | undefined;
  readonly paused: boolean;
  /**
   * Proposed by KEP-3973, in no release of Kubernetes: whether a pod that is terminating still takes its place, so that
   * its replacement waits until it is gone. Counts only with the gate DeploymentPodReplacementPolicy.
   */
  readonly podReplacementPolicy: 'TerminationStarted' | 'TerminationComplete' | undefined;
}

export interface ReplicaSetSpec {
  readonly replicas: number;
  readonly minReadySeconds: number;
  readonly selector: LabelSelector;
  readonly template: PodTemplateSpec;
}

export type ReplicationControllerSpec = ReplicaSetSpec;

export interface StatefulSetSpec {
  readonly replicas: number;
  readonly selector: LabelSelector;
  readonly template: PodTemplateSpec;
  readonly serviceName: string;
  readonly podManagementPolicy: 'OrderedReady' | 'Parallel';
  readonly updateStrategyType: 'RollingUpdate' | 'OnDelete';
  /** Undefined where the block is absent, which upstream treats otherwise than `partition: 0`. */
  readonly rollingUpdate:
    | {
        readonly partition: number;
        /** Undefined: not given; it counts only with the gate MaxUnavailableStatefulSet. */
        readonly maxUnavailable: IntOrPercent | undefined;
      }
    | undefined;
  readonly minReadySeconds: number;
  readonly revisionHistoryLimit: number;
  /** `ordinals.start` */
  readonly ordinalsStart: number;
  readonly volumeClaimTemplates: readonly VolumeClaimTemplate[];
  readonly whenDeleted: 'Retain' | 'Delete';
  readonly whenScaled: 'Retain' | 'Delete';
}

/** What the claims of a StatefulSet's pods are made from. */
export interface VolumeClaimTemplate {
  readonly name: string;
  readonly labels: StringMap;
  readonly annotations: StringMap;
  readonly spec: PersistentVolumeClaimSpec;
  /** `spec` as a document. */
  readonly manifest: JsonObject;
}

export interface DaemonSetSpec {
  readonly selector: LabelSelector;
  readonly template: PodTemplateSpec;
  readonly updateStrategyType: 'RollingUpdate' | 'OnDelete';
  /** At most one of the two is not zero; both count for RollingUpdate only. */
  readonly maxUnavailable: IntOrPercent;
  readonly maxSurge: IntOrPercent;
  readonly minReadySeconds: number;
  readonly revisionHistoryLimit: number;
}

export interface JobSpec {
  readonly parallelism: number;
  /** Undefined: a work queue, complete when any pod has succeeded and all have ended. */
  readonly completions: number | undefined;
  readonly completionMode: 'NonIndexed' | 'Indexed';
  readonly backoffLimit: number;
  /** Undefined: failures count for the whole Job. */
  readonly backoffLimitPerIndex: number | undefined;
  readonly maxFailedIndexes: number | undefined;
  readonly activeDeadlineSeconds: number | undefined;
  readonly ttlSecondsAfterFinished: number | undefined;
  readonly suspend: boolean;
  readonly podFailurePolicy: readonly PodFailurePolicyRule[] | undefined;
  readonly successPolicy: readonly SuccessPolicyRule[] | undefined;
  readonly podReplacementPolicy: 'TerminatingOrFailed' | 'Failed';
  /** Undefined: the controller of this cluster. */
  readonly managedBy: string | undefined;
  /** Undefined: the API server makes one from the Job's uid, and labels the template with it. */
  readonly selector: LabelSelector | undefined;
  readonly template: PodTemplateSpec;
}

export interface PodFailurePolicyRule {
  readonly action: 'FailJob' | 'FailIndex' | 'Ignore' | 'Count';
  /** Exactly one of the two is there. */
  readonly onExitCodes:
    | {
        /** Undefined: any container. */
        readonly containerName: string | undefined;
        readonly operator: 'In' | 'NotIn';
        readonly values: readonly number[];
      }
    | undefined;
  readonly onPodConditions: readonly { readonly type: string; readonly status: string }[] | undefined;
}

export interface SuccessPolicyRule {
  /** `0-2,5`, expanded and sorted; undefined: any index counts. */
  readonly succeededIndexes: readonly number[] | undefined;
  readonly succeededCount: number | undefined;
}

export interface CronJobSpec {
  /** Five fields of cron, or a macro such as `@hourly`. */
  readonly schedule: string;
  /** IANA name; undefined: the controller manager's zone, which is UTC here. */
  readonly timeZone: string | undefined;
  readonly startingDeadlineSeconds: number | undefined;
  readonly concurrencyPolicy: 'Allow' | 'Forbid' | 'Replace';
  readonly suspend: boolean;
  readonly successfulJobsHistoryLimit: number;
  readonly failedJobsHistoryLimit: number;
  readonly jobTemplate: {
    readonly labels: StringMap;
    readonly annotations: StringMap;
    readonly spec: JobSpec;
    /** `spec` as a document. */
    readonly manifest: JsonObject;
  };
}

export interface ServiceSpec {
  /** Empty: no selector, hence no endpoints of its own. */
  readonly selector: StringMap;
  /** `clusterIP: None` */
  readonly isHeadless: boolean;
  readonly publishNotReadyAddresses: boolean;
  readonly type: string;
  readonly ports: readonly { readonly name: string; readonly port: number; readonly protocol: string }[];
}

export interface PersistentVolumeClaimSpec {
  /** Undefined: the default class. Empty: no class. */
  readonly storageClassName: string | undefined;
  readonly accessModes: readonly string[];
  readonly requestBytes: number;
  /** Volume that the claim asks for; empty for any. */
  readonly volumeName: string;
}

export interface PersistentVolumeSpec {
  readonly storageClassName: string;
  readonly accessModes: readonly string[];
  readonly capacityBytes: number;
  /** Where the volume can be reached from; undefined: from everywhere. */
  readonly nodeAffinity: readonly NodeSelectorTerm[] | undefined;
  /** `namespace/name` of the only claim that may have it; undefined: any. */
  readonly claimRef: string | undefined;
  readonly reclaimPolicy: 'Retain' | 'Delete' | 'Recycle';
}

export interface StorageClassSpec {
  readonly provisioner: string;
  readonly volumeBindingMode: 'Immediate' | 'WaitForFirstConsumer';
  readonly isDefault: boolean;
  readonly reclaimPolicy: 'Retain' | 'Delete';
  /** Zones in which volumes may be made; undefined: all. */
  readonly allowedZones: readonly string[] | undefined;
}

export interface PodDisruptionBudgetSpec {
  readonly selector: LabelSelector;
  /** Exactly one of the two is there. */
  readonly minAvailable: IntOrPercent | undefined;
  readonly maxUnavailable: IntOrPercent | undefined;
  readonly unhealthyPodEvictionPolicy: 'IfHealthyBudget' | 'AlwaysAllow';
}

export interface ResourceQuotaSpec {
  /**
   * Limits by resource as the manifest names it (`pods`, `requests.cpu`, `count/jobs.batch`): milli-cores for cpu, bytes
   * for memory and storage, whole units otherwise. Sorted by name.
   */
  readonly hard: ReadonlyMap<string, number>;
}

/** Quantities as they are written, by resource. */
export type Quantities = Readonly<Record<string, string | number>>;

/** What one type of thing may ask for, `Container`, `Pod` or `PersistentVolumeClaim`; others are of no account. */
export interface LimitRangeItem {
  readonly type: string;
  readonly min: Quantities;
  readonly max: Quantities;
  /** Limits of containers that have none. */
  readonly default: Quantities;
  /** Requests of containers that have none. */
  readonly defaultRequest: Quantities;
  readonly maxLimitRequestRatio: Quantities;
}

export interface LimitRangeSpec {
  readonly limits: readonly LimitRangeItem[];
}

export interface PriorityClassSpec {
  /** Priority of the pods that name the class. */
  readonly value: number;
  /** Whether pods that name no class get this one. */
  readonly globalDefault: boolean;
  readonly preemptionPolicy: PreemptionPolicy;
}

export interface DeploymentManifest {
  readonly kind: 'Deployment';
  readonly meta: ObjectMeta;
  readonly spec: DeploymentSpec;
  readonly manifest: JsonObject;
}

export interface ReplicaSetManifest {
  readonly kind: 'ReplicaSet';
  readonly meta: ObjectMeta;
  readonly spec: ReplicaSetSpec;
  readonly manifest: JsonObject;
}

export interface PodManifest {
  readonly kind: 'Pod';
  readonly meta: ObjectMeta;
  readonly template: PodTemplateSpec;
  readonly manifest: JsonObject;
}

/** An image that a node has, under all of its names. */
export interface NodeImage {
  readonly names: readonly string[];
  readonly sizeBytes: number;
}

export interface NodeManifest {
  readonly kind: 'Node';
  readonly meta: ObjectMeta;
  readonly unschedulable: boolean;
  readonly taints: readonly Taint[];
  readonly allocatable: ResourceAmounts & { readonly pods: number };
  /** What the node has already (`status.images`). */
  readonly images: readonly NodeImage[];
  readonly manifest: JsonObject;
}

interface ManifestOf<K extends SimulatedKind, S> {
  readonly kind: K;
  readonly meta: ObjectMeta;
  readonly spec: S;
  readonly manifest: JsonObject;
}

export type ReplicationControllerManifest = ManifestOf<'ReplicationController', ReplicationControllerSpec>;
export type StatefulSetManifest = ManifestOf<'StatefulSet', StatefulSetSpec>;
export type DaemonSetManifest = ManifestOf<'DaemonSet', DaemonSetSpec>;
export type JobManifest = ManifestOf<'Job', JobSpec>;
export type CronJobManifest = ManifestOf<'CronJob', CronJobSpec>;
export type ServiceManifest = ManifestOf<'Service', ServiceSpec>;
export type PersistentVolumeClaimManifest = ManifestOf<'PersistentVolumeClaim', PersistentVolumeClaimSpec>;
export type PersistentVolumeManifest = ManifestOf<'PersistentVolume', PersistentVolumeSpec>;
export type StorageClassManifest = ManifestOf<'StorageClass', StorageClassSpec>;
export type PodDisruptionBudgetManifest = ManifestOf<'PodDisruptionBudget', PodDisruptionBudgetSpec>;
export type ResourceQuotaManifest = ManifestOf<'ResourceQuota', ResourceQuotaSpec>;
export type PriorityClassManifest = ManifestOf<'PriorityClass', PriorityClassSpec>;
export type LimitRangeManifest = ManifestOf<'LimitRange', LimitRangeSpec>;
export type HorizontalPodAutoscalerManifest = ManifestOf<'HorizontalPodAutoscaler', HorizontalPodAutoscalerSpec>;

export type Manifest =
  | DeploymentManifest
  | ReplicaSetManifest
  | ReplicationControllerManifest
  | StatefulSetManifest
  | DaemonSetManifest
  | JobManifest
  | CronJobManifest
  | PodManifest
  | NodeManifest
  | ServiceManifest
  | PersistentVolumeClaimManifest
  | PersistentVolumeManifest
  | StorageClassManifest
  | PodDisruptionBudgetManifest
  | ResourceQuotaManifest
  | PriorityClassManifest
  | LimitRangeManifest
  | HorizontalPodAutoscalerManifest;
