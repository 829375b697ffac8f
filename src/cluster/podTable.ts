import type { Micros } from '../kernel/time.ts';
import { widened } from './columns.ts';
import type { PodOwner } from './podOwner.ts';

/** Bits of a pod's state. */
export const POD_EXISTS = 1;
/** `spec.nodeName` is set. */
export const POD_BOUND = 2;
/** Phase Running; without it, and without a finished bit, the phase is Pending. */
export const POD_RUNNING = 4;
/** Condition Ready is True. */
export const POD_READY = 8;
/** `metadata.deletionTimestamp` is set. */
export const POD_TERMINATING = 16;
export const POD_SUCCEEDED = 32;
export const POD_FAILED = 64;
export const POD_FINISHED = POD_SUCCEEDED | POD_FAILED;
/** Condition DisruptionTarget is True: evicted, preempted, or deleted with its node. */
export const POD_DISRUPTED = 128;

/** Bits of `PodTable.finalizers`. */
export const JOB_TRACKING_FINALIZER = 1;

/** Upstream's `IsPodActive`: neither terminating nor finished. */
export function isActive(state: number): boolean {
  return (state & (POD_EXISTS | POD_TERMINATING | POD_FINISHED)) === POD_EXISTS;
}

/** Active and Ready. */
export function isActiveAndReady(state: number): boolean {
  return (state & (POD_EXISTS | POD_READY | POD_TERMINATING | POD_FINISHED)) === (POD_EXISTS | POD_READY);
}

/** Terminating and not finished: what `status.terminatingReplicas` counts. */
export function isTerminating(state: number): boolean {
  return (state & (POD_EXISTS | POD_TERMINATING | POD_FINISHED)) === (POD_EXISTS | POD_TERMINATING);
}

/** Bytes of all columns, for one pod. */
export const POD_ROW_BYTES = 4 * 15 + 4 + 2 + 8 * 6;

/**
 * The pods, one row each, a column per property. Rows are reused once a pod is gone for every observer.
 *
 * `state` is what the API server holds, `observed` what informers have seen. Rows are linked into the list of their
 * owner and, once bound, of their node.
 */
export class PodTable {
  /** Rows in use or free; no row number reaches it. */
  rowCount = 0;
  /** Existing pods. */
  count = 0;
  private capacity = 0;
  private readonly free: number[] = [];

  template = new Int32Array(0);
  /** Uid of the controller, -1 for a bare pod. */
  owner = new Int32Array(0);
  /** The owner as informers have seen it. */
  observedOwner = new Int32Array(0);
  node = new Int32Array(0);
  /** Which of its first owner's pods this is, counted from 0; bare pods: which of the run's. */
  ordinal = new Int32Array(0);
  labelSet = new Int32Array(0);
  /** Stands for `metadata.uid` where upstream compares uids. */
  uid = new Uint32Array(0);
  nextOfOwner = new Int32Array(0);
  previousOfOwner = new Int32Array(0);
  nextOnNode = new Int32Array(0);
  previousOnNode = new Int32Array(0);
  /** Ordinal in a StatefulSet, or completion index in an Indexed Job; -1 for other pods. */
  index = new Int32Array(0);
  /** Row of the node that a DaemonSet made the pod for; -1 for other pods. */
  pinnedNode = new Int32Array(0);
  /** Most restarts of any of its containers. */
  restarts = new Int32Array(0);
  /** `spec.priority`, as admitted. */
  priority = new Int32Array(0);
  /** Id of the admitted priority, and of what goes with it, in the cluster's `priorities`. */
  priorityId = new Uint16Array(0);
  state = new Uint8Array(0);
  observed = new Uint8Array(0);
  /** What still has to be removed before a deleted pod goes. */
  finalizers = new Uint8Array(0);
  /** 1: nothing but finalizers keeps the deleted pod. */
  isHeld = new Uint8Array(0);
  createdMicros = new Float64Array(0);
  /** Last time that Ready became True. */
  readyMicros = new Float64Array(0);
  boundMicros = new Float64Array(0);
  /** When the phase became Succeeded or Failed; -1 before. */
  finishedMicros = new Float64Array(0);
  /** When the deletion was asked for; -1 before. */
  deletionMicros = new Float64Array(0);
  /** Handle of the kubelet's pending event for this pod; -1 for none. */
  kubeletTimer = new Float64Array(0);

