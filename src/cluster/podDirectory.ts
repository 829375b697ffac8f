import { admittedManifest, type ObjectChanges } from '../api/droppedFields.ts';
import { type FeatureGates, featureGates } from '../api/featureGates.ts';
import { LabelIndex } from '../api/labelIndex.ts';
import type { LabelSelector } from '../api/selector.ts';
import type { Manifest, StringMap } from '../api/types.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Latency } from '../kernel/latency.ts';
import type { Micros } from '../kernel/time.ts';
import type { ApiServer } from './apiServer.ts';
import { DefaultTolerations } from './defaultTolerations.ts';
import type { EventSink } from './eventSink.ts';
import { LimitRanger } from './limitRanger.ts';
import { NodeLeases } from './nodeLeases.ts';
import { NodeTable } from './nodeTable.ts';
import { ObjectStore } from './objectStore.ts';
import type { PodControllerKind } from './objects.ts';
import type { NamedPod, Workload } from './podIdentity.ts';
import { generatedSuffix } from './podNames.ts';
import type { PodOwner } from './podOwner.ts';
import { PodPriorities, type PodPriority } from './podPriorities.ts';
import type { PodDisruption, PodStatus, UnschedulableCondition } from './podStatus.ts';
import { POD_BOUND, POD_EXISTS, PodTable } from './podTable.ts';
import { type CompiledTemplate, TemplateTable } from './templateTable.ts';

/** What may stand above a controller of pods. */
const ROOT_KINDS: Readonly<Partial<Record<PodControllerKind, 'Deployment' | 'CronJob'>>> = {
  ReplicaSet: 'Deployment',
  Job: 'CronJob',
};

/** Label that every namespace has. */
const NAMESPACE_NAME_LABEL = 'kubernetes.io/metadata.name';

export interface PodDirectoryOptions {
  readonly seed: number;
  /** From a write to the moment in which informers see it. */
  readonly watchMicros: Micros;
  /** Draws it, where it is another each time; notices keep the order of the writes. */
  readonly drawWatch?: Latency;
  /** Of the API server, which decides what may be written; the newest where it is left out. */
  readonly minorVersion?: number;
  /** Which feature gates are on; those of the version where they are left out. */
  readonly gates?: FeatureGates;
  /** Made to all that is written, after what the gates drop. */
  readonly changes?: ObjectChanges | undefined;
}

/** The pods beside all other objects: what can be read of them. Writing them is the cluster's part. */
export class PodDirectory extends ObjectStore {
  readonly seed: number;
  /** Of generated names. */
  nameSeed: number;
  readonly minorVersion: number;
  readonly gates: FeatureGates;
  private readonly changes: ObjectChanges;
  readonly labels = new LabelIndex();
  readonly templates: TemplateTable;
  protected readonly limitRanger: LimitRanger;
  private readonly defaultTolerations: DefaultTolerations;
  readonly pods = new PodTable();
  readonly priorities = new PodPriorities(this.tables.PriorityClass);
  /** As the scheduler's cache has them. */
  readonly nodes = new NodeTable(this.labels);
  readonly leases = new NodeLeases();
  /** Controllers of pods by uid. */
  readonly owners = new Map<number, PodOwner>();
  /** Pods without a controller as informers see them, for adoption. */
  readonly orphanPods = new Set<number>();
  protected readonly namedPods = new Map<number, NamedPod>();
  protected readonly podByOwnName = new Map<string, number>();
  /** Most volumes by name of the node and of the CSI driver (upstream's CSINodes); no limit where nothing is said. */
  readonly volumeLimits = new Map<string, ReadonlyMap<string, number>>();
  private readonly labelsOfNamespaces = new Map<string, StringMap>();
  private readonly namespaceListeners: ((namespace: string) => void)[] = [];
  protected readonly podStatuses = new Map<number, PodStatus>();
  protected readonly unschedulableConditions = new Map<number, UnschedulableCondition>();
  protected readonly podDisruptions = new Map<number, PodDisruption>();
  /** Rows of nodes by pod: `status.nominatedNodeName`. */
  protected readonly nominatedNodes = new Map<number, number>();
  protected readonly nominationListeners: ((pod: number, before: number) => void)[] = [];
  /** Only of pods whose claims are not those of their template. */
  protected readonly ownClaims = new Map<number, readonly string[]>();

