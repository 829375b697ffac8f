import type { ObjectMeta } from '../api/types.ts';
import { type ApiError, alreadyExists, conflict, notFound } from './apiError.ts';
import type { Stored } from './objects.ts';

export type StoredObject = Stored & { readonly meta: ObjectMeta };

/** One watch event of an object: `before` is undefined for an addition, `after` for a deletion. */
export type ObjectListener<T> = (before: T | undefined, after: T | undefined) => void;

/** Says why an object may not be created; undefined: it may. */
export type ObjectAdmission<T> = (object: Omit<T, 'resourceVersion'>) => ApiError | undefined;

/** Asks for the delivery of a change to the informers; the table calls `deliver` itself when the time has come. */
export type NoticeScheduler = (deliver: () => void) => void;

/**
 * All objects of one kind: the API server's copy (`get`, `find`) and the one that informers have seen (`cached`).
 *
 * A write changes the first at once and the second when its notice is delivered, a watch latency later, in the order
 * of the writes. Observers (metrics, event log) see writes at once; controllers only ever listen to the informer.
 */
export class ObjectTable<T extends StoredObject> {
  readonly resource: string;
  private readonly live = new Map<number, T>();
  private readonly seen = new Map<number, T>();
  private readonly uidByName = new Map<string, number>();
  private readonly seenByOwner = new Map<number, Map<number, T>>();
  private readonly observers: ObjectListener<T>[] = [];
  private readonly listeners: ObjectListener<T>[] = [];
  private readonly admissions: ObjectAdmission<T>[] = [];
  private readonly scheduleNotice: NoticeScheduler;
  private nextResourceVersion = 1;

  /** @param resource plural with group, as errors name it: `deployments.apps`. */
  constructor(resource: string, scheduleNotice: NoticeScheduler) {
    this.resource = resource;
    this.scheduleNotice = scheduleNotice;
  }

  /** Calls `observer` within every write. It may not write. */
  observe(observer: ObjectListener<T>): void {
    this.observers.push(observer);
  }

  /** Calls `listener` when an informer sees a change. */
  listen(listener: ObjectListener<T>): void {
    this.listeners.push(listener);
  }

  /** Has `admission` look at every object before it is created; the first refusal counts. */
  admit(admission: ObjectAdmission<T>): void {
    this.admissions.push(admission);
  }

  get(uid: number): T | undefined {
    return this.live.get(uid);
  }

  find(namespace: string, name: string): T | undefined {
    const uid = this.uidByName.get(`${namespace}/${name}`);
    return uid === undefined ? undefined : this.live.get(uid);
  }

  /** The object as informers have last seen it. */
  cached(uid: number): T | undefined {
    return this.seen.get(uid);
  }

  /** Objects controlled by `ownerUid` (-1: by none) as informers have last seen them, in the order of their uids. */
  cachedOwnedBy(ownerUid: number): T[] {
    const owned = this.seenByOwner.get(ownerUid);
    return owned === undefined ? [] : [...owned.values()].sort((a, b) => a.uid - b.uid);
  }

  /** Live objects in the order of creation. */
  list(): T[] {
    return [...this.live.values()];
  }

  /** All objects as informers have last seen them, in the order in which they were first seen. */
  cachedList(): T[] {
    return [...this.seen.values()];
  }

  get size(): number {
    return this.live.size;
  }

  create(object: Omit<T, 'resourceVersion'>): ApiError | undefined {
    const name = `${object.meta.namespace}/${object.meta.name}`;
    if (this.uidByName.has(name)) return alreadyExists(this.resource, object.meta.name);
    for (const admission of this.admissions) {
      const refusal = admission(object);
      if (refusal !== undefined) return refusal;
    }
    const created = { ...object, resourceVersion: this.nextResourceVersion++ } as T;
    this.uidByName.set(name, created.uid);
    this.commit(undefined, created);
    return undefined;
  }

  /** Adds an object that has been there since before the run: nobody is told of it, and informers know it. */
  preset(object: T): void {
    this.live.set(object.uid, object);
    this.seen.set(object.uid, object);
    this.uidByName.set(`${object.meta.namespace}/${object.meta.name}`, object.uid);
  }

  /** Adds an object that has been there since before the run: observers are told, and informers know it at once. */
  addExisting(object: Omit<T, 'resourceVersion'>): void {
    const existing = { ...object, resourceVersion: this.nextResourceVersion++ } as T;
    this.live.set(existing.uid, existing);
    this.uidByName.set(`${existing.meta.namespace}/${existing.meta.name}`, existing.uid);
    for (const observer of this.observers) observer(undefined, existing);
    this.deliver(undefined, existing);
  }

  /** Replaces the object if nobody wrote it since `object.resourceVersion`. */
  update(object: T): ApiError | undefined {
    const before = this.live.get(object.uid);
    if (before === undefined) return notFound(this.resource, object.meta.name);
    if (before.resourceVersion !== object.resourceVersion) return conflict(this.resource, object.meta.name);
    this.commit(before, { ...object, resourceVersion: this.nextResourceVersion++ });
    return undefined;
  }

  /**
   * A DELETE request. An object with finalizers, old ones or the given one, only gets its deletionTimestamp; it goes when
   * the last finalizer is removed. Deleting twice changes nothing but may add a finalizer.
   *
   * @param finalizer what the propagation policy adds: none for background deletion
   */
  delete(uid: number, nowMicros = 0, finalizer?: string): ApiError | undefined {
    const before = this.live.get(uid);
    if (before === undefined) return notFound(this.resource, String(uid));
    const present = before.finalizers ?? [];
    const finalizers = finalizer === undefined || present.includes(finalizer) ? present : [...present, finalizer];
    if (finalizers.length === 0) return this.remove(before);
    if (before.deletionMicros !== undefined && finalizers === present) return undefined;
    const deletionMicros = before.deletionMicros ?? nowMicros;
    // The deletionTimestamp raises the generation, as upstream's BeforeDelete has it.
    const generation = before.generation + (before.deletionMicros === undefined ? 1 : 0);
    return this.update({ ...before, deletionMicros, finalizers, generation });
  }

  /** Removes a finalizer; a deleted object without any more of them goes. */
  removeFinalizer(uid: number, finalizer: string): ApiError | undefined {
    const before = this.live.get(uid);
    if (before === undefined) return notFound(this.resource, String(uid));
    const finalizers = (before.finalizers ?? []).filter((other) => other !== finalizer);
    if (finalizers.length === 0 && before.deletionMicros !== undefined) return this.remove(before);
    return this.update({ ...before, finalizers });
  }

  private remove(before: T): undefined {
    this.uidByName.delete(`${before.meta.namespace}/${before.meta.name}`);
    this.commit(before, undefined);
  }

  private commit(before: T | undefined, after: T | undefined): void {
    if (after !== undefined) this.live.set(after.uid, after);
    else if (before !== undefined) this.live.delete(before.uid);
    for (const observer of this.observers) observer(before, after);
    this.scheduleNotice(() => this.deliver(before, after));
  }

  private deliver(before: T | undefined, after: T | undefined): void {
    if (before !== undefined) this.seenByOwner.get(before.ownerUid)?.delete(before.uid);
    if (after === undefined) {
      if (before !== undefined) this.seen.delete(before.uid);
    } else {
      this.seen.set(after.uid, after);
      let owned = this.seenByOwner.get(after.ownerUid);
      if (owned === undefined) {
        owned = new Map();
        this.seenByOwner.set(after.ownerUid, owned);
      }
      owned.set(after.uid, after);
    }
    for (const listener of this.listeners) listener(before, after);
  }
}
