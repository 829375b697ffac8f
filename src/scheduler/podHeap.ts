import type { QueuedPods } from './queuedPods.ts';

/** A binary heap of pod rows from which any pod can be taken. A pod is in one heap at most. */
export class PodHeap {
  private readonly heap: number[] = [];
  private readonly queued: QueuedPods;
  private readonly less: (a: number, b: number) => boolean;

  constructor(queued: QueuedPods, less: (a: number, b: number) => boolean) {
    this.queued = queued;
    this.less = less;
  }

  get size(): number {
    return this.heap.length;
  }

  /** The first pod, -1 when empty. */
  peek(): number {
    return this.heap[0] ?? -1;
  }

  push(pod: number): void {
    this.heap.push(pod);
    this.siftUp(this.heap.length - 1, pod);
  }

  /** Takes the first pod; -1 when empty. */
  pop(): number {
    const pod = this.peek();
    if (pod !== -1) this.remove(pod);
    return pod;
  }

  remove(pod: number): void {
    const hole = this.queued.heapIndex[pod]!;
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
