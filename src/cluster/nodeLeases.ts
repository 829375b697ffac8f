import { MICROS_PER_SECOND, type Micros } from '../kernel/time.ts';
import type { Node } from './objects.ts';

/** `renewInterval` of kubelets: a quarter of `nodeLeaseDurationSeconds` (40). */
const RENEW_MICROS = 10 * MICROS_PER_SECOND;

/** Tells that a node's kubelet stopped or began again to renew its lease, within the moment. */
export type LeaseObserver = (nodeName: string, isRenewed: boolean) => void;

/** Renewals of one lease: one every ten seconds from `from`, until `stopped`. */
interface Lease {
  readonly from: Micros;
  readonly stopped: Micros | undefined;
  /** What it ended or began with, in the log of causes. */
  readonly cause: number;
}

/**
 * The Leases of nodes. A kubelet renews its node's every ten seconds from when it starts; as long as all do, that costs
 * no events: the moment of a renewal is worked out when somebody asks for it.
 */
export class NodeLeases {
  private readonly leases = new Map<string, Lease>();
  private readonly observers: LeaseObserver[] = [];

  /** Calls `observer` when a lease stops being renewed, or is renewed again. */
  observe(observer: LeaseObserver): void {
    this.observers.push(observer);
  }

  /** Whether the kubelet of that node renews its lease. */
  isRenewed(name: string): boolean {
    return this.leases.get(name)?.stopped === undefined;
  }

  /** When the node's lease was last renewed, as of `byMicros`. */
  renewedMicros({ meta: { name }, creationMicros }: Node, byMicros: Micros): Micros {
    const { from, stopped = byMicros } = this.leases.get(name) ?? { from: creationMicros, stopped: undefined };
    const until = Math.min(stopped, byMicros);
    return from + RENEW_MICROS * Math.max(0, Math.floor((until - from) / RENEW_MICROS));
  }

  /** What the silence of the node's kubelet, or its return, followed from, in the log of causes; -1 for neither. */
  causeOf(name: string): number {
    return this.leases.get(name)?.cause ?? -1;
  }

  /** The kubelet of `node` falls silent. */
  stop({ meta: { name }, creationMicros }: Node, nowMicros: Micros, cause = -1): void {
    const from = this.leases.get(name)?.from ?? creationMicros;
    this.leases.set(name, { from, stopped: nowMicros, cause });
    for (const observer of this.observers) observer(name, false);
  }

  /** The kubelet of the node is back, and renews at once. */
  start(name: string, nowMicros: Micros, cause = -1): void {
    this.leases.set(name, { from: nowMicros, stopped: undefined, cause });
    for (const observer of this.observers) observer(name, true);
  }
}
