import type { NodeImage } from '../api/types.ts';
import type { Cluster } from '../cluster/index.ts';
import type { HandlerId, Kernel } from '../kernel/kernel.ts';
import { MICROS_PER_SECOND } from '../kernel/time.ts';

/** Upstream's `nodeStatusUpdateFrequency` and `nodeStatusMaxImages`. */
const REPORT_MICROS = 10 * MICROS_PER_SECOND;
const MOST_IMAGES = 50;

/**
 * What kubelets tell of images that they have pulled: `status.images` of their nodes, the largest first, with the next
 * status of the node. Only the scheduler's ImageLocality reads it, so that images without a size need not be told of.
 */
export class NodeImages {
  private readonly kernel: Kernel;
  private readonly cluster: Cluster;
  private readonly isDown: (node: number) => boolean;
  private readonly due: HandlerId;
  private readonly posted: HandlerId;
  /** By node: pulled and not told of. */
  private readonly pulled = new Map<number, NodeImage[]>();

  constructor(kernel: Kernel, cluster: Cluster, isDown: (node: number) => boolean) {
    this.kernel = kernel;
    this.cluster = cluster;
    this.isDown = isDown;
    this.due = kernel.register('kubelet/node-images-due', (node) => this.send(node));
    this.posted = kernel.register('kubelet/node-images', (node) => this.post(node));
  }

  add(node: number, image: string, sizeBytes: number): void {
    const pulled = this.pulled.get(node);
    const added = { names: [image], sizeBytes };
    if (pulled !== undefined) {
      pulled.push(added);
      return;
    }
    this.pulled.set(node, [added]);
    this.kernel.schedule(REPORT_MICROS, this.due, node);
  }

  private send(node: number): void {
    if (this.isDown(node)) this.kernel.schedule(REPORT_MICROS, this.due, node);
    else this.cluster.apiServer.send(this.posted, node, 0);
  }

  private post(row: number): void {
    const pulled = this.pulled.get(row)!;
    this.pulled.delete(row);
    const { nodeObjects, nodes } = this.cluster;
    const node = nodeObjects.find('', nodes.names[row]!);
    if (node === undefined) return;
    const images = [...node.images, ...pulled].sort((a, b) => b.sizeBytes - a.sizeBytes);
    nodeObjects.update({ ...node, images: images.slice(0, MOST_IMAGES) });
  }
}
