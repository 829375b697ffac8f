/** `controlPlane` of a Scenario: presets, the components' flags, latencies. */
import { type DecodeContext, failAt, parseAt } from '../api/decode/context.ts';
import { parseDurationMicros } from '../api/duration.ts';
import { didYouMean } from '../api/nearest.ts';
import type { FieldPath } from '../api/path.ts';
import type { JsonValue } from '../api/types.ts';
import type {
  ClientLimits,
  ControlPlaneOptions,
  HorizontalPodAutoscalerOptions,
  NodeMonitorFlags,
} from '../controllers/options.ts';
import { MICROS_PER_SECOND } from '../kernel/time.ts';
import { IMAGE_PULL_FLAGS } from './imagePulls.ts';
import { readLatency } from './latency.ts';
import type { ControlPlaneInput } from './schema.ts';

type Latency = ControlPlaneOptions['latency'];
type Preset = NonNullable<ControlPlaneInput['preset']>;
type Flags = Readonly<Record<string, JsonValue | undefined>>;

/** A client that never waits. */
export const UNLIMITED: ClientLimits = { kubeApiQps: Number.POSITIVE_INFINITY, kubeApiBurst: Number.POSITIVE_INFINITY };

/** A control plane that takes no time for anything. */
export const NO_LATENCY: Latency = {
  apiMicros: 0,
  apiServiceMicros: 0,
  watchMicros: 0,
  schedulingCycleMicros: 0,
  kubeletSyncMicros: 0,
  kubectlMicros: 0,
  kubectlApplyMicros: 0,
  kubectlExitMicros: 0,
  proxyMicros: 0,
};

/** The components' own defaults (`pkg/controller/apis/config`, `pkg/scheduler/apis/config/v1/defaults.go`). */
export const defaultControlPlane: ControlPlaneOptions = {
  kubeControllerManager: {
    kubeApiQps: 20,
    kubeApiBurst: 30,
    concurrentDeploymentSyncs: 5,
    concurrentReplicasetSyncs: 5,
    concurrentRcSyncs: 5,
    concurrentStatefulsetSyncs: 5,
    concurrentDaemonsetSyncs: 2,
    concurrentJobSyncs: 5,
    concurrentCronJobSyncs: 5,
    concurrentTtlAfterFinishedSyncs: 5,
    concurrentServiceEndpointSyncs: 5,
    concurrentResourceQuotaSyncs: 5,
    concurrentHorizontalPodAutoscalerSyncs: 5,
    concurrentGcSyncs: 20,
    terminatedPodGcThreshold: 12_500,
    nodeMonitor: {
      periodMicros: 5 * MICROS_PER_SECOND,
      gracePeriodMicros: undefined,
      evictionRate: 0.1,
      secondaryEvictionRate: 0.01,
      unhealthyZoneThreshold: 0.55,
      largeClusterSizeThreshold: 50,
    },
    horizontalPodAutoscaler: {
      syncPeriodMicros: 15 * MICROS_PER_SECOND,
      tolerance: 0.1,
      downscaleStabilizationMicros: 300 * MICROS_PER_SECOND,
      cpuInitializationPeriodMicros: 300 * MICROS_PER_SECOND,
      initialReadinessDelayMicros: 30 * MICROS_PER_SECOND,
    },
  },
  kubeScheduler: { kubeApiQps: 50, kubeApiBurst: 100 },
  kubelet: { kubeApiQps: 50, kubeApiBurst: 100 },
  // Not documented anywhere: taken from the recordings in workloads/conformance, as docs/fidelity.md says.
  latency: {
    apiMicros: 5_000,
    apiServiceMicros: 1_900,
    watchMicros: 2_000,
    schedulingCycleMicros: 1_000,
    kubeletSyncMicros: 34_000,
    kubectlMicros: 102_000,
    kubectlApplyMicros: 134_000,
    kubectlExitMicros: 16_000,
    // kube-proxy's default `--iptables-min-sync-period`: the longest that it keeps a change waiting.
    proxyMicros: MICROS_PER_SECOND,
  },
};

/**
 * What a managed service publishes for its big clusters, because few do: Huawei CCE above 1,000 nodes gives controller
 * manager and scheduler 200 requests/s and a burst of 200 each (and 100/100 below).
 * https://support.huaweicloud.com/intl/en-us/drawer-cce/Cluster_kube-api-qps.html, Cluster_kube-api-burst.html,
 * ClusterScheduler_kube-api-qps.html, ClusterScheduler_kube-api-burst.html
 */
const LARGE_MANAGED: ClientLimits = { kubeApiQps: 200, kubeApiBurst: 200 };

