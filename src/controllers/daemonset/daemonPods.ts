import { type Cluster, POD_BOUND, POD_FINISHED, POD_TERMINATING } from '../../cluster/index.ts';

/**
 * The pods of all DaemonSets, by set and by the node that each is for (upstream's `nodeToDaemonPods`): as informers see
 * them, and as claims have changed them since.
 */
export class DaemonPods {
  private readonly cluster: Cluster;
  private readonly onChange: (uid: number, row: number) => void;
  /** By uid of the set: row of the first pod of each node, -1 for none. */
  private readonly firstBySet = new Map<number, Int32Array<ArrayBuffer>>();
  // By pod row: under which set and node it stands, -1 for none, and which pod comes next there.
  private set = new Int32Array(0);
  private node = new Int32Array(0);
  private following = new Int32Array(0);

  /** @param onChange told of the set and the node row of each pod that came, changed, or is about to go. */
  constructor(cluster: Cluster, onChange: (uid: number, row: number) => void) {
    this.cluster = cluster;
    this.onChange = onChange;
    cluster.listenPods(
      (pod, _before, after) => this.file(pod, after === 0 ? -1 : cluster.pods.observedOwner[pod]!),
      'DaemonSet',
    );
  }

  /** First pod by node row, -1 for none; not to be kept. One that is deleted and has finished is in it too. */
  firstOf(uid: number): Int32Array {
    const { count } = this.cluster.nodes;
    const first = this.firstBySet.get(uid);
    if (first !== undefined && first.length >= count) return first;
    const longer = widened(first ?? new Int32Array(0), Math.max(64, 2 * count));
    this.firstBySet.set(uid, longer);
    return longer;
  }

  /** The next pod of the same set and node, -1 after the last. */
  next(pod: number): number {
    return this.following[pod]!;
  }

  /** Stands the pod under a set, or, for -1, under none. */
  file(pod: number, uid: number): void {
    this.ensure(pod);
    const set = this.isDaemonSet(uid) ? uid : -1;
    const node = set === -1 ? -1 : this.targetNode(pod);
    if (this.node[pod] !== -1) this.onChange(this.set[pod]!, this.node[pod]!);
    if (this.set[pod] === set && this.node[pod] === node) return;
    if (this.node[pod] !== -1) this.unlink(pod);
    this.set[pod] = set;
    this.node[pod] = node;
    if (node === -1) return;
    const first = this.firstOf(set);
    this.following[pod] = first[node]!;
    first[node] = pod;
    this.onChange(set, node);
  }

  private isDaemonSet(uid: number): boolean {
    return uid !== -1 && this.cluster.owners.get(uid)?.kind === 'DaemonSet';
  }

  /** Upstream's `GetTargetNodeName`: a pod that is neither bound nor pinned is for no node. */
  private targetNode(pod: number): number {
    const { pods } = this.cluster;
    return (pods.observed[pod]! & POD_BOUND) !== 0 ? pods.node[pod]! : pods.pinnedNode[pod]!;
  }

  private unlink(pod: number): void {
    const first = this.firstOf(this.set[pod]!);
    const node = this.node[pod]!;
    if (first[node] === pod) {
      first[node] = this.following[pod]!;
      return;
    }
    let before = first[node]!;
    while (this.following[before] !== pod) before = this.following[before]!;
    this.following[before] = this.following[pod]!;
  }

  private ensure(pod: number): void {
    if (pod < this.set.length) return;
    const capacity = Math.max(256, 2 * pod);
    this.set = widened(this.set, capacity);
    this.node = widened(this.node, capacity);
    this.following = widened(this.following, capacity);
  }
}

/** With room for more rows, for which -1 stands. */
function widened(column: Int32Array, capacity: number): Int32Array<ArrayBuffer> {
  const wider = new Int32Array(capacity).fill(-1);
  wider.set(column);
  return wider;
}

/** Upstream leaves pods that are deleted and have finished out of sight. */
export function isDeletedTerminal(state: number): boolean {
  return (state & POD_TERMINATING) !== 0 && (state & POD_FINISHED) !== 0;
}
