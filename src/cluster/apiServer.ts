import type { HandlerId, Kernel } from '../kernel/kernel.ts';
import type { Micros } from '../kernel/time.ts';

export interface ApiServerOptions {
  /** From a request's arrival to its answer, when the server has nothing else to do. Read anew for each: it may be drawn. */
  readonly latencyMicros: Micros;
  /** How long a write alone occupies the server: the inverse of the writes per second that it can take. */
  readonly serviceMicros: Micros;
}

/** Handler of a write that nobody waits for. */
const NOBODY = -1;

/** Numbers a write. */
const WORDS = 4;

/** Writes that are done are forgotten from this number on, where the server is never idle. */
const COMPACT_FROM = 10_000;

/**
 * The capacity that all clients share. Writes are served together, each getting an equal share of the server (processor
 * sharing), as requests in goroutines do: a batch of thirty creations comes back at nearly one moment, thirty service
 * times later. Seldom felt behind the clients' own limits, but with those lifted it is what a burst of hundreds of pods
 * waits for.
 *
 * All writes need the same service, so they are done in the order of their arrival, and one timer, for the oldest, is
 * enough. Service is counted in a clock of its own that runs slower the more writes are served.
 */
export class ApiServer {
  private readonly kernel: Kernel;
  private readonly options: ApiServerOptions;
  private readonly served: HandlerId;
  /** Four numbers a write: handler, a, b, and the cause. */
  private requests: number[] = [];
  /** By write: the value of `service` at which it is done. */
  private doneAt: number[] = [];
  private head = 0;
  /** Service that a write would have got which has been there since the server was last idle. */
  private service = 0;
  private serviceAtMicros: Micros = 0;
  private isPlanned = false;

  constructor(kernel: Kernel, options: ApiServerOptions) {
    this.kernel = kernel;
    this.options = options;
    this.served = kernel.register('kube-apiserver/served', () => this.finish());
  }

  /** Takes a write that arrives now; `handler(a, b)` runs when it is committed and answered. */
  send(handler: HandlerId, a: number, b: number): void {
    const { latencyMicros, serviceMicros } = this.options;
    if (serviceMicros === 0) {
      if (handler !== NOBODY) this.kernel.schedule(latencyMicros, handler, a, b);
      return;
    }
    this.advance();
    this.requests.push(handler, a, b, this.kernel.cause);
    this.doneAt.push(this.service + serviceMicros);
    this.plan();
  }

  /** Takes a write that nobody waits for. */
  load(): void {
    if (this.options.serviceMicros > 0) this.send(NOBODY, 0, 0);
  }

  private get inService(): number {
    return this.doneAt.length - this.head;
  }

  private advance(): void {
    const { nowMicros } = this.kernel;
    if (this.inService > 0) this.service += (nowMicros - this.serviceAtMicros) / this.inService;
    this.serviceAtMicros = nowMicros;
  }

  /** Writes that come later only put off the end of the oldest one: a timer that runs may stay, and fire too early. */
  private plan(): void {
    if (this.isPlanned || this.inService === 0) return;
    const missing = (this.doneAt[this.head]! - this.service) * this.inService;
    this.isPlanned = true;
    this.kernel.schedule(Math.max(0, Math.ceil(missing)), this.served);
  }

  private finish(): void {
    const { latencyMicros, serviceMicros } = this.options;
    this.isPlanned = false;
    this.advance();
    while (this.inService > 0 && this.doneAt[this.head]! <= this.service) {
      const at = WORDS * this.head++;
      const handler = this.requests[at]!;
      if (handler === NOBODY) continue;
      const rest = Math.max(0, latencyMicros - serviceMicros);
      const before = this.kernel.continueFrom(this.requests[at + 3]!, this.served);
      this.kernel.schedule(rest, handler, this.requests[at + 1]!, this.requests[at + 2]!);
      this.kernel.resumeCause(before);
    }
    if (this.inService === 0) this.service = 0;
    if (this.inService === 0 || this.head > COMPACT_FROM) {
      this.requests = this.requests.slice(WORDS * this.head);
      this.doneAt = this.doneAt.slice(this.head);
      this.head = 0;
    }
    this.plan();
  }
}
