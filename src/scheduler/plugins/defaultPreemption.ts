import type { Cluster } from '../../cluster/cluster.ts';
import { POD_TERMINATING } from '../../cluster/podTable.ts';
import { type Diagnosis, formatReasons } from '../diagnosis.ts';
import type { Filtering } from '../filtering.ts';
import type { CycleState, Handle, PostFilterPlugin, PostFilterResult, PreEnqueuePlugin } from '../framework.ts';
import { DEFAULT_PLUGIN_ARGS, type DefaultPreemptionArgs } from '../pluginArgs.ts';
import { Candidates } from '../preemption/candidates.ts';
import { Executor, isPreempted, type Victim } from '../preemption/executor.ts';

const NOT_HELPFUL = 'Preemption is not helpful for scheduling';
const NEVER = 'not eligible due to preemptionPolicy=Never.';
const VICTIMS_TERMINATE = 'not eligible due to a terminating pod on the nominated node.';

/** Minor releases since which victims are deleted while the scheduler goes on, and since which it says what it found. */
const ASYNC_SINCE = 33;
const TELLS_SUCCESS_SINCE = 37;

/**
 * Makes room for a pod that fits nowhere, by deleting pods of lower priority from one node. The pod is nominated to run
 * there, waits until they have gone, and is then tried on that node first.
 */
export class DefaultPreemption implements PostFilterPlugin, PreEnqueuePlugin {
  readonly name = 'DefaultPreemption';
  private readonly handle: Handle;
  private readonly cluster: Cluster;
  private readonly candidates: Candidates;
  private readonly executor: Executor;
  /** What the last call of `postFilter` found; -1 for no node. */
  private node = -1;
  private victims: readonly Victim[] = [];

  constructor(handle: Handle, args: DefaultPreemptionArgs = DEFAULT_PLUGIN_ARGS.DefaultPreemption) {
    const { cluster, client, cache, order, nominator, preemption: hooks, isDirect = false } = handle;
    this.handle = handle;
    this.cluster = cluster;
    const offsets = cluster.streams.stream('scheduler/preemption');
    const preferredNode = (pod: number) => hooks.preferredNode(pod);
    this.candidates = new Candidates({ cluster, cache, order, nominator, args, offsets, preferredNode, isDirect });
    const isAsync = handle.isPreemptionAsync ?? handle.minorVersion >= ASYNC_SINCE;
    this.executor = new Executor({ cluster, client, nominator, hooks, isAsync });
  }

  /** A pod whose victims are being deleted waits for that. */
  preEnqueue(pod: number): boolean {
    return !this.executor.isPreempting(pod);
  }

  postFilter(state: CycleState, diagnosis: Diagnosis, filtering: Filtering): PostFilterResult {
    this.node = -1;
    const nodes = diagnosis.resolvableNodes();
    const refusal = this.refusal(state, nodes);
    if (refusal !== undefined) return { message: `preemption: ${refusal}`, nominatedNode: undefined };
    if (nodes.length > 0) this.node = this.candidates.find(state, nodes, filtering);
    if (this.node !== -1) {
      const { uid } = this.cluster.pods;
      this.victims = this.candidates.victims.map((pod) => ({ pod, uid: uid[pod]! }));
      return { message: this.success(), nominatedNode: this.node };
    }
    const histogram = new Map(nodes.length > 0 ? this.candidates.reasons : []);
    const { nodeCount } = diagnosis;
    if (nodeCount > nodes.length) histogram.set(NOT_HELPFUL, nodeCount - nodes.length);
    const message = `preemption: 0/${nodeCount} nodes are available: ${formatReasons(histogram)}.`;
    return { message, nominatedNode: -1 };
  }

  carryOut(pod: number, done: () => void): boolean {
    return this.node !== -1 && this.executor.start(pod, this.node, this.victims, done);
  }

  /** Why the pod may not preempt others (upstream's PodEligibleToPreemptOthers); undefined: it may. */
  private refusal({ pod, priority }: CycleState, resolvable: Int32Array): string | undefined {
    const { cluster, handle } = this;
    if (cluster.priorityOf(pod).preemptionPolicy === 'Never') return NEVER;
    const node = handle.nominator.nodeOf(pod);
    // Where no removal of pods would help any more, the pod looks for another node.
    if (node === -1 || !this.isAmong(resolvable, node)) return undefined;
    const { pods } = cluster;
    for (const other of handle.cache.onNodes.of(node)) {
      const isTerminating = (pods.observed[other]! & POD_TERMINATING) !== 0;
      if (isTerminating && pods.priority[other]! < priority && isPreempted(cluster, other)) return VICTIMS_TERMINATE;
    }
    return undefined;
  }

  private isAmong(nodes: Int32Array, node: number): boolean {
    return nodes === this.handle.order.rows() ? this.handle.order.placeOf(node) !== -1 : nodes.includes(node);
  }

  private success(): string {
    if (this.handle.minorVersion < TELLS_SUCCESS_SINCE) return '';
    const name = this.cluster.nodes.names[this.node]!;
    const { length } = this.victims;
    return `preemption: found a potential placement for pod on node ${name}, preempting ${length} victims`;
  }
}
