import type { PodSpec, PodTemplateSpec } from '../../api/types.ts';
import {
  availableAtMicros,
  type Cluster,
  CONTROLLER_REVISION_HASH_LABEL,
  type DaemonSet,
  type Node,
  POD_BOUND,
  POD_FINISHED,
  POD_READY,
  POD_TERMINATING,
  truncateToSecond,
} from '../../cluster/index.ts';
import type { Micros } from '../../kernel/time.ts';
import { type DaemonPods, isDeletedTerminal } from './daemonPods.ts';
import { addOrUpdateDaemonPodTolerations } from './daemonPodTemplate.ts';
import { nodeShouldRunDaemonPod, SHOULD_CONTINUE_RUNNING, SHOULD_RUN } from './nodeShouldRun.ts';

// More bits of a node, beside SHOULD_RUN and SHOULD_CONTINUE_RUNNING.
/** The node has a pod. */
export const IS_SCHEDULED = 4;
// What the status takes for the node's pod: upstream's first by `podByCreationTimestampAndPhase`.
export const IS_READY = 8;
export const IS_AVAILABLE = 16;
export const IS_UPDATED = 32;
/** The node is there. */
export const IS_PRESENT = 64;
/** Anything but one pod that lives where one may be, or none where none ought to be. */
export const NEEDS_MANAGING = 128;

/** A node as a rolling update sees it: by its pods that are not being deleted. */
export const UpdateState = {
  /** Neither has a pod nor ought to. */
  Ignored: 0,
  Empty: 1,
  NewUnavailable: 2,
  OldUnavailable: 3,
  /** One of each sort. */
  Both: 4,
  /** Several of one sort. */
  Excess: 5,
  NewAvailable: 6,
  OldAvailable: 7,
} as const;

/**
 * The nodes and their pods as one DaemonSet sees them. Nodes are rows; passes over them go in the order in which they
 * were added, where upstream's go in none.
 *
 * What there is to know of a node is kept in two bytes, which follow when the node or one of its pods changes: a pass over
 * thousands of nodes reads two arrays.
 */
export class DaemonNodes {
  private readonly cluster: Cluster;
  private readonly pods: DaemonPods;
  private readonly uid: number;
  private template: PodTemplateSpec | undefined;
  private spec: PodSpec | undefined;
  private hash = '';
  private minReadySeconds = 0;
  private nowMicros = 0;
  /** When the next pod becomes available by the passing of time alone. */
  private nextAvailableMicros: Micros = Number.POSITIVE_INFINITY;
  private first = new Int32Array(0);
  /** Rows that have to be looked at again; all of them when `isStale`. */
  private readonly dirty = new Set<number>();
  private isStale = true;
  private bits = new Uint8Array(0);
  private updates = new Uint8Array(0);
  /** By label set: whether pods with it are of the present revision; undefined: not asked yet. */
  private readonly revisions: (boolean | undefined)[] = [];

  constructor(cluster: Cluster, pods: DaemonPods, uid: number) {
    this.cluster = cluster;
    this.pods = pods;
    this.uid = uid;
  }

  /** The node, or one of its pods, has changed. */
  changed(row: number): void {
    if (!this.isStale) this.dirty.add(row);
  }

  /** What a node ought to have, as bits, whatever is known of its row. */
  shouldRunOn(set: DaemonSet, node: Node): number {
    this.follow(set);
    return nodeShouldRunDaemonPod(this.spec!, node);
  }

