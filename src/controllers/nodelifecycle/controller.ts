import type { Taint } from '../../api/types.ts';
import {
  type Cluster,
  isSameTaint,
  type Node,
  type Process,
  readyStatus,
  TAINT_NODE_DISK_PRESSURE,
  TAINT_NODE_MEMORY_PRESSURE,
  TAINT_NODE_NETWORK_UNAVAILABLE,
  TAINT_NODE_NOT_READY,
  TAINT_NODE_PID_PRESSURE,
  TAINT_NODE_UNREACHABLE,
  TAINT_NODE_UNSCHEDULABLE,
} from '../../cluster/index.ts';
import { MICROS_PER_SECOND } from '../../kernel/time.ts';
import type { NodeMonitorFlags, NodeMonitorOptions, VersionProfile } from '../options.ts';
import { type ControllerContext, createClient, type SyncError, Workers } from '../workers.ts';
import { NodeMonitor } from './nodeMonitor.ts';
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
const NOT_READY_TAINT: Taint = { key: TAINT_NODE_NOT_READY, value: '', effect: 'NoSchedule' };
const UNREACHABLE_TAINT: Taint = { key: TAINT_NODE_UNREACHABLE, value: '', effect: 'NoSchedule' };

/**
 * Keeps the NoSchedule taints of nodes as their conditions and `spec.unschedulable` say, as `doNoScheduleTaintingPass` of
 * pkg/controller/nodelifecycle does on every change of a node: a cordoned node is tainted, one that does not report is, and
 * a node that has joined loses the taint that admission gave it. `NodeMonitor` finds out which nodes do not report.
 *
 * Left out: pressure, which no node is ever under.
 */
export class NodeLifecycleController {
  private readonly cluster: Cluster;
  private readonly workers: Workers;

  constructor(context: ControllerContext) {
    const { kernel, cluster, controlPlane, version } = context;
    const name = 'node-controller';
    const client = createClient(context, name, controlPlane.kubeControllerManager);
    this.cluster = cluster;
    const events = cluster.sendEventsAbout('Node', client);
    new NodeMonitor(
      kernel,
      cluster,
      { client, events },
      monitorOptions(controlPlane.kubeControllerManager.nodeMonitor, version),
    );
    this.workers = new Workers(context, {
      name,
      client,
      concurrency: UPDATE_WORKERS,
      sync: (uid) => this.doNoScheduleTaintingPass(uid),
    });
    this.cluster.nodeObjects.listen((before, after) => {
      // Those of the start were registered before it.
      if (before === undefined && after!.creationMicros > 0) events.send(after!.uid);
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
function swapOf(node: Node): { add: readonly Taint[]; remove: readonly Taint[] } | undefined {
  const { taints, unschedulable } = node;
  const status = readyStatus(node);
  const wanted = [
    ...(status === 'False' ? [NOT_READY_TAINT] : []),
    ...(status === 'Unknown' ? [UNREACHABLE_TAINT] : []),
    ...(unschedulable ? [UNSCHEDULABLE_TAINT] : []),
  ];
  const present = taints.filter(({ key, effect }) => effect === 'NoSchedule' && MANAGED_KEYS.has(key));
  const add = without(wanted, present);
  const remove = without(present, wanted);
  return add.length === 0 && remove.length === 0 ? undefined : { add, remove };
}

function without(taints: readonly Taint[], others: readonly Taint[]): Taint[] {
  return taints.filter((taint) => !others.some((other) => isSameTaint(taint, other)));
}

/** Upstream gave nodes more time in 1.32, because a broken connection alone can take 45 seconds to be noticed. */
function monitorOptions(flags: NodeMonitorFlags, { minor }: VersionProfile): NodeMonitorOptions {
  const defaultSeconds = minor >= 32 ? 50 : 40;
  return { ...flags, gracePeriodMicros: flags.gracePeriodMicros ?? defaultSeconds * MICROS_PER_SECOND };
}
