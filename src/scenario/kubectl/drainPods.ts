/** How `kubectl drain` removes the pods of a node: all at once, each at its own pace (upstream's pkg/drain/drain.go). */
import { formatDuration } from '../../api/duration.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { POD_EXISTS } from '../../cluster/podTable.ts';
import { batch, call, type Process } from '../../cluster/process.ts';
import { EvictionRequest } from '../../controllers/disruption/eviction.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { MICROS_PER_SECOND, type Micros } from '../../kernel/time.ts';
import { type DrainedPod, isSkipped } from './drainFilters.ts';
import type { Session } from './session.ts';

const RETRY_MICROS = 5 * MICROS_PER_SECOND;
const POLL_MICROS = MICROS_PER_SECOND;
/** How often client-go itself repeats a request that the server asked to send again later. */
const MAX_RETRIES_BY_CLIENT = 10;

/** Why an eviction is sent again, in chains of causes. */
const EVICTION_RETRY = 'kubectl/eviction-retry';

export interface RemovalOptions {
  /** Infinity: no end. */
  readonly timeoutMicros: Micros;
  readonly skipWaitForDeleteTimeoutSeconds: number;
}

/** Evicts pods concurrently and waits until each is gone. Returns what went wrong, pod by pod. */
export function* evictPods(
  session: Session,
  pods: readonly DrainedPod[],
  options: RemovalOptions,
): Process<readonly string[]> {
  const errors: string[] = [];
  let open = pods.map((pod) => new PodEviction(session, pod, options));
  while (open.length > 0) {
    const now = session.kernel.nowMicros;
    const due = open.filter(({ dueMicros }) => dueMicros <= now);
    if (due.length === 0) {
      yield* sleepUntilDue(session.kernel, open);
      continue;
    }
    const sent = due.filter((eviction) => eviction.begin());
    if (sent.length > 0) yield batch(sent.length, (index) => sent[index]!.send());
    for (const eviction of sent) eviction.settle();
    for (const { error } of due) if (error !== undefined) errors.push(error);
    open = open.filter(({ isDone }) => !isDone);
  }
  return errors;
}

/** What waits for the drain waits for the budget, as long as nothing else is due before the eviction is tried again. */
function* sleepUntilDue(kernel: Kernel, open: readonly PodEviction[]): Process<void> {
  const cause = kernel.cause;
  const next = open.reduce((first, eviction) => (eviction.dueMicros < first.dueMicros ? eviction : first));
  yield { kind: 'sleep', micros: next.dueMicros - kernel.nowMicros };
  if (next.isRefused) kernel.continueFrom(cause, kernel.link(EVICTION_RETRY), next.target.pod);
}

/** One pod on its way: evicted, with as many tries as it takes, and then waited for. */
class PodEviction {
  dueMicros: Micros;
  isDone = false;
  error: string | undefined;
  private readonly session: Session;
  private readonly cluster: Cluster;
  readonly target: DrainedPod;
  private readonly options: RemovalOptions;
  private readonly endMicros: Micros;
  private request: EvictionRequest | undefined;
  /** What its last refusal by a budget followed from, in the log of causes; undefined where none refused it. */
  private refusedBy: number | undefined;
  /** The same of its last request. */
  private sentBy = -1;
  private retriesByClient = 0;
  private isWaiting = false;

  constructor(session: Session, target: DrainedPod, options: RemovalOptions) {
    this.session = session;
    this.cluster = session.cluster;
    this.target = target;
    this.options = options;
    this.dueMicros = session.kernel.nowMicros;
    this.endMicros = this.dueMicros + options.timeoutMicros;
  }

  /** Whether a budget has refused it when it was last tried. */
  get isRefused(): boolean {
    return this.refusedBy !== undefined;
  }

  /** Prepares the next request; false: there is none. */
  begin(): boolean {
    if (this.isWaiting || this.request !== undefined) return true;
    const { namespace, name, pod } = this.target;
    this.session.print(`evicting pod ${namespace}/${name}`);
    if (this.isTimedOut) return this.end(`error when evicting pods/"${name}" -n "${namespace}": ${this.timedOut()}`);
    if (!isThere(this.cluster, this.target)) return this.end();
    this.request = new EvictionRequest(this.cluster, pod);
    return true;
  }

  /** The request arrives. Refusals are part of the eviction's state. */
  send(): undefined {
    const { kernel } = this.session;
    const before = kernel.cause;
    if (this.refusedBy !== undefined) kernel.continueFrom(this.refusedBy, kernel.link(EVICTION_RETRY), this.target.pod);
    this.request?.advance();
    this.sentBy = kernel.cause;
    kernel.resumeCause(before);
    return undefined;
  }

