import type { FeatureGates } from '../api/featureGates.ts';
import type { CompiledTemplate } from '../cluster/templateTable.ts';
import type { EventHandle } from '../kernel/eventQueue.ts';
import type { HandlerId, Kernel } from '../kernel/kernel.ts';
import { MICROS_PER_SECOND, type Micros } from '../kernel/time.ts';
import { type ClusterEvent, ClusterEventKind, type EventRegistration, haveTolerationsChanged } from './clusterEvent.ts';
import { PodHeap } from './podHeap.ts';
import { Place, QueuedPods } from './queuedPods.ts';

/** How long a pod is left alone after a failed attempt: after the first one, and at most. */
export interface Backoff {
  readonly initialMicros: Micros;
  readonly maxMicros: Micros;
}

/** Upstream's podInitialBackoffSeconds and podMaxBackoffSeconds. */
export const DEFAULT_BACKOFF: Backoff = { initialMicros: 1 * MICROS_PER_SECOND, maxMicros: 10 * MICROS_PER_SECOND };
/** Upstream's backoffQOrderingWindowDuration, and the period of its flush. */
const BACKOFF_WINDOW_MICROS = MICROS_PER_SECOND;
/** Upstream's podMaxInUnschedulablePodsDuration and the period of the job that looks for such pods. */
const MAX_UNSCHEDULABLE_MICROS = 300 * MICROS_PER_SECOND;
const LEFTOVER_PERIOD_MICROS = 30 * MICROS_PER_SECOND;

/** Upstream's back-off after `count` failures in a row: by default 1 s, doubling, at most 10 s. */
export function backoffMicros(count: number, { initialMicros, maxMicros }: Backoff = DEFAULT_BACKOFF): Micros {
  if (count === 0) return 0;
  return Math.min(initialMicros * 2 ** (count - 1), maxMicros);
}

export interface SchedulingQueueOptions {
  readonly kernel: Kernel;
  /** Queue-sort order. */
  readonly less: (queued: QueuedPods, a: number, b: number) => boolean;
  /** False for a pod that is gated. */
  readonly preEnqueue: (pod: number, template: CompiledTemplate) => boolean;
  /** Kinds of event that a plugin of some profile registered. */
  readonly kindsOfInterest: number;
  /** What each plugin of the pod's profile registered, by the number that is its bit in `rejectors`. */
  readonly registrationsOf: (template: CompiledTemplate) => readonly (readonly EventRegistration[])[];
  readonly templateOf: (pod: number) => CompiledTemplate;
  readonly priorityOf: (pod: number) => number;
  /** Id of the pod's labels in the cluster's label index. */
  readonly labelSetOf: (pod: number) => number;
  readonly gates: Pick<FeatureGates, 'SchedulerPopFromBackoffQ' | 'SchedulerQueueingHints'>;
  /** By default 1 s and 10 s. */
  readonly backoff?: Backoff | undefined;
  /** Called when a timer of the queue has made a pod ready. */
  readonly onReady: () => void;
}

/**
 * Upstream's SchedulingQueue: activeQ holds pods to schedule, unschedulablePods those that wait for a change, backoffQ
 * those for which a change came but that failed too recently, and gated pods those that may not be tried at all.
 *
 * From 1.33 on (SchedulerPopFromBackoffQ) an idle scheduler takes pods from backoffQ at once, so that back-off only
 * shows while activeQ is busy.
 */
export class SchedulingQueue {
  readonly queued = new QueuedPods();
  private readonly options: SchedulingQueueOptions;
  private readonly kernel: Kernel;
  private readonly popsFromBackoffQ: boolean;
  private readonly usesHints: boolean;
  private readonly kindsOfInterest: number;
  private readonly activeQ: PodHeap;
  private readonly backoffQ: PodHeap;
  /** In the order of their last attempt. */
  private readonly unschedulablePods = new Set<number>();
  private readonly gatedPods = new Set<number>();
  /** By pod, as the queue last saw it. */
  private readonly templates: CompiledTemplate[] = [];
  /** The popped pod; -1 between attempts. */
  private inFlight = -1;
  private inFlightEvents: ClusterEvent[] = [];
  private mayFail = false;
  private entries = 0;
  /** Changes of the cluster so far, of interest to a plugin or not. */
  private changes = 0;
  private readonly backoffTimer: Timer;
  private readonly leftoverTimer: Timer;

