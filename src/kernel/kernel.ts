import { BucketQueue } from './bucketQueue.ts';
import { CauseLog } from './causeLog.ts';
import type { EventHandle, EventQueue } from './eventQueue.ts';
import type { Micros } from './time.ts';

/** Names a registered handler. */
export type HandlerId = number;

/**
 * Why a run returned: no events are left; the next event lies beyond `untilMicros`; `maxEvents` were dispatched and
 * more are pending; a handler called `stop`.
 */
export type RunEnd = 'empty' | 'until' | 'eventLimit' | 'stopped';

export interface KernelOptions {
  /**
   * Emptied and used for this kernel's events. By default a new `BucketQueue`, as it was as fast at worst. In million
   * events per second on two cores of an AMD EPYC (Zen 5, Node 20), draw and dispatch included (`bench/holdModel.ts`),
   * with 10, 10^3, 10^4 and 10^5 events pending:
   * - exponential delays: BucketQueue 11.0, 10.2, 9.9, 6.3; HeapQueue 11.2, 7.0, 5.8, 3.4
   * - clustered delays:   BucketQueue 14.8, 13.6, 13.1, 9.3; HeapQueue 14.8, 11.2, 8.8, 5.3
   */
  queue?: EventQueue;
  /** Keeps the events of the run, so that chains of causes can be walked. Costs 24 bytes an event. */
  recordCauses?: boolean;
}

export interface RunLimits {
  /** Events at exactly this time still fire. */
  untilMicros?: Micros;
  /** Events to dispatch in this call. */
  maxEvents?: number;
}

type Handler = (a: number, b: number) => void;

/**
 * The simulated clock and the loop that dispatches events: earliest first, and events of equal time in the order they
 * were scheduled. Each event calls one registered handler with two 32-bit integers.
 */
export class Kernel {
  private now: Micros = 0;
  private current = -1;
  /** What is scheduled now follows from this entry of the log of causes. */
  private causeNow = -1;
  private dispatched = 0;
  private isRunning = false;
  private isStopping = false;
  private readonly queue: EventQueue;
  private readonly handlers: Handler[] = [];
  private readonly handlerNames: string[] = [];
  private readonly linkIds = new Map<string, HandlerId>();
  /** Undefined unless the kernel was made with `recordCauses`. */
  readonly causes: CauseLog | undefined;

  constructor(options: KernelOptions = {}) {
    this.queue = options.queue ?? new BucketQueue();
    this.queue.clear();
    this.causes = options.recordCauses ? new CauseLog(this.handlerNames) : undefined;
  }

  /** The time of the event being dispatched; between runs, the time the last run reached. */
  get nowMicros(): Micros {
    return this.now;
  }

  /** Sequence number of the event being dispatched; -1 outside of a run. */
  get currentSequence(): number {
    return this.current;
  }

  /** Id in the log of causes of what happens now; -1 outside of a run, and where no causes are recorded. */
  get cause(): number {
    return this.causeNow;
  }

  /** Events dispatched since the start or the last `reset`. */
  get eventsDispatched(): number {
    return this.dispatched;
  }

  /** Events scheduled and neither dispatched nor cancelled. */
  get pendingEvents(): number {
    return this.queue.size;
  }

  /** Adds a handler. The name is for people: it shows in chains of causes and need not be unique. */
  register(name: string, handler: Handler): HandlerId {
    this.handlerNames.push(name);
    return this.handlers.push(handler) - 1;
  }

  /** A name for links in chains of causes that are no events. The same name is the same link. */
  link(name: string): HandlerId {
    let id = this.linkIds.get(name);
    if (id === undefined) {
      id = this.register(name, () => {
        throw new Error(`${name} is a link in chains of causes and no event`);
      });
      this.linkIds.set(name, id);
    }
    return id;
  }

  /**
   * Where many wait for one thing, the event that serves one of them was scheduled by another: what is scheduled from
   * here on follows from `cause` instead, by way of a link. To be ended by `resumeCause`, with what this returns.
   *
   * @param cause id in the log, as `cause` was when the wait began
   * @param link what was waited for, as a handler or a `link`; `a` and `b` as an event of it has them
   * @param atMicros when the wait was over; it may be known before
   */
  continueFrom(cause: number, link: HandlerId, a = 0, b = 0, atMicros: Micros = this.now): number {
    const before = this.causeNow;
    if (this.causes !== undefined) this.causeNow = this.causes.append(atMicros, link, a, b, cause);
    return before;
  }

  resumeCause(before: number): void {
    this.causeNow = before;
  }

  /** Forgets causes that are past: chains end there. Those of pending events stay. */
  forgetCauses(): void {
    const pending: number[] = [];
    this.queue.visitCauses((id) => pending.push(id));
    this.causes?.forget(pending, this.now);
  }

