import type { Kernel } from '../kernel/kernel.ts';
import type { Micros } from '../kernel/time.ts';
import { TokenBucket } from '../kernel/tokenBucket.ts';

export interface ApiClientLimits {
  /** `--kube-api-qps`; Infinity: unlimited. */
  readonly qps: number;
  /** `--kube-api-burst` */
  readonly burst: number;
}

/**
 * One component's way to the API server: a client-side rate limit, shared by all its workers, and the time that a
 * request takes. A request is committed, and answered, at the moment that `arrivalMicros` gives.
 */
export class ApiClient {
  private readonly kernel: Kernel;
  private readonly bucket: TokenBucket;
  private readonly latencyMicros: Micros;

  constructor(kernel: Kernel, limits: ApiClientLimits, latencyMicros: Micros) {
    this.kernel = kernel;
    this.bucket = new TokenBucket(limits.qps, limits.burst);
    this.latencyMicros = latencyMicros;
  }

  /** Takes a token for a request sent now and tells when the request is committed. */
  arrivalMicros(): Micros {
    return this.bucket.reserve(this.kernel.nowMicros) + this.latencyMicros;
  }
}
