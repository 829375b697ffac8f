import type { EventHandle } from './eventQueue.ts';
import type { HandlerId, Kernel } from './kernel.ts';
import { MICROS_PER_MILLI, MICROS_PER_SECOND, type Micros } from './time.ts';
import { TokenBucket } from './tokenBucket.ts';

/** The key was added and has not been handed out since. */
const DIRTY = 1;
/** The key was handed out by `get` and is not done. */
const PROCESSING = 2;

const NOT_WAITING = Number.POSITIVE_INFINITY;
const FIRST_CAPACITY = 64;
const KEY_LIMIT = 2 ** 24;

const NO_BYTES = new Uint8Array(0);
const NO_WORDS = new Int32Array(0);
const NO_NUMBERS = new Float64Array(0);

export interface WorkQueueOptions {
  /** Shown in chains of causes. */
  name: string;
  /** Called each time a key becomes available to `get`. It may call the queue. */
  onReady: () => void;
  /** Delay after a key's first failure; it doubles with each further one. 5 ms by default. */
  baseDelayMicros?: Micros;
  /** The most a key's own failures can delay it. 1000 s by default. */
  maxDelayMicros?: Micros;
  /** Rate of the bucket that all rate-limited adds share; Infinity for none. 10 per second by default. */
  qps?: number;
  /** Size of that bucket. 100 by default. */
  burst?: number;
}

/**
 * client-go's work queue with its default controller rate limiter (`util/workqueue`: queue.go, delaying_queue.go,
 * default_rate_limiters.go). Keys are small whole numbers: they index arrays.
 *
 * - First in, first out; a key that is already waiting to be handed out is not added twice.
 * - A key that was handed out is not handed out again before `done`. Adds meanwhile are remembered once, and the key
 *   is queued again at `done`.
 * - A delayed add of a key that already has one takes effect at the earlier of the two times.
 * - Events are scheduled on the kernel; resetting the kernel makes the queue useless.
 */
export class WorkQueue {
  private readonly kernel: Kernel;
  private readonly name: string;
  private readonly onReady: () => void;
  private readonly baseDelayMicros: Micros;
  private readonly maxDelayMicros: Micros;
  private readonly bucket: TokenBucket;
  private readonly addHandler: HandlerId;

  // Most controllers of most runs never get a key: there is no room before the first one.
  private flags = NO_BYTES;
  private requeues = NO_WORDS;
  private waitingUntil = NO_NUMBERS;
  private waitingHandles = NO_NUMBERS;
  /** By key: the cause of its being queued, and when that was. */
  private queuedBy = NO_WORDS;
  private queuedAt = NO_NUMBERS;

  /** A ring as large as the number of keys: no key is in it twice, so it cannot overflow. */
  private ring = NO_WORDS;
  private ringStart = 0;
  private ringLength = 0;

  constructor(kernel: Kernel, options: WorkQueueOptions) {
    this.kernel = kernel;
    this.name = options.name;
    this.onReady = options.onReady;
    this.baseDelayMicros = options.baseDelayMicros ?? 5 * MICROS_PER_MILLI;
    this.maxDelayMicros = options.maxDelayMicros ?? 1000 * MICROS_PER_SECOND;
    this.bucket = new TokenBucket(options.qps ?? 10, options.burst ?? 100);
    this.addHandler = kernel.register(`${options.name}/addAfter`, (key) => this.stopWaiting(key));
  }

  /**
   * A sort of delay, for `addAfter` and `addRateLimited`: it has a name of its own in chains of causes.
   *
   * @param name what the key waits for
   */
  delay(name: string): HandlerId {
    return this.kernel.register(`${this.name}/${name}`, (key) => this.stopWaiting(key));
  }

  /** Keys available to `get`. */
  get length(): number {
    return this.ringLength;
  }

  /**
   * Queues a key, unless it is queued already.
   *
   * @throws RangeError when the key is not a whole number below 2^24
   */
  add(key: number): void {
    this.admit(key);
    const flags = this.flags[key]!;
    if ((flags & DIRTY) !== 0) return;
    this.flags[key] = flags | DIRTY;
    if ((flags & PROCESSING) === 0) this.enqueue(key);
  }

