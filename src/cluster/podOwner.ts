import type { Micros } from '../kernel/time.ts';
import { AvailabilityClock } from './availability.ts';
import type { PodControllerKind } from './objects.ts';
import { isActive, isActiveAndReady, isTerminating } from './podTable.ts';

/**
 * What is known of the pods of one controller, kept up to date pod by pod, so that a reconcile never counts them.
 *
 * The counts are those of the informer's cache. "Active" is upstream's word: neither terminating nor finished.
 */
export class PodOwner {
  readonly kind: PodControllerKind;
  readonly uid: number;
  readonly namespace: string;
  readonly name: string;
  /** Uid of what controls this controller, a Deployment or CronJob, or last did; its own where there was none. */
  rootUid: number;
  /** First pod of the owner's list (live), -1 when empty. */
  firstPod = -1;
  /** How many pods this owner has ever created; also the number of the next one. */
  created = 0;
  /** Creations that admission refused; they have used up a generated name each. */
  refused = 0;

  active = 0;
  ready = 0;
  /** Terminating and not finished. */
  terminating = 0;
  /** Counts the available ones. */
  availability = new AvailabilityClock(0);
  /** Pods whose labels changed and that may have to be released, until informers have seen that they were. */
  readonly relabelledPods = new Set<number>();

  constructor(kind: PodControllerKind, uid: number, namespace: string, name: string, rootUid: number) {
    this.kind = kind;
    this.uid = uid;
    this.namespace = namespace;
    this.name = name;
    this.rootUid = rootUid === -1 ? uid : rootUid;
  }

  /** Pods that exist and have not finished: what a Recreate Deployment waits for. */
  get present(): number {
    return this.active + this.terminating;
  }
}

/** Moves a pod from what it counted as, and for whom, to what it counts as now. */
export function recount(
  pod: number,
  readyMicros: Micros,
  ownerBefore: PodOwner | undefined,
  before: number,
  ownerAfter: PodOwner | undefined,
  after: number,
): void {
  const wasReady = ownerBefore !== undefined && isActiveAndReady(before);
  const isReady = ownerAfter !== undefined && isActiveAndReady(after);
  if (ownerBefore !== undefined) {
    if (isActive(before)) ownerBefore.active--;
    else if (isTerminating(before)) ownerBefore.terminating--;
  }
  if (ownerAfter !== undefined) {
    if (isActive(after)) ownerAfter.active++;
    else if (isTerminating(after)) ownerAfter.terminating++;
  }
  if (wasReady && isReady && ownerBefore === ownerAfter) return;
  if (wasReady) {
    ownerBefore.ready--;
    ownerBefore.availability.remove(pod);
  }
  if (isReady) {
    ownerAfter.ready++;
    ownerAfter.availability.add(pod, readyMicros);
  }
}
