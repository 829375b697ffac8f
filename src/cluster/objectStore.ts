import type { HandlerId, Kernel } from '../kernel/kernel.ts';
import type { Micros } from '../kernel/time.ts';
import type { ApiServer } from './apiServer.ts';
import { EventSpamFilter } from './eventSpamFilter.ts';
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
  /** From a write to the moment in which informers see it. */
  readonly watchMicros: Micros;
  private readonly objectNotice: HandlerId;
  private objectNotices: (() => void)[] = [];
  private objectNoticeHead = 0;
  private readonly eventObservers: ((event: RecordedEvent) => void)[] = [];
  private readonly eventSpamFilter = new EventSpamFilter();
  private nextUid = 1;

  constructor(kernel: Kernel, apiServer: ApiServer, watchMicros: Micros) {
    this.kernel = kernel;
    this.apiServer = apiServer;
    this.watchMicros = watchMicros;
    this.objectNotice = kernel.register('watch/object', () => this.deliverObject());
    const schedule = (deliver: () => void) => {
      this.lastWriteMicros = kernel.nowMicros;
      this.objectNotices.push(deliver);
      kernel.schedule(this.watchMicros, this.objectNotice);
    };
    const tables = Object.entries(RESOURCES).map(([kind, resource]) => [kind, new ObjectTable(resource, schedule)]);
    this.tables = Object.fromEntries(tables) as StoredTables;
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

  /** Records an Event about an object of any kind but Pod. */
  recordEvent({ kind, uid, meta }: AnyStored, reason: string, message: string): void {
    this.tell(uid, { kind, namespace: meta.namespace, name: meta.name, reason, message });
  }

  /** Tells those who watch Events, and sends it to the API server. */
  protected tell(uid: number, event: RecordedEvent): void {
    this.sendEvent(uid);
    for (const observer of this.eventObservers) observer(event);
  }

  /**
   * Sends an Event that nobody here reads. It goes past the component's client limits and through client-go's spam
   * filter; at the API server it takes its time like any write.
   */
  sendEvent(uid: number): void {
    if (this.eventSpamFilter.admits(uid, this.kernel.nowMicros)) this.apiServer.load();
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
