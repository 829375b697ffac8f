import { type Cluster, call, type Node, type Process } from '../../cluster/index.ts';
import { type ControllerContext, type SyncError, Workers } from '../workers.ts';

const TTL_ANNOTATION = 'node.alpha.kubernetes.io/ttl';
const CONCURRENT_SYNCS = 5;

/** Most nodes of a cluster, and for how many seconds its kubelets may then keep secrets (upstream's `ttlBoundaries`). */
const TTL_BOUNDARIES: readonly (readonly [number, number])[] = [
  [100, 0],
  [500, 15],
  [1_000, 30],
  [2_000, 60],
  [Number.POSITIVE_INFINITY, 300],
];

/**
 * Writes on each node that joins for how long its kubelet may keep secrets, as upstream's pkg/controller/ttl does. Nobody
 * here reads it: what shows is that the node has been written when the node lifecycle controller's own write arrives.
 *
 * Left out: nodes that were there from the start, which have had theirs, and other nodes when a cluster grows past a
 * boundary.
 */
export class TtlController {
  private readonly cluster: Cluster;
  private readonly workers: Workers;

  constructor(context: ControllerContext) {
    this.cluster = context.cluster;
    this.workers = new Workers(context, {
      name: 'ttl-controller',
      concurrency: CONCURRENT_SYNCS,
      sync: (uid) => this.updateNode(uid),
    });
    this.cluster.nodeObjects.listen((before, after) => {
      if (before === undefined && after !== undefined && after.creationMicros > 0) this.workers.queue.add(after.uid);
    });
  }

  private *updateNode(uid: number): Process<SyncError> {
    const { error } = yield call(() => {
      const node = this.cluster.nodeObjects.get(uid);
      return node === undefined ? undefined : this.cluster.nodeObjects.update(this.annotated(node));
    });
    return error;
  }

  private annotated(node: Node): Node {
    const { presentCount } = this.cluster.nodes;
    const [, seconds] = TTL_BOUNDARIES.find(([most]) => presentCount <= most)!;
    const annotations = { ...node.meta.annotations, [TTL_ANNOTATION]: String(seconds) };
    return { ...node, meta: { ...node.meta, annotations } };
  }
}
