import { MICROS_PER_SECOND, type Micros } from '../../kernel/time.ts';

/**
 * Upstream's `RateLimitedTimedQueue` of a zone: nodes that are to get a NoExecute taint, the oldest first, at so many a
 * second and never two at once. A node that was handed out is remembered, and does not come in again before it is removed.
 */
export class ZoneTainter {
  private readonly queue: string[] = [];
  private readonly known = new Set<string>();
  private ratePerSecond: number;
  /** From when there is a token; the bucket holds one, and is full at the start. */
  private tokenMicros: Micros = 0;

  constructor(ratePerSecond: number) {
    this.ratePerSecond = ratePerSecond;
  }

  get head(): string | undefined {
    return this.queue[0];
  }

  /** When the next node can be handed out; Infinity: not as things are. */
  get dueMicros(): Micros {
    return this.queue.length === 0 || this.ratePerSecond <= 0 ? Number.POSITIVE_INFINITY : this.tokenMicros;
  }

  isWaiting(name: string): boolean {
    return this.queue.includes(name);
  }

  /** False when the node was in already. */
  add(name: string): boolean {
    if (this.known.has(name)) return false;
    this.known.add(name);
    this.queue.push(name);
    return true;
  }

  /** Forgets the node. */
  remove(name: string): boolean {
    const at = this.queue.indexOf(name);
    if (at !== -1) this.queue.splice(at, 1);
    return this.known.delete(name);
  }

  /** Takes a token; false when there is none. */
  tryAccept(nowMicros: Micros): boolean {
    if (this.ratePerSecond <= 0 || nowMicros < this.tokenMicros) return false;
    this.tokenMicros = nowMicros + Math.round(MICROS_PER_SECOND / this.ratePerSecond);
    return true;
  }

  /** The node at the head has been seen to; it stays known. */
  shift(): void {
    this.queue.shift();
  }

  /** Another rate, 0 for none at all. Where there was no token, there is none at first. */
  swapLimiter(ratePerSecond: number, nowMicros: Micros): void {
    if (ratePerSecond === this.ratePerSecond) return;
    const hadToken = this.tryAccept(nowMicros);
    this.ratePerSecond = ratePerSecond;
    this.tokenMicros = nowMicros;
    if (!hadToken) this.tryAccept(nowMicros);
  }
}
