/** A whole number, 0 or more, for each node row. */
export type NodeColumn = Uint16Array | Int32Array;

const MAX_UINT16 = 0xffff;
/** Columns are cut from larger arrays, of up to so many: thousands of small ones keep the garbage collector busy. */
const MOST_COLUMNS_PER_SLAB = 32;

/**
 * Columns of counts by node row. Thousands of counters have one each and most count few pods, so that a column takes two
 * bytes a node until a count needs more, and counters that count nothing share one column of zeros.
 */
export class NodeColumns {
  /** Length of every column. */
  capacity = 64;
  /** Never written. */
  zeros: NodeColumn = new Uint16Array(this.capacity);
  private readonly unused: Uint16Array[] = [];
  private columnsPerSlab = 1;

  /** A column of zeros to count in. */
  take(): NodeColumn {
    if (this.unused.length === 0) this.cutSlab();
    return this.unused.pop()!;
  }

  private cutSlab(): void {
    const { capacity, columnsPerSlab } = this;
    const slab = new Uint16Array(capacity * columnsPerSlab);
    this.columnsPerSlab = Math.min(columnsPerSlab * 2, MOST_COLUMNS_PER_SLAB);
    for (let i = 0; i < columnsPerSlab; i++) this.unused.push(slab.subarray(i * capacity, (i + 1) * capacity));
  }

  /** Takes a column back; all of it must be zero again. */
  giveBack(column: NodeColumn): void {
    if (column instanceof Uint16Array && column.length === this.capacity) this.unused.push(column);
  }

  /** Makes room for a row. True: columns in use have to be widened. */
  ensure(node: number): boolean {
    if (node < this.capacity) return false;
    this.capacity = Math.max(node + 1, this.capacity * 2);
    this.zeros = new Uint16Array(this.capacity);
    this.unused.length = 0;
    return true;
  }

  /** A copy with today's capacity. */
  widen(column: NodeColumn): NodeColumn {
    const wider = column instanceof Uint16Array ? this.take() : new Int32Array(this.capacity);
    wider.set(column);
    return wider;
  }

  /** The column to count on in, where `count` is about to be written. */
  withRoomFor(column: NodeColumn, count: number): NodeColumn {
    return count > MAX_UINT16 && column instanceof Uint16Array ? Int32Array.from(column) : column;
  }
}
