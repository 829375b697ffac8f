import type { Taint, Toleration } from '../../api/types.ts';
import {
  type ApiError,
  type Cluster,
  call,
  DELETION_BY_TAINT_MANAGER,
  EventSink,
  isSameTaintList,
  type Node,
  notFound,
  POD_BOUND,
  type Process,
  ProcessRunner,
  tolerates,
} from '../../cluster/index.ts';
import type { EventHandle } from '../../kernel/eventQueue.ts';
import type { HandlerId, Kernel } from '../../kernel/kernel.ts';
import { MICROS_PER_MILLI, MICROS_PER_SECOND, type Micros } from '../../kernel/time.ts';
import { type ControllerContext, createClient } from '../workers.ts';

/** Upstream's `retries`, and the pause between them. */
const ATTEMPTS = 5;
/** Upstream's words in the condition DisruptionTarget. */
const MESSAGE = 'Taint manager: deleting due to NoExecute taint';

const RETRY_MICROS = 10 * MICROS_PER_MILLI;

/** A pod's deletion that waits for its time, or, without a timer, that has been sent. */
interface Eviction {
  readonly podUid: number;
  timer: EventHandle | undefined;
}

/**
 * Deletes pods from nodes with NoExecute taints that they do not tolerate, or no longer, as upstream's
 * pkg/controller/tainteviction does. What a taint costs is proportional to the pods of its node.
 *
 * Left out: the workers between the informers and the decision, which takes no time here, and device taints, which
 * another controller handles.
 */
export class TaintEvictionController {
  private readonly kernel: Kernel;
  private readonly cluster: Cluster;
  private readonly runner: ProcessRunner<ApiError | undefined>;
  private readonly fire: HandlerId;
  /** NoExecute taints by node row, of nodes that have any. */
  private readonly taintedNodes = new Map<number, readonly Taint[]>();
  /** Upstream's `taintEvictionQueue`, by pod row. */
  private readonly evictions = new Map<number, Eviction>();

  private readonly events: EventSink;

  constructor(context: ControllerContext) {
    const { kernel, cluster, controlPlane } = context;
    const name = 'taint-eviction-controller';
    this.kernel = kernel;
    this.cluster = cluster;
    const client = createClient(context, name, controlPlane.kubeControllerManager);
    this.runner = new ProcessRunner(kernel, client, name);
    this.events = new EventSink(kernel, client);
    this.fire = kernel.register(`${name}/evict`, (pod) => this.evict(pod));
    cluster.nodeObjects.listen((before, after) => this.nodeUpdated(before, after));
    cluster.listenPods((pod, before, after) => this.podUpdated(pod, before, after));
  }

  // ---- what informers show ----

  private nodeUpdated(before: Node | undefined, after: Node | undefined): void {
    const row = this.cluster.nodes.lastRowOf((after ?? before)!.meta.name);
    const taints = noExecuteTaints(after);
    if (taints.length === 0) this.taintedNodes.delete(row);
    else this.taintedNodes.set(row, taints);
    // With its node's end a pod's eviction is not called off.
    if (after === undefined || isSameTaintList(taints, noExecuteTaints(before))) return;
    for (const pod of this.cluster.podsOnNode(row)) this.processPodOnNode(pod, taints);
  }

  private podUpdated(pod: number, before: number, after: number): void {
    if (after === 0) {
      this.cancelWorkWithEvent(pod);
      return;
    }
    if ((after & POD_BOUND) === 0 || (before & POD_BOUND) !== 0) return;
    const taints = this.taintedNodes.get(this.cluster.pods.node[pod]!);
    if (taints !== undefined) this.processPodOnNode(pod, taints);
  }

