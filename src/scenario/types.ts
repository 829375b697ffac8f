import type { ObjectChanges } from '../api/droppedFields.ts';
import type { SourcePlace } from '../api/errors.ts';
import type { FeatureGates } from '../api/featureGates.ts';
import type { JsonObject, Manifest, NodeImage, PodManifest, ResourceAmounts, StringMap, Taint } from '../api/types.ts';
import type { ClusterAutoscalerOptions } from '../controllers/clusterautoscaler/nodeGroup.ts';
import type { ControlPlaneOptions, VersionProfile } from '../controllers/options.ts';
import type { Micros } from '../kernel/time.ts';
import type { BehaviorRule } from '../kubelet/behavior.ts';
import type { ImagePullOptions } from '../kubelet/imagePulls.ts';
import type { SchedulerConfiguration } from '../scheduler/configuration/configuration.ts';
import type { PoolAutoscaling } from './autoscaling.ts';
import type { ExistingState } from './existing/types.ts';
import type { FailureModel } from './failures.ts';
import type { NodeSelection } from './nodeSelection.ts';

/** Equal nodes `NAME-0 … NAME-(count-1)`. */
export interface NodePool {
  readonly name: string;
  readonly count: number;
  readonly allocatable: ResourceAmounts & { readonly pods: number };
  readonly labels: StringMap;
  readonly taints: readonly Taint[];
  /** Dealt out in turn as `topology.kubernetes.io/zone`; empty: no zone label. */
  readonly zones: readonly string[];
  /** Left out: no autoscaler changes it. */
  readonly autoscale?: PoolAutoscaling;
  /** What each node has from its start. */
  readonly images: readonly NodeImage[];
}

/** A kubectl command line at a time. */
export interface KubectlStep {
  readonly kind: 'kubectl';
  /** `ready`: when every workload is ready, or nothing more can happen. */
  readonly at: Micros | 'ready';
  /** Without the leading `kubectl`. */
  readonly commandLine: string;
  readonly stdin: string;
  /** What kubectl's output is held against; with it, the command must also succeed. */
  readonly expect?: RegExp;
  /** What kubectl's error is held against; with it, the command must fail. */
  readonly expectError?: RegExp;
  readonly place: SourcePlace;
}

/** Nodes that join at a time, one after the other. */
export interface AddNodesStep {
  readonly kind: 'addNodes';
  readonly at: Micros;
  readonly pool: NodePool;
  readonly place: SourcePlace;
}

/** Bare pods `NAME-0 … NAME-(count-1)` that differ in their names. */
export interface PodSeries {
  readonly name: string;
  readonly count: number;
  /** The first one. */
  readonly pod: PodManifest;
  /** Between two pods; undefined: all are created at once. */
  readonly everyMicros: Micros | undefined;
}

/** Pods that are created at a time. */
export interface CreatePodsStep {
  readonly kind: 'createPods';
  readonly at: Micros;
  readonly series: PodSeries;
  readonly place: SourcePlace;
}

/** Nodes whose kubelets fall silent at a time, or come back. */
export interface NodeOutageStep {
  readonly kind: 'failNode' | 'recoverNode';
  readonly at: Micros;
  readonly nodes: NodeSelection;
  readonly place: SourcePlace;
}

export type Step = KubectlStep | AddNodesStep | CreatePodsStep | NodeOutageStep;

/** One of k6's threshold expressions, `p(95)<120`. */
export interface Threshold {
  /** `rollout.durationSeconds` */
  readonly metric: string;
  readonly expression: string;
  readonly place: SourcePlace;
}

/** A scenario, validated and defaulted: all that a run needs but the seed. */
export interface Scenario {
  readonly name: string;
  readonly kubernetes: VersionProfile;
  readonly gates: FeatureGates;
  /** Left out: objects are stored as the API server does. */
  readonly changes?: ObjectChanges;
  readonly seed: number;
  /** Kubernetes objects to apply at the start, in order. Nodes among them exist from the start. */
  readonly objects: readonly Manifest[];
  /** What was there before the run; undefined: it begins with an empty cluster. */
  readonly state: ExistingState | undefined;
  /** How each object was written, without defaults: what a later `kubectl apply` takes as applied last. */
  readonly sources: ReadonlyMap<Manifest, JsonObject>;
  /** Labels of the namespaces that the input has, by name. */
  readonly namespaces: ReadonlyMap<string, StringMap>;
  /** Most volumes by name of the node and of the CSI driver, as CSINodes of the input say. */
  readonly volumeLimits: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly pools: readonly NodePool[];
  readonly failures: readonly FailureModel[];
  /** Undefined: images have no sizes, and every pull takes the behavior's `pull`. */
  readonly imagePulls: ImagePullOptions | undefined;
  readonly controlPlane: ControlPlaneOptions;
  readonly clusterAutoscaler: ClusterAutoscalerOptions;
  /** How the scheduler decides. */
  readonly scheduler: SchedulerConfiguration;
  readonly behavior: readonly BehaviorRule[];
  readonly steps: readonly Step[];
  readonly untilMicros: Micros;
  readonly thresholds: readonly Threshold[];
  /** `Deployment spec.template.spec.hostNetwork (2)`, sorted: what was read but changes nothing. */
  readonly notSimulated: readonly string[];
  /** Sentences for the user: what the input left open and was filled in. */
  readonly assumptions: readonly string[];
}
