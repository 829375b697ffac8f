import type { NodeTable } from '../cluster/nodeTable.ts';
import { NodeTree } from './nodeTree.ts';

/** Nodes of one block: 2^BLOCK_BITS. */
export const BLOCK_BITS = 5;
export const BLOCK_SIZE = 1 << BLOCK_BITS;

/**
 * The nodes in the order in which they are looked at, cut into blocks, with a version for each block: a search skips the
 * blocks of which it knows everything, whatever their number.
 */
export class NodeOrder {
  /** Another number whenever nodes have come, gone or changed places, or nothing that is known of them holds any more. */
  generation = 0;
  /** Where the search for the next pod starts (upstream's nextStartNodeIndex). */
  nextStart = 0;
  /** By block: raised whenever the row of one of its nodes has changed. */
  blockVersions = new Int32Array(0);
  /** By block: raised whenever informers have shown a pod of one of its nodes again. */
  podsBlockVersions = new Int32Array(0);
  private readonly nodes: NodeTable;
  private readonly tree: NodeTree;
  private ordered: Int32Array = new Int32Array(0);
  /** By row: the place in the order; -1 for rows of nodes that are gone. */
  private places = new Int32Array(0);

  constructor(nodes: NodeTable) {
    this.nodes = nodes;
    this.tree = new NodeTree(nodes);
  }

  /** Takes over what NodeTable says of the row: the node was added, changed or removed. */
  update(row: number): void {
    this.tree.update(row);
    this.touch(row);
  }

  /** The row has changed, but not the node's place. */
  touch(row: number): void {
    const place = this.placeOf(row);
    if (place !== -1) this.blockVersions[place >>> BLOCK_BITS]!++;
  }

  /** Informers have shown one of the node's pods again, which changes nothing about the row. */
  touchPods(row: number): void {
    const place = this.placeOf(row);
    if (place !== -1) this.podsBlockVersions[place >>> BLOCK_BITS]!++;
  }

  /** Whatever is known of rows is to be asked anew. */
  invalidate(): void {
    this.generation++;
  }

  /** The node's place in the order; -1 for nodes that are gone. */
  placeOf(row: number): number {
    return row < this.places.length ? this.places[row]! : -1;
  }

  nameOf(row: number): string {
    return this.nodes.names[row]!;
  }

  /** Rows of all nodes; not to be kept, and not to be changed. */
  rows(): Int32Array {
    const rows = this.tree.rows();
    if (rows !== this.ordered) this.reorder(rows);
    return rows;
  }

  private reorder(rows: Int32Array): void {
    this.ordered = rows;
    this.generation++;
    this.places = new Int32Array(this.nodes.count).fill(-1);
    for (let place = 0; place < rows.length; place++) this.places[rows[place]!] = place;
    this.blockVersions = new Int32Array(Math.ceil(rows.length / BLOCK_SIZE)).fill(1);
    this.podsBlockVersions = new Int32Array(this.blockVersions.length).fill(1);
  }
}