/**
 * Google reports 1,000 pods a second, sustained, on its biggest clusters (Cloud blog, November 2025): at four writes a
 * pod until it runs, a write every 250 microseconds.
 */
const LARGE_MANAGED_SERVICE_MICROS = 250;

const presets: Readonly<Record<Preset, ControlPlaneOptions>> = {
  default: defaultControlPlane,
  unlimited: {
    kubeControllerManager: { ...defaultControlPlane.kubeControllerManager, ...UNLIMITED },
    kubeScheduler: UNLIMITED,
    kubelet: UNLIMITED,
    latency: NO_LATENCY,
  },
  'large-managed': {
    ...defaultControlPlane,
    kubeControllerManager: { ...defaultControlPlane.kubeControllerManager, ...LARGE_MANAGED },
    kubeScheduler: LARGE_MANAGED,
    latency: { ...defaultControlPlane.latency, apiServiceMicros: LARGE_MANAGED_SERVICE_MICROS },
  },
};

const words = (text: string): string[] => text.trim().split(/\s+/);

const COMMON_FLAGS = words(`feature-gates kube-api-content-type leader-elect leader-elect-lease-duration
  leader-elect-renew-deadline leader-elect-resource-lock leader-elect-resource-name leader-elect-resource-namespace
  leader-elect-retry-period logging-format profiling v vmodule`);

type ConcurrentSyncs = Exclude<
  keyof ControlPlaneOptions['kubeControllerManager'],
  keyof ClientLimits | 'terminatedPodGcThreshold' | 'nodeMonitor' | 'horizontalPodAutoscaler'
>;

/** The flags that set how many objects a controller syncs at a time. */
const CONCURRENT_SYNCS: readonly (readonly [ConcurrentSyncs, string])[] = [
  ['concurrentDeploymentSyncs', 'concurrent-deployment-syncs'],
  ['concurrentReplicasetSyncs', 'concurrent-replicaset-syncs'],
  ['concurrentRcSyncs', 'concurrent-rc-syncs'],
  ['concurrentStatefulsetSyncs', 'concurrent-statefulset-syncs'],
  ['concurrentDaemonsetSyncs', 'concurrent-daemonset-syncs'],
  ['concurrentJobSyncs', 'concurrent-job-syncs'],
  ['concurrentCronJobSyncs', 'concurrent-cron-job-syncs'],
  ['concurrentTtlAfterFinishedSyncs', 'concurrent-ttl-after-finished-syncs'],
  ['concurrentServiceEndpointSyncs', 'concurrent-service-endpoint-syncs'],
  ['concurrentResourceQuotaSyncs', 'concurrent-resource-quota-syncs'],
  ['concurrentHorizontalPodAutoscalerSyncs', 'concurrent-horizontal-pod-autoscaler-syncs'],
  ['concurrentGcSyncs', 'concurrent-gc-syncs'],
];

/** Flags that change how controllers decide or how fast they are; those about files, keys and ports mean nothing here. */
const CONTROLLER_MANAGER_FLAGS = words(`
  allocate-node-cidrs attach-detach-reconcile-sync-period concurrent-device-taint-eviction-syncs
  concurrent-endpoint-syncs concurrent-ephemeralvolume-syncs concurrent-namespace-syncs concurrent-resourceclaim-syncs concurrent-service-syncs
  concurrent-serviceaccount-token-syncs concurrent-validating-admission-policy-status-syncs configure-cloud-routes
  controller-start-interval controllers disable-attach-detach-reconcile-sync disable-force-detach-on-timeout
  enable-dynamic-provisioning enable-garbage-collector enable-hostpath-provisioner endpoint-updates-batch-period
  endpointslice-updates-batch-period
  legacy-service-account-token-clean-up-period max-endpoints-per-slice min-resync-period
  mirroring-concurrent-service-endpoint-syncs mirroring-endpointslice-updates-batch-period
  mirroring-max-endpoints-per-subset namespace-sync-period node-cidr-mask-size
  node-startup-grace-period node-sync-period
  pv-recycler-increment-timeout-nfs pv-recycler-timeout-increment-hostpath pvclaimbinder-sync-period
  resource-quota-sync-period route-reconciliation-period
`);

const CLIENT_FLAGS = ['kube-api-qps', 'kube-api-burst'];

/** No flag upstream, but `crashLoopBackOff.maxContainerRestartPeriod` of the kubelet's configuration. */
export const MAX_CONTAINER_RESTART_PERIOD = 'max-container-restart-period';

