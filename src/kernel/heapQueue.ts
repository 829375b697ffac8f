import type { EventHandle, EventQueue } from './eventQueue.ts';
import { EventRecords, SEQUENCE, WORD_STRIDE } from './eventRecords.ts';
import type { Micros } from './time.ts';

const FIRST_CAPACITY = 256;

/**
 * A 4-ary heap ordered by (time, sequence).
 *
 * The keys lie in heap order beside the slots, so a comparison never follows a slot into the records, and four children
 * are neighbours in memory. Sifting moves a hole instead of swapping. A pop leaves its hole at the root: the push that
 * usually follows fills it with one sift down, where closing it at once would cost a sift down and a sift up.
 */
export class HeapQueue implements EventQueue {
  timeMicros = Number.NaN;
  sequence = -1;
  handler = -1;
  a = 0;
  b = 0;
  cause = -1;

  private readonly records = new EventRecords();
  private times = new Float64Array(FIRST_CAPACITY);
  private sequences = new Int32Array(FIRST_CAPACITY);
  private slots = new Int32Array(FIRST_CAPACITY);
  /** Places in use, the hole at the root included. */
  private count = 0;
  private rootIsHole = false;

  get size(): number {
    return this.records.live;
  }

  push(timeMicros: Micros, handler: number, a: number, b: number, cause: number): EventHandle {
    const slot = this.records.add(timeMicros, handler, a, b, cause);
    const sequence = this.records.words[slot * WORD_STRIDE + SEQUENCE]!;
    if (this.rootIsHole) {
      this.rootIsHole = false;
      this.siftDown(0, timeMicros, sequence, slot);
    } else {
      if (this.count === this.slots.length) this.grow();
      this.siftUp(this.count++, timeMicros, sequence, slot);
    }
    return this.records.handleOf(slot);
  }

  cancel(handle: EventHandle): boolean {
    const isCancelled = this.records.cancel(handle);
    if (this.records.isMostlyCancelled()) this.dropCancelled();
    return isCancelled;
  }

  pop(): boolean {
    if (!this.settleRoot()) return false;
    this.records.release(this.slots[0]!, this);
    this.rootIsHole = true;
    return true;
  }

  peekTimeMicros(): Micros {
    return this.settleRoot() ? this.times[0]! : Number.POSITIVE_INFINITY;
  }

  visitCauses(visit: (cause: number) => void): void {
    this.records.visitCauses(visit);
  }

  clear(): void {
    this.records.clear();
    this.count = 0;
    this.rootIsHole = false;
  }

  /** Brings the earliest live event to the root; false when there is none. Ends because each turn removes one event. */
  private settleRoot(): boolean {
    if (this.rootIsHole) this.closeRoot();
    while (this.count > 0) {
      const slot = this.slots[0]!;
      if (!this.records.isCancelled(slot)) return true;
      this.records.drop(slot);
      this.closeRoot();
    }
    return false;
  }

  private closeRoot(): void {
    this.rootIsHole = false;
    const last = --this.count;
    if (last > 0) this.siftDown(0, this.times[last]!, this.sequences[last]!, this.slots[last]!);
  }

  /** Puts an event into the hole at `place`, after letting earlier ones below rise past it. */
  private siftDown(place: number, time: number, sequence: number, slot: number): void {
    const { times, sequences, slots, count } = this;
    let hole = place;
    for (let child = 4 * hole + 1; child < count; child = 4 * hole + 1) {
      let least = child;
      let leastTime = times[child]!;
      const end = Math.min(child + 4, count);
      for (let sibling = child + 1; sibling < end; sibling++) {
        const siblingTime = times[sibling]!;
        if (siblingTime < leastTime || (siblingTime === leastTime && sequences[sibling]! < sequences[least]!)) {
          least = sibling;
          leastTime = siblingTime;
        }
      }
      if (time < leastTime || (time === leastTime && sequence < sequences[least]!)) break;
      times[hole] = leastTime;
      sequences[hole] = sequences[least]!;
      slots[hole] = slots[least]!;
      hole = least;
    }
    times[hole] = time;
    sequences[hole] = sequence;
    slots[hole] = slot;
  }

  /** Puts a newly pushed event into the hole at `place`, after letting later ones above sink past it. */
  private siftUp(place: number, time: number, sequence: number, slot: number): void {
    const { times, sequences, slots } = this;
    let hole = place;
    while (hole > 0) {
      const parent = (hole - 1) >> 2;
      // The new event has the highest sequence number, so an equal time stays above it.
      if (times[parent]! <= time) break;
      times[hole] = times[parent]!;
      sequences[hole] = sequences[parent]!;
      slots[hole] = slots[parent]!;
      hole = parent;
    }
    times[hole] = time;
    sequences[hole] = sequence;
    slots[hole] = slot;
  }

  private dropCancelled(): void {
    const { times, sequences, slots, records } = this;
    let kept = 0;
    for (let place = this.rootIsHole ? 1 : 0; place < this.count; place++) {
      const slot = slots[place]!;
      if (records.isCancelled(slot)) {
        records.drop(slot);
        continue;
      }
      times[kept] = times[place]!;
      sequences[kept] = sequences[place]!;
      slots[kept++] = slot;
    }
    this.count = kept;
    this.rootIsHole = false;
    for (let place = (kept - 2) >> 2; place >= 0; place--) {
      this.siftDown(place, times[place]!, sequences[place]!, slots[place]!);
    }
  }

  private grow(): void {
    const capacity = this.slots.length * 2;
    const times = new Float64Array(capacity);
    const sequences = new Int32Array(capacity);
    const slots = new Int32Array(capacity);
    times.set(this.times);
    sequences.set(this.sequences);
    slots.set(this.slots);
    this.times = times;
    this.sequences = sequences;
    this.slots = slots;
  }
}