  /** To be called before each pass: by the set, and by what informers show now. */
  look(set: DaemonSet, hash: string): void {
    this.follow(set);
    const { minReadySeconds } = set.spec;
    if (this.hash !== hash) this.revisions.length = 0;
    if (this.hash !== hash || this.minReadySeconds !== minReadySeconds) this.isStale = true;
    this.hash = hash;
    this.minReadySeconds = minReadySeconds;
    this.nowMicros = this.cluster.kernel.nowMicros;
    this.first = this.pods.firstOf(this.uid) as Int32Array<ArrayBuffer>;
    if (this.bits.length < this.count) {
      this.bits = longer(this.bits, this.count);
      this.updates = longer(this.updates, this.count);
    }
    if (this.isStale || this.nextAvailableMicros <= this.nowMicros) this.judgeAll();
    else for (const row of this.dirty) this.judge(row);
    this.dirty.clear();
  }

  private follow({ spec: { template } }: DaemonSet): void {
    if (this.template === template) return;
    this.template = template;
    this.spec = addOrUpdateDaemonPodTolerations(template.spec);
    this.isStale = true;
  }

  private judgeAll(): void {
    this.isStale = false;
    this.nextAvailableMicros = Number.POSITIVE_INFINITY;
    for (let row = 0; row < this.count; row++) this.judge(row);
  }

  private judge(row: number): void {
    const node = this.cluster.nodes.objects[row];
    const should = node === undefined ? 0 : nodeShouldRunDaemonPod(this.spec!, node) | IS_PRESENT;
    const first = this.firstPod(row);
    if (first === -1) {
      this.bits[row] = should | ((should & SHOULD_RUN) === 0 ? 0 : NEEDS_MANAGING);
      this.updates[row] = (should & SHOULD_RUN) === 0 ? UpdateState.Ignored : UpdateState.Empty;
      return;
    }
    const needsManaging = node === undefined ? this.hasUnboundPod(row) : !this.isAsItShouldBe(should, first);
    this.bits[row] = should | IS_SCHEDULED | this.podBits(this.oldestPod(row)) | (needsManaging ? NEEDS_MANAGING : 0);
    this.updates[row] = this.updateState(row);
  }

  private podBits(pod: number): number {
    let bits = 0;
    if (this.isReady(pod)) bits |= IS_READY;
    if (this.isAvailable(pod)) bits |= IS_AVAILABLE;
    if (this.isUpdated(pod)) bits |= IS_UPDATED;
    return bits;
  }

  /** One pod that lives, and may. */
  private isAsItShouldBe(should: number, pod: number): boolean {
    if ((should & SHOULD_CONTINUE_RUNNING) === 0 || this.nextPod(pod) !== -1) return false;
    return (this.cluster.pods.observed[pod]! & (POD_TERMINATING | POD_FINISHED)) === 0;
  }

  private hasUnboundPod(row: number): boolean {
    for (let pod = this.firstPod(row); pod !== -1; pod = this.nextPod(pod)) if (!this.isBound(pod)) return true;
    return false;
  }

  /** Upstream's `findUpdatedPodsOnNode`, with the pods' availability. */
  private updateState(row: number): number {
    let newPod = -1;
    let oldPod = -1;
    for (let pod = this.firstPod(row); pod !== -1; pod = this.nextPod(pod)) {
      if (this.isTerminating(pod)) continue;
      if ((this.isUpdated(pod) ? newPod : oldPod) !== -1) return UpdateState.Excess;
      if (this.isUpdated(pod)) newPod = pod;
      else oldPod = pod;
    }
    if (newPod === -1 && oldPod === -1) return UpdateState.Empty;
    if (newPod !== -1 && oldPod !== -1) return UpdateState.Both;
    if (newPod !== -1) return this.isAvailable(newPod) ? UpdateState.NewAvailable : UpdateState.NewUnavailable;
    return this.isAvailable(oldPod) ? UpdateState.OldAvailable : UpdateState.OldUnavailable;
  }

  // ---- nodes ----

  /** Rows, those of deleted nodes included. */
  get count(): number {
    return this.cluster.nodes.count;
  }

  /** By row; not to be kept. */
  get nodeBits(): Uint8Array {
    return this.bits;
  }

  /** By row; not to be kept. */
  get updateStates(): Uint8Array {
    return this.updates;
  }

