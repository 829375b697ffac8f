import { MICROS_PER_SECOND, type Micros } from '../kernel/time.ts';

/** client-go's `EventSourceObjectSpamFilter`: so many Events about one object at once … */
const BURST = 25;
/** … and then one in five minutes. */
const REFILL_MICROS = 300 * MICROS_PER_SECOND;

/** Decides which Events about an object are sent to the API server at all. */
export class EventSpamFilter {
  /** Per object: the time at which all its tokens are back. */
  private readonly fullAtMicros = new Map<number, Micros>();

  /** Takes a token if there is one. @param uid the object that the Event is about */
  admits(uid: number, nowMicros: Micros): boolean {
    const fullAt = Math.max(this.fullAtMicros.get(uid) ?? 0, nowMicros) + REFILL_MICROS;
    if (fullAt - nowMicros > BURST * REFILL_MICROS) return false;
    this.fullAtMicros.set(uid, fullAt);
    return true;
  }
}
