import { type EventRecords, NEXT, NONE, TIME_STRIDE, WORD_STRIDE } from './eventRecords.ts';
import type { Micros } from './time.ts';

const FIRST_BUCKETS = 64;
const MAX_BUCKETS = 2 ** 22;

const BUCKETS_PER_EVENT = 2;

/**
 * One rung of the bucket queue's ladder: buckets of equal width over a stretch of time, each an unsorted list of slots
 * in the order they were pushed. Buckets are emptied from the first to the last; `current` is the one last emptied.
 */
export class Rung {
  startMicros: Micros = 0;
  /** A power of two, so that multiplying by its inverse divides exactly. */
  widthMicros: Micros = 1;
  bucketCount = 0;
  current = NONE;

  private inverseWidth = 1;
  /** The first and the last slot of bucket i, at 2i and 2i + 1. Unset buckets hold NONE. */
  private ends = new Int32Array(2 * FIRST_BUCKETS).fill(NONE);

  /** Lays buckets over [startMicros, endMicros) for so many events. The rung must be empty. */
  layOut(startMicros: Micros, endMicros: Micros, events: number): void {
    const span = endMicros - startMicros;
    const wanted = Math.min(MAX_BUCKETS, Math.max(FIRST_BUCKETS, BUCKETS_PER_EVENT * events));
    let width = 1;
    // Ends because the width doubles and the span is below 2^53.
    while (width * wanted < span) width *= 2;
    this.startMicros = startMicros;
    this.widthMicros = width;
    this.inverseWidth = 1 / width;
    this.bucketCount = Math.ceil(span / width);
    this.current = NONE;
    let length = this.ends.length;
    // Ends because the bucket count has a limit.
    while (length < 2 * this.bucketCount) length *= 2;
    if (length > this.ends.length) this.ends = new Int32Array(length).fill(NONE);
  }

  /** Where the stretch of the current bucket ends. */
  get currentEndMicros(): Micros {
    return this.startMicros + (this.current + 1) * this.widthMicros;
  }

  get endMicros(): Micros {
    return this.startMicros + this.bucketCount * this.widthMicros;
  }

  /** True when the time lies in a bucket that is still to come; only asked for times before the rung's end. */
  takes(timeMicros: Micros): boolean {
    // Compared as floating point numbers: the time may lie so far before the rung that its bucket is no 32-bit integer.
    return (timeMicros - this.startMicros) * this.inverseWidth >= this.current + 1;
  }

  /** Appends to its bucket a slot whose time the rung takes. */
  append(records: EventRecords, slot: number): void {
    const words = records.words;
    const ends = this.ends;
    const bucket = ((records.times[slot * TIME_STRIDE]! - this.startMicros) * this.inverseWidth) | 0;
    if (ends[2 * bucket]! === NONE) ends[2 * bucket] = slot;
    else words[ends[2 * bucket + 1]! * WORD_STRIDE + NEXT] = slot;
    ends[2 * bucket + 1] = slot;
    words[slot * WORD_STRIDE + NEXT] = NONE;
  }

  /** Empties the next bucket that holds something and returns its first slot; NONE when all are empty. */
  takeNextBucket(): number {
    const ends = this.ends;
    let bucket = this.current + 1;
    while (bucket < this.bucketCount && ends[2 * bucket]! === NONE) bucket++;
    this.current = bucket;
    if (bucket >= this.bucketCount) return NONE;
    const first = ends[2 * bucket]!;
    ends[2 * bucket] = NONE;
    return first;
  }

  clear(): void {
    this.ends.fill(NONE);
    this.bucketCount = 0;
    this.current = NONE;
  }
}
