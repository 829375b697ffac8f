/**
 * Kubernetes objects in the form that the simulation works on: version-free, defaulted, immutable.
 *
 * Only what changes a decision of the simulated components is lifted out of a manifest into a typed field; the whole
 * defaulted document stays at hand in `manifest` for kubectl's patches and printers. Objects are never changed in
 * place: a write makes a new object, so that an informer's cache can keep the older one.
 */
import type { LabelSelector } from './selector.ts';

export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;
export type JsonObject = { [key: string]: JsonValue };

/** The string map of labels or annotations. */
export type StringMap = Readonly<Record<string, string>>;

/** Kinds that the simulation acts on. */
export type SimulatedKind = 'Deployment' | 'ReplicaSet' | 'Pod' | 'Node';

export interface ObjectMeta {
  readonly namespace: string;
  readonly name: string;
  readonly labels: StringMap;
  readonly annotations: StringMap;
}

/** An absolute number, or a percentage of something known only later. */
export type IntOrPercent = { readonly value: number; readonly isPercent: boolean };

/** cpu in milli-cores, memory and ephemeral storage in bytes, any other resource in its own whole unit. */
export interface ResourceAmounts {
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  readonly ephemeralStorageBytes: number;
  /** Extended resources by name, `nvidia.com/gpu: 1`; sorted by name. */
  readonly extended: ReadonlyMap<string, number>;
}

export interface Probe {
  readonly initialDelaySeconds: number;
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly successThreshold: number;
  readonly failureThreshold: number;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly imagePullPolicy: 'Always' | 'IfNotPresent' | 'Never';
  /** What the container asks for, per resource, before any scoring default. */
  readonly requests: ResourceAmounts;
  readonly readinessProbe: Probe | undefined;
  readonly startupProbe: Probe | undefined;
  /** True for a native sidecar: an init container with `restartPolicy: Always`. */
  readonly isSidecar: boolean;
}

export interface HostPort {
  readonly hostIP: string;
  readonly protocol: string;
  readonly port: number;
}

export interface Toleration {
  /** Empty with operator Exists: every key. */
  readonly key: string;
  readonly operator: 'Exists' | 'Equal';
  readonly value: string;
  /** Empty: every effect. */
  readonly effect: '' | TaintEffect;
  readonly tolerationSeconds: number | undefined;
}

export type TaintEffect = 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';

export interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: TaintEffect;
}

export interface NodeSelectorRequirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt';
  readonly values: readonly string[];
}

/** All requirements of a term must hold; `matchFields` knows only `metadata.name`. */
export interface NodeSelectorTerm {
  readonly matchExpressions: readonly NodeSelectorRequirement[];
  readonly matchFields: readonly NodeSelectorRequirement[];
}

export interface PreferredSchedulingTerm {
  readonly weight: number;
  readonly preference: NodeSelectorTerm;
}

export interface NodeAffinity {
  /** Terms of which one must hold; undefined: no requirement. */
  readonly required: readonly NodeSelectorTerm[] | undefined;
  readonly preferred: readonly PreferredSchedulingTerm[];
}

export interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers: readonly Container[];
  /** Pod-level overhead, added to the request. */
  readonly overhead: ResourceAmounts | undefined;
  /** Pod-level `spec.resources.requests` (KEP-2837), which override the sum over containers per resource. */
  readonly podRequests: Partial<Record<'cpuMilli' | 'memoryBytes', number>> | undefined;
  readonly nodeName: string;
  readonly schedulerName: string;
  readonly nodeSelector: StringMap;
  readonly nodeAffinity: NodeAffinity;
  readonly tolerations: readonly Toleration[];
  readonly hostPorts: readonly HostPort[];
  readonly schedulingGates: readonly string[];
  readonly priority: number;
  readonly restartPolicy: 'Always' | 'OnFailure' | 'Never';
  readonly terminationGracePeriodSeconds: number;
}

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
}

export interface ReplicaSetSpec {
  readonly replicas: number;
  readonly minReadySeconds: number;
  readonly selector: LabelSelector;
  readonly template: PodTemplateSpec;
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

export interface NodeManifest {
  readonly kind: 'Node';
  readonly meta: ObjectMeta;
  readonly unschedulable: boolean;
  readonly taints: readonly Taint[];
  readonly allocatable: ResourceAmounts & { readonly pods: number };
  /** Image names that the node has already (`status.images`). */
  readonly images: readonly string[];
  readonly manifest: JsonObject;
}

export type Manifest = DeploymentManifest | ReplicaSetManifest | PodManifest | NodeManifest;