  /** Whether a pod of the set is on the node, whatever its state. */
  hasBoundPod(row: number): boolean {
    for (let pod = this.pods.firstOf(this.uid)[row]!; pod !== -1; pod = this.pods.next(pod)) {
      if (this.isBound(pod)) return true;
    }
    return false;
  }

  // ---- pods ----

  /** First of the node's pods, -1 without any. */
  firstPod(row: number): number {
    return this.inSight(this.first[row]!);
  }

  /** The next pod of the same node, -1 after the last. */
  nextPod(pod: number): number {
    return this.inSight(this.pods.next(pod));
  }

  /** The only pod of the present revision, or of another one, that is not being deleted. */
  livePod(row: number, isUpdated: boolean): number {
    let pod = this.firstPod(row);
    while (pod !== -1 && (this.isTerminating(pod) || this.isUpdated(pod) !== isUpdated)) pod = this.nextPod(pod);
    return pod;
  }

  private oldestPod(row: number): number {
    let oldest = this.firstPod(row);
    for (let pod = oldest; pod !== -1; pod = this.nextPod(pod)) if (this.compare(pod, oldest) < 0) oldest = pod;
    return oldest;
  }

  /** Upstream's `podByCreationTimestampAndPhase`: pods with a node first, then older ones, by whole seconds. */
  compare(a: number, b: number): number {
    if (a === b) return 0;
    const { pods } = this.cluster;
    const byNode = (pods.observed[b]! & POD_BOUND) - (pods.observed[a]! & POD_BOUND);
    if (byNode !== 0) return byNode;
    const byTime = truncateToSecond(pods.createdMicros[a]!) - truncateToSecond(pods.createdMicros[b]!);
    if (byTime !== 0) return byTime;
    return this.cluster.podName(a) < this.cluster.podName(b) ? -1 : 1;
  }

  isTerminating(pod: number): boolean {
    return (this.cluster.pods.observed[pod]! & POD_TERMINATING) !== 0;
  }

  isBound(pod: number): boolean {
    return (this.cluster.pods.observed[pod]! & POD_BOUND) !== 0;
  }

  isReady(pod: number): boolean {
    return (this.cluster.pods.observed[pod]! & POD_READY) !== 0;
  }

  isAvailable(pod: number): boolean {
    if (!this.isReady(pod)) return false;
    const availableMicros = availableAtMicros(this.cluster.pods.readyMicros[pod]!, this.minReadySeconds);
    if (availableMicros <= this.nowMicros) return true;
    this.nextAvailableMicros = Math.min(this.nextAvailableMicros, availableMicros);
    return false;
  }

  /** Whether the pod is of the present revision. */
  isUpdated(pod: number): boolean {
    const labelSet = this.cluster.pods.labelSet[pod]!;
    return (this.revisions[labelSet] ??= this.cluster.labelsOf(pod)[CONTROLLER_REVISION_HASH_LABEL] === this.hash);
  }

  /** Values of the label controller-revision-hash among the pods, those that are deleted and have finished included. */
  liveHashes(): ReadonlySet<string> {
    const labelSets = new Set<number>();
    for (let row = 0; row < this.count; row++) {
      for (let pod = this.first[row]!; pod !== -1; pod = this.pods.next(pod)) {
        labelSets.add(this.cluster.pods.labelSet[pod]!);
      }
    }
    const hashes = [...labelSets].map((id) => this.cluster.labels.labelsOf(id)[CONTROLLER_REVISION_HASH_LABEL]);
    return new Set(hashes.filter((hash) => hash !== undefined));
  }

  private inSight(pod: number): number {
    let next = pod;
    while (next !== -1 && isDeletedTerminal(this.cluster.pods.observed[next]!)) next = this.pods.next(next);
    return next;
  }
}

function longer(column: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const next = new Uint8Array(2 * length);
  next.set(column);
  return next;
}