  constructor(options: SchedulingQueueOptions) {
    this.options = options;
    this.kernel = options.kernel;
    this.popsFromBackoffQ = options.gates.SchedulerPopFromBackoffQ;
    this.usesHints = options.gates.SchedulerQueueingHints;
    this.kindsOfInterest = options.kindsOfInterest;
    const { queued } = this;
    const less = (a: number, b: number) => options.less(queued, a, b);
    this.activeQ = new PodHeap(queued, less);
    this.backoffQ = new PodHeap(queued, (a, b) => {
      const difference = queued.backoffExpiration[a]! - queued.backoffExpiration[b]!;
      if (difference !== 0) return difference < 0;
      return this.popsFromBackoffQ ? less(a, b) : queued.sequence[a]! < queued.sequence[b]!;
    });
    this.backoffTimer = new Timer(options.kernel, 'scheduler/flushBackoffQCompleted', () => this.flushBackoffQ());
    this.leftoverTimer = new Timer(options.kernel, 'scheduler/flushUnschedulablePodsLeftover', () =>
      this.flushLeftover(),
    );
  }

  /** Pods that a scheduler with nothing else to do would take now. */
  get readyCount(): number {
    return this.activeQ.size + (this.popsFromBackoffQ ? this.backoffQ.size : 0);
  }

  /** Pods in unschedulablePods, gated ones not counted. */
  get unschedulableCount(): number {
    return this.unschedulablePods.size;
  }

  get gatedCount(): number {
    return this.gatedPods.size;
  }

  get backoffCount(): number {
    return this.backoffQ.size;
  }

  /** A pod without a node that the scheduler sees for the first time. */
  add(pod: number): void {
    this.queued.reset(pod, this.options.priorityOf(pod), this.kernel.nowMicros, this.entries++);
    this.see(pod);
    this.moveToActiveQ(pod);
  }

  /** The waiting pod itself changed. */
  update(pod: number): void {
    const place = this.queued.placeOf(pod);
    const event = this.updateOf(pod);
    if (place === Place.Gated) {
      this.gatedPods.delete(pod);
      this.moveToActiveQ(pod);
      return;
    }
    if (event.kinds === 0) return;
    this.noteChange();
    if (place === Place.InFlight) this.inFlightEvents.push(event);
    if (place !== Place.Unschedulable || !this.isWorthRequeuing(pod, event)) return;
    this.unschedulablePods.delete(pod);
    this.requeue(pod);
    this.armLeftoverTimer();
  }

  /** What has changed of a waiting pod since the queue last saw it; of no kind where scheduling does not look at it. */
  private updateOf(pod: number): ClusterEvent {
    const before = this.templates[pod]!;
    const podLabelSetBefore = this.queued.labelSet[pod]!;
    this.see(pod);
    const after = this.templates[pod]!;
    const podLabelSet = this.queued.labelSet[pod]!;
    const { WaitingPodUpdateLabel, WaitingPodUpdateTolerations } = ClusterEventKind;
    const hasTolerations = before !== after && haveTolerationsChanged(before, after);
    const labelKind = podLabelSet === podLabelSetBefore ? 0 : WaitingPodUpdateLabel;
    return { kinds: labelKind | (hasTolerations ? WaitingPodUpdateTolerations : 0), podLabelSet, podLabelSetBefore };
  }

  private see(pod: number): void {
    this.templates[pod] = this.options.templateOf(pod);
    this.queued.labelSet[pod] = this.options.labelSetOf(pod);
  }

  /**
   * A pod that a plugin kept from being tried waits for an event again, or is tried at once.
   *
   * @param isWaiting false where what it waits for may have happened already
   */
  release(pod: number, isWaiting: boolean): void {
    if (this.queued.placeOf(pod) === Place.Gated) {
      this.gatedPods.delete(pod);
      this.wait(pod);
    }
    if (isWaiting || this.queued.placeOf(pod) !== Place.Unschedulable) return;
    this.unschedulablePods.delete(pod);
    this.requeue(pod);
    this.armLeftoverTimer();
  }

  /** The pod is gone, or has a node. */
  delete(pod: number): void {
    switch (this.queued.placeOf(pod)) {
      case Place.Active:
        this.activeQ.remove(pod);
        break;
      case Place.Backoff:
        this.backoffQ.remove(pod);
        this.armBackoffTimer();
        break;
      case Place.Unschedulable:
        this.unschedulablePods.delete(pod);
        this.armLeftoverTimer();
        break;
      case Place.Gated:
        this.gatedPods.delete(pod);
        break;
      case Place.InFlight:
        this.inFlight = -1;
        break;
      default:
        return;
    }
    this.queued.place[pod] = Place.None;
  }

