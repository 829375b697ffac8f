import type { StringMap } from '../../api/types.ts';

/**
 * Lines of the event log (`--events`), in the schema that recordings of a real control plane have: see
 * `workloads/conformance/README.md`. `t` and `began` are seconds, rounded to milliseconds. Keys stand in the order in
 * which they are written: `t`, `kind`, `name`, then by alphabet.
 */
export type LogLine = LogHeader | LogEntry;

export type LogEntry =
  | DeploymentLine
  | ReplicaSetLine
  | StatefulSetLine
  | DaemonSetLine
  | JobLine
  | HorizontalPodAutoscalerLine
  | PodDisruptionBudgetLine
  | PersistentVolumeClaimLine
  | EndpointLine
  | PodLine
  | EventLine
  | NodeLine
  | NodeOutageLine
  | StepLine;

/** The first line. */
export interface LogHeader {
  readonly scenario: string;
  readonly kubernetes: string;
  /** Seconds. */
  readonly until: number;
  readonly seed: number;
}

interface Line<K extends string> {
  readonly t: number;
  readonly kind: K;
  readonly name: string;
}

export interface DeploymentLine extends Line<'Deployment'> {
  readonly available: number;
  /** Type to `Status/Reason`. */
  readonly conditions: StringMap;
  readonly deleted?: true;
  readonly generation: number;
  readonly observed: number;
  readonly ready: number;
  readonly replicas: number;
  /** Empty where absent. */
  readonly revision: string;
  readonly spec: number;
  readonly terminating?: number;
  readonly unavailable: number;
  readonly updated: number;
}

export interface ReplicaSetLine extends Line<'ReplicaSet'> {
  readonly available: number;
  readonly deleted?: true;
  /** The desired-replicas annotation, empty where absent. */
  readonly desired: string;
  readonly image: string;
  /** The max-replicas annotation, empty where absent. */
  readonly max: string;
  readonly ready: number;
  readonly replicas: number;
  readonly revision: string;
  readonly spec: number;
  readonly terminating?: number;
}

export interface StatefulSetLine extends Line<'StatefulSet'> {
  readonly available: number;
  readonly current: number;
  readonly currentRevision: string;
  readonly deleted?: true;
  readonly ready: number;
  readonly replicas: number;
  readonly spec: number;
  readonly updateRevision: string;
  readonly updated: number;
}

export interface DaemonSetLine extends Line<'DaemonSet'> {
  readonly available: number;
  readonly current: number;
  readonly deleted?: true;
  readonly desired: number;
  readonly misscheduled: number;
  readonly ready: number;
  readonly unavailable: number;
  readonly updated: number;
}

export interface JobLine extends Line<'Job'> {
  readonly active: number;
  readonly completedIndexes: string;
  /** Type to `Status/Reason`. */
  readonly conditions: StringMap;
  readonly deleted?: true;
  readonly failed: number;
  /** Absent before the first sync, as is `terminating`. */
  readonly ready?: number;
  readonly succeeded: number;
  readonly terminating?: number;
}

/** Beside these, a field for each condition that there is: its type, with `Status/Reason`. */
export interface HorizontalPodAutoscalerLine extends Line<'HorizontalPodAutoscaler'> {
  readonly AbleToScale?: string;
  readonly ScaledToZero?: string;
  readonly ScalingActive?: string;
  readonly ScalingLimited?: string;
  readonly current: number;
  readonly deleted?: true;
  readonly desired: number;
  /** Percent, of the first metric with a utilization; absent where it is not known. */
  readonly utilization?: number;
}

export interface PodDisruptionBudgetLine extends Line<'PodDisruptionBudget'> {
  readonly allowed: number;
  readonly deleted?: true;
  readonly desired: number;
  readonly expected: number;
  readonly healthy: number;
}

export interface PersistentVolumeClaimLine extends Line<'PersistentVolumeClaim'> {
  readonly event: 'created' | 'deleted';
}

/** Not in recordings: a pod that clients of a Service began or ceased to see as ready. `name` is the Service's. */
export interface EndpointLine extends Line<'Endpoint'> {
  /** DNS name of a pod that has one (`db-0.db.default.svc.cluster.local`), else the pod's name as in other lines. */
  readonly address: string;
  readonly event: 'ready' | 'unready';
}

export interface PodLine extends Line<'Pod'> {
  readonly event: 'created' | 'bound' | 'ready' | 'unready' | 'terminating' | 'deleted';
  /** With `created`: the pod's controller-revision-hash, if it has one. */
  readonly hash?: string;
  /** With `created`. */
  readonly image?: string;
  /** With `bound`. */
  readonly node?: string;
  /** With `created`: `ReplicaSet/web@1`. */
  readonly owner?: string;
}

/** `name` is the kind of the object that the Event is about. */
export interface EventLine extends Line<'Event'> {
  readonly message: string;
  readonly reason: string;
}

export interface NodeLine extends Line<'Node'> {
  readonly deleted?: true;
  /** Status of the condition Ready. */
  readonly ready: string;
  /** `key:effect` */
  readonly taints: readonly string[];
  readonly unschedulable: boolean;
}

/** A node fell silent or came back; the other name is empty. */
export interface NodeOutageLine extends Line<'Step'> {
  readonly failNode: string;
  readonly recoverNode: string;
}

export interface StepLine extends Line<'Step'> {
  readonly began: number;
  /** Only when the step failed. */
  readonly error?: string;
  readonly out: string;
  readonly run: string;
}
