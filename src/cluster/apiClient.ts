import type { HandlerId, Kernel } from '../kernel/kernel.ts';
import { TokenBucket } from '../kernel/tokenBucket.ts';
import type { ApiServer } from './apiServer.ts';

export interface ApiClientLimits {
  /** Name of the component, for the trace of causes. */
  readonly name: string;
  /** `--kube-api-qps`; Infinity: unlimited. */
  readonly qps: number;
  /** `--kube-api-burst` */
  readonly burst: number;
}

/** Requests that are sent are forgotten from this length on, where some always wait. */
const COMPACT_FROM = 30_000;

/**
 * One component's way to the API server: a client-side rate limit that all its workers share, then the server's own
 * queue. A request is committed, and answered, in one event.
 */
export class ApiClient {
  readonly name: string;
  private readonly kernel: Kernel;
  private readonly server: ApiServer;
  private readonly bucket: TokenBucket;
  private readonly released: HandlerId;
  /** Requests that wait for a token, three numbers each: handler, a, b. Tokens come in the order of asking. */
  private waiting: number[] = [];
  private head = 0;

  constructor(kernel: Kernel, server: ApiServer, limits: ApiClientLimits) {
    this.name = limits.name;
    this.kernel = kernel;
    this.server = server;
    this.bucket = new TokenBucket(limits.qps, limits.burst);
    this.released = kernel.register(`${limits.name}/limiter`, () => this.release());
  }

  /** Sends a request; `handler(a, b)` runs when it is committed. */
  send(handler: HandlerId, a: number, b: number): void {
    const tokenAt = this.bucket.reserve(this.kernel.nowMicros);
    if (tokenAt <= this.kernel.nowMicros) {
      this.server.send(handler, a, b);
      return;
    }
    this.waiting.push(handler, a, b);
    this.kernel.scheduleAt(tokenAt, this.released);
  }

  private release(): void {
    const { waiting, head } = this;
    this.server.send(waiting[head]!, waiting[head + 1]!, waiting[head + 2]!);
    this.head += 3;
    if (this.head === waiting.length || this.head >= COMPACT_FROM) {
      this.waiting = waiting.slice(this.head);
      this.head = 0;
    }
  }
}
