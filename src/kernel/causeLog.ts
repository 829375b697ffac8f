import type { Micros } from './time.ts';

/** One link of a chain of causes. */
export interface CauseEntry {
  readonly id: number;
  /** Id of the entry that this one follows from, or -1 for a root: scheduled from outside any event. */
  readonly cause: number;
  /** When the event is due. */
  readonly timeMicros: Micros;
  readonly handler: number;
  readonly handlerName: string;
  readonly a: number;
  readonly b: number;
}

const CHUNK_BITS = 16;
const CHUNK = 2 ** CHUNK_BITS;
const CHUNK_MASK = CHUNK - 1;
const WORDS = 4;

interface Chunk {
  readonly times: Float64Array;
  /** Cause, handler, a, b of each entry. */
  readonly words: Int32Array;
}

/**
 * What each event of a run was and what it follows from, by its id in the log, in 24 bytes an event. Beside events it
 * holds links that a component put in because they say more than who scheduled what. Cancelled events are in it too;
 * being the cause of nothing, they are on no chain.
 */
export class CauseLog {
  /** Called when another 65,536 entries have come, which is the time to have some forgotten. */
  onCrowded: (() => void) | undefined;
  private readonly handlerNames: readonly string[];
  private chunks: Chunk[] = [];
  private times: Float64Array = new Float64Array(0);
  private words: Int32Array = new Int32Array(0);
  /** Entries below it are forgotten, but for those in `kept`. */
  private base = 0;
  private next = 0;
  private kept = new Map<number, CauseEntry>();

  /** @param handlerNames names by handler id; may grow afterwards */
  constructor(handlerNames: readonly string[]) {
    this.handlerNames = handlerNames;
  }

  /** Entries that were ever made: ids are below it. */
  get length(): number {
    return this.next;
  }

  /** Entries in memory. */
  get size(): number {
    return this.next - this.base + this.kept.size;
  }

  /** Records an entry and returns its id. */
  append(timeMicros: Micros, handler: number, a: number, b: number, cause: number): number {
    if (((this.next - this.base) & CHUNK_MASK) === 0) this.openChunk();
    const id = this.next++;
    const slot = (id - this.base) & CHUNK_MASK;
    this.times[slot] = timeMicros;
    const word = slot * WORDS;
    this.words[word] = cause;
    this.words[word + 1] = handler;
    this.words[word + 2] = a;
    this.words[word + 3] = b;
    return id;
  }

  /** False: there never was such an entry, or it is forgotten. */
  has(id: number): boolean {
    return Number.isInteger(id) && ((id >= this.base && id < this.next) || this.kept.has(id));
  }

  /**
   * The entry with this id.
   *
   * @throws RangeError when there is none, or none any more
   */
  entry(id: number): CauseEntry {
    const kept = this.kept.get(id);
    if (kept !== undefined) return kept;
    if (!this.has(id)) throw new RangeError(`No cause has id ${id}; there are ${this.length}`);
    const { times, words } = this.chunks[(id - this.base) >>> CHUNK_BITS]!;
    const slot = (id - this.base) & CHUNK_MASK;
    const word = slot * WORDS;
    const handler = words[word + 1]!;
    return {
      id,
      cause: words[word]!,
      timeMicros: times[slot]!,
      handler,
      handlerName: this.handlerName(handler),
      a: words[word + 2]!,
      b: words[word + 3]!,
    };
  }

  /** The entry, what it follows from, and so on back to the root, or to what is forgotten. Ends because a cause is always older. */
  walk(id: number): CauseEntry[] {
    const chain = [this.entry(id)];
    for (let at = chain[0]!.cause; this.has(at); at = chain[chain.length - 1]!.cause) chain.push(this.entry(at));
    return chain;
  }

  /** @throws RangeError when no handler has this id */
  handlerName(handler: number): string {
    const name = this.handlerNames[handler];
    if (name === undefined) throw new RangeError(`No handler has id ${handler}; there are ${this.handlerNames.length}`);
    return name;
  }

  /**
   * Forgets all entries but those of pending events, and what these follow from that is still to come.
   *
   * @param pending ids of the entries of pending events
   */
  forget(pending: Iterable<number>, nowMicros: Micros): void {
    const kept = new Map<number, CauseEntry>();
    for (const id of pending) {
      for (let at = id; this.has(at) && !kept.has(at); ) {
        const entry = this.entry(at);
        if (at !== id && entry.timeMicros <= nowMicros) break;
        kept.set(at, entry);
        at = entry.cause;
      }
    }
    this.kept = kept;
    this.base = this.next;
    this.chunks = this.chunks.slice(0, 1);
  }

  clear(): void {
    this.chunks = this.chunks.slice(0, 1);
    this.base = 0;
    this.next = 0;
    this.kept = new Map();
  }

  private openChunk(): void {
    if (this.next > this.base) this.onCrowded?.();
    const index = (this.next - this.base) >>> CHUNK_BITS;
    this.chunks[index] ??= { times: new Float64Array(CHUNK), words: new Int32Array(CHUNK * WORDS) };
    this.times = this.chunks[index].times;
    this.words = this.chunks[index].words;
  }
}
