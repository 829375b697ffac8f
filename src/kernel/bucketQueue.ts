import type { EventHandle, EventQueue } from './eventQueue.ts';
import { EventRecords, NEXT, NONE, TIME_STRIDE, WORD_STRIDE } from './eventRecords.ts';
import { Rung } from './rung.ts';
import type { Micros } from './time.ts';

/** Up to so many events are sorted by insertion; more are spread over a finer rung first. */
const SORT_LIMIT = 48;

/**
 * Crowded buckets need at most 10 rungs, each about 50 times finer than the last. Only pushes that go on getting
 * earlier, after a peek into the far future, stack up more; at this depth the queue starts over.
 */
const DEPTH_LIMIT = 16;

/**
 * Time buckets that adapt their width: a ladder queue (Tang, Goh and Thng, "Ladder Queue: An O(1) Priority Queue
 * Structure for Large-Scale Discrete Event Simulation", ACM TOMACS 15(3), 2005).
 *
 * An event waits in one of three places, latest first:
 * - the top: a list of all that lies beyond the rungs;
 * - a rung: a row of buckets. Rung 0 is laid over the top's events when all before them has fired; a bucket that
 *   turns out crowded when its time comes is laid out again as a finer rung. Only whole buckets ever move;
 * - the bottom: the bucket whose time has come, sorted. Pops take from here.
 *
 * Every list keeps the order of pushing, and events of one time always wait in the same list: this alone makes equal
 * times first in, first out, without comparing sequence numbers. A bucket one microsecond wide needs no sorting at all,
 * so a million events at one instant cost no more than spread ones.
 *
 * Pushing and popping are O(1) amortised: an event moves at most once per rung, and a crowded bucket's finer buckets
 * are at least 48 times narrower than it.
 */
export class BucketQueue implements EventQueue {
  timeMicros = Number.NaN;
  sequence = -1;
  handler = -1;
  a = 0;
  b = 0;
  cause = -1;

  private readonly records = new EventRecords();

  private topFirst = NONE;
  private topLast = NONE;
  private topCount = 0;
  private topMinMicros = Number.POSITIVE_INFINITY;
  private topMaxMicros = Number.NEGATIVE_INFINITY;
  /** Events from this time on go to the top. */
  private topStartMicros = 0;

  /** The coarsest first. Rungs from `depth` on are empty spares. */
  private readonly rungs: Rung[] = [];
  private depth = 0;

  private bottomTimes = new Float64Array(4 * SORT_LIMIT);
  private bottomSlots = new Int32Array(4 * SORT_LIMIT);
  private bottomFirst = 0;
  private bottomEnd = 0;

  get size(): number {
    return this.records.live;
  }

  push(timeMicros: Micros, handler: number, a: number, b: number, cause: number): EventHandle {
    const slot = this.records.add(timeMicros, handler, a, b, cause);
    const handle = this.records.handleOf(slot);
    if (timeMicros >= this.topStartMicros) {
      this.appendToTop(timeMicros, slot);
      return handle;
    }
    for (let level = 0; level < this.depth; level++) {
      const rung = this.rungs[level]!;
      if (rung.takes(timeMicros)) {
        rung.append(this.records, slot);
        return handle;
      }
    }
    this.insertIntoBottom(timeMicros, slot);
    if (this.bottomEnd - this.bottomFirst > 2 * SORT_LIMIT) this.relieveBottom();
    return handle;
  }

  cancel(handle: EventHandle): boolean {
    const isCancelled = this.records.cancel(handle);
    if (this.records.isMostlyCancelled()) this.startOver();
    return isCancelled;
  }

  pop(): boolean {
    if (!this.settleBottom()) return false;
    this.records.release(this.bottomSlots[this.bottomFirst++]!, this);
    return true;
  }

  peekTimeMicros(): Micros {
    return this.settleBottom() ? this.bottomTimes[this.bottomFirst]! : Number.POSITIVE_INFINITY;
  }

