import type { NodeTable } from '../cluster/nodeTable.ts';
import type { CompiledTemplate } from '../cluster/templateTable.ts';
import type { FilterPlugin } from './framework.ts';
import type { NodeOrder } from './nodeOrder.ts';
import { TemplateIndex } from './templateIndex.ts';

/** So many answers are kept over all templates, to bound the memory: 22 bytes each. */
const MOST_ANSWERS = 1 << 21;
const FEWEST_TEMPLATES = 16;

/** The indexes of the templates that were scheduled last. */
export class NodeIndex {
  private readonly nodes: NodeTable;
  private readonly order: NodeOrder;
  private readonly allFilters: readonly FilterPlugin[];
  private readonly byTemplate = new Map<number, TemplateIndex>();
  private last: TemplateIndex | undefined;
  private lastTemplate = -1;

  constructor(nodes: NodeTable, order: NodeOrder, allFilters: readonly FilterPlugin[]) {
    this.nodes = nodes;
    this.order = order;
    this.allFilters = allFilters;
  }

  /** The template's index, ready for a search among this many nodes by a pod of this priority, in these epochs of filters. */
  of(template: CompiledTemplate, nodeCount: number, priority: number, epochs: readonly number[]): TemplateIndex {
    // Pods of one template may take turns in whether a filter looks further for them: those have an index of their own.
    const id = epochs.includes(-1) ? -1 - template.id : template.id;
    const index = this.last !== undefined && this.lastTemplate === id ? this.last : this.find(id, nodeCount);
    index.prepare(nodeCount, priority, epochs);
    this.last = index;
    this.lastTemplate = id;
    return index;
  }

  private find(id: number, nodeCount: number): TemplateIndex {
    let index = this.byTemplate.get(id);
    // The map's order is that of last use.
    if (index !== undefined) this.byTemplate.delete(id);
    else if (this.byTemplate.size < Math.max(MOST_ANSWERS / nodeCount, FEWEST_TEMPLATES)) {
      index = new TemplateIndex(this.nodes, this.order, this.allFilters);
    } else index = this.takeOldest();
    this.byTemplate.set(id, index);
    return index;
  }

  private takeOldest(): TemplateIndex {
    const id = this.byTemplate.keys().next().value!;
    const index = this.byTemplate.get(id)!;
    this.byTemplate.delete(id);
    index.forgetAll();
    return index;
  }
}