  constructor(kernel: Kernel, apiServer: ApiServer, options: PodDirectoryOptions) {
    super(kernel, apiServer, options.watchMicros, options.drawWatch);
    this.seed = options.seed;
    this.nameSeed = options.seed;
    this.minorVersion = options.minorVersion ?? Number.POSITIVE_INFINITY;
    this.gates = options.gates ?? featureGates({ minor: this.minorVersion });
    this.changes = options.changes ?? {};
    this.templates = new TemplateTable(this.labels, this.gates, this.changes);
    this.defaultTolerations = new DefaultTolerations(this.templates);
    const { LimitRange, PersistentVolumeClaim } = this.tables;
    this.limitRanger = new LimitRanger(LimitRange, PersistentVolumeClaim, this.templates);
  }

  /** Drops what is kept of a pod beside its columns. */
  protected forget(pod: number): void {
    this.namedPods.delete(pod);
    this.podStatuses.delete(pod);
    this.unschedulableConditions.delete(pod);
    this.podDisruptions.delete(pod);
    this.nominatedNodes.delete(pod);
    this.ownClaims.delete(pod);
  }

  /** The template of a pod that is written, with the tolerations that admission gives it. */
  withDefaultTolerations(template: CompiledTemplate): CompiledTemplate {
    return this.defaultTolerations.admit(template);
  }

  templateOf(pod: number): CompiledTemplate {
    return this.templates.get(this.pods.template[pod]!);
  }

  /** The template as far as it decides where a pod goes: pods that differ in their annotations alone have the same. */
  placementOf(pod: number): CompiledTemplate {
    return this.templates.get(this.templateOf(pod).placement);
  }

  /** Labels of a namespace; one that nobody has described has only its name among them. */
  namespaceLabels(namespace: string): StringMap {
    let labels = this.labelsOfNamespaces.get(namespace);
    if (labels === undefined) {
      labels = { [NAMESPACE_NAME_LABEL]: namespace };
      this.labelsOfNamespaces.set(namespace, labels);
    }
    return labels;
  }

  /** Calls `listener` when a namespace has got labels. */
  listenNamespaces(listener: (namespace: string) => void): void {
    this.namespaceListeners.push(listener);
  }

  /** The API server keeps the name among the labels, whatever is asked. */
  setNamespaceLabels(namespace: string, labels: StringMap): void {
    this.labelsOfNamespaces.set(namespace, { ...labels, [NAMESPACE_NAME_LABEL]: namespace });
    for (const listener of this.namespaceListeners) listener(namespace);
  }

  /** Priority, preemption policy and class that the pod was admitted with. */
  priorityOf(pod: number): PodPriority {
    return this.priorities.get(this.pods.priorityId[pod]!);
  }

  ownerOf(pod: number): PodOwner | undefined {
    return this.owners.get(this.pods.owner[pod]!);
  }

  /** What a user would call the pod's workload: the Deployment or CronJob at the top, else the controller itself. */
  workloadOf(owner: PodOwner): Workload {
    const rootKind = ROOT_KINDS[owner.kind];
    const root = rootKind === undefined ? undefined : this.tables[rootKind].get(owner.rootUid);
    return root === undefined
      ? { kind: owner.kind, namespace: owner.namespace, name: owner.name }
      : { kind: root.kind, namespace: root.meta.namespace, name: root.meta.name };
  }

  /** What the API server stores of an object that is written. */
  admitted<M extends Manifest>(manifest: M): M {
    const admitted = admittedManifest(manifest, this.gates);
    return (this.changes.manifest?.(admitted) ?? admitted) as M;
  }

  /** What the kubelet reported beyond the phase; undefined where the phase says it all. */
  podStatus(pod: number): PodStatus | undefined {
    return this.podStatuses.get(pod);
  }

  /** Undefined for pods that have a node, and as long as the scheduler has not told that it finds none. */
  unschedulableCondition(pod: number): UnschedulableCondition | undefined {
    return this.unschedulableConditions.get(pod);
  }

  /** Why the pod is to go; undefined where its condition DisruptionTarget is not set, or nobody gave a reason. */
  podDisruption(pod: number): PodDisruption | undefined {
    return this.podDisruptions.get(pod);
  }

  /** Row of the node in `status.nominatedNodeName`; -1 for none. */
  nominatedNodeOf(pod: number): number {
    return this.nominatedNodes.get(pod) ?? -1;
  }

