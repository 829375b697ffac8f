import type { Micros } from './time.ts';

/** One event of a chain of causes. */
export interface CauseEntry {
  readonly sequence: number;
  /** Sequence number of the event that scheduled this one, or -1 for a root: scheduled from outside any event. */
  readonly cause: number;
  /** When the event is due. */
  readonly timeMicros: Micros;
  readonly handler: number;
  readonly handlerName: string;
  readonly a: number;
  readonly b: number;
}

const FIRST_CAPACITY = 1024;
const WORDS = 4;

/**
 * What each event of a run was and which event scheduled it, by sequence number, in 24 bytes per event. Cancelled
 * events are in it too; being the cause of nothing, they are on no chain.
 */
export class CauseLog {
  private readonly handlerNames: readonly string[];
  private times = new Float64Array(FIRST_CAPACITY);
  /** Cause, handler, a, b of each event. */
  private words = new Int32Array(FIRST_CAPACITY * WORDS);
  private count = 0;

  /** @param handlerNames names by handler id; may grow afterwards */
  constructor(handlerNames: readonly string[]) {
    this.handlerNames = handlerNames;
  }

  /** Events recorded: the sequence numbers 0 to `length - 1` can be asked for. */
  get length(): number {
    return this.count;
  }

  /** Records the event with the next sequence number. */
  append(timeMicros: Micros, handler: number, a: number, b: number, cause: number): void {
    const sequence = this.count++;
    if (sequence === this.times.length) this.grow();
    this.times[sequence] = timeMicros;
    const word = sequence * WORDS;
    this.words[word] = cause;
    this.words[word + 1] = handler;
    this.words[word + 2] = a;
    this.words[word + 3] = b;
  }

  /**
   * The event with this sequence number.
   *
   * @throws RangeError when no such event was scheduled
   */
  entry(sequence: number): CauseEntry {
    if (!(Number.isInteger(sequence) && sequence >= 0 && sequence < this.count)) {
      throw new RangeError(`No event has sequence number ${sequence}; there are ${this.count}`);
    }
    const word = sequence * WORDS;
    const handler = this.words[word + 1]!;
    return {
      sequence,
      cause: this.words[word]!,
      timeMicros: this.times[sequence]!,
      handler,
      handlerName: this.handlerName(handler),
      a: this.words[word + 2]!,
      b: this.words[word + 3]!,
    };
  }

  /** The event, the event that scheduled it, and so on back to the root. Ends because a cause is always older. */
  walk(sequence: number): CauseEntry[] {
    const chain: CauseEntry[] = [];
    for (let at = sequence; at !== -1; at = chain[chain.length - 1]!.cause) chain.push(this.entry(at));
    return chain;
  }

  /** @throws RangeError when no handler has this id */
  handlerName(handler: number): string {
    const name = this.handlerNames[handler];
    if (name === undefined) throw new RangeError(`No handler has id ${handler}; there are ${this.handlerNames.length}`);
    return name;
  }

  clear(): void {
    this.count = 0;
  }

  private grow(): void {
    const times = new Float64Array(this.times.length * 2);
    const words = new Int32Array(this.words.length * 2);
    times.set(this.times);
    words.set(this.words);
    this.times = times;
    this.words = words;
  }
}
