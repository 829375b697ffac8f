import type { PodSpec, PodTemplateSpec } from '../../api/types.ts';
import {
  availableAtMicros,
  type Cluster,
  type DaemonSet,
  type Node,
  POD_BOUND,
  POD_READY,
  POD_TERMINATING,
  truncateToSecond,
} from '../../cluster/index.ts';
import { CONTROLLER_REVISION_HASH_LABEL } from '../history.ts';
import { type DaemonPods, isDeletedTerminal } from './daemonPods.ts';
import { addOrUpdateDaemonPodTolerations } from './daemonPodTemplate.ts';
import { nodeShouldRunDaemonPod, SHOULD_CONTINUE_RUNNING, SHOULD_RUN } from './nodeShouldRun.ts';

/** Set in a verdict on a node, so that 0 stands for none. */
const IS_KNOWN = 4;
const UPDATED = 1;
const OLD = 2;

/**
 * The nodes and their pods as one DaemonSet sees them. Nodes are rows; passes over them go in the order in which they
 * were added, where upstream's go in none. What depends on the template alone is remembered by node and by label set, so
 * that a pass over thousands of nodes is some reads of arrays for each.
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
  private first = new Int32Array(0);
  /** By node row. */
  private verdicts = new Uint8Array(0);
  /** By label set: whether pods with it are of the present revision. */
  private revisions = new Uint8Array(0);

  constructor(cluster: Cluster, pods: DaemonPods, uid: number) {
    this.cluster = cluster;
    this.pods = pods;
    this.uid = uid;
  }

  /** To be called before each pass: by the set, and by what informers show now. */
  look(set: DaemonSet, hash: string): void {
    this.follow(set);
    if (this.hash !== hash) this.revisions.fill(0);
    this.hash = hash;
    this.minReadySeconds = set.spec.minReadySeconds;
    this.nowMicros = this.cluster.kernel.nowMicros;
    this.first = this.pods.firstOf(this.uid) as Int32Array<ArrayBuffer>;
    const { count } = this.cluster.nodes;
    if (this.verdicts.length < count) this.verdicts = longer(this.verdicts, count);
    const { size } = this.cluster.labels;
    if (this.revisions.length < size) this.revisions = longer(this.revisions, size);
  }

  /** What a node ought to have, as bits, whatever is known of the row that it has now. */
  shouldRunOn(set: DaemonSet, node: Node): number {
    this.follow(set);
    return nodeShouldRunDaemonPod(this.spec!, node);
  }

  /** The node was added, changed or removed. */
  nodeChanged(row: number): void {
    if (row < this.verdicts.length) this.verdicts[row] = 0;
  }

  private follow({ spec: { template } }: DaemonSet): void {
    if (this.template === template) return;
    this.template = template;
    this.spec = addOrUpdateDaemonPodTolerations(template.spec);
    this.verdicts.fill(0);
  }

  // ---- nodes ----

  /** Rows, those of deleted nodes included. */
  get count(): number {
    return this.cluster.nodes.count;
  }

  isPresent(row: number): boolean {
    return this.cluster.nodes.present[row] === 1;
  }

  shouldRun(row: number): boolean {
    return (this.verdict(row) & SHOULD_RUN) !== 0;
  }

  shouldContinueRunning(row: number): boolean {
    return (this.verdict(row) & SHOULD_CONTINUE_RUNNING) !== 0;
  }

  private verdict(row: number): number {
    const known = this.verdicts[row]!;
    if (known !== 0) return known;
    const node = this.cluster.nodes.objects[row];
    return (this.verdicts[row] = IS_KNOWN | (node === undefined ? 0 : nodeShouldRunDaemonPod(this.spec!, node)));
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

  /** Whether a pod of the set is on the node, whatever its state. */
  hasBoundPod(row: number): boolean {
    for (let pod = this.pods.firstOf(this.uid)[row]!; pod !== -1; pod = this.pods.next(pod)) {
      if (this.isBound(pod)) return true;
    }
    return false;
  }

  /** The pod that the status takes for the node's: upstream's first by `podByCreationTimestampAndPhase`. */
  oldestPod(row: number): number {
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
    return availableAtMicros(this.cluster.pods.readyMicros[pod]!, this.minReadySeconds) <= this.nowMicros;
  }

  /** Whether the pod is of the present revision. */
  isUpdated(pod: number): boolean {
    const labelSet = this.cluster.pods.labelSet[pod]!;
    const known = this.revisions[labelSet]!;
    if (known !== 0) return known === UPDATED;
    const isUpdated = this.cluster.labelsOf(pod)[CONTROLLER_REVISION_HASH_LABEL] === this.hash;
    this.revisions[labelSet] = isUpdated ? UPDATED : OLD;
    return isUpdated;
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
