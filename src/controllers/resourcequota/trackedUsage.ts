import {
  type AnyStored,
  type Cluster,
  POD_FINISHED,
  POD_TERMINATING,
  type StoredKind,
  truncateToSecond,
} from '../../cluster/index.ts';
import { MICROS_PER_SECOND, type Micros } from '../../kernel/time.ts';
import { COUNTED_KINDS, usageOfObject } from './objectUsage.ts';
import type { PodUsages } from './podUsage.ts';
import type { Usage } from './usage.ts';

/** Bits of what a pod counts as. */
const IN_STORAGE = 1;
/** For everything but `count/pods` (upstream's `QuotaV1Pod`). */
const ALIVE = 2;
/** Has been terminating for so long that it is not held against its namespace any more. */
const OVERDUE = 4;
/** Was seen to be terminating while it was alive. */
const TERMINATING = 8;

/** Pods that were looked at are forgotten from this number on, where some always terminate. */
const COMPACT_FROM = 1_000;

export interface UsageListener {
  /** Something that a quota of the namespace may count is there. */
  added(namespace: string): void;
  /** Something that a quota of the namespace may count is gone. */
  released(namespace: string): void;
  /** So many pods that count are terminating now. */
  terminating(count: number): void;
}

type Totals = Map<string, number>;

/** Terminating pods of one grace period, in the order of their deletion. */
interface Overdue {
  readonly pods: { readonly pod: number; readonly uid: number; readonly atMicros: Micros }[];
  head: number;
}

/** What namespaces with quotas use, as informers see it, kept up to date object by object. */
export class TrackedUsage {
  private readonly cluster: Cluster;
  private readonly podUsages: PodUsages;
  private readonly listener: UsageListener;
  private readonly byNamespace = new Map<string, Totals>();
  /** By pod row: the namespace that it counts in, if that is followed, and what it counts as. */
  private readonly namespaceOfPod: (string | undefined)[] = [];
  private readonly countedAs: number[] = [];
  private readonly byGrace = new Map<number, Overdue>();
  private terminatingPods = 0;

  constructor(cluster: Cluster, podUsages: PodUsages, listener: UsageListener) {
    this.cluster = cluster;
    this.podUsages = podUsages;
    this.listener = listener;
    cluster.listenPods((pod, before, after) => this.podChanged(pod, before, after));
    for (const kind of COUNTED_KINDS) {
      cluster.tables[kind].listen((before?: AnyStored, after?: AnyStored) => {
        if (before === undefined || after === undefined)
          this.objectChanged(kind, (after ?? before)!, before === undefined);
      });
    }
  }

  /** Counts what the namespace has, once; from then on it costs what changes. */
  follow(namespace: string): void {
    if (this.isFollowing(namespace)) return;
    const totals: Totals = new Map();
    this.byNamespace.set(namespace, totals);
    for (const kind of COUNTED_KINDS) {
      for (const object of this.cluster.tables[kind].cachedList()) {
        if (object.meta.namespace === namespace) add(totals, usageOfObject(kind, object), 1);
      }
    }
    const { pods } = this.cluster;
    for (let pod = 0; pod < pods.rowCount; pod++) {
      const seen = pods.observed[pod]!;
      if (seen !== 0 && this.cluster.podNamespace(pod) === namespace) this.enter(pod, namespace, seen);
    }
  }

  isFollowing(namespace: string): boolean {
    return this.byNamespace.has(namespace);
  }

  /** What the namespace uses at this time, by resource; what is not there is not used. */
  totals(namespace: string): ReadonlyMap<string, number> {
    for (const overdue of this.byGrace.values()) this.dropOverdue(overdue);
    return this.byNamespace.get(namespace)!;
  }

  private objectChanged(kind: StoredKind, object: AnyStored, isNew: boolean): void {
    const { namespace } = object.meta;
    const totals = this.byNamespace.get(namespace);
    if (totals === undefined) return;
    add(totals, usageOfObject(kind, object), isNew ? 1 : -1);
    if (isNew) this.listener.added(namespace);
    else this.listener.released(namespace);
  }

  // ---- pods ----

