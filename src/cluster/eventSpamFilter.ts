import { MICROS_PER_SECOND, type Micros } from '../kernel/time.ts';

/** client-go's `EventSourceObjectSpamFilter`: so many Events about one object at once … */
const BURST = 25;
/** … and then one in five minutes. */
const REFILL_MICROS = 300 * MICROS_PER_SECOND;
/** From so many objects on, those that have all their tokens are forgotten now and then. */
const MANY_OBJECTS = 4_096;

/** Decides which Events about an object are sent to the API server at all. */
export class EventSpamFilter {
  /** Per object: the time at which all its tokens are back. */
  private readonly fullAtMicros = new Map<number, Micros>();
  private sweepsFrom = MANY_OBJECTS;

  /** Takes a token if there is one. @param uid the object that the Event is about */
  admits(uid: number, nowMicros: Micros): boolean {
    const fullAt = Math.max(this.fullAtMicros.get(uid) ?? 0, nowMicros) + REFILL_MICROS;
    if (fullAt - nowMicros > BURST * REFILL_MICROS) return false;
    this.fullAtMicros.set(uid, fullAt);
    if (this.fullAtMicros.size > this.sweepsFrom) this.sweep(nowMicros);
    return true;
  }

  /** An object with all its tokens is like one that was never heard of. */
  private sweep(nowMicros: Micros): void {
    for (const [uid, fullAt] of this.fullAtMicros) if (fullAt <= nowMicros) this.fullAtMicros.delete(uid);
    this.sweepsFrom = Math.max(MANY_OBJECTS, 2 * this.fullAtMicros.size);
  }
}
