import type { Micros } from '../kernel/time.ts';

/**
 * Which node has which image, and since when. A node pulls one image at a time (`serializeImagePulls`); a pod that
 * needs an image under way waits for that pull.
 */
export class ImageStore {
  /** Per image and node: the moment from which it is there; Infinity while nobody asked for it. */
  private readonly presentAtMicros = new Map<string, Float64Array>();
  private pullerFreeAtMicros = new Float64Array(0);

  /** Marks an image as being on the node from the start. */
  preload(image: string, node: number): void {
    this.column(image, node)[node] = 0;
  }

  /**
   * Sees to it that the node gets the image. Returns the moment in which it is there: `nowMicros` when it is already.
   * `pullMicros` is asked only for an image that has to be pulled; Infinity: the pull never ends.
   */
  ensure(image: string, node: number, nowMicros: Micros, pullMicros: () => Micros): Micros {
    const column = this.column(image, node);
    if (column[node] === Number.POSITIVE_INFINITY) {
      const duration = pullMicros();
      if (duration === Number.POSITIVE_INFINITY) return duration;
      const begin = Math.max(nowMicros, this.pullerFreeAtMicros[node]!);
      column[node] = begin + duration;
      this.pullerFreeAtMicros[node] = begin + duration;
    }
    return Math.max(nowMicros, column[node]!);
  }

  private column(image: string, node: number): Float64Array {
    let column = this.presentAtMicros.get(image);
    if (column === undefined || column.length <= node) {
      const wider = new Float64Array(Math.max(64, 2 * node + 2)).fill(Number.POSITIVE_INFINITY);
      if (column !== undefined) wider.set(column);
      column = wider;
      this.presentAtMicros.set(image, column);
    }
    if (this.pullerFreeAtMicros.length < column.length) {
      const wider = new Float64Array(column.length);
      wider.set(this.pullerFreeAtMicros);
      this.pullerFreeAtMicros = wider;
    }
    return column;
  }
}
