import type { HandlerId, Kernel } from '../kernel/kernel.ts';
import type { Latency } from '../kernel/latency.ts';
import type { Micros } from '../kernel/time.ts';
import { ApiClient } from './apiClient.ts';
import type { ApiServer } from './apiServer.ts';
import { EventSink } from './eventSink.ts';
import { type AnyStored, POD_CONTROLLER_KINDS, RESOURCES, type StoredByKind, type StoredKind } from './objects.ts';
import { ObjectTable } from './objectTable.ts';

/** A Kubernetes Event, as controllers and the scheduler record them. */
export interface RecordedEvent {
  /** Kind of the object it is about. */
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** `ScalingReplicaSet`, `FailedCreate` … */
  readonly reason: string;
  readonly message: string;
}

/** Delivered notices are forgotten from this number on, where some are always under way. */
const COMPACT_NOTICES_FROM = 1_000;

/** Kinds whose objects other objects may belong to. */
const OWNER_KINDS = [...POD_CONTROLLER_KINDS, 'Deployment', 'CronJob', 'Service'] as const;

export type StoredTables = { readonly [K in StoredKind]: ObjectTable<StoredByKind[K]> };

/**
 * All objects of the API server but pods, a table a kind, with the notices that tell informers of writes, the Events that
 * are recorded, and the uids that all objects share.
 */
export class ObjectStore {
  readonly kernel: Kernel;
  readonly apiServer: ApiServer;
  readonly tables: StoredTables;
  /** When anything was last written. What comes after are time-outs that found nothing to do. */
  lastWriteMicros: Micros = 0;
  /** From a write to the moment in which informers see it; what is typical, where it is drawn. */
  readonly watchMicros: Micros;
  private readonly drawWatch: Latency | undefined;
  private lastNoticeMicros: Micros = 0;
  private readonly objectNotice: HandlerId;
  private objectNotices: (() => void)[] = [];
  private objectNoticeHead = 0;
  private readonly eventObservers: ((event: RecordedEvent) => void)[] = [];
  /** For the Events of what sends them over a client of their own: scheduler, kubelets, autoscaler and provisioners. */
  readonly directEvents: EventSink;
  private readonly eventSinks = new Map<string, EventSink>();
  private nextUid = 1;

  constructor(kernel: Kernel, apiServer: ApiServer, watchMicros: Micros, drawWatch?: Latency) {
    this.kernel = kernel;
    this.apiServer = apiServer;
    this.watchMicros = watchMicros;
    this.drawWatch = drawWatch;
    const direct = { name: 'others', qps: Number.POSITIVE_INFINITY, burst: 1 };
    this.directEvents = new EventSink(kernel, new ApiClient(kernel, apiServer, direct));
    this.objectNotice = kernel.register('watch/object', () => this.deliverObject());
    const schedule = (deliver: () => void) => {
      this.lastWriteMicros = kernel.nowMicros;
      this.objectNotices.push(deliver);
      kernel.scheduleAt(this.noticeAt(), this.objectNotice);
    };
    const tables = Object.entries(RESOURCES).map(([kind, resource]) => [kind, new ObjectTable(resource, schedule)]);
    this.tables = Object.fromEntries(tables) as StoredTables;
  }

  /** When informers see what is written now: never before what was written earlier. */
  protected noticeAt(): Micros {
    if (this.drawWatch === undefined) return this.kernel.nowMicros + this.watchMicros;
    this.lastNoticeMicros = Math.max(this.lastNoticeMicros, this.kernel.nowMicros + this.drawWatch());
    return this.lastNoticeMicros;
  }

  get deployments(): StoredTables['Deployment'] {
    return this.tables.Deployment;
  }

  get replicaSets(): StoredTables['ReplicaSet'] {
    return this.tables.ReplicaSet;
  }

  get nodeObjects(): StoredTables['Node'] {
    return this.tables.Node;
  }

  allocateUid(): number {
    return this.nextUid++;
  }

  /** The object that others belong to, as the API server has it. */
  liveOwner(uid: number): StoredByKind[(typeof OWNER_KINDS)[number]] | undefined {
    for (const kind of OWNER_KINDS) {
      const owner = this.tables[kind].get(uid);
      if (owner !== undefined) return owner;
    }
    return undefined;
  }

  /** Calls `observer` for every Event that is recorded. */
  observeEvents(observer: (event: RecordedEvent) => void): void {
    this.eventObservers.push(observer);
  }

  /** Events about objects of this kind are those of one controller, and go over its client. */
  sendEventsAbout(kind: string, client: ApiClient): EventSink {
    const sink = new EventSink(this.kernel, client);
    this.eventSinks.set(kind, sink);
    return sink;
  }

  /**
   * Records an Event about an object of any kind but Pod.
   *
   * @param sink where it is sent, if not over the client of the kind's own controller
   */
  recordEvent(object: AnyStored, reason: string, message: string, sink = this.eventSinks.get(object.kind)): void {
    const { kind, uid, meta } = object;
    this.tell(uid, { kind, namespace: meta.namespace, name: meta.name, reason, message }, sink);
  }

  /** Tells those who watch Events, and sends it to the API server. */
  protected tell(uid: number, event: RecordedEvent, sink: EventSink | undefined): void {
    (sink ?? this.directEvents).send(uid);
    for (const observer of this.eventObservers) observer(event);
  }

  /** Sends an Event that nobody here reads. */
  sendEvent(kind: string, uid: number): void {
    (this.eventSinks.get(kind) ?? this.directEvents).send(uid);
  }

  private deliverObject(): void {
    const deliver = this.objectNotices[this.objectNoticeHead++]!;
    if (this.objectNoticeHead === this.objectNotices.length || this.objectNoticeHead === COMPACT_NOTICES_FROM) {
      this.objectNotices = this.objectNotices.slice(this.objectNoticeHead);
      this.objectNoticeHead = 0;
    }
    deliver();
  }
}
