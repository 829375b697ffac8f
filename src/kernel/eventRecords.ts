import type { EventHandle, EventQueue } from './eventQueue.ts';
import type { Micros } from './time.ts';

/** End of a list of slots. */
export const NONE = -1;

/** A record is 32 bytes, so an event costs one cache line whatever is read of it: the time, then six integers. */
export const TIME_STRIDE = 4;
export const WORD_STRIDE = 8;
export const SEQUENCE = 2;
export const NEXT = 3;
export const HANDLER = 4;
export const ARGUMENT_A = 5;
export const ARGUMENT_B = 6;
export const CAUSE = 7;

/** What stands in the handler's place once a record's event is cancelled or gone. */
const DEAD = -1;

const SLOT_LIMIT = 2 ** 22;
const SEQUENCE_LIMIT = 2 ** 31 - 1;
const FIRST_CAPACITY = 256;

/**
 * The storage both queues share: one record per pending event, found by its slot, and a list of free slots.
 *
 * A handle is the event's sequence number times 2^22 plus its slot. The sequence number tells apart the events that use
 * one slot after another, so no generation counter is needed. Limits: 4,194,304 pending events, 2^31 events in all.
 */
export class EventRecords {
  /** Event times, at `slot * TIME_STRIDE`. Replaced when the storage grows, as is `words`. */
  times = new Float64Array(FIRST_CAPACITY * TIME_STRIDE);
  /** The same memory as integers, at `slot * WORD_STRIDE + SEQUENCE` and so on. */
  words = new Int32Array(this.times.buffer);
  /** Records whose event is still to come. */
  live = 0;
  /** Records of cancelled events that the queue has not yet come across. */
  cancelled = 0;

  private capacity = FIRST_CAPACITY;
  private used = 0;
  private freeSlot = NONE;
  private nextSequence = 0;

  /**
   * Writes a new event and returns its slot.
   *
   * @throws RangeError when the time is not an exact, finite number, or when a limit is reached
   */
  add(timeMicros: Micros, handler: number, a: number, b: number, cause: number): number {
    if (!(timeMicros <= Number.MAX_SAFE_INTEGER)) throw new RangeError(`Event time is not finite: ${timeMicros}`);
    const sequence = this.nextSequence;
    if (sequence === SEQUENCE_LIMIT) throw new RangeError(`More than ${SEQUENCE_LIMIT} events in one run`);
    const slot = this.freeSlot === NONE ? this.unusedSlot() : this.freeSlot;
    const words = this.words;
    const word = slot * WORD_STRIDE;
    this.freeSlot = words[word + NEXT]!;
    this.nextSequence = sequence + 1;
    this.live++;
    this.times[slot * TIME_STRIDE] = timeMicros;
    words[word + SEQUENCE] = sequence;
    words[word + NEXT] = NONE;
    words[word + HANDLER] = handler;
    words[word + ARGUMENT_A] = a;
    words[word + ARGUMENT_B] = b;
    words[word + CAUSE] = cause;
    return slot;
  }

  /** The handle of the event that `slot` holds now. */
  handleOf(slot: number): EventHandle {
    return this.words[slot * WORD_STRIDE + SEQUENCE]! * SLOT_LIMIT + slot;
  }

  /** Marks the event as cancelled; its slot stays taken until the queue drops it. False when there is no such event. */
  cancel(handle: EventHandle): boolean {
    if (!Number.isInteger(handle)) return false;
    const sequence = Math.floor(handle / SLOT_LIMIT);
    const slot = handle - sequence * SLOT_LIMIT;
    const word = slot * WORD_STRIDE;
    if (slot >= this.used || this.words[word + SEQUENCE] !== sequence || this.words[word + HANDLER] === DEAD) {
      return false;
    }
    this.words[word + HANDLER] = DEAD;
    this.live--;
    this.cancelled++;
    return true;
  }

  isCancelled(slot: number): boolean {
    return this.words[slot * WORD_STRIDE + HANDLER] === DEAD;
  }

  /** Frees the slot of a cancelled event. */
  drop(slot: number): void {
    this.cancelled--;
    this.words[slot * WORD_STRIDE + NEXT] = this.freeSlot;
    this.freeSlot = slot;
  }

  /** Copies a live event into the queue's fields and frees its slot. */
  release(slot: number, queue: EventQueue): void {
    const words = this.words;
    const word = slot * WORD_STRIDE;
    queue.timeMicros = this.times[slot * TIME_STRIDE]!;
    queue.sequence = words[word + SEQUENCE]!;
    queue.handler = words[word + HANDLER]!;
    queue.a = words[word + ARGUMENT_A]!;
    queue.b = words[word + ARGUMENT_B]!;
    queue.cause = words[word + CAUSE]!;
    words[word + HANDLER] = DEAD;
    words[word + NEXT] = this.freeSlot;
    this.freeSlot = slot;
    this.live--;
  }

  /** True when dropping the cancelled events costs less than the cancels that led here: amortised O(1) per cancel. */
  isMostlyCancelled(): boolean {
    return this.cancelled > 1024 && this.cancelled > this.live;
  }

  visitCauses(visit: (cause: number) => void): void {
    for (let slot = 0; slot < this.used; slot++) {
      if (!this.isCancelled(slot)) visit(this.words[slot * WORD_STRIDE + CAUSE]!);
    }
  }

  clear(): void {
    this.live = 0;
    this.cancelled = 0;
    this.used = 0;
    this.freeSlot = NONE;
    this.nextSequence = 0;
  }

  private unusedSlot(): number {
    if (this.used === this.capacity) this.grow();
    const slot = this.used++;
    this.words[slot * WORD_STRIDE + NEXT] = NONE;
    return slot;
  }

  private grow(): void {
    if (this.capacity === SLOT_LIMIT) throw new RangeError(`More than ${SLOT_LIMIT} events pending`);
    this.capacity *= 2;
    const times = new Float64Array(this.capacity * TIME_STRIDE);
    times.set(this.times);
    this.times = times;
    this.words = new Int32Array(times.buffer);
  }
}