  private podChanged(pod: number, before: number, after: number): void {
    if (this.byNamespace.size === 0) return;
    if (before === 0) {
      const namespace = this.cluster.podNamespace(pod);
      if (!this.byNamespace.has(namespace)) return;
      this.enter(pod, namespace, after);
      this.listener.added(namespace);
      return;
    }
    const namespace = this.namespaceOfPod[pod];
    if (namespace === undefined) return;
    const wasAlive = (this.countedAs[pod]! & ALIVE) !== 0;
    this.recount(pod, namespace, after);
    if (after === 0) this.namespaceOfPod[pod] = undefined;
    else this.followTermination(pod, after);
    if (after === 0 || (wasAlive && (this.countedAs[pod]! & ALIVE) === 0)) this.listener.released(namespace);
  }

  private enter(pod: number, namespace: string, seen: number): void {
    this.namespaceOfPod[pod] = namespace;
    this.countedAs[pod] = 0;
    this.recount(pod, namespace, seen);
    this.followTermination(pod, seen);
  }

  private recount(pod: number, namespace: string, seen: number): void {
    const before = this.countedAs[pod]!;
    const isAlive = (seen & POD_FINISHED) === 0 && (before & OVERDUE) === 0;
    const after = seen === 0 ? 0 : IN_STORAGE | (isAlive ? ALIVE : 0) | (before & (OVERDUE | TERMINATING));
    if (after === before) return;
    this.countedAs[pod] = after;
    const totals = this.byNamespace.get(namespace)!;
    const stored = (after & IN_STORAGE) - (before & IN_STORAGE);
    if (stored !== 0) totals.set('count/pods', (totals.get('count/pods') ?? 0) + stored);
    if ((after & ALIVE) === (before & ALIVE)) return;
    add(totals, this.podUsages.of(this.cluster.templateOf(pod)).usage, (after & ALIVE) === 0 ? -1 : 1);
    if ((before & ALIVE) !== 0 && (before & TERMINATING) !== 0) this.changeTerminating(-1);
  }

  // ---- pods that are long about to go ----

  /** The deletionTimestamp lies a grace period behind the request, and the pod counts for another one. */
  private followTermination(pod: number, seen: number): void {
    if ((seen & POD_TERMINATING) === 0 || (this.countedAs[pod]! & (ALIVE | TERMINATING)) !== ALIVE) return;
    this.countedAs[pod]! |= TERMINATING;
    const { pods } = this.cluster;
    const graceSeconds = this.cluster.templateOf(pod).spec.terminationGracePeriodSeconds;
    let overdue = this.byGrace.get(graceSeconds);
    if (overdue === undefined) {
      overdue = { pods: [], head: 0 };
      this.byGrace.set(graceSeconds, overdue);
    }
    const atMicros = truncateToSecond(pods.deletionMicros[pod]!) + 2 * graceSeconds * MICROS_PER_SECOND;
    overdue.pods.push({ pod, uid: pods.uid[pod]!, atMicros });
    this.changeTerminating(1);
  }

  private dropOverdue(overdue: Overdue): void {
    const { pods } = this.cluster;
    for (; overdue.head < overdue.pods.length; overdue.head++) {
      const { pod, uid, atMicros } = overdue.pods[overdue.head]!;
      if (pods.uid[pod] !== uid || (this.countedAs[pod]! & ALIVE) === 0) continue;
      if (atMicros >= this.cluster.kernel.nowMicros) break;
      this.countedAs[pod]! |= OVERDUE;
      this.recount(pod, this.namespaceOfPod[pod]!, pods.observed[pod]!);
    }
    if (overdue.head < COMPACT_FROM) return;
    overdue.pods.splice(0, overdue.head);
    overdue.head = 0;
  }

  private changeTerminating(change: 1 | -1): void {
    this.terminatingPods += change;
    this.listener.terminating(this.terminatingPods);
  }
}

function add(totals: Totals, usage: Usage, sign: 1 | -1): void {
  for (const [resource, { value }] of usage) totals.set(resource, (totals.get(resource) ?? 0) + sign * value);
}
