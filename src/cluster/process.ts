import type { HandlerId, Kernel } from '../kernel/kernel.ts';
import type { Micros } from '../kernel/time.ts';
import type { ApiClient } from './apiClient.ts';
import type { ApiError } from './apiError.ts';

/** What a process may wait for. */
export type ProcessWait =
  /** One request; `commit` runs when it arrives at the API server. */
  | { readonly kind: 'call'; readonly commit: () => ApiError | undefined }
  /** `count` requests sent at once; `commit` runs for each as it arrives. */
  | { readonly kind: 'batch'; readonly count: number; readonly commit: (index: number) => ApiError | undefined }
  /** Some virtual time. */
  | { readonly kind: 'sleep'; readonly micros: Micros }
  /** `wake`, or `timeoutMicros` if that comes first. */
  | { readonly kind: 'wait'; readonly timeoutMicros: Micros };

export interface ProcessReply {
  /** The first error of a call or batch. */
  readonly error: ApiError | undefined;
  /** Requests of a batch that failed. */
  readonly failed: number;
  /** A `wait` that ended by its time-out. */
  readonly timedOut: boolean;
}

/** Code that runs in virtual time: it yields what it waits for and is resumed with the reply. */
export type Process<R> = Generator<ProcessWait, R, ProcessReply>;

/** Values of `Slot.timer` that are no event handle. */
const NOT_WAITING = -1;
const UNTIMED = -2;

const NO_ERROR: ProcessReply = { error: undefined, failed: 0, timedOut: false };
const TIMED_OUT: ProcessReply = { error: undefined, failed: 0, timedOut: true };

export function call(commit: () => ApiError | undefined): ProcessWait {
  return { kind: 'call', commit };
}

export function batch(count: number, commit: (index: number) => ApiError | undefined): ProcessWait {
  return { kind: 'batch', count, commit };
}

/** A GET, answered with what `find` finds when the request arrives. */
export function* read<T>(find: () => T): Process<T> {
  const answers: T[] = [];
  yield call(() => {
    answers.push(find());
    return undefined;
  });
  return answers[0]!;
}

interface Slot<R> {
  process: Process<R>;
  onEnd: (result: R) => void;
  commit: ((index: number) => ApiError | undefined) | undefined;
  open: number;
  failed: number;
  error: ApiError | undefined;
  timer: number;
}

/** Runs processes that share one client: the workers of a controller, or the hands of an operator. */
export class ProcessRunner<R> {
  private readonly kernel: Kernel;
  private readonly client: ApiClient;
  private readonly slots: (Slot<R> | undefined)[] = [];
  private readonly freeSlots: number[] = [];
  private readonly arrival: HandlerId;
  private readonly timer: HandlerId;

  constructor(kernel: Kernel, client: ApiClient, name: string) {
    this.kernel = kernel;
    this.client = client;
    this.arrival = kernel.register(`${name}/request`, (slot, index) => this.arrive(slot, index));
    this.timer = kernel.register(`${name}/timer`, (slot) => this.expire(slot));
  }

  /** Starts `process`; it runs at once up to its first wait. Returns its slot, for `wake`, or -1 when it has ended. */
  start(process: Process<R>, onEnd: (result: R) => void): number {
    const slot = this.freeSlots.pop() ?? this.slots.length;
    this.slots[slot] = { process, onEnd, commit: undefined, open: 0, failed: 0, error: undefined, timer: NOT_WAITING };
    this.resume(slot, NO_ERROR);
    return this.slots[slot]?.process === process ? slot : -1;
  }

  /** Ends the `wait` of the process in `slot`. */
  wake(slot: number): void {
    const state = this.slots[slot];
    if (state === undefined || state.timer === NOT_WAITING) return;
    if (state.timer !== UNTIMED) this.kernel.cancel(state.timer);
    state.timer = NOT_WAITING;
    this.resume(slot, NO_ERROR);
  }

  private resume(slot: number, reply: ProcessReply): void {
    const state = this.slots[slot]!;
    const next = state.process.next(reply);
    if (next.done) {
      this.slots[slot] = undefined;
      this.freeSlots.push(slot);
      state.onEnd(next.value);
      return;
    }
    this.begin(slot, state, next.value);
  }

  private begin(slot: number, state: Slot<R>, wait: ProcessWait): void {
    switch (wait.kind) {
      case 'call':
      case 'batch': {
        const count = wait.kind === 'call' ? 1 : wait.count;
        if (count < 1) throw new Error(`a batch needs at least one request, got ${count}`);
        state.commit = wait.commit;
        state.open = count;
        state.failed = 0;
        state.error = undefined;
        for (let i = 0; i < count; i++) this.client.send(this.arrival, slot, i);
        return;
      }
      case 'sleep':
        state.timer = this.kernel.schedule(wait.micros, this.timer, slot);
        return;
      case 'wait':
        // A wait without end has no event: the run may end while it lasts.
        state.timer =
          wait.timeoutMicros === Number.POSITIVE_INFINITY
            ? UNTIMED
            : this.kernel.schedule(wait.timeoutMicros, this.timer, slot);
        return;
    }
  }

  private arrive(slot: number, index: number): void {
    const state = this.slots[slot]!;
    const error = state.commit!(index);
    if (error !== undefined) {
      state.failed++;
      state.error ??= error;
    }
    if (--state.open > 0) return;
    this.resume(slot, state.failed === 0 ? NO_ERROR : { error: state.error, failed: state.failed, timedOut: false });
  }

  private expire(slot: number): void {
    this.slots[slot]!.timer = NOT_WAITING;
    this.resume(slot, TIMED_OUT);
  }
}
