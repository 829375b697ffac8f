import { type NodeTable, ZONE_LABEL } from '../cluster/nodeTable.ts';
import type { Node } from '../cluster/objects.ts';

const REGION_LABEL = 'topology.kubernetes.io/region';

/** Upstream's GetZoneKey: nodes of equal region and zone share it, nodes without both share the empty one. */
function zoneKey({ meta: { labels } }: Node): string {
  const region = labels[REGION_LABEL] ?? '';
  const zone = labels[ZONE_LABEL] ?? '';
  return region === '' && zone === '' ? '' : `${region}:${zone}`;
}

/**
 * The order in which nodes are looked at (upstream's node_tree): one node of each zone in turn, zones and nodes within a
 * zone in the order in which they were added.
 */
export class NodeTree {
  private readonly zones = new Map<string, number[]>();
  private readonly zoneOfNode = new Map<number, string>();
  private list = new Int32Array(0);
  private isStale = false;
  private readonly nodes: NodeTable;

  constructor(nodes: NodeTable) {
    this.nodes = nodes;
  }

  /** Takes over what NodeTable says of the row: the node was added, changed or removed. */
  update(row: number): void {
    const node = this.nodes.objects[row];
    const before = this.zoneOfNode.get(row);
    const after = node === undefined ? undefined : zoneKey(node);
    if (before === after) return;
    if (before !== undefined) this.remove(row, before);
    if (after !== undefined) this.add(row, after);
    this.isStale = true;
  }

  /** Rows of all nodes; not to be kept, and not to be changed. */
  rows(): Int32Array {
    if (this.isStale) this.interleave();
    return this.list;
  }

  private add(row: number, zone: string): void {
    const rows = this.zones.get(zone);
    if (rows === undefined) this.zones.set(zone, [row]);
    else rows.push(row);
    this.zoneOfNode.set(row, zone);
  }

  private remove(row: number, zone: string): void {
    const rows = this.zones.get(zone)!;
    rows.splice(rows.indexOf(row), 1);
    if (rows.length === 0) this.zones.delete(zone);
    this.zoneOfNode.delete(row);
  }

  private interleave(): void {
    const list = new Int32Array(this.zoneOfNode.size);
    let count = 0;
    for (let index = 0; count < list.length; index++) {
      for (const rows of this.zones.values()) if (index < rows.length) list[count++] = rows[index]!;
    }
    this.list = list;
    this.isStale = false;
  }
}
