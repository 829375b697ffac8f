import {
  type ApiError,
  batch,
  type Cluster,
  call,
  type Node,
  POD_BOUND,
  POD_EXISTS,
  POD_FAILED,
  POD_FINISHED,
  POD_TERMINATING,
  type Process,
  ProcessRunner,
  read,
  readyStatus,
  TAINT_NODE_OUT_OF_SERVICE,
  truncateToSecond,
} from '../../cluster/index.ts';
import type { HandlerId, Kernel } from '../../kernel/kernel.ts';
import { MICROS_PER_SECOND, type Micros } from '../../kernel/time.ts';
import { type ControllerContext, createClient } from '../workers.ts';

/** Upstream's `gcCheckPeriod` and `quarantineTime`. */
const CHECK_PERIOD_MICROS = 20 * MICROS_PER_SECOND;
const QUARANTINE_MICROS = 40 * MICROS_PER_SECOND;

interface Target {
  readonly pod: number;
  readonly uid: number;
}

/**
 * Deletes pods that nobody else would, as pkg/controller/podgc does: finished ones beyond
 * `--terminated-pod-gc-threshold`, those whose node has been gone for a while, those that are deleted and have no node, and
 * those that are deleted and whose node does not report and is out of service, as somebody has said by a taint. It looks every
 * 20 seconds, and here only while there is something to collect, so that a run can end.
 */
export class PodGCController {
  private readonly kernel: Kernel;
  private readonly cluster: Cluster;
  private readonly runner: ProcessRunner<void>;
  private readonly tick: HandlerId;
  /** 0: no limit. */
  private readonly terminatedPodThreshold: number;
  private isArmed = false;
  private isRunning = false;
  /** Pods as informers show them, in the order in which they became what they are; finished ones that are not deleted. */
  private readonly finished = new Set<number>();
  private readonly unscheduledTerminating = new Set<number>();
  /** By row of a node that is gone and has pods: until when it is in quarantine. */
  private readonly quarantine = new Map<number, Micros>();
  /** Rows of nodes that went while pods were bound to them, or whose pods were bound later. */
  private readonly missingNodes = new Set<number>();
  /** Rows of nodes that are not ready and have the taint out-of-service. */
  private readonly outOfService = new Set<number>();

  constructor(context: ControllerContext) {
    const { kernel, cluster, controlPlane } = context;
    const name = 'pod-garbage-collector';
    this.kernel = kernel;
    this.cluster = cluster;
    this.terminatedPodThreshold = controlPlane.kubeControllerManager.terminatedPodGcThreshold;
    this.runner = new ProcessRunner(kernel, createClient(context, name, controlPlane.kubeControllerManager), name);
    this.tick = kernel.register(`${name}/gc`, () => this.run());
    cluster.nodeObjects.listen((before, after) => {
      const row = cluster.nodes.lastRowOf((after ?? before)!.meta.name);
      keep(this.outOfService, row, after !== undefined && isOutOfService(after));
      if (after === undefined) this.nodeGone(row);
      else if (this.outOfService.has(row)) this.arm();
    });
    cluster.listenPods((pod, before, after) => this.podChanged(pod, before, after));
  }

  // ---- what there is to collect ----

  private nodeGone(row: number): void {
    this.missingNodes.add(row);
    this.arm();
  }

  private podChanged(pod: number, before: number, after: number): void {
    const isNewlyBound = (after & POD_BOUND) !== 0 && (before & POD_BOUND) === 0;
    // Nothing is collected of most pods for most of their lives.
    if (after !== 0 && (after & (POD_FINISHED | POD_TERMINATING)) === 0 && !isNewlyBound) return;
    keep(this.finished, pod, (after & POD_FINISHED) !== 0 && (after & POD_TERMINATING) === 0);
    const isUnscheduled = (after & (POD_EXISTS | POD_TERMINATING | POD_BOUND)) === (POD_EXISTS | POD_TERMINATING);
    keep(this.unscheduledTerminating, pod, isUnscheduled);
    if (isNewlyBound) {
      const node = this.cluster.pods.node[pod]!;
      if (this.cluster.nodes.present[node] === 0) this.missingNodes.add(node);
    }
    this.arm();
  }

  private arm(): void {
    if (this.isArmed || this.isRunning || !this.hasWork()) return;
    this.isArmed = true;
    const { nowMicros } = this.kernel;
    this.kernel.schedule(CHECK_PERIOD_MICROS - (nowMicros % CHECK_PERIOD_MICROS), this.tick);
  }

  private hasWork(): boolean {
    if (this.excessTerminated() > 0 || this.missingNodes.size > 0) return true;
    for (const pod of this.unscheduledTerminating) if (!this.isCollected(pod)) return true;
    for (const row of this.outOfService) if (this.terminatingOn(row).length > 0) return true;
    return false;
  }

  /** Deleted and finished: only finalizers can hold it, and deleting it again changes nothing. */
  private isCollected(pod: number): boolean {
    const state = this.cluster.pods.observed[pod]!;
    return (state & POD_TERMINATING) !== 0 && (state & POD_FINISHED) !== 0;
  }

