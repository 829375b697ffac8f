import type { Micros } from '../kernel/time.ts';
import { MICROS_PER_SECOND } from '../kernel/time.ts';

/**
 * Moment from which a pod that became ready counts as available (upstream's `IsPodAvailable`): the Ready condition's
 * transition time is stored in whole seconds, and `minReadySeconds` counts from there.
 */
export function availableAtMicros(readyMicros: Micros, minReadySeconds: number): Micros {
  if (minReadySeconds === 0) return readyMicros;
  return truncateToSecond(readyMicros) + minReadySeconds * MICROS_PER_SECOND;
}

/** A time as `metav1.Time` stores it. */
export function truncateToSecond(micros: Micros): Micros {
  return micros - (micros % MICROS_PER_SECOND);
}

/**
 * Counts the available pods of a group under `minReadySeconds`, as time goes by.
 *
 * The queue is in the order in which pods became ready, so those that become available next stand at its head. A pod
 * that stops being ready stays in the queue and is passed over there: it is no longer in `waiting`, or waits since
 * another time.
 */
export class AvailabilityClock {
  readonly minReadySeconds: number;
  private count = 0;
  private pods: number[] = [];
  private readyTimes: Micros[] = [];
  private head = 0;
  /** Pods that are ready but not yet available, with the time since when. Unused without minReadySeconds. */
  private readonly waiting = new Map<number, Micros>();

  constructor(minReadySeconds: number) {
    this.minReadySeconds = minReadySeconds;
  }

  /** Of pods with the times since when they are ready. */
  static of(
    pods: readonly (readonly [pod: number, readyMicros: Micros])[],
    minReadySeconds: number,
  ): AvailabilityClock {
    const clock = new AvailabilityClock(minReadySeconds);
    for (const [pod, readyMicros] of [...pods].sort((a, b) => a[1] - b[1])) clock.add(pod, readyMicros);
    return clock;
  }

  /** A pod became ready, or one that has been for a while came into the group. */
  add(pod: number, readyMicros: Micros): void {
    if (this.minReadySeconds === 0) {
      this.count++;
      return;
    }
    this.waiting.set(pod, readyMicros);
    this.pods.push(pod);
    this.readyTimes.push(readyMicros);
    this.sortLast();
  }

  /** Moves the last pod ahead of those that became ready after it: an adopted one. */
  private sortLast(): void {
    const { pods, readyTimes } = this;
    const last = pods.length - 1;
    let place = last;
    while (place > this.head && readyTimes[place - 1]! > readyTimes[last]!) place--;
    if (place === last) return;
    pods.splice(place, 0, pods.pop()!);
    readyTimes.splice(place, 0, readyTimes.pop()!);
  }

  /** A pod that was added stopped counting: not ready any more, terminating, finished or gone. */
  remove(pod: number): void {
    if (!this.waiting.delete(pod)) this.count--;
  }

  /** Pods available at `nowMicros`; times may not go back. */
  available(nowMicros: Micros): number {
    while (this.nextChangeMicros() <= nowMicros) this.advance();
    return this.count;
  }

  /** When the next waiting pod becomes available; Infinity when none waits. */
  nextChangeMicros(): Micros {
    while (this.head < this.pods.length) {
      const readyMicros = this.readyTimes[this.head]!;
      if (this.waiting.get(this.pods[this.head]!) === readyMicros) {
        return availableAtMicros(readyMicros, this.minReadySeconds);
      }
      this.head++;
    }
    if (this.head > 0) {
      this.pods.length = 0;
      this.readyTimes.length = 0;
      this.head = 0;
    }
    return Number.POSITIVE_INFINITY;
  }

  /** Counts the pod that `nextChangeMicros` spoke of. */
  advance(): void {
    this.waiting.delete(this.pods[this.head++]!);
    this.count++;
  }
}