  /** Queues a key in `delayMicros`; at once when that is not positive. An add in between does not take it back. */
  addAfter(key: number, delayMicros: Micros, delay: HandlerId = this.addHandler): void {
    if (delayMicros <= 0) {
      this.add(key);
      return;
    }
    this.admit(key);
    const readyMicros = this.kernel.nowMicros + delayMicros;
    const waitingUntil = this.waitingUntil[key]!;
    if (waitingUntil <= readyMicros) return;
    if (waitingUntil !== NOT_WAITING) this.kernel.cancel(this.waitingHandles[key]!);
    this.waitingHandles[key] = this.kernel.scheduleAt(readyMicros, delay, key) satisfies EventHandle;
    this.waitingUntil[key] = readyMicros;
  }

  /** Queues a key after the longer of two delays: that of its own failures, and that of the shared token bucket. */
  addRateLimited(key: number, delay?: HandlerId): void {
    this.admit(key);
    const failures = this.requeues[key]!++;
    const backoffMicros = Math.min(this.baseDelayMicros * 2 ** failures, this.maxDelayMicros);
    const nowMicros = this.kernel.nowMicros;
    this.addAfter(key, Math.max(backoffMicros, this.bucket.reserve(nowMicros) - nowMicros), delay);
  }

  /** Clears a key's failures. It stays queued or waiting if it is. */
  forget(key: number): void {
    if (key < this.requeues.length) this.requeues[key] = 0;
  }

  /** Rate-limited adds of a key since it was last forgotten. */
  numRequeues(key: number): number {
    return this.requeues[key] ?? 0;
  }

  /** Takes the key that was queued first, to be processed until `done`; -1 when none is queued. */
  get(): number {
    if (this.ringLength === 0) return -1;
    const key = this.ring[this.ringStart]!;
    this.ringStart = (this.ringStart + 1) & (this.ring.length - 1);
    this.ringLength--;
    this.flags[key] = PROCESSING;
    return key;
  }

  /**
   * What a key that was handed out now has waited for last: of one that was queued at this moment, what queued it; of one
   * that was queued before, what goes on at present, which has freed the place that it waited for.
   */
  causeOf(key: number): number {
    return this.queuedAt[key] === this.kernel.nowMicros ? this.queuedBy[key]! : this.kernel.cause;
  }

  /**
   * Ends the processing of a key, and queues it again when it was added meanwhile.
   *
   * @throws Error when the key is not being processed
   */
  done(key: number): void {
    const flags = this.flags[key] ?? 0;
    if ((flags & PROCESSING) === 0) throw new Error(`Key ${key} is done but was not being processed`);
    this.flags[key] = flags & ~PROCESSING;
    if ((flags & DIRTY) !== 0) this.enqueue(key);
  }

  private stopWaiting(key: number): void {
    this.waitingUntil[key] = NOT_WAITING;
    this.add(key);
  }

  private enqueue(key: number): void {
    this.queuedBy[key] = this.kernel.cause;
    this.queuedAt[key] = this.kernel.nowMicros;
    this.ring[(this.ringStart + this.ringLength++) & (this.ring.length - 1)] = key;
    this.onReady();
  }

  /** Makes the arrays large enough for a key. */
  private admit(key: number): void {
    if (key < this.flags.length && key >= 0 && Number.isInteger(key)) return;
    if (!(Number.isInteger(key) && key >= 0 && key < KEY_LIMIT)) throw new RangeError(`Unexpected key: ${key}`);
    let capacity = Math.max(FIRST_CAPACITY, this.flags.length);
    // Ends because the key is below the limit, which is a power of two.
    while (capacity <= key) capacity *= 2;
    this.grow(capacity);
  }

  private grow(capacity: number): void {
    const old = this.waitingUntil.length;
    this.flags = copyInto(new Uint8Array(capacity), this.flags);
    this.requeues = copyInto(new Int32Array(capacity), this.requeues);
    this.queuedBy = copyInto(new Int32Array(capacity), this.queuedBy);
    this.queuedAt = copyInto(new Float64Array(capacity), this.queuedAt);
    this.waitingHandles = copyInto(new Float64Array(capacity), this.waitingHandles);
    this.waitingUntil = copyInto(new Float64Array(capacity), this.waitingUntil).fill(NOT_WAITING, old);
    const ring = new Int32Array(capacity);
    for (let index = 0; index < this.ringLength; index++) {
      ring[index] = this.ring[(this.ringStart + index) & (old - 1)]!;
    }
    this.ring = ring;
    this.ringStart = 0;
  }
}

function copyInto<Numbers extends Uint8Array | Int32Array | Float64Array>(target: Numbers, source: Numbers): Numbers {
  target.set(source);
  return target;
}