  /** A row for a new pod, linked nowhere, all bits clear. */
  allocate(): number {
    let pod = this.free.pop();
    if (pod === undefined) {
      if (this.rowCount === this.capacity) this.grow();
      pod = this.rowCount++;
    }
    this.count++;
    this.owner[pod] = -1;
    this.observedOwner[pod] = -1;
    this.node[pod] = -1;
    this.state[pod] = 0;
    this.observed[pod] = 0;
    this.nextOfOwner[pod] = -1;
    this.previousOfOwner[pod] = -1;
    this.nextOnNode[pod] = -1;
    this.previousOnNode[pod] = -1;
    this.readyMicros[pod] = -1;
    this.boundMicros[pod] = -1;
    this.finishedMicros[pod] = -1;
    this.deletionMicros[pod] = -1;
    this.index[pod] = -1;
    this.pinnedNode[pod] = -1;
    this.restarts[pod] = 0;
    this.priority[pod] = 0;
    this.priorityId[pod] = 0;
    this.finalizers[pod] = 0;
    this.isHeld[pod] = 0;
    this.kubeletTimer[pod] = -1;
    return pod;
  }

  /** Pods of a controller that are ready and not deleted, as informers have seen them. */
  readyPodsOf(ownerUid: number): number[] {
    const ready: number[] = [];
    for (let pod = 0; pod < this.rowCount; pod++) {
      if (this.observedOwner[pod] === ownerUid && isActiveAndReady(this.observed[pod]!)) ready.push(pod);
    }
    return ready;
  }

  /** Gives a row back. */
  release(pod: number): void {
    this.count--;
    this.free.push(pod);
  }

  /** Puts a pod at the head of its owner's list. */
  linkToOwner(pod: number, owner: PodOwner): void {
    this.owner[pod] = owner.uid;
    this.previousOfOwner[pod] = -1;
    this.nextOfOwner[pod] = owner.firstPod;
    if (owner.firstPod !== -1) this.previousOfOwner[owner.firstPod] = pod;
    owner.firstPod = pod;
  }

  /** Takes a pod out of its owner's list; the column `owner` still tells whose it was. */
  unlinkFromOwner(pod: number, owner: PodOwner): void {
    const next = this.nextOfOwner[pod]!;
    const previous = this.previousOfOwner[pod]!;
    if (previous === -1) owner.firstPod = next;
    else this.nextOfOwner[previous] = next;
    if (next !== -1) this.previousOfOwner[next] = previous;
  }

  /** Puts a pod at the head of its node's list. */
  linkToNode(pod: number, node: number, firstPodOfNode: Int32Array): void {
    const first = firstPodOfNode[node]!;
    this.node[pod] = node;
    this.nextOnNode[pod] = first;
    if (first !== -1) this.previousOnNode[first] = pod;
    firstPodOfNode[node] = pod;
  }

  /** Takes a pod out of its node's list; the column `node` still tells where it was. */
  unlinkFromNode(pod: number, firstPodOfNode: Int32Array): void {
    const next = this.nextOnNode[pod]!;
    const previous = this.previousOnNode[pod]!;
    if (previous === -1) firstPodOfNode[this.node[pod]!] = next;
    else this.nextOnNode[previous] = next;
    if (next !== -1) this.previousOnNode[next] = previous;
  }

  private grow(): void {
    const capacity = Math.max(256, this.capacity * 2);
    this.template = widened(this.template, capacity);
    this.owner = widened(this.owner, capacity);
    this.observedOwner = widened(this.observedOwner, capacity);
    this.node = widened(this.node, capacity);
    this.ordinal = widened(this.ordinal, capacity);
    this.labelSet = widened(this.labelSet, capacity);
    this.uid = widened(this.uid, capacity);
    this.nextOfOwner = widened(this.nextOfOwner, capacity);
    this.previousOfOwner = widened(this.previousOfOwner, capacity);
    this.nextOnNode = widened(this.nextOnNode, capacity);
    this.previousOnNode = widened(this.previousOnNode, capacity);
    this.index = widened(this.index, capacity);
    this.pinnedNode = widened(this.pinnedNode, capacity);
    this.restarts = widened(this.restarts, capacity);
    this.priority = widened(this.priority, capacity);
    this.priorityId = widened(this.priorityId, capacity);
    this.finalizers = widened(this.finalizers, capacity);
    this.isHeld = widened(this.isHeld, capacity);
    this.finishedMicros = widened(this.finishedMicros, capacity);
    this.deletionMicros = widened(this.deletionMicros, capacity);
    this.state = widened(this.state, capacity);
    this.observed = widened(this.observed, capacity);
    this.createdMicros = widened(this.createdMicros, capacity);
    this.readyMicros = widened(this.readyMicros, capacity);
    this.boundMicros = widened(this.boundMicros, capacity);
    this.kubeletTimer = widened(this.kubeletTimer, capacity);
    this.capacity = capacity;
  }
}

/** Told of every write of a pod: its state before and after, 0 where it does not exist. */
export type PodObserver = (pod: number, before: number, after: number, atMicros: Micros) => void;

/**
 * Told of what informers see of a pod. `ownerBefore` is the uid of the controller that it was last seen with; a new one
 * stands in `observedOwner`.
 */
export type PodListener = (pod: number, before: number, after: number, atMicros: Micros, ownerBefore: number) => void;
