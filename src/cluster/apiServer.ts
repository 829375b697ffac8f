import type { Kernel } from '../kernel/kernel.ts';
import type { Micros } from '../kernel/time.ts';

export interface ApiServerOptions {
  /** From a request's arrival to its answer, when the server has nothing else to do. */
  readonly latencyMicros: Micros;
  /** How long a write occupies the server: the inverse of the writes per second that it can take. */
  readonly serviceMicros: Micros;
}

/**
 * Writes that come together are served together up to this number, as etcd commits them in batches: the recordings show
 * 16 pods created within 6 ms, and only larger bursts spread out.
 */
const BATCH_SIZE = 16;

/**
 * The capacity that all clients share: beyond a batch, writes queue for the server in the order of their arrival. Seldom
 * felt behind the clients' own limits, but with those lifted it is what a burst of hundreds of pods waits for.
 */
export class ApiServer {
  private readonly kernel: Kernel;
  private readonly options: ApiServerOptions;
  private freeAtMicros = 0;

  constructor(kernel: Kernel, options: ApiServerOptions) {
    this.kernel = kernel;
    this.options = options;
  }

  /** Takes a write that arrives now. Returns the time at which it is committed and answered. */
  acceptMicros(): Micros {
    const { latencyMicros, serviceMicros } = this.options;
    const { nowMicros } = this.kernel;
    this.freeAtMicros = Math.max(nowMicros, this.freeAtMicros) + serviceMicros;
    return Math.max(nowMicros, this.freeAtMicros - BATCH_SIZE * serviceMicros) + latencyMicros;
  }
}
