import type { Micros } from '../kernel/time.ts';

/** Where a pod stands in the queue. */
export const Place = {
  None: 0,
  Active: 1,
  Backoff: 2,
  Unschedulable: 3,
  Gated: 4,
  /** Popped: its cycle runs. */
  InFlight: 5,
} as const;

/** What the queue knows of pods, a column per property, by pod row (upstream's QueuedPodInfo). */
export class QueuedPods {
  private capacity = 0;
  place = new Uint8Array(0);
  /** Of the pod's labels, as the queue last saw them. */
  labelSet = new Int32Array(0);
  /** `spec.priority` */
  priority = new Int32Array(0);
  /** When the pod entered the queue, or last failed. */
  timestamp = new Float64Array(0);
  /** Orders pods of equal timestamp: entries so far when this one was made. */
  sequence = new Float64Array(0);
  /** When the pod may leave backoffQ; meaningful in there. */
  backoffExpiration = new Float64Array(0);
  /** Attempts that plugins rejected. */
  unschedulableCount = new Uint32Array(0);
  /** Bits of the plugins that rejected the last attempt. */
  rejectors = new Int32Array(0);
  /** How many changes of the cluster the queue had seen when the last attempt began. */
  changesSeen = new Float64Array(0);
  /** Place in the heap that the pod is in. */
  heapIndex = new Int32Array(0);

  /** Makes room for the row. */
  ensure(pod: number): void {
    if (pod < this.capacity) return;
    const capacity = Math.max(pod + 1, 256, this.capacity * 2);
    const wider = <A extends Int32Array | Uint32Array | Uint8Array | Float64Array>(column: A): A => {
      const next = new (column.constructor as new (length: number) => A)(capacity);
      next.set(column as never);
      return next;
    };
    this.place = wider(this.place);
    this.labelSet = wider(this.labelSet);
    this.priority = wider(this.priority);
    this.timestamp = wider(this.timestamp);
    this.sequence = wider(this.sequence);
    this.backoffExpiration = wider(this.backoffExpiration);
    this.unschedulableCount = wider(this.unschedulableCount);
    this.rejectors = wider(this.rejectors);
    this.changesSeen = wider(this.changesSeen);
    this.heapIndex = wider(this.heapIndex);
    this.capacity = capacity;
  }

  placeOf(pod: number): number {
    return pod < this.capacity ? this.place[pod]! : Place.None;
  }

  /** A pod that the scheduler sees for the first time. */
  reset(pod: number, priority: number, nowMicros: Micros, sequence: number): void {
    this.ensure(pod);
    this.priority[pod] = priority;
    this.timestamp[pod] = nowMicros;
    this.sequence[pod] = sequence;
    this.unschedulableCount[pod] = 0;
    this.rejectors[pod] = 0;
    this.changesSeen[pod] = 0;
  }
}
