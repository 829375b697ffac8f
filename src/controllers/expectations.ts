import type { Micros } from '../kernel/time.ts';
import { MICROS_PER_SECOND } from '../kernel/time.ts';

/** Expectations that nobody fulfils are given up after this time (upstream's `ExpectationsTimeout`). */
const EXPECTATIONS_TIMEOUT_MICROS = 5 * 60 * MICROS_PER_SECOND;

interface Expected {
  creations: number;
  /** Rows of the pods whose deletion has been asked for. */
  readonly deletions: Set<number>;
  sinceMicros: Micros;
}

/**
 * What a controller has written and not yet seen in its cache (upstream's `ControllerExpectations`): until then it
 * neither creates nor deletes for that object.
 */
export class Expectations {
  private readonly byUid = new Map<number, Expected>();

  expectCreations(uid: number, count: number, nowMicros: Micros): void {
    this.byUid.set(uid, { creations: count, deletions: new Set(), sinceMicros: nowMicros });
  }

  expectDeletions(uid: number, pods: readonly number[], nowMicros: Micros): void {
    this.byUid.set(uid, { creations: 0, deletions: new Set(pods), sinceMicros: nowMicros });
  }

  /** Both at once, which a DaemonSet's sync may send. */
  expect(uid: number, creations: number, deletions: readonly number[], nowMicros: Micros): void {
    this.byUid.set(uid, { creations, deletions: new Set(deletions), sinceMicros: nowMicros });
  }

  creationObserved(uid: number): void {
    this.lowerCreations(uid, 1);
  }

  /** Creations that failed, or that were never tried. */
  lowerCreations(uid: number, count: number): void {
    const expected = this.byUid.get(uid);
    if (expected !== undefined) expected.creations -= count;
  }

  /** A pod was seen terminating or gone, or could not be deleted. */
  deletionObserved(uid: number, pod: number): void {
    this.byUid.get(uid)?.deletions.delete(pod);
  }

  /** Whether pods have been created that informers have not seen. */
  awaitsCreations(uid: number): boolean {
    return (this.byUid.get(uid)?.creations ?? 0) > 0;
  }

  satisfied(uid: number, nowMicros: Micros): boolean {
    const expected = this.byUid.get(uid);
    if (expected === undefined) return true;
    if (expected.creations <= 0 && expected.deletions.size === 0) return true;
    return nowMicros - expected.sinceMicros > EXPECTATIONS_TIMEOUT_MICROS;
  }

  forget(uid: number): void {
    this.byUid.delete(uid);
  }
}
