import { MICROS_PER_SECOND, type Micros } from '../kernel/time.ts';

/** Something that is known to come: of which pod, and what. */
interface Change {
  readonly atMicros: Micros;
  readonly podUid: number;
  readonly kind: 'listed' | 'unlisted' | 'stopped' | 'served';
}

/** Requests a second from each of these times of the run on, in order; none before the first. */
export type RequestRate = readonly { readonly atMicros: Micros; readonly amount: number }[];

/**
 * The endpoints of one Service as the nodes' proxies have them, a propagation delay behind the EndpointSlices, and which
 * of them no longer serve. Times of changes may lie ahead; nothing is scheduled for them, so that measuring moves no event.
 */
export class ProxyView {
  private readonly delayMicros: Micros;
  private readonly listed = new Set<number>();
  private readonly stopped = new Set<number>();
  /** Not come yet, by time; of one time in the order in which they became known. */
  private readonly changes: Change[] = [];
  /** Listed and stopped. */
  private stale = 0;
  private sinceMicros: Micros = 0;
  private staleMicros = 0;
  private lostMicros = 0;
  private rate: RequestRate | undefined;
  private lostCount = 0;

  /** @param delayMicros from a write of an EndpointSlice to the proxies going by it */
  constructor(delayMicros: Micros) {
    this.delayMicros = delayMicros;
  }

  /** How many requests come; what was said first holds. */
  expectRequests(rate: RequestRate | undefined): void {
    this.rate ??= rate;
  }

  /** The pod is among the ready endpoints of the slices from now on, or no longer. */
  list(podUid: number, isListed: boolean, nowMicros: Micros): void {
    this.advance(nowMicros);
    this.add({ atMicros: nowMicros + this.delayMicros, podUid, kind: isListed ? 'listed' : 'unlisted' });
  }

  /** The pod serves from then on, or no longer. */
  serve(podUid: number, isServing: boolean, atMicros: Micros): void {
    this.add({ atMicros, podUid, kind: isServing ? 'served' : 'stopped' });
  }

  /** Pod seconds for which proxies had an endpoint that no longer served. */
  staleSeconds(endMicros: Micros): number {
    this.advance(endMicros);
    return this.staleMicros / MICROS_PER_SECOND;
  }

  /** The share of the endpoints that did so, summed up over time: times requests per second, the requests that were lost. */
  lostSeconds(endMicros: Micros): number {
    this.advance(endMicros);
    return this.lostMicros / MICROS_PER_SECOND;
  }

  /** How many requests went to endpoints that no longer served; null where nobody says how many come. */
  lostRequests(endMicros: Micros): number | null {
    this.advance(endMicros);
    return this.rate === undefined ? null : this.lostCount;
  }

  private add(change: Change): void {
    let place = this.changes.length;
    while (place > 0 && this.changes[place - 1]!.atMicros > change.atMicros) place--;
    this.changes.splice(place, 0, change);
  }

  private advance(nowMicros: Micros): void {
    let done = 0;
    for (const change of this.changes) {
      if (change.atMicros > nowMicros) break;
      this.account(change.atMicros);
      this.apply(change);
      done++;
    }
    this.changes.splice(0, done);
    this.account(nowMicros);
  }

  private account(nowMicros: Micros): void {
    const { sinceMicros } = this;
    const micros = nowMicros - sinceMicros;
    this.sinceMicros = nowMicros;
    if (this.stale === 0) return;
    const share = this.stale / this.listed.size;
    this.staleMicros += this.stale * micros;
    this.lostMicros += share * micros;
    if (this.rate !== undefined) this.lostCount += share * requestsBetween(this.rate, sinceMicros, nowMicros);
  }

  private apply({ podUid, kind }: Change): void {
    const { listed, stopped } = this;
    if (this.isStale(podUid)) this.stale--;
    if (kind === 'listed') listed.add(podUid);
    else if (kind === 'unlisted') listed.delete(podUid);
    else if (kind === 'stopped') stopped.add(podUid);
    else stopped.delete(podUid);
    if (this.isStale(podUid)) this.stale++;
  }

  private isStale(podUid: number): boolean {
    return this.stopped.has(podUid) && this.listed.has(podUid);
  }
}

function requestsBetween(rate: RequestRate, fromMicros: Micros, toMicros: Micros): number {
  let requests = 0;
  for (const [i, { atMicros, amount }] of rate.entries()) {
    const behind = rate[i + 1]?.atMicros ?? Number.POSITIVE_INFINITY;
    const micros = Math.min(toMicros, behind) - Math.max(fromMicros, atMicros);
    if (micros > 0) requests += (amount * micros) / MICROS_PER_SECOND;
  }
  return requests;
}