const KUBELET_FLAGS: readonly string[] = [...CLIENT_FLAGS, ...IMAGE_PULL_FLAGS, MAX_CONTAINER_RESTART_PERIOD];

const SCHEDULER_FLAGS = words('config pod-max-in-unschedulable-pods-duration');

/**
 * Reads `controlPlane`; what it leaves out comes from its preset, by default Kubernetes' own defaults. Flags that are not
 * simulated are reported.
 *
 * @throws InputError for a flag that the component does not have, or a value out of range.
 */
export function readControlPlane(context: DecodeContext, input: ControlPlaneInput): ControlPlaneOptions {
  const base = presets[input.preset ?? 'default'];
  return {
    kubeControllerManager: readControllerManager(context, base, input['kube-controller-manager'] ?? {}),
    kubeScheduler: readScheduler(context, base, input['kube-scheduler'] ?? {}),
    kubelet: readKubelet(context, base, input.kubelet ?? {}),
    latency: readLatency(context, base.latency, input.latency ?? {}),
  };
}

function readControllerManager(
  context: DecodeContext,
  base: ControlPlaneOptions,
  flags: Flags,
): ControlPlaneOptions['kubeControllerManager'] {
  const component = 'kube-controller-manager';
  const values = base.kubeControllerManager;
  const reader = new FlagReader(context, component, flags);
  const limits = reader.limits(values, defaultControlPlane.kubeControllerManager);
  const syncs = CONCURRENT_SYNCS.map(([name, flag]) => [name, reader.count(flag, values[name])] as const);
  const terminatedPodGcThreshold = reader.threshold('terminated-pod-gc-threshold', values.terminatedPodGcThreshold);
  const read = {
    ...limits,
    ...(Object.fromEntries(syncs) as Record<ConcurrentSyncs, number>),
    terminatedPodGcThreshold,
    nodeMonitor: readNodeMonitor(reader, values.nodeMonitor),
    horizontalPodAutoscaler: readAutoscaler(reader, values.horizontalPodAutoscaler),
  };
  reader.finish([...COMMON_FLAGS, ...CONTROLLER_MANAGER_FLAGS]);
  return read;
}

function readNodeMonitor(reader: FlagReader, values: NodeMonitorFlags): NodeMonitorFlags {
  const { gracePeriodMicros } = values;
  const periodMicros = reader.duration('node-monitor-period', values.periodMicros, 1);
  return {
    periodMicros,
    gracePeriodMicros: reader.duration('node-monitor-grace-period', gracePeriodMicros, 1),
    evictionRate: reader.share('node-eviction-rate', values.evictionRate),
    secondaryEvictionRate: reader.share('secondary-node-eviction-rate', values.secondaryEvictionRate),
    unhealthyZoneThreshold: reader.share('unhealthy-zone-threshold', values.unhealthyZoneThreshold),
    largeClusterSizeThreshold: reader.share('large-cluster-size-threshold', values.largeClusterSizeThreshold),
  };
}

function readAutoscaler(reader: FlagReader, values: HorizontalPodAutoscalerOptions): HorizontalPodAutoscalerOptions {
  const flag = (name: string): string => `horizontal-pod-autoscaler-${name}`;
  return {
    syncPeriodMicros: reader.duration(flag('sync-period'), values.syncPeriodMicros, 1),
    tolerance: reader.share(flag('tolerance'), values.tolerance),
    downscaleStabilizationMicros: reader.duration(flag('downscale-stabilization'), values.downscaleStabilizationMicros),
    cpuInitializationPeriodMicros: reader.duration(
      flag('cpu-initialization-period'),
      values.cpuInitializationPeriodMicros,
    ),
    initialReadinessDelayMicros: reader.duration(flag('initial-readiness-delay'), values.initialReadinessDelayMicros),
  };
}

function readScheduler(context: DecodeContext, base: ControlPlaneOptions, flags: Flags): ClientLimits {
  const reader = new FlagReader(context, 'kube-scheduler', flags);
  const limits = reader.limits(base.kubeScheduler, defaultControlPlane.kubeScheduler);
  reader.finish([...COMMON_FLAGS, ...SCHEDULER_FLAGS]);
  return limits;
}

/** Its other flags are accepted; those about images are read with the registry. */
function readKubelet(context: DecodeContext, base: ControlPlaneOptions, flags: Flags): ControlPlaneOptions['kubelet'] {
  const reader = new FlagReader(context, 'kubelet', flags);
  const limits = reader.limits(base.kubelet, defaultControlPlane.kubelet);
  const maxContainerRestartMicros = reader.duration(MAX_CONTAINER_RESTART_PERIOD, undefined, MICROS_PER_SECOND);
  for (const flag of Object.keys(flags)) {
    if (!KUBELET_FLAGS.includes(flag)) reportFlag(context, 'kubelet', flag);
  }
  return maxContainerRestartMicros === undefined ? limits : { ...limits, maxContainerRestartMicros };
}

