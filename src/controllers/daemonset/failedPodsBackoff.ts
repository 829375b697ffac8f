import { MICROS_PER_SECOND, type Micros } from '../../kernel/time.ts';

const INITIAL_MICROS = 1 * MICROS_PER_SECOND;
const MAX_MICROS = 15 * 60 * MICROS_PER_SECOND;
/** An entry that has not been used for so long counts as none. */
const EXPIRY_MICROS = 2 * MAX_MICROS;

interface Entry {
  backoffMicros: Micros;
  updatedMicros: Micros;
}

/** client-go's `flowcontrol.Backoff` as the DaemonSet controller uses it: 1 s, doubling, at most 15 min. */
export class FailedPodsBackoff {
  private readonly entries = new Map<string, Entry>();
  private collectedMicros: Micros = 0;

  /** The present delay; 0 for an id that has none. */
  get(id: string): Micros {
    return this.entries.get(id)?.backoffMicros ?? 0;
  }

  /** Whether the delay has not passed since the last call of `next`. */
  isInBackOff(id: string, nowMicros: Micros): boolean {
    const entry = this.entries.get(id);
    return entry !== undefined && nowMicros - entry.updatedMicros < entry.backoffMicros;
  }

  /** Begins the next delay. */
  next(id: string, nowMicros: Micros): void {
    this.collectGarbage(nowMicros);
    const entry = this.entries.get(id);
    if (entry === undefined || hasExpired(entry, nowMicros)) {
      this.entries.set(id, { backoffMicros: INITIAL_MICROS, updatedMicros: nowMicros });
      return;
    }
    entry.backoffMicros = Math.min(2 * entry.backoffMicros, MAX_MICROS);
    entry.updatedMicros = nowMicros;
  }

  /** Ids name generations of sets: old ones are not asked for again. */
  private collectGarbage(nowMicros: Micros): void {
    if (nowMicros - this.collectedMicros <= EXPIRY_MICROS) return;
    this.collectedMicros = nowMicros;
    for (const [id, entry] of this.entries) if (hasExpired(entry, nowMicros)) this.entries.delete(id);
  }
}

function hasExpired({ updatedMicros }: Entry, nowMicros: Micros): boolean {
  return nowMicros - updatedMicros > EXPIRY_MICROS;
}