  /** Names of all handlers and links, in the order of their registration. */
  get names(): readonly string[] {
    return this.handlerNames;
  }

  /**
   * Schedules an event `delayMicros` from now. Its cause is the event being dispatched.
   *
   * @throws RangeError when the delay is negative, not whole or not finite (what never happens is not scheduled), when
   *   there is no such handler, or when `a` or `b` is not a 32-bit integer
   */
  schedule(delayMicros: Micros, handler: HandlerId, a = 0, b = 0): EventHandle {
    return this.scheduleAt(this.now + delayMicros, handler, a, b);
  }

  /**
   * Schedules an event at a time that is not past. Its cause is the event being dispatched.
   *
   * @throws RangeError as `schedule` does
   */
  scheduleAt(timeMicros: Micros, handler: HandlerId, a = 0, b = 0): EventHandle {
    if (
      !(timeMicros >= this.now && timeMicros <= Number.MAX_SAFE_INTEGER && Math.floor(timeMicros) === timeMicros) ||
      handler >>> 0 !== handler ||
      handler >= this.handlers.length ||
      (a | 0) !== a ||
      (b | 0) !== b
    ) {
      throw this.badEvent(timeMicros, handler, a, b);
    }
    // The queue carries the event's own id in the log: there are entries that are no events.
    const id = this.causes === undefined ? -1 : this.causes.append(timeMicros, handler, a, b, this.causeNow);
    return this.queue.push(timeMicros, handler, a, b, id);
  }

  /** Takes back a scheduled event. False when it has already fired or been cancelled. */
  cancel(handle: EventHandle): boolean {
    return this.queue.cancel(handle);
  }

  /**
   * Dispatches events until none is left or a limit is reached. With `untilMicros` the clock is left there when later
   * events remain; in all other cases it is left at the last event. Without limits it returns only if the events die
   * out.
   *
   * @throws RangeError for a limit that is not a whole number or lies in the past; Error when called by a handler.
   *   What a handler throws passes through, and its event counts as dispatched
   */
  run(limits: RunLimits = {}): RunEnd {
    const { untilMicros = Number.POSITIVE_INFINITY, maxEvents = Number.POSITIVE_INFINITY } = limits;
    if (this.isRunning) throw new Error(`Kernel.run was called by the handler of event ${this.current}`);
    if (!isLimit(untilMicros) || untilMicros < this.now) {
      throw new RangeError(`Unexpected untilMicros: ${untilMicros} at ${this.now}`);
    }
    if (!isLimit(maxEvents)) throw new RangeError(`Unexpected maxEvents: ${maxEvents}`);
    this.isRunning = true;
    this.isStopping = false;
    try {
      return this.dispatch(untilMicros, this.dispatched + maxEvents);
    } finally {
      this.isRunning = false;
      this.current = -1;
      this.causeNow = -1;
    }
  }

  /** Makes the run in progress return after the current event. Without effect outside of a run. */
  stop(): void {
    this.isStopping = true;
  }

  /** Back to time 0 with nothing scheduled. Handlers stay registered, and memory stays allocated for the next run. */
  reset(): void {
    if (this.isRunning) throw new Error(`Kernel.reset was called by the handler of event ${this.current}`);
    this.queue.clear();
    this.causes?.clear();
    this.now = 0;
    this.dispatched = 0;
  }

  private dispatch(untilMicros: Micros, dispatchedLimit: number): RunEnd {
    const { queue, handlers } = this;
    for (;;) {
      const timeMicros = queue.peekTimeMicros();
      if (timeMicros === Number.POSITIVE_INFINITY) return 'empty';
      if (timeMicros > untilMicros) {
        this.now = untilMicros;
        return 'until';
      }
      if (this.dispatched >= dispatchedLimit) return 'eventLimit';
      queue.pop();
      this.now = timeMicros;
      this.current = queue.sequence;
      this.causeNow = queue.cause;
      this.dispatched++;
      handlers[queue.handler]!(queue.a, queue.b);
      if (this.isStopping) return 'stopped';
    }
  }

  private badEvent(timeMicros: Micros, handler: HandlerId, a: number, b: number): RangeError {
    const name = this.handlerNames[handler] ?? 'no such handler';
    return new RangeError(
      `Unexpected event: time ${timeMicros} at ${this.now}, handler ${handler} (${name}), arguments ${a}, ${b}. ` +
        'The time must be whole, finite and not past, the arguments 32-bit integers.',
    );
  }
}

function isLimit(value: number): boolean {
  return value === Number.POSITIVE_INFINITY || (Number.isSafeInteger(value) && value >= 0);
}