  /** Takes the next pod to schedule, -1 when there is none. It is in flight until `done` or `addUnschedulable`. */
  pop(): number {
    const { queued } = this;
    let pod = this.activeQ.pop();
    if (pod === -1 && this.popsFromBackoffQ) {
      pod = this.backoffQ.pop();
      if (pod !== -1) this.armBackoffTimer();
    }
    if (pod === -1) return -1;
    queued.place[pod] = Place.InFlight;
    queued.changesSeen[pod] = this.changes;
    this.inFlight = pod;
    this.mayFail = true;
    this.inFlightEvents.length = 0;
    return pod;
  }

  /** The popped pod will not be given to `addUnschedulable`: what happens meanwhile does not matter to it. */
  hasFoundNode(): void {
    this.mayFail = false;
  }

  /** Whether this pod was popped and has neither got a node nor failed nor gone since. */
  isInFlight(pod: number): boolean {
    return this.inFlight === pod;
  }

  /** The popped pod has been given a node. */
  done(pod: number): void {
    this.queued.place[pod] = Place.None;
    this.inFlight = -1;
  }

  /**
   * The popped pod was rejected by the plugins of these bits (upstream's AddUnschedulableIfNotPresent). Where something
   * happened meanwhile that may help it, it does not wait for another such event.
   */
  addUnschedulable(pod: number, rejectors: number): void {
    const { queued } = this;
    this.inFlight = -1;
    queued.timestamp[pod] = this.kernel.nowMicros;
    queued.sequence[pod] = this.entries++;
    queued.unschedulableCount[pod]!++;
    queued.rejectors[pod] = rejectors;
    if (this.inFlightEvents.some((event) => this.isWorthRequeuing(pod, event))) this.requeue(pod);
    else this.wait(pod);
  }

  private wait(pod: number): void {
    this.queued.place[pod] = Place.Unschedulable;
    this.unschedulablePods.add(pod);
    this.armLeftoverTimer();
  }

  /** An assumed pod could not be bound: it is tried again when its back-off lets it, whatever happens meanwhile. */
  addAfterError(pod: number): void {
    const { queued } = this;
    queued.timestamp[pod] = this.kernel.nowMicros;
    queued.sequence[pod] = this.entries++;
    queued.unschedulableCount[pod]!++;
    this.requeue(pod);
  }

  /** Whether an event of these kinds may now concern a pod. Otherwise `noteChange` does for `moveAll`. */
  listensTo(kinds: number): boolean {
    if ((kinds & this.kindsOfInterest) === 0) return false;
    return this.unschedulablePods.size > 0 || (this.inFlight !== -1 && this.mayFail);
  }

  /** Something in the cluster has changed that gives no pod another chance at once. */
  noteChange(): void {
    this.changes++;
    this.armLeftoverTimer();
  }

  /** Upstream's MoveAllToActiveOrBackoffQueue: gives pods another chance that the event may help. */
  moveAll(event: ClusterEvent): void {
    this.changes++;
    if ((event.kinds & this.kindsOfInterest) !== 0) {
      if (this.inFlight !== -1) this.inFlightEvents.push(event);
      for (const pod of this.unschedulablePods) {
        if (!this.isWorthRequeuing(pod, event)) continue;
        this.unschedulablePods.delete(pod);
        this.requeue(pod);
      }
    }
    this.armLeftoverTimer();
  }

  private isWorthRequeuing(pod: number, event: ClusterEvent): boolean {
    let rejectors = this.queued.rejectors[pod]!;
    if (event.maxPriority !== undefined && this.queued.priority[pod]! > event.maxPriority) return false;
    // There was no node to reject. Upstream retries such a pod as its back-off ends, which without an event is in vain.
    if (rejectors === 0) return true;
    const template = this.options.templateOf(pod);
    const registrations = this.options.registrationsOf(template);
    for (let plugin = 0; rejectors !== 0; plugin++, rejectors >>>= 1) {
      if ((rejectors & 1) === 0) continue;
      for (const { kinds, hint } of registrations[plugin]!) {
        if ((kinds & event.kinds) === 0) continue;
        if (hint === undefined || !this.usesHints || hint(template, event, pod)) return true;
      }
    }
    return false;
  }

