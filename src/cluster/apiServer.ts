import type { Kernel } from '../kernel/kernel.ts';
import type { Micros } from '../kernel/time.ts';

export interface ApiServerOptions {
  /** From a request's arrival to its answer, when the server has nothing else to do. */
  readonly latencyMicros: Micros;
  /** How long a write occupies the server: the inverse of the writes per second that it can take. */
  readonly serviceMicros: Micros;
}

/**
 * The capacity that all clients share: writes are served one after the other, in the order of their arrival. Seldom
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
    const begin = Math.max(this.kernel.nowMicros, this.freeAtMicros);
    this.freeAtMicros = begin + this.options.serviceMicros;
    return begin + this.options.latencyMicros;
  }
}
