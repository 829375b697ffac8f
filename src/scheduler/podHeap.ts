import type { QueuedPods } from './queuedPods.ts';

/** How many places of taken pods are kept at the head of the row before they are cut off. */
const MOST_TAKEN = 1024;

/**
 * Pod rows in order, from which any pod can be taken. A pod is in one heap at most, and what orders it does not change
 * meanwhile.
 *
 * Most pods come in order: those stand in a row, and taking the first is one look. The others are in a binary heap.
 */
export class PodHeap {
  /** Pods that came in order, from `first` on; -1 for those that were taken out, but for the last. */
  private readonly row: number[] = [];
  private first = 0;
  private inRow = 0;
  /** Places that were cut off at the head: a pod's place counts from before them. */
  private cut = 0;
  private readonly heap: number[] = [];
  /** `heapIndex` is a pod's index in `heap`, or -1 - its place in the row. */
  private readonly queued: QueuedPods;
  private readonly less: (a: number, b: number) => boolean;

  constructor(queued: QueuedPods, less: (a: number, b: number) => boolean) {
    this.queued = queued;
    this.less = less;
  }

  get size(): number {
    return this.heap.length + this.inRow;
  }

  /** The first pod, -1 when empty. */
  peek(): number {
    const { row, heap } = this;
    if (this.inRow === 0) return heap[0] ?? -1;
    while (row[this.first] === -1) this.first++;
    const pod = row[this.first]!;
    return heap.length > 0 && this.less(heap[0]!, pod) ? heap[0]! : pod;
  }

  push(pod: number): void {
    const { row, heap } = this;
    if (this.inRow === 0 || !this.less(pod, row[row.length - 1]!)) {
      this.queued.heapIndex[pod] = -1 - (this.cut + row.length);
      this.inRow++;
      row.push(pod);
    } else {
      heap.push(pod);
      this.siftUp(heap.length - 1, pod);
    }
  }

  /** Takes the first pod; -1 when empty. */
  pop(): number {
    const pod = this.peek();
    if (pod !== -1) this.remove(pod);
    return pod;
  }

  remove(pod: number): void {
    const index = this.queued.heapIndex[pod]!;
    if (index < 0) this.removeFromRow(-1 - index - this.cut);
    else this.removeFromHeap(index);
  }

  private removeFromRow(place: number): void {
    const { row } = this;
    this.inRow--;
    row[place] = -1;
    if (this.inRow === 0) {
      this.cut += row.length;
      row.length = 0;
      this.first = 0;
      return;
    }
    while (row[row.length - 1] === -1) row.pop();
    if (place === this.first && ++this.first > MOST_TAKEN && this.first * 2 > row.length) this.cutOff();
  }

  private cutOff(): void {
    this.row.splice(0, this.first);
    this.cut += this.first;
    this.first = 0;
  }

  private removeFromHeap(hole: number): void {
    const last = this.heap.pop()!;
    if (hole === this.heap.length) return;
    if (hole > 0 && this.less(last, this.heap[(hole - 1) >> 1]!)) this.siftUp(hole, last);
    else this.siftDown(hole, last);
  }

  private siftUp(start: number, pod: number): void {
    let hole = start;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      const above = this.heap[parent]!;
      if (!this.less(pod, above)) break;
      this.put(hole, above);
      hole = parent;
    }
    this.put(hole, pod);
  }

  private siftDown(start: number, pod: number): void {
    const { heap } = this;
    let hole = start;
    for (let child = 2 * hole + 1; child < heap.length; child = 2 * hole + 1) {
      if (child + 1 < heap.length && this.less(heap[child + 1]!, heap[child]!)) child++;
      if (!this.less(heap[child]!, pod)) break;
      this.put(hole, heap[child]!);
      hole = child;
    }
    this.put(hole, pod);
  }

  private put(index: number, pod: number): void {
    this.heap[index] = pod;
    this.queued.heapIndex[pod] = index;
  }
}
