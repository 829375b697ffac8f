import type { FeatureGates } from '../api/featureGates.ts';
import {
  ApiClient,
  type ApiError,
  type Cluster,
  isQuotaRefusal,
  type PodMetricsSource,
  type Process,
  ProcessRunner,
} from '../cluster/index.ts';
import type { HandlerId, Kernel } from '../kernel/kernel.ts';
import { WorkQueue, type WorkQueueOptions } from '../kernel/workQueue.ts';
import type { ClientLimits, ControlPlaneOptions, VersionProfile } from './options.ts';

/** What every controller is given. */
export interface ControllerContext {
  readonly kernel: Kernel;
  readonly cluster: Cluster;
  readonly controlPlane: ControlPlaneOptions;
  readonly version: VersionProfile;
  readonly gates: FeatureGates;
  /** Left out: there is no metrics API. */
  readonly podMetrics?: PodMetricsSource;
}

/** Why a sync failed; undefined when it succeeded. A failed key is taken up again after its back-off. */
export type SyncError = ApiError | undefined;

export interface WorkersOptions {
  readonly name: string;
  /** `--concurrent-…-syncs` */
  readonly concurrency: number;
  /** Failures after which a key is dropped until its next event; upstream's `maxRetries`. */
  readonly maxRetries?: number;
  readonly sync: (key: number) => Process<SyncError>;
  /** The queue's rate limiter, where it is not client-go's default for controllers. */
  readonly rateLimiter?: RateLimiter;
  /** Shared with another worker loop of the same controller; by default one of its own. */
  readonly client?: ApiClient;
}

export type RateLimiter = Omit<WorkQueueOptions, 'name' | 'onReady'>;

/**
 * The worker loop of a controller: a rate-limited queue of object uids, some workers, one client for all of them.
 * A key is never synced twice at once; a sync that is blocked in the client's limiter occupies its worker.
 */
export class Workers {
  readonly queue: WorkQueue;
  /** Of all its requests. */
  readonly client: ApiClient;
  private readonly kernel: Kernel;
  private readonly runner: ProcessRunner<SyncError>;
  private readonly options: WorkersOptions;
  private readonly pumpHandler: HandlerId;
  private readonly quotaRetry: HandlerId;
  private idle: number;
  private pumpScheduled = false;

  constructor(context: ControllerContext, options: WorkersOptions) {
    const { kernel, controlPlane } = context;
    this.kernel = kernel;
    this.options = options;
    this.idle = options.concurrency;
    this.client = options.client ?? createClient(context, options.name, controlPlane.kubeControllerManager);
    this.runner = new ProcessRunner<SyncError>(kernel, this.client, options.name);
    this.pumpHandler = kernel.register(`${options.name}/worker`, () => this.pump());
    this.queue = new WorkQueue(kernel, {
      ...options.rateLimiter,
      name: options.name,
      onReady: () => this.schedulePump(),
    });
    this.quotaRetry = this.queue.delay('quota-retry');
  }

  /** Workers take keys in an event of their own, so that all changes of one instant are seen by one sync. */
  private schedulePump(): void {
    if (this.pumpScheduled || this.idle === 0) return;
    this.pumpScheduled = true;
    this.kernel.schedule(0, this.pumpHandler);
  }

  private pump(): void {
    this.pumpScheduled = false;
    while (this.idle > 0) {
      const key = this.queue.get();
      if (key === -1) return;
      this.idle--;
      const before = this.kernel.continueFrom(this.queue.causeOf(key), this.pumpHandler, key);
      this.runner.start(this.options.sync(key), (error) => this.finish(key, error));
      this.kernel.resumeCause(before);
    }
  }

  private finish(key: number, error: SyncError): void {
    if (error === undefined) this.queue.forget(key);
    else if (this.queue.numRequeues(key) < (this.options.maxRetries ?? Number.POSITIVE_INFINITY)) {
      this.queue.addRateLimited(key, isQuotaRefusal(error) ? this.quotaRetry : undefined);
    } else this.queue.forget(key);
    this.queue.done(key);
    this.idle++;
    if (this.queue.length > 0) this.schedulePump();
  }
}

/** A client of its own for one component. */
export function createClient(context: ControllerContext, name: string, limits: ClientLimits): ApiClient {
  const { kernel, cluster } = context;
  return new ApiClient(kernel, cluster.apiServer, { name, qps: limits.kubeApiQps, burst: limits.kubeApiBurst });
}