/** @throws InputError for what the kubelet refuses without the gate KubeletCrashLoopBackOffMax. */
export function refuseRestartPeriod(context: DecodeContext, flags: Flags): void {
  if (flags[MAX_CONTAINER_RESTART_PERIOD] === undefined) return;
  const path = ['controlPlane', 'kubelet', MAX_CONTAINER_RESTART_PERIOD];
  failAt(context, path, 'must not be set while the feature gate KubeletCrashLoopBackOffMax is off');
}

/** Reads the flags of one component and remembers which ones it was asked for. */
class FlagReader {
  readonly #context: DecodeContext;
  readonly #component: string;
  readonly #flags: Flags;
  readonly #simulated: string[] = [];

  constructor(context: DecodeContext, component: string, flags: Flags) {
    this.#context = context;
    this.#component = component;
    this.#flags = flags;
  }

  limits(base: ClientLimits, upstream: ClientLimits): ClientLimits {
    const kubeApiQps = this.#qps(base.kubeApiQps);
    // A rate without a burst, on top of the preset "unlimited", would limit nothing.
    const burst = Number.isFinite(kubeApiQps) && base.kubeApiQps === Number.POSITIVE_INFINITY ? upstream : base;
    const kubeApiBurst = this.count('kube-api-burst', burst.kubeApiBurst);
    return kubeApiQps === Number.POSITIVE_INFINITY ? UNLIMITED : { kubeApiQps, kubeApiBurst };
  }

  count(flag: string, fallback: number): number {
    const value = this.#take(flag);
    if (value === undefined) return fallback;
    if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
    return failAt(this.#context, this.#path(flag), `expected a whole number from 1, got ${JSON.stringify(value)}`);
  }

  duration<F extends number | undefined>(flag: string, fallback: F, leastMicros = 0): number | F {
    const value = this.#take(flag);
    if (value === undefined) return fallback;
    const micros = parseAt(this.#context, this.#path(flag), () => parseDurationMicros(value as string | number));
    return micros >= leastMicros ? micros : failAt(this.#context, this.#path(flag), 'must be greater than 0');
  }

  /** A number from 0. */
  share(flag: string, fallback: number): number {
    const value = this.#take(flag);
    if (value === undefined) return fallback;
    if (typeof value === 'number' && value >= 0) return value;
    return failAt(this.#context, this.#path(flag), `expected a number from 0, got ${JSON.stringify(value)}`);
  }

  /** What is not above 0 means that there is none. */
  threshold(flag: string, fallback: number): number {
    const value = this.#take(flag);
    if (value === undefined) return fallback;
    if (typeof value === 'number' && Number.isSafeInteger(value)) return Math.max(0, value);
    return failAt(this.#context, this.#path(flag), `expected a whole number, got ${JSON.stringify(value)}`);
  }

  /** @throws InputError for a flag that nobody knows. */
  finish(others: readonly string[]): void {
    for (const flag of Object.keys(this.#flags)) {
      if (this.#simulated.includes(flag)) continue;
      if (!others.includes(flag)) {
        const message = `${this.#component} has no flag ${JSON.stringify(`--${flag}`)} that matters here`;
        failAt(this.#context, this.#path(flag), message, didYouMean(flag, [...this.#simulated, ...others]), 'key');
      }
      reportFlag(this.#context, this.#component, flag);
    }
  }

  /** client-go takes a negative rate for no limit, and 0 for its own default of 5, which nobody means. */
  #qps(fallback: number): number {
    const value = this.#take('kube-api-qps');
    if (value === undefined) return fallback;
    if (typeof value === 'number' && value < 0) return Number.POSITIVE_INFINITY;
    if (typeof value === 'number' && value > 0) return value;
    const message = `expected a number above 0, or -1 for no limit, got ${JSON.stringify(value)}`;
    return failAt(this.#context, this.#path('kube-api-qps'), message);
  }

  #take(flag: string): JsonValue | undefined {
    this.#simulated.push(flag);
    return this.#flags[flag];
  }

  #path(flag: string): FieldPath {
    return ['controlPlane', this.#component, flag];
  }
}

function reportFlag(context: DecodeContext, component: string, flag: string): void {
  context.notSimulated('Scenario', `controlPlane.${component}.${flag}`);
}