  visitCauses(visit: (cause: number) => void): void {
    this.records.visitCauses(visit);
  }

  clear(): void {
    this.records.clear();
    this.emptyTop();
    this.topStartMicros = 0;
    for (let level = 0; level < this.depth; level++) this.rungs[level]!.clear();
    this.depth = 0;
    this.bottomFirst = 0;
    this.bottomEnd = 0;
  }

  /** Makes the bottom start with the earliest live event; false when there is none. */
  private settleBottom(): boolean {
    // Ends because each turn drops an event, or moves events down the finitely many rungs, or finds nothing left.
    for (;;) {
      while (this.bottomFirst < this.bottomEnd) {
        const slot = this.bottomSlots[this.bottomFirst]!;
        if (!this.records.isCancelled(slot)) return true;
        this.records.drop(slot);
        this.bottomFirst++;
      }
      this.bottomFirst = 0;
      this.bottomEnd = 0;
      if (!this.refillBottom()) return false;
    }
  }

  /** Moves the next list of events down, into the bottom or onto a finer rung; false when no events are left. */
  private refillBottom(): boolean {
    while (this.depth > 0) {
      const rung = this.rungs[this.depth - 1]!;
      const first = rung.takeNextBucket();
      if (first === NONE) {
        this.depth--;
        continue;
      }
      if (!this.sortIntoBottom(first, rung.widthMicros === 1 ? Number.POSITIVE_INFINITY : SORT_LIMIT)) {
        this.spread(first, rung.currentEndMicros - rung.widthMicros, rung.currentEndMicros, this.countList(first));
      }
      return true;
    }
    if (this.topCount === 0) return false;
    this.startOnTop();
    return true;
  }

  /** With all before it fired, turns the top into the bottom when it is short, or else into rung 0. */
  private startOnTop(): void {
    const { topFirst, topCount, topMinMicros, topMaxMicros } = this;
    this.emptyTop();
    if (topCount <= SORT_LIMIT || topMinMicros === topMaxMicros) {
      this.sortIntoBottom(topFirst, Number.POSITIVE_INFINITY);
      this.topStartMicros = topMaxMicros + 1;
    } else {
      this.spread(topFirst, topMinMicros, topMaxMicros + 1, topCount);
      this.topStartMicros = this.rungs[0]!.endMicros;
    }
  }

  /** Lays a new, finest rung over [startMicros, endMicros) and deals the list of events out to its buckets. */
  private spread(first: number, startMicros: Micros, endMicros: Micros, events: number): void {
    const { records, rungs } = this;
    if (this.depth === rungs.length) rungs.push(new Rung());
    const rung = rungs[this.depth++]!;
    rung.layOut(startMicros, endMicros, events);
    for (let slot = first; slot !== NONE; ) {
      const next = records.words[slot * WORD_STRIDE + NEXT]!;
      if (records.isCancelled(slot)) records.drop(slot);
      else rung.append(records, slot);
      slot = next;
    }
  }

  /** Sorts the list of events into the empty bottom; when they are more than `limit`, leaves all as it was: false. */
  private sortIntoBottom(first: number, limit: number): boolean {
    const { words, times } = this.records;
    for (let slot = first; slot !== NONE; slot = words[slot * WORD_STRIDE + NEXT]!) {
      if (this.bottomEnd === limit) {
        this.bottomEnd = 0;
        return false;
      }
      this.insertIntoBottom(times[slot * TIME_STRIDE]!, slot);
    }
    return true;
  }

  /** Inserts after all events of an earlier or the same time. */
  private insertIntoBottom(timeMicros: Micros, slot: number): void {
    if (this.bottomEnd === this.bottomSlots.length) this.makeRoomInBottom();
    const times = this.bottomTimes;
    const slots = this.bottomSlots;
    let hole = this.bottomEnd++;
    while (hole > this.bottomFirst && times[hole - 1]! > timeMicros) {
      times[hole] = times[hole - 1]!;
      slots[hole] = slots[hole - 1]!;
      hole--;
    }
    times[hole] = timeMicros;
    slots[hole] = slot;
  }

