/** What a pod's spec is made of, in the form of `types.ts`, by way of which all others import it. */
import type { LabelSelector } from './selector.ts';
import type { StringMap } from './types.ts';

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
  /** What the container gets when this probe has it killed; undefined: as much as the pod. */
  readonly terminationGracePeriodSeconds?: number;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly imagePullPolicy: 'Always' | 'IfNotPresent' | 'Never';
  /** What the container asks for, per resource, before any scoring default. */
  readonly requests: ResourceAmounts;
  /** Whether the container names a request or limit of cpu, be it zero: scores assume something only where it does not. */
  readonly isCpuRequested: boolean;
  /** As {@link isCpuRequested}, of memory. */
  readonly isMemoryRequested: boolean;
  readonly readinessProbe: Probe | undefined;
  readonly startupProbe: Probe | undefined;
  readonly livenessProbe: Probe | undefined;
  /** True for a native sidecar: an init container with `restartPolicy: Always`. */
  readonly isSidecar: boolean;
  /** Names of the pod's volumes that it mounts. */
  readonly volumeMounts: readonly string[];
  /** `lifecycle.preStop.sleep.seconds`; 0 without one. */
  readonly preStopSleepSeconds: number;
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

/** Pods of some namespaces, and the kind of place that a pod is to share, or not to share, with them. */
export interface PodAffinityTerm {
  /** Undefined: selects no pod. */
  readonly labelSelector: LabelSelector | undefined;
  /** Added to those that `namespaceSelector` selects; with neither it is the pod's own namespace. */
  readonly namespaces: readonly string[];
  /** Undefined: selects none; one without requirements selects all. */
  readonly namespaceSelector: LabelSelector | undefined;
  /** Key of the node label whose value says what one place is. */
  readonly topologyKey: string;
  /** Keys whose values in the pod's own labels `labelSelector` also asks for; those that the pod lacks are left out. */
  readonly matchLabelKeys: readonly string[];
  /** As {@link matchLabelKeys}, but the values are those that the others must not have. */
  readonly mismatchLabelKeys: readonly string[];
}

export interface WeightedPodAffinityTerm {
  /** 1 to 100. */
  readonly weight: number;
  readonly term: PodAffinityTerm;
}

/** `podAffinity` or `podAntiAffinity`: all required terms must hold. */
export interface PodAffinity {
  readonly required: readonly PodAffinityTerm[];
  readonly preferred: readonly WeightedPodAffinityTerm[];
}

/** Whether nodes that the pod could not be on count as places (upstream's NodeInclusionPolicy). */
export type NodeInclusionPolicy = 'Honor' | 'Ignore';

export interface TopologySpreadConstraint {
  /** At least 1. */
  readonly maxSkew: number;
  readonly topologyKey: string;
  readonly whenUnsatisfiable: 'DoNotSchedule' | 'ScheduleAnyway';
  /** Undefined: selects no pod. */
  readonly labelSelector: LabelSelector | undefined;
  /** Undefined: 1. Only with DoNotSchedule. */
  readonly minDomains: number | undefined;
  readonly nodeAffinityPolicy: NodeInclusionPolicy;
  readonly nodeTaintsPolicy: NodeInclusionPolicy;
  /** Keys whose values in the pod's own labels `labelSelector` also asks for; those that the pod lacks are left out. */
  readonly matchLabelKeys: readonly string[];
}

export type PreemptionPolicy = 'PreemptLowerPriority' | 'Never';

/**
 * `spec.resources.requests` of a pod as a whole (KEP-2837), with the API server's defaults: per resource, what is named
 * takes the place of the sum over the containers.
 */
export interface PodLevelRequests {
  readonly cpuMilli?: number;
  readonly memoryBytes?: number;
  /** By name, `hugepages-2Mi`. */
  readonly hugepages?: ReadonlyMap<string, number>;
}

export interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers: readonly Container[];
  /** Pod-level overhead, added to the request. */
  readonly overhead: ResourceAmounts | undefined;
  /** Undefined: none, nor limits from which any would follow. */
  readonly podRequests: PodLevelRequests | undefined;
  readonly nodeName: string;
  readonly schedulerName: string;
  readonly nodeSelector: StringMap;
  readonly nodeAffinity: NodeAffinity;
  readonly podAffinity: PodAffinity;
  readonly podAntiAffinity: PodAffinity;
  readonly topologySpreadConstraints: readonly TopologySpreadConstraint[];
  readonly tolerations: readonly Toleration[];
  readonly hostPorts: readonly HostPort[];
  readonly schedulingGates: readonly string[];
  /** Empty: the default of the cluster. */
  readonly priorityClassName: string;
  /** What the manifest says; undefined: nothing. A pod's own is worked out as it is admitted. */
  readonly priority: number | undefined;
  /** As {@link priority}. */
  readonly preemptionPolicy: PreemptionPolicy | undefined;
  readonly restartPolicy: 'Always' | 'OnFailure' | 'Never';
  readonly terminationGracePeriodSeconds: number;
  /** Running for longer than this fails the pod with DeadlineExceeded; undefined: never. */
  readonly activeDeadlineSeconds: number | undefined;
  readonly volumes: readonly Volume[];
  /** Empty where not given; a StatefulSet's pods get theirs from their ordinal. */
  readonly hostname: string;
  readonly subdomain: string;
  readonly hostNetwork: boolean;
}

/** A volume of a pod; of its source only what the simulation acts on. */
export interface Volume {
  readonly name: string;
  /** Name of the PersistentVolumeClaim that it is; undefined for every other source. */
  readonly claimName: string | undefined;
  /** `emptyDir`: what local storage `kubectl drain` asks about. */
  readonly isEmptyDir: boolean;
  /** Reference of the image that it is; undefined for every other source. */
  readonly image: string | undefined;
}