  private excessTerminated(): number {
    return this.terminatedPodThreshold > 0 ? this.finished.size - this.terminatedPodThreshold : 0;
  }

  // ---- collecting ----

  private run(): void {
    this.isArmed = false;
    this.isRunning = true;
    this.runner.start(this.gc(), () => {
      this.isRunning = false;
      this.arm();
    });
  }

  private *gc(): Process<void> {
    yield* this.gcTerminated();
    yield* this.gcTerminating();
    yield* this.gcOrphaned();
    yield* this.gcUnscheduledTerminating();
  }

  private *gcTerminated(): Process<void> {
    const excess = this.excessTerminated();
    if (excess <= 0) return;
    const oldest = [...this.finished].sort((a, b) => this.compareEvictionAndCreation(a, b)).slice(0, excess);
    const targets = this.targets(oldest);
    yield batch(targets.length, (index) => {
      if (this.isStill(targets[index]!)) this.cluster.removePod(targets[index]!.pod);
      return undefined;
    });
  }

  /** Evicted pods first, then older ones, by whole seconds, then by name. */
  private compareEvictionAndCreation(a: number, b: number): number {
    const { cluster } = this;
    const isEvicted = (pod: number) => (cluster.podStatus(pod)?.reason === 'Evicted' ? 0 : 1);
    const created = (pod: number) => truncateToSecond(cluster.pods.createdMicros[pod]!);
    const order = isEvicted(a) - isEvicted(b) || created(a) - created(b);
    return order !== 0 ? order : cluster.podName(a) < cluster.podName(b) ? -1 : 1;
  }

  private *gcTerminating(): Process<void> {
    const pods = [...this.outOfService].flatMap((row) => this.terminatingOn(row));
    for (const target of this.targets(pods)) yield* this.markFailedAndDeletePod(target, false);
  }

  private terminatingOn(row: number): number[] {
    const { observed } = this.cluster.pods;
    return this.orphanedOn(row).filter((pod) => (observed[pod]! & POD_TERMINATING) !== 0);
  }

  private *gcOrphaned(): Process<void> {
    const deleted: number[] = [];
    const { nowMicros } = this.kernel;
    for (const row of [...this.missingNodes]) {
      const isOrphaning = this.cluster.nodes.present[row] === 0 && this.orphanedOn(row).length > 0;
      const until = this.quarantine.get(row);
      if (!isOrphaning) {
        this.missingNodes.delete(row);
        this.quarantine.delete(row);
      } else if (until === undefined) this.quarantine.set(row, nowMicros + QUARANTINE_MICROS);
      else if (until <= nowMicros) {
        this.quarantine.delete(row);
        deleted.push(row);
      }
    }
    for (const row of deleted) yield* this.gcOrphanedOn(row);
  }

  private *gcOrphanedOn(row: number): Process<void> {
    const { nodeObjects, nodes } = this.cluster;
    const node = yield* read(() => nodeObjects.find('', nodes.names[row]!));
    if (node !== undefined) return;
    for (const target of this.targets(this.orphanedOn(row))) yield* this.markFailedAndDeletePod(target, true);
  }

  private orphanedOn(row: number): number[] {
    return this.cluster.podsOnNode(row).filter((pod) => !this.isCollected(pod));
  }

  private *gcUnscheduledTerminating(): Process<void> {
    const pods = [...this.unscheduledTerminating].filter((pod) => !this.isCollected(pod));
    for (const target of this.targets(pods)) yield* this.markFailedAndDeletePod(target, false);
  }

  /** Rows with the uids that tell whether they are still the same pods'. */
  private targets(pods: readonly number[]): Target[] {
    return pods.map((pod) => ({ pod, uid: this.cluster.pods.uid[pod]! }));
  }

  private isStill({ pod, uid }: Target): boolean {
    return this.cluster.pods.state[pod] !== 0 && this.cluster.pods.uid[pod] === uid;
  }

  /** Deletes without grace; a pod that has not finished is marked Failed first, and disrupted where its node is gone. */
  private *markFailedAndDeletePod(target: Target, isDisrupted: boolean): Process<void> {
    const { cluster } = this;
    const { pod } = target;
    const ifStill = (act: () => void) => (): ApiError | undefined => {
      if (this.isStill(target)) act();
      return undefined;
    };
    if ((cluster.pods.observed[pod]! & POD_FINISHED) === 0) {
      yield call(
        ifStill(() => {
          if (isDisrupted) cluster.setPodDisrupted(pod);
          cluster.setPodFinished(pod, POD_FAILED);
        }),
      );
    }
    yield call(ifStill(() => cluster.removePod(pod)));
  }
}

function isOutOfService(node: Node): boolean {
  return readyStatus(node) !== 'True' && node.taints.some(({ key }) => key === TAINT_NODE_OUT_OF_SERVICE);
}

function keep(set: Set<number>, pod: number, isMember: boolean): void {
  if (isMember) set.add(pod);
  else set.delete(pod);
}