  /** Calls `listener` when informers see that a pod is no longer nominated to run on the node with the row `before`. */
  listenNominations(listener: (pod: number, before: number) => void): void {
    this.nominationListeners.push(listener);
  }

  /** Names of the PersistentVolumeClaims that the pod, which is of this template, mounts. */
  claimsOf(pod: number, template = this.templateOf(pod)): readonly string[] {
    const own = this.ownClaims.size === 0 ? undefined : this.ownClaims.get(pod);
    return own ?? template.claims;
  }

  labelsOf(pod: number): StringMap {
    return this.labels.labelsOf(this.pods.labelSet[pod]!);
  }

  /** The selector, compiled once, matches the labels, interned once. */
  selects(selector: LabelSelector, labels: StringMap): boolean {
    return this.labels.compile(selector).matches(this.labels.intern(labels));
  }

  namedPod(pod: number): NamedPod | undefined {
    return this.namedPods.get(pod);
  }

  podNamespace(pod: number): string {
    return this.namedPods.get(pod)?.meta.namespace ?? this.ownerOf(pod)!.namespace;
  }

  podName(pod: number): string {
    const named = this.namedPods.get(pod);
    if (named !== undefined) return named.meta.name;
    return this.generatedPodName(this.ownerOf(pod)!, this.pods.ordinal[pod]!, this.pods.index[pod]!);
  }

  /** The name that the API server makes for the `ordinal`-th pod of an owner; `index` is its completion index, or -1. */
  generatedPodName(owner: PodOwner, ordinal: number, index = -1): string {
    const indexed = index === -1 ? '' : `-${index}`;
    return `${owner.name}${indexed}-${generatedSuffix(this.nameSeed, owner.uid, ordinal)}`;
  }

  /**
   * Records an Event about a pod.
   *
   * @param sink where it is sent; left out: over a client for Events alone
   */
  recordPodEvent(pod: number, reason: string, message: string, sink?: EventSink): void {
    const [namespace, name] = [this.podNamespace(pod), this.podName(pod)];
    // Below those of all other objects.
    const uid = -1 - this.pods.uid[pod]!;
    this.tell(uid, { kind: 'Pod', namespace, name, reason, message }, sink);
  }

  /** Row of an existing pod, -1 when there is none of that name. */
  findPod(namespace: string, name: string): number {
    const own = this.podByOwnName.get(`${namespace}/${name}`);
    if (own !== undefined) return own;
    for (const owner of this.owners.values()) {
      if (owner.namespace !== namespace || !name.startsWith(`${owner.name}-`)) continue;
      for (let pod = owner.firstPod; pod !== -1; pod = this.pods.nextOfOwner[pod]!) {
        if (!this.namedPods.has(pod) && this.podName(pod) === name) return pod;
      }
    }
    return -1;
  }

  /** Row of the existing pod with this uid, -1 when there is none. */
  podOfUid(uid: number): number {
    const { pods } = this;
    let pod = pods.uid.indexOf(uid);
    while (pod !== -1 && pods.state[pod] === 0) pod = pods.uid.indexOf(uid, pod + 1);
    return pod;
  }

  /** Rows of the pods that informers show on a node, in the order in which they came. */
  podsOnNode(node: number): number[] {
    const { pods } = this;
    const rows: number[] = [];
    for (let pod = this.nodes.firstPod[node]!; pod !== -1; pod = pods.nextOnNode[pod]!) {
      if ((pods.observed[pod]! & POD_BOUND) !== 0) rows.push(pod);
    }
    return rows.reverse();
  }

  /** Rows of all existing pods of a namespace, by name. */
  listPods(namespace: string): number[] {
    const rows: number[] = [];
    for (let pod = 0; pod < this.pods.rowCount; pod++) {
      if ((this.pods.state[pod]! & POD_EXISTS) !== 0 && this.podNamespace(pod) === namespace) rows.push(pod);
    }
    const names = new Map(rows.map((pod) => [pod, this.podName(pod)]));
    return rows.sort((a, b) => (names.get(a)! < names.get(b)! ? -1 : 1));
  }

  /** Rows of the pods that users made themselves and that no controller has adopted. */
  barePods(): number[] {
    return [...this.namedPods.keys()].filter((pod) => this.pods.owner[pod] === -1);
  }
}
