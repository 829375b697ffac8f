import type { Taint } from '../../api/types.ts';
import {
  type Cluster,
  isSameTaint,
  type Node,
  type Process,
  TAINT_NODE_DISK_PRESSURE,
  TAINT_NODE_MEMORY_PRESSURE,
  TAINT_NODE_NETWORK_UNAVAILABLE,
  TAINT_NODE_NOT_READY,
  TAINT_NODE_PID_PRESSURE,
  TAINT_NODE_UNREACHABLE,
  TAINT_NODE_UNSCHEDULABLE,
} from '../../cluster/index.ts';
import { type ControllerContext, type SyncError, Workers } from '../workers.ts';
import { updateTaints } from './updateTaints.ts';

/** Upstream's `UpdateWorkerSize`. */
const UPDATE_WORKERS = 8;

/** Keys of the NoSchedule taints that follow from a node's conditions and from `spec.unschedulable`. */
const MANAGED_KEYS: ReadonlySet<string> = new Set([
  TAINT_NODE_NOT_READY,
  TAINT_NODE_UNREACHABLE,
  TAINT_NODE_MEMORY_PRESSURE,
  TAINT_NODE_DISK_PRESSURE,
  TAINT_NODE_PID_PRESSURE,
  TAINT_NODE_NETWORK_UNAVAILABLE,
  TAINT_NODE_UNSCHEDULABLE,
]);

const UNSCHEDULABLE_TAINT: Taint = { key: TAINT_NODE_UNSCHEDULABLE, value: '', effect: 'NoSchedule' };

/**
 * Keeps the NoSchedule taints of nodes as their conditions and `spec.unschedulable` say, as `doNoScheduleTaintingPass` of
 * pkg/controller/nodelifecycle does on every change of a node: a cordoned node is tainted, and a node that has joined
 * loses the taint that admission gave it.
 *
 * Left out: nodes that stop reporting. Every node is ready and without pressure.
 */
export class NodeLifecycleController {
  private readonly cluster: Cluster;
  private readonly workers: Workers;

  constructor(context: ControllerContext) {
    this.cluster = context.cluster;
    this.workers = new Workers(context, {
      name: 'node-controller',
      concurrency: UPDATE_WORKERS,
      sync: (uid) => this.doNoScheduleTaintingPass(uid),
    });
    this.cluster.nodeObjects.listen((_before, after) => {
      // Of thousands of nodes that are as they should be the queue need not hear.
      if (after !== undefined && swapOf(after) !== undefined) this.workers.queue.add(after.uid);
    });
  }

  /** An error is not tried again before the node changes. */
  private *doNoScheduleTaintingPass(uid: number): Process<SyncError> {
    const node = this.cluster.nodeObjects.cached(uid);
    const swap = node === undefined ? undefined : swapOf(node);
    if (swap === undefined) return undefined;
    const { add, remove } = swap;
    if (add.length > 0) {
      const error = yield* updateTaints(this.cluster, uid, (taints) => [...without(taints, add), ...add]);
      if (error !== undefined) return undefined;
    }
    if (remove.length > 0) yield* updateTaints(this.cluster, uid, (taints) => without(taints, remove));
    return undefined;
  }
}

/** What has to be added and removed; undefined: nothing. */
function swapOf({ taints, unschedulable }: Node): { add: readonly Taint[]; remove: readonly Taint[] } | undefined {
  const wanted = unschedulable ? [UNSCHEDULABLE_TAINT] : [];
  const present = taints.filter(({ key, effect }) => effect === 'NoSchedule' && MANAGED_KEYS.has(key));
  const add = without(wanted, present);
  const remove = without(present, wanted);
  return add.length === 0 && remove.length === 0 ? undefined : { add, remove };
}

function without(taints: readonly Taint[], others: readonly Taint[]): Taint[] {
  return taints.filter((taint) => !others.some((other) => isSameTaint(taint, other)));
}
