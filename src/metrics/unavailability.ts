import { availableAtMicros } from '../cluster/availability.ts';
import { isActiveAndReady } from '../cluster/podTable.ts';
import { MICROS_PER_SECOND, type Micros } from '../kernel/time.ts';
import type { UnavailableSpan } from './result.ts';

/** The pods of one place: an ordinal of a StatefulSet, or a node of a DaemonSet. */
interface Place {
  /** Pods that exist. */
  readonly pods: Set<number>;
  /** Ready pods, and when each is available. */
  readonly availableAtMicros: Map<number, Micros>;
  /** Since when none has been available; undefined while one is. */
  downSinceMicros: Micros | undefined;
}

/**
 * What was unavailable when: for workloads whose pods have places of their own, the times in which a place had no
 * available pod.
 */
export class Unavailability {
  private readonly places = new Map<string, Place>();
  private spans: UnavailableSpan[] = [];

  /** Forgets what was, with all places as they are now. */
  restart(nowMicros: Micros): void {
    this.spans = [];
    for (const [name, place] of this.places) {
      this.advance(name, place, nowMicros);
      if (place.downSinceMicros !== undefined) place.downSinceMicros = nowMicros;
    }
    this.spans = [];
  }

  /** A pod of the place went from one state to another. */
  change(name: string, pod: number, after: number, ready: { micros: Micros; minSeconds: number }, nowMicros: Micros) {
    let place = this.places.get(name);
    if (place === undefined) {
      place = { pods: new Set(), availableAtMicros: new Map(), downSinceMicros: nowMicros };
      this.places.set(name, place);
    }
    this.advance(name, place, nowMicros);
    if (after === 0) place.pods.delete(pod);
    else place.pods.add(pod);
    if (isActiveAndReady(after)) place.availableAtMicros.set(pod, availableAtMicros(ready.micros, ready.minSeconds));
    else place.availableAtMicros.delete(pod);
    this.advance(name, place, nowMicros);
  }

  /**
   * All spans until now, by their beginning; open ones end now.
   *
   * @param isComplete the rollout is: a place without a pod is one that is no longer wanted, and not missed
   */
  finish(isComplete: boolean, nowMicros: Micros): UnavailableSpan[] {
    for (const [name, place] of this.places) {
      this.advance(name, place, nowMicros);
      if (isComplete && place.pods.size === 0) this.places.delete(name);
      else if (place.downSinceMicros !== undefined) this.add(name, place.downSinceMicros, nowMicros);
    }
    const spans = this.spans.sort((a, b) => a.fromSeconds - b.fromSeconds);
    this.spans = [];
    return spans;
  }

  /** Pods become available by the mere passing of time. */
  private advance(name: string, place: Place, nowMicros: Micros): void {
    let first = Number.POSITIVE_INFINITY;
    for (const micros of place.availableAtMicros.values()) first = Math.min(first, micros);
    if (first > nowMicros) {
      place.downSinceMicros ??= nowMicros;
      return;
    }
    if (place.downSinceMicros === undefined) return;
    this.add(name, place.downSinceMicros, Math.max(first, place.downSinceMicros));
    place.downSinceMicros = undefined;
  }

  private add(place: string, fromMicros: Micros, toMicros: Micros): void {
    if (toMicros <= fromMicros) return;
    this.spans.push({
      place,
      fromSeconds: fromMicros / MICROS_PER_SECOND,
      toSeconds: toMicros / MICROS_PER_SECOND,
    });
  }
}