  settle(): void {
    if (this.isWaiting) this.poll();
    else this.settleEviction(this.request!);
  }

  private settleEviction({ state }: EvictionRequest): void {
    const now = this.session.kernel.nowMicros;
    if (state.kind === 'pending') {
      this.dueMicros = now + state.afterMicros;
      return;
    }
    this.request = undefined;
    const isHeldUp = state.kind === 'refused' && state.error.reason === 'TooManyRequests';
    this.refusedBy = isHeldUp ? this.sentBy : undefined;
    if (state.kind === 'evicted') {
      this.isWaiting = true;
      this.dueMicros = now;
      return;
    }
    const { namespace, name, pod } = this.target;
    const { error, retryAfterMicros } = state;
    if (error.reason === 'NotFound') this.end();
    else if (error.reason !== 'TooManyRequests') {
      this.end(`error when evicting pods/"${name}" -n "${namespace}": ${error.message}`);
    } else if (retryAfterMicros > 0 && this.retriesByClient < MAX_RETRIES_BY_CLIENT) {
      this.retriesByClient++;
      this.request = new EvictionRequest(this.cluster, pod);
      this.dueMicros = now + retryAfterMicros;
    } else {
      this.retriesByClient = 0;
      this.session.print(
        `error when evicting pods/"${name}" -n "${namespace}" (will retry after 5s): ${error.message}`,
      );
      this.dueMicros = now + RETRY_MICROS;
    }
  }

  private poll(): void {
    const { namespace, name, pod } = this.target;
    const { skipWaitForDeleteTimeoutSeconds } = this.options;
    if (!isThere(this.cluster, this.target)) {
      this.session.print(`pod/${name} evicted`);
      this.end();
    } else if (isSkipped(this.cluster, pod, skipWaitForDeleteTimeoutSeconds)) {
      printSkipped(this.session, name, skipWaitForDeleteTimeoutSeconds);
      this.end();
    } else if (this.isTimedOut) {
      this.end(`error when waiting for pod "${name}" in namespace "${namespace}" to terminate: ${this.timedOut()}`);
    } else this.dueMicros += POLL_MICROS;
  }

  private get isTimedOut(): boolean {
    return this.session.kernel.nowMicros >= this.endMicros;
  }

  private timedOut(): string {
    return `global timeout reached: ${formatDuration(this.options.timeoutMicros)}`;
  }

  private end(error?: string): false {
    this.isDone = true;
    this.error = error;
    return false;
  }
}

/** Deletes pods one after the other, whatever their budgets say, and waits until all are gone. */
export function* deletePods(
  session: Session,
  pods: readonly DrainedPod[],
  options: RemovalOptions,
): Process<readonly string[]> {
  const { cluster, kernel } = session;
  for (const target of pods) {
    const { error } = yield call(() => (isThere(cluster, target) ? cluster.deletePod(target.pod) : undefined));
    if (error !== undefined && error.reason !== 'NotFound') return [error.message];
  }
  const beganMicros = kernel.nowMicros;
  let left = pods;
  for (let poll = 1; ; poll++) {
    yield batch(left.length, () => undefined);
    left = left.filter((target) => isPending(session, target, options));
    if (left.length === 0) return [];
    const nextMicros = beganMicros + poll * POLL_MICROS;
    if (nextMicros > beganMicros + options.timeoutMicros) {
      yield { kind: 'sleep', micros: Math.max(0, beganMicros + options.timeoutMicros - kernel.nowMicros) };
      return ['timed out waiting for the condition'];
    }
    yield { kind: 'sleep', micros: Math.max(0, nextMicros - kernel.nowMicros) };
  }
}

function isPending(session: Session, target: DrainedPod, options: RemovalOptions): boolean {
  const { cluster } = session;
  if (!isThere(cluster, target)) {
    session.print(`pod/${target.name} deleted`);
    return false;
  }
  if (!isSkipped(cluster, target.pod, options.skipWaitForDeleteTimeoutSeconds)) return true;
  printSkipped(session, target.name, options.skipWaitForDeleteTimeoutSeconds);
  return false;
}

function isThere({ pods }: Cluster, { pod, podUid }: DrainedPod): boolean {
  return (pods.state[pod]! & POD_EXISTS) !== 0 && pods.uid[pod] === podUid;
}

function printSkipped(session: Session, name: string, seconds: number): void {
  session.print(`pod ${name} has DeletionTimestamp older than ${seconds} seconds, skipping`);
}
