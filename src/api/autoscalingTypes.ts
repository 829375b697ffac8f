/** What a HorizontalPodAutoscaler is made of, in the form of `types.ts`, by way of which all others import it. */

export interface HorizontalPodAutoscalerSpec {
  readonly scaleTargetRef: { readonly apiVersion: string; readonly kind: string; readonly name: string };
  /** 0 only together with a metric that needs no pods. */
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** At least one. */
  readonly metrics: readonly AutoscalerMetric[];
  /** Undefined where the block is absent, which upstream treats otherwise than one with the defaults. */
  readonly behavior: { readonly scaleUp: ScalingRules; readonly scaleDown: ScalingRules } | undefined;
}

export type AutoscalerMetric = ResourceMetric | ForeignMetric;

/** `Resource`, or `ContainerResource` where there is a container. */
export interface ResourceMetric {
  readonly type: 'Resource' | 'ContainerResource';
  readonly resource: 'cpu' | 'memory';
  /** Empty: the pod as a whole. */
  readonly container: string;
  readonly target: MetricTarget;
}

/** Exactly one of the two is there. */
export interface MetricTarget {
  /** Percent of what the pods request. */
  readonly averageUtilization: number | undefined;
  /** Per pod: milli-cores, or bytes times 1000, as upstream's `MilliValue` has both. */
  readonly averageValueMilli: number | undefined;
}

/** What an adapter would have to supply, and none is there. */
export interface ForeignMetric {
  readonly type: 'Object' | 'Pods' | 'External';
  readonly name: string;
}

/** `behavior.scaleUp` or `behavior.scaleDown`. */
export interface ScalingRules {
  /** Undefined: `--horizontal-pod-autoscaler-downscale-stabilization`. */
  readonly stabilizationWindowSeconds: number | undefined;
  readonly selectPolicy: 'Max' | 'Min' | 'Disabled';
  readonly policies: readonly ScalingPolicy[];
  /** Share of the target, 0.1; undefined: `--horizontal-pod-autoscaler-tolerance`. */
  readonly tolerance: number | undefined;
}

export interface ScalingPolicy {
  readonly type: 'Pods' | 'Percent';
  readonly value: number;
  readonly periodSeconds: number;
}
