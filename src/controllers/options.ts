import type { Distribution } from '../kernel/distribution.ts';
import type { Micros } from '../kernel/time.ts';

export type { VersionProfile } from '../api/featureGates.ts';

/** Client limits of one component, by its own flag names. */
export interface ClientLimits {
  /** `--kube-api-qps`; Infinity lifts the limit. */
  readonly kubeApiQps: number;
  /** `--kube-api-burst` */
  readonly kubeApiBurst: number;
}

/** Flags of kube-controller-manager that begin with `--horizontal-pod-autoscaler`. */
export interface HorizontalPodAutoscalerOptions {
  /** `-sync-period` */
  readonly syncPeriodMicros: Micros;
  /** `-tolerance` */
  readonly tolerance: number;
  /** `-downscale-stabilization` */
  readonly downscaleStabilizationMicros: Micros;
  /** `-cpu-initialization-period` */
  readonly cpuInitializationPeriodMicros: Micros;
  /** `-initial-readiness-delay` */
  readonly initialReadinessDelayMicros: Micros;
}

/** Flags of kube-controller-manager about nodes that do not report. */
export interface NodeMonitorFlags {
  /** `--node-monitor-period` */
  readonly periodMicros: Micros;
  /** `--node-monitor-grace-period`; undefined: the version's default. */
  readonly gracePeriodMicros: Micros | undefined;
  /** `--node-eviction-rate`: nodes of a zone per second whose pods are evicted. */
  readonly evictionRate: number;
  /** `--secondary-node-eviction-rate`: the same in a large zone of which much is lost. */
  readonly secondaryEvictionRate: number;
  /** `--unhealthy-zone-threshold`: share of a zone's nodes from which much of it is lost. */
  readonly unhealthyZoneThreshold: number;
  /** `--large-cluster-size-threshold`: nodes above which a zone is large. */
  readonly largeClusterSizeThreshold: number;
}

/** The same with all defaults filled in. */
export type NodeMonitorOptions = NodeMonitorFlags & { readonly gracePeriodMicros: Micros };

/** Latencies that may be distributions. */
export type LatencyName = 'api' | 'watch' | 'schedulingCycle' | 'kubeletSync' | 'kubectl' | 'kubectlApply';

/** Everything that decides how fast the control plane is. */
export interface ControlPlaneOptions {
  /** Each controller has a client of its own with these limits. */
  readonly kubeControllerManager: ClientLimits & {
    /** `--concurrent-deployment-syncs` */
    readonly concurrentDeploymentSyncs: number;
    /** `--concurrent-replicaset-syncs` */
    readonly concurrentReplicasetSyncs: number;
    /** `--concurrent-rc-syncs` */
    readonly concurrentRcSyncs: number;
    /** `--concurrent-statefulset-syncs` */
    readonly concurrentStatefulsetSyncs: number;
    /** `--concurrent-daemonset-syncs` */
    readonly concurrentDaemonsetSyncs: number;
    /** `--concurrent-job-syncs` */
    readonly concurrentJobSyncs: number;
    /** `--concurrent-cron-job-syncs` */
    readonly concurrentCronJobSyncs: number;
    /** `--concurrent-ttl-after-finished-syncs` */
    readonly concurrentTtlAfterFinishedSyncs: number;
    /** `--concurrent-service-endpoint-syncs` */
    readonly concurrentServiceEndpointSyncs: number;
    /** `--concurrent-resource-quota-syncs` */
    readonly concurrentResourceQuotaSyncs: number;
    /** `--concurrent-horizontal-pod-autoscaler-syncs` */
    readonly concurrentHorizontalPodAutoscalerSyncs: number;
    /** `--concurrent-gc-syncs` */
    readonly concurrentGcSyncs: number;
    /** `--terminated-pod-gc-threshold`: how many finished pods may be kept; 0 for any number. */
    readonly terminatedPodGcThreshold: number;
    readonly nodeMonitor: NodeMonitorFlags;
    readonly horizontalPodAutoscaler: HorizontalPodAutoscalerOptions;
  };
  readonly kubeScheduler: ClientLimits;
  /** Each kubelet has a client of its own with these limits. */
  readonly kubelet: ClientLimits & {
    /** `crashLoopBackOff.maxContainerRestartPeriod` of its configuration; left out: the default of the version and its gates. */
    readonly maxContainerRestartMicros?: Micros;
  };
  readonly latency: {
    /** Those that are another each time. Their fields below then hold what is typical. */
    readonly random?: Readonly<Partial<Record<LatencyName, Distribution>>>;
    /** One request to the API server, from the client to the answer. */
    readonly apiMicros: Micros;
    /**
     * How long a write alone occupies the API server, which shares its capacity among those that it serves at a time.
     * The default is what the recordings in workloads/conformance show of a control plane on two cores: some 550 writes a
     * second.
     */
    readonly apiServiceMicros: Micros;
    /** From a write to the informers having seen it. */
    readonly watchMicros: Micros;
    /** One cycle of the scheduler. */
    readonly schedulingCycleMicros: Micros;
    /** A kubelet from seeing a bound pod to beginning with it. */
    readonly kubeletSyncMicros: Micros;
    /** A kubectl command before its first write: start of the process, discovery, reading the object. */
    readonly kubectlMicros: Micros;
    /** The same for `kubectl apply`, which reads the schema too. */
    readonly kubectlApplyMicros: Micros;
    /** From the last answer that a kubectl command gets to the next command: the process ends. */
    readonly kubectlExitMicros: Micros;
    /** From an EndpointSlice being written to the nodes' proxies going by it. Nothing is decided by it, only measured. */
    readonly proxyMicros: Micros;
  };
}