  /** Shifts the bottom to the front of its arrays, into larger ones when they are more than half full. */
  private makeRoomInBottom(): void {
    const times = this.bottomTimes.subarray(this.bottomFirst, this.bottomEnd);
    const slots = this.bottomSlots.subarray(this.bottomFirst, this.bottomEnd);
    if (2 * times.length > this.bottomTimes.length) {
      this.bottomTimes = new Float64Array(2 * this.bottomTimes.length);
      this.bottomSlots = new Int32Array(2 * this.bottomSlots.length);
    }
    this.bottomTimes.set(times);
    this.bottomSlots.set(slots);
    this.bottomFirst = 0;
    this.bottomEnd = times.length;
  }

  /** Spreads a bottom that pushes have crowded over a finer rung, unless all its events are at one time. */
  private relieveBottom(): void {
    const startMicros = this.bottomTimes[this.bottomFirst]!;
    if (this.bottomTimes[this.bottomEnd - 1]! === startMicros) return;
    if (this.depth >= DEPTH_LIMIT) {
      this.startOver();
      return;
    }
    const endMicros = this.depth > 0 ? this.rungs[this.depth - 1]!.currentEndMicros : this.topStartMicros;
    const events = this.bottomEnd - this.bottomFirst;
    this.spread(this.linkBottom(), startMicros, endMicros, events);
  }

  /** Empties the bottom into a list and returns its first slot. */
  private linkBottom(): number {
    const words = this.records.words;
    let first = NONE;
    while (this.bottomEnd > this.bottomFirst) {
      const slot = this.bottomSlots[--this.bottomEnd]!;
      words[slot * WORD_STRIDE + NEXT] = first;
      first = slot;
    }
    this.bottomFirst = 0;
    this.bottomEnd = 0;
    return first;
  }

  private appendToTop(timeMicros: Micros, slot: number): void {
    const words = this.records.words;
    if (this.topCount++ === 0) this.topFirst = slot;
    else words[this.topLast * WORD_STRIDE + NEXT] = slot;
    words[slot * WORD_STRIDE + NEXT] = NONE;
    this.topLast = slot;
    if (timeMicros < this.topMinMicros) this.topMinMicros = timeMicros;
    if (timeMicros > this.topMaxMicros) this.topMaxMicros = timeMicros;
  }

  private emptyTop(): void {
    this.topFirst = NONE;
    this.topLast = NONE;
    this.topCount = 0;
    this.topMinMicros = Number.POSITIVE_INFINITY;
    this.topMaxMicros = Number.NEGATIVE_INFINITY;
  }

  private countList(first: number): number {
    let count = 0;
    for (let slot = first; slot !== NONE; slot = this.records.words[slot * WORD_STRIDE + NEXT]!) count++;
    return count;
  }

  /** Moves all events to the top, earliest list first, and frees the slots of the cancelled. */
  private startOver(): void {
    const lists = [this.linkBottom()];
    while (this.depth > 0) {
      const rung = this.rungs[this.depth - 1]!;
      const first = rung.takeNextBucket();
      if (first === NONE) this.depth--;
      else lists.push(first);
    }
    lists.push(this.topFirst);
    this.emptyTop();
    this.topStartMicros = 0;
    for (const list of lists) this.appendLiveToTop(list);
  }

  private appendLiveToTop(first: number): void {
    const { records } = this;
    for (let slot = first; slot !== NONE; ) {
      const next = records.words[slot * WORD_STRIDE + NEXT]!;
      if (records.isCancelled(slot)) records.drop(slot);
      else this.appendToTop(records.times[slot * TIME_STRIDE]!, slot);
      slot = next;
    }
  }
}