  /** To backoffQ while the pod's back-off lasts, otherwise to activeQ. */
  private requeue(pod: number): void {
    const { queued } = this;
    // Since back-off can be cut short, a pod passes PreEnqueue before it.
    if (this.popsFromBackoffQ && !this.isAdmitted(pod)) return;
    const duration = backoffMicros(queued.unschedulableCount[pod]!, this.options.backoff);
    queued.backoffExpiration[pod] = this.alignToWindow(queued.timestamp[pod]! + duration);
    if (!this.isBackingOff(pod)) {
      this.moveToActiveQ(pod);
      return;
    }
    queued.place[pod] = Place.Backoff;
    this.backoffQ.push(pod);
    this.armBackoffTimer();
  }

  private moveToActiveQ(pod: number): void {
    if (!this.isAdmitted(pod)) return;
    this.queued.place[pod] = Place.Active;
    this.activeQ.push(pod);
  }

  /** Runs the PreEnqueue plugins; a pod that one of them turns away is gated. */
  private isAdmitted(pod: number): boolean {
    if (this.options.preEnqueue(pod, this.options.templateOf(pod))) return true;
    this.queued.place[pod] = Place.Gated;
    this.gatedPods.add(pod);
    return false;
  }

  /** Pods whose back-off ends within one window are ordered by priority, which takes equal expiry times. */
  private alignToWindow(micros: Micros): Micros {
    return this.popsFromBackoffQ ? micros - (micros % BACKOFF_WINDOW_MICROS) : micros;
  }

  private isBackingOff(pod: number): boolean {
    const expiration = this.queued.backoffExpiration[pod]!;
    const now = this.kernel.nowMicros;
    return this.popsFromBackoffQ ? expiration >= this.alignToWindow(now) : expiration > now;
  }

  /** Sets the timer to the first whole second at which the flush will find a pod. */
  private armBackoffTimer(): void {
    const first = this.backoffQ.peek();
    if (first === -1) {
      this.backoffTimer.cancel();
      return;
    }
    const expiration = this.queued.backoffExpiration[first]!;
    const flush = Math.ceil(expiration / BACKOFF_WINDOW_MICROS) * BACKOFF_WINDOW_MICROS;
    this.backoffTimer.set(this.popsFromBackoffQ ? flush + BACKOFF_WINDOW_MICROS : flush);
  }

  private flushBackoffQ(): void {
    while (this.backoffQ.size > 0 && !this.isBackingOff(this.backoffQ.peek())) this.moveToActiveQ(this.backoffQ.pop());
    this.armBackoffTimer();
    this.options.onReady();
  }

  /**
   * Upstream retries every unschedulable pod after 5 minutes, for ever. A retry can only end differently where something
   * in the cluster changed since the pod's last attempt, so the timer runs only then: a run in which nothing can
   * happen any more has no events left, and ends.
   */
  private armLeftoverTimer(): void {
    // Attempts come one after another, so the first pod is both the oldest and the one that missed most changes; but for
    // those that were gated between, which are only looked for when its time comes, or at the next chance.
    for (const first of this.unschedulablePods) {
      if (this.queued.changesSeen[first]! === this.changes) break;
      const due = Math.max(this.queued.timestamp[first]! + MAX_UNSCHEDULABLE_MICROS, this.kernel.nowMicros);
      this.leftoverTimer.set((Math.floor(due / LEFTOVER_PERIOD_MICROS) + 1) * LEFTOVER_PERIOD_MICROS);
      return;
    }
    this.leftoverTimer.cancel();
  }

  private flushLeftover(): void {
    const { queued } = this;
    for (const pod of this.unschedulablePods) {
      if (queued.changesSeen[pod] === this.changes) continue;
      if (this.kernel.nowMicros - queued.timestamp[pod]! <= MAX_UNSCHEDULABLE_MICROS) continue;
      this.unschedulablePods.delete(pod);
      this.requeue(pod);
    }
    this.armLeftoverTimer();
    this.options.onReady();
  }
}

/** An event that is pending at most once. */
class Timer {
  private readonly kernel: Kernel;
  private readonly handler: HandlerId;
  private atMicros: Micros = -1;
  private handle: EventHandle = -1;

  constructor(kernel: Kernel, name: string, fire: () => void) {
    this.kernel = kernel;
    this.handler = kernel.register(name, () => {
      this.atMicros = -1;
      fire();
    });
  }

  set(atMicros: Micros): void {
    if (atMicros === this.atMicros) return;
    this.cancel();
    this.atMicros = atMicros;
    this.handle = this.kernel.scheduleAt(atMicros, this.handler);
  }

  cancel(): void {
    if (this.atMicros === -1) return;
    this.kernel.cancel(this.handle);
    this.atMicros = -1;
  }
}