  private processPodOnNode(pod: number, taints: readonly Taint[]): void {
    const tolerationMicros = minTolerationMicros(this.cluster.templateOf(pod).spec.tolerations, taints);
    if (tolerationMicros === undefined) {
      this.cancelWorkWithEvent(pod);
      this.addWork(pod, 0);
    } else if (tolerationMicros === Number.POSITIVE_INFINITY) this.cancelWorkWithEvent(pod);
    // While all taints are tolerated for a time, a timer that runs stays as it is, whatever that time is by now.
    else if (!this.evictions.has(pod)) this.addWork(pod, tolerationMicros);
  }

  private addWork(pod: number, delayMicros: Micros): void {
    const eviction: Eviction = { podUid: this.cluster.pods.uid[pod]!, timer: undefined };
    this.evictions.set(pod, eviction);
    if (delayMicros === 0) this.evict(pod);
    else eviction.timer = this.kernel.schedule(delayMicros, this.fire, pod);
  }

  private cancelWorkWithEvent(pod: number): void {
    const eviction = this.evictions.get(pod);
    if (eviction === undefined) return;
    this.evictions.delete(pod);
    if (eviction.timer === undefined) return;
    this.kernel.cancel(eviction.timer);
    this.record(pod, 'Cancelling deletion of Pod');
  }

  // ---- eviction ----

  private evict(pod: number): void {
    const eviction = this.evictions.get(pod)!;
    eviction.timer = undefined;
    this.record(pod, 'Marking for deletion Pod');
    this.runner.start(this.deletePod(pod, eviction.podUid), (error) => {
      // One that was sent stays in the queue, so that it is not sent again.
      if (error !== undefined && this.evictions.get(pod) === eviction) this.evictions.delete(pod);
    });
  }

  private *deletePod(pod: number, podUid: number): Process<ApiError | undefined> {
    for (let attempt = 1; ; attempt++) {
      const error = yield* this.addConditionAndDeletePod(pod, podUid);
      if (error === undefined || attempt === ATTEMPTS) return error;
      yield { kind: 'sleep', micros: RETRY_MICROS };
    }
  }

  private *addConditionAndDeletePod(pod: number, podUid: number): Process<ApiError | undefined> {
    const { cluster } = this;
    // By the time a request arrives the row may belong to another pod.
    const onPod = (act: () => ApiError | undefined) => () => {
      const isThere = cluster.pods.state[pod] !== 0 && cluster.pods.uid[pod] === podUid;
      return isThere ? act() : notFound('pods', String(pod));
    };
    const { error: readError } = yield call(onPod(() => undefined));
    if (readError !== undefined) return readError;
    const { error: patchError } = yield call(
      onPod(() => {
        cluster.setPodDisrupted(pod, { reason: DELETION_BY_TAINT_MANAGER, message: MESSAGE });
        return undefined;
      }),
    );
    if (patchError !== undefined) return patchError;
    const { error } = yield call(onPod(() => cluster.deletePod(pod)));
    return error;
  }

  private record(pod: number, what: string): void {
    const { cluster } = this;
    const message = `${what} ${cluster.podNamespace(pod)}/${cluster.podName(pod)}`;
    cluster.recordPodEvent(pod, 'TaintManagerEviction', message, this.events);
  }
}

function noExecuteTaints(node: Node | undefined): readonly Taint[] {
  return node === undefined ? [] : node.taints.filter(({ effect }) => effect === 'NoExecute');
}

/**
 * How long a pod with these tolerations may stay: the shortest time among the tolerations that are used, Infinity when
 * none has one (upstream's `getMinTolerationTime`); undefined when a taint is not tolerated at all.
 */
export function minTolerationMicros(tolerations: readonly Toleration[], taints: readonly Taint[]): Micros | undefined {
  let seconds = Number.POSITIVE_INFINITY;
  for (const taint of taints) {
    const used = tolerations.find((toleration) => tolerates(toleration, taint));
    if (used === undefined) return undefined;
    seconds = Math.min(seconds, Math.max(0, used.tolerationSeconds ?? Number.POSITIVE_INFINITY));
  }
  return seconds === Number.POSITIVE_INFINITY ? seconds : seconds * MICROS_PER_SECOND;
}
