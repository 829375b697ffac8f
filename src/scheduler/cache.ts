import type { Cluster } from '../cluster/cluster.ts';
import { widened } from '../cluster/columns.ts';
import { POD_TERMINATING } from '../cluster/podTable.ts';
import type { CompiledTemplate } from '../cluster/templateTable.ts';
import type { PodInfo } from './framework.ts';
import { PodsOnNodes } from './podsOnNodes.ts';

/** Who keeps account of the pods on nodes beside NodeTable: plugins, and what they share. */
export interface PodCountListener {
  podAdded(pod: PodInfo, node: number): void;
  podRemoved(pod: PodInfo, node: number): void;
}

/** A pod as the cache counted it. The namespace is only looked up where somebody asks for it. */
class CountedPod implements PodInfo {
  pod = -1;
  template!: CompiledTemplate;
  labelSet = -1;
  isTerminating = false;
  private readonly cluster: Cluster;

  constructor(cluster: Cluster) {
    this.cluster = cluster;
  }

  get namespace(): string {
    return this.cluster.podNamespace(this.pod);
  }
}

export interface CacheOptions {
  readonly cluster: Cluster;
  /** What counts on the node has changed. */
  readonly onChange: (node: number) => void;
  /** Informers showed one of the node's pods again. */
  readonly onUpdate?: (node: number) => void;
}

/**
 * Which pods count on which node: those that are bound there and those that the scheduler has assumed there (upstream's
 * cache). A pod is taken off as it was put on, whatever has happened to its labels meanwhile.
 */
export class Cache {
  /** The pods of each node; those that are tried on or off are not moved. */
  readonly onNodes = new PodsOnNodes();
  private readonly cluster: Cluster;
  private readonly listeners: PodCountListener[] = [];
  private readonly onChange: (node: number) => void;
  private readonly onUpdate: ((node: number) => void) | undefined;
  private readonly info: CountedPod;
  /** What `infoOf` answers with, perhaps while `info` is on its way to listeners. */
  private readonly asked: CountedPod;
  private capacity = 0;
  private nodes = new Int32Array(0);
  private templates = new Int32Array(0);
  private labelSets = new Int32Array(0);
  private terminating = new Uint8Array(0);

  constructor({ cluster, onChange, onUpdate }: CacheOptions) {
    this.cluster = cluster;
    this.onChange = onChange;
    this.onUpdate = onUpdate;
    this.info = new CountedPod(cluster);
    this.asked = new CountedPod(cluster);
  }

  /** Tells this one, too, of pods that count on a node and those that no longer do. */
  tell(listener: PodCountListener): void {
    this.listeners.push(listener);
  }

  /** Row of the node on which the pod counts; -1 for none. */
  nodeOf(pod: number): number {
    return pod < this.capacity ? this.nodes[pod]! : -1;
  }

  /** A pod that counts somewhere, or is tried out, as it was counted; valid until the next call. */
  infoOf(pod: number): PodInfo {
    return this.nodeOf(pod) === -1 ? this.describeUncounted(pod, this.asked) : this.describe(pod, this.asked);
  }

  /** Counts the pod as placed on the node: upstream's AssumePod and AddPod. */
  add(pod: number, node: number): void {
    this.ensure(pod);
    this.nodes[pod] = node;
    this.note(pod);
    this.onNodes.add(pod, node, this.cluster.pods.priority[pod]!);
    this.putOn(pod);
    this.onChange(node);
  }

  /** The pod no longer counts. */
  remove(pod: number): void {
    const node = this.nodes[pod]!;
    this.takeOff(pod);
    this.onNodes.remove(pod, node, this.cluster.pods.priority[pod]!);
    this.nodes[pod] = -1;
    this.onChange(node);
  }

  /** Informers showed the counted pod again: upstream's UpdatePod. */
  update(pod: number): void {
    const node = this.nodes[pod]!;
    this.onNodes.update(pod, node);
    this.onUpdate?.(node);
    if (!this.hasChanged(pod)) return;
    const before = this.describe(pod);
    for (const listener of this.listeners) listener.podRemoved(before, node);
    this.note(pod);
    const after = this.describe(pod);
    for (const listener of this.listeners) listener.podAdded(after, node);
    this.cluster.nodes.version[node]!++;
    this.onChange(node);
  }

  /**
   * Takes a counted pod off its node for a trial, told to nobody but those who count. `putOn` undoes it. Whoever tries
   * has to leave all as it was, the versions of NodeTable's rows included.
   */
  takeOff(pod: number): void {
    const node = this.nodes[pod]!;
    const info = this.describe(pod);
    this.cluster.nodes.removePod(node, info.template);
    for (const listener of this.listeners) listener.podRemoved(info, node);
  }

  /** Puts a pod that was taken off on its node again. */
  putOn(pod: number): void {
    this.putOnNode(this.nodes[pod]!, this.describe(pod));
  }

  /** Puts a pod that does not count anywhere on a node, for a trial. */
  tryOn(pod: number, node: number): void {
    this.putOnNode(node, this.describeUncounted(pod));
  }

  /** Undoes `tryOn`. */
  tryOff(pod: number, node: number): void {
    const info = this.describeUncounted(pod);
    this.cluster.nodes.removePod(node, info.template);
    for (const listener of this.listeners) listener.podRemoved(info, node);
  }

  private putOnNode(node: number, info: PodInfo): void {
    this.cluster.nodes.addPod(node, info.template);
    for (const listener of this.listeners) listener.podAdded(info, node);
  }

  private describe(pod: number, info = this.info): PodInfo {
    info.pod = pod;
    info.template = this.cluster.templates.get(this.templates[pod]!);
    info.labelSet = this.labelSets[pod]!;
    info.isTerminating = this.terminating[pod] === 1;
    return info;
  }

  private describeUncounted(pod: number, info = this.info): PodInfo {
    info.pod = pod;
    info.template = this.cluster.placementOf(pod);
    info.labelSet = this.cluster.pods.labelSet[pod]!;
    info.isTerminating = this.isTerminating(pod) === 1;
    return info;
  }

  private hasChanged(pod: number): boolean {
    return this.labelSets[pod] !== this.cluster.pods.labelSet[pod] || this.terminating[pod] !== this.isTerminating(pod);
  }

  private note(pod: number): void {
    const { pods } = this.cluster;
    this.templates[pod] = this.cluster.placementOf(pod).id;
    this.labelSets[pod] = pods.labelSet[pod]!;
    this.terminating[pod] = this.isTerminating(pod);
  }

  private isTerminating(pod: number): 0 | 1 {
    return (this.cluster.pods.observed[pod]! & POD_TERMINATING) === 0 ? 0 : 1;
  }

  private ensure(pod: number): void {
    if (pod < this.capacity) return;
    const { capacity } = this;
    this.capacity = Math.max(pod + 1, 256, capacity * 2);
    this.nodes = widened(this.nodes, this.capacity).fill(-1, capacity);
    this.templates = widened(this.templates, this.capacity);
    this.labelSets = widened(this.labelSets, this.capacity);
    this.terminating = widened(this.terminating, this.capacity);
  }
}
