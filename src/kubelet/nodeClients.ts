import type { ApiServer } from '../cluster/apiServer.ts';
import { widened } from '../cluster/columns.ts';
import type { HandlerId, Kernel } from '../kernel/kernel.ts';
import { MICROS_PER_SECOND, type Micros } from '../kernel/time.ts';

/** `--kube-api-qps` and `--kube-api-burst` of every kubelet. */
export interface KubeletLimits {
  /** Infinity for no limit. */
  readonly kubeApiQps: number;
  readonly kubeApiBurst: number;
}

/** The status manager reads the pod before it patches its status, and before it deletes it. */
const REQUESTS_PER_UPDATE = 2;

/**
 * The client of each node's kubelet for the status and the end of its pods: a token bucket (`golang.org/x/time/rate`) by
 * node, of which only the time is kept at which it would be full again. Leases and events have clients of their own.
 */
export class NodeClients {
  private readonly kernel: Kernel;
  private readonly apiServer: ApiServer;
  private readonly updateMicros: Micros;
  private readonly fillMicros: Micros;
  private readonly sendHandler: HandlerId;
  /** What waits for its turn: handler and operands, by number. */
  private readonly waiting: ([HandlerId, number, number] | undefined)[] = [];
  private readonly unused: number[] = [];
  private fullAtMicros = new Float64Array(0);

  constructor(kernel: Kernel, apiServer: ApiServer, { kubeApiQps, kubeApiBurst }: KubeletLimits) {
    this.kernel = kernel;
    this.apiServer = apiServer;
    this.updateMicros = (REQUESTS_PER_UPDATE * MICROS_PER_SECOND) / kubeApiQps;
    this.fillMicros = (kubeApiBurst * MICROS_PER_SECOND) / kubeApiQps;
    this.sendHandler = kernel.register('kubelet/client', (number) => this.sendWaiting(number));
  }

  /** Sends an update of a pod on the node, now or when the limits let it; `handler` runs when it is committed. */
  send(node: number, handler: HandlerId, a: number, b: number): void {
    const delayMicros = this.updateMicros === 0 ? 0 : this.reserve(node);
    if (delayMicros === 0) {
      this.apiServer.send(handler, a, b);
      return;
    }
    const number = this.unused.pop() ?? this.waiting.length;
    this.waiting[number] = [handler, a, b];
    this.kernel.schedule(delayMicros, this.sendHandler, number);
  }

  /** @returns how long the node's next update has to wait */
  private reserve(node: number): Micros {
    const { nowMicros } = this.kernel;
    if (node >= this.fullAtMicros.length) this.fullAtMicros = widened(this.fullAtMicros, Math.max(64, 2 * (node + 1)));
    const fullAtMicros = Math.max(this.fullAtMicros[node]!, nowMicros) + this.updateMicros;
    this.fullAtMicros[node] = fullAtMicros;
    return Math.max(0, Math.round(fullAtMicros - this.fillMicros) - nowMicros);
  }

  private sendWaiting(number: number): void {
    const [handler, a, b] = this.waiting[number]!;
    this.waiting[number] = undefined;
    this.unused.push(number);
    this.apiServer.send(handler, a, b);
  }
}
